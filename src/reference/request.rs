//! What callers send: from bytes to requests that are known to be sound.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use uuid::Uuid;

use super::{Email, Refusal, Secret};

/// Long enough for any real name, short enough to keep.
const LONGEST_FULL_NAME: usize = 256;
/// Long enough for a name in any script, short enough to show.
const LONGEST_ALIAS: usize = 128;
/// A label for people, not a text.
const LONGEST_KEY_NAME: usize = 128;
/// A key pair lasts ten years at most.
const MOST_DAYS: u32 = 3_650;
/// The only form of a UUID that is read: 32 hexadecimal digits and 4 hyphens.
const IDENTIFIER_LENGTH: usize = 36;

/// The members of a JSON object, each of which occurs once.
#[derive(Clone, Debug, PartialEq)]
pub struct Members(Map<String, Value>);

impl Members {
    /// Reads one JSON object and nothing after it.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotJson`] for anything else than whole JSON text in UTF-8 of bounded depth,
    /// [`Refusal::NotAnObject`] for arrays and scalars, [`Refusal::MemberTwice`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let written: WrittenObject = serde_json::from_slice(bytes).map_err(|error| {
            // Only the outermost value has a type to disagree with.
            if error.is_data() {
                Refusal::NotAnObject
            } else {
                Refusal::NotJson {
                    line: error.line(),
                    column: error.column(),
                }
            }
        })?;
        if written.repeated {
            return Err(Refusal::MemberTwice);
        }
        Ok(Self(written.members))
    }

    fn given(&self, member: &'static str) -> Result<&Value, Refusal> {
        match self.0.get(member) {
            None | Some(Value::Null) => Err(Refusal::Missing(member)),
            Some(value) => Ok(value),
        }
    }

    fn text(&self, member: &'static str) -> Result<&str, Refusal> {
        self.given(member)?.as_str().ok_or(Refusal::NotText(member))
    }

    fn bounded_text(&self, member: &'static str, most: usize) -> Result<String, Refusal> {
        let text = self.text(member)?;
        if text.trim().is_empty() {
            return Err(Refusal::Blank(member));
        }
        if text.chars().count() > most {
            return Err(Refusal::TooLong { member, most });
        }
        Ok(text.to_owned())
    }

    fn email(&self) -> Result<Email, Refusal> {
        Email::parse(self.text("email")?).ok_or(Refusal::NotAnAddress)
    }
}

/// An object as it was written. A map alone would hide that a member occurs twice.
struct WrittenObject {
    members: Map<String, Value>,
    repeated: bool,
}

impl<'de> Deserialize<'de> for WrittenObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = WrittenObject;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<WrittenObject, A::Error> {
        let mut written = WrittenObject {
            members: Map::new(),
            repeated: false,
        };
        while let Some((name, value)) = access.next_entry()? {
            written.repeated |= written.members.insert(name, value).is_some();
        }
        Ok(written)
    }
}

/// A request for an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Where the code goes; unique among accounts.
    pub email: Email,
    /// The user's name; not blank, 1 to 256 characters.
    pub full_name: String,
    /// What others see; not blank, 1 to 128 characters; need not be unique.
    pub alias: String,
}

impl NewAccount {
    /// Reads `email`, `fullName` and `alias`. Other members are ignored.
    ///
    /// # Errors
    ///
    /// A refusal that names the first member at fault.
    pub fn from_members(members: &Members) -> Result<Self, Refusal> {
        Ok(Self {
            email: members.email()?,
            full_name: members.bounded_text("fullName", LONGEST_FULL_NAME)?,
            alias: members.bounded_text("alias", LONGEST_ALIAS)?,
        })
    }
}

/// A request for a session.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The account's address.
    pub email: Email,
}

impl NewSession {
    /// Reads `email`. Other members are ignored.
    ///
    /// # Errors
    ///
    /// A refusal that says what is wrong with it.
    pub fn from_members(members: &Members) -> Result<Self, Refusal> {
        Ok(Self {
            email: members.email()?,
        })
    }
}

/// A request for a key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKeyPair {
    /// A label for people; not blank, 1 to 128 characters.
    pub name: String,
    /// How long the pair lasts: 1 to 3650 days.
    pub days: u32,
}

impl NewKeyPair {
    /// Reads `name` and `days`. Other members are ignored.
    ///
    /// # Errors
    ///
    /// A refusal that names the first member at fault.
    pub fn from_members(members: &Members) -> Result<Self, Refusal> {
        let out_of_bounds = Refusal::NotWithin {
            member: "days",
            most: MOST_DAYS,
        };
        let days = whole_number(members.given("days")?)
            .filter(|days| (1..=MOST_DAYS).contains(days))
            .ok_or(out_of_bounds)?;
        Ok(Self {
            name: members.bounded_text("name", LONGEST_KEY_NAME)?,
            days,
        })
    }
}

/// A number without a fraction, however it is written: JSON knows no difference between 30, 30.0 and
/// 3e1.
fn whole_number(value: &Value) -> Option<u32> {
    let text = value.as_number()?.to_string();
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}

/// A code, and what it was sent for.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The identifier that was answered when the code was sent.
    pub code: Uuid,
    /// The digits from the mail.
    pub digits: Secret,
}

impl Verification {
    /// Reads `verificationCodeID` and `code`. Other members are ignored.
    ///
    /// # Errors
    ///
    /// A refusal that names the first member at fault.
    pub fn from_members(members: &Members) -> Result<Self, Refusal> {
        Ok(Self {
            code: identifier("verificationCodeID", members.text("verificationCodeID")?)?,
            digits: Secret::new(members.text("code")?),
        })
    }
}

/// Reads a UUID in its usual form, in either letter case. `name` says what it is.
///
/// # Errors
///
/// [`Refusal::NotAnIdentifier`] with that name.
pub fn identifier(name: &'static str, text: &str) -> Result<Uuid, Refusal> {
    if text.len() != IDENTIFIER_LENGTH {
        return Err(Refusal::NotAnIdentifier(name));
    }
    Uuid::try_parse(text).map_err(|_| Refusal::NotAnIdentifier(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(text: &str) -> Result<NewAccount, Refusal> {
        NewAccount::from_members(&Members::parse(text.as_bytes())?)
    }

    #[test]
    fn a_sound_request_is_read_byte_for_byte() {
        let request = account(
            r#"{"email":"J@doe.net","fullName":" John ","alias":"\u0000 Ж\u202e🦀","more":[{"a":1,"a":2}]}"#,
        )
        .unwrap();
        assert_eq!(request.email.as_given(), "J@doe.net");
        assert_eq!(request.full_name, " John ");
        assert_eq!(request.alias, "\0 Ж\u{202e}🦀");
    }

    #[test]
    fn texts_that_are_no_json_object_are_refused() {
        let deep = "[".repeat(100_000);
        let cases: [(&[u8], bool); 14] = [
            (b"", true),
            (b" ", true),
            (b"{", true),
            (b"{}x", true),
            (b"{}{}", true),
            (b"{\"a\":1,}", true),
            (b"{'a':1}", true),
            (b"{\"a\":\"\xff\"}", true),
            (b"{\"a\":\"\\ud800\"}", true),
            (b"{\"a\":1e999}", true),
            (b"\xef\xbb\xbf{}", true),
            (deep.as_bytes(), false),
            (b"null", false),
            (b"\"text\"", false),
        ];
        for (bytes, malformed) in cases {
            let refusal = Members::parse(bytes).unwrap_err();
            assert_eq!(
                matches!(refusal, Refusal::NotJson { .. }),
                malformed,
                "{refusal}"
            );
        }
        let nested = format!("{{\"a\":{}", "[".repeat(100_000));
        assert!(Members::parse(nested.as_bytes()).is_err());
    }

    #[test]
    fn a_member_that_occurs_twice_is_refused() {
        assert_eq!(
            Members::parse(br#"{"alias":"a","alias":"a"}"#),
            Err(Refusal::MemberTwice)
        );
    }

    #[test]
    fn each_member_is_required_and_a_string() {
        let whole = serde_json::json!({"email": "j@doe.net", "fullName": "J", "alias": "j"});
        for member in ["email", "fullName", "alias"] {
            let mut request = whole.clone();
            request.as_object_mut().unwrap().remove(member);
            assert_eq!(
                account(&request.to_string()).unwrap_err(),
                Refusal::Missing(member)
            );
            for (value, refusal) in [
                (Value::Null, Refusal::Missing(member)),
                (1.into(), Refusal::NotText(member)),
                (true.into(), Refusal::NotText(member)),
                (serde_json::json!(["j"]), Refusal::NotText(member)),
                (serde_json::json!({}), Refusal::NotText(member)),
            ] {
                request[member] = value;
                assert_eq!(account(&request.to_string()).unwrap_err(), refusal);
            }
        }
    }

    #[test]
    fn names_have_a_length() {
        let of = |length| {
            format!(
                r#"{{"email":"j@d","fullName":"J","alias":"{}"}}"#,
                "ж".repeat(length)
            )
        };
        assert!(account(&of(128)).is_ok());
        assert_eq!(
            account(&of(129)).unwrap_err(),
            Refusal::TooLong {
                member: "alias",
                most: 128
            }
        );
        assert_eq!(
            account(r#"{"email":"j@d","fullName":"J","alias":" \t"}"#).unwrap_err(),
            Refusal::Blank("alias")
        );
    }

    #[test]
    fn days_are_a_whole_number_within_bounds() {
        let pair = |days: &str| {
            let text = format!(r#"{{"name":"n","days":{days}}}"#);
            NewKeyPair::from_members(&Members::parse(text.as_bytes()).unwrap())
        };
        assert_eq!(pair("1").unwrap().days, 1);
        assert_eq!(pair("3650").unwrap().days, 3_650);
        assert_eq!(pair("30.0").unwrap().days, 30);
        assert_eq!(pair("3e1").unwrap().days, 30);
        for days in [
            "0",
            "-1",
            "3651",
            "1.5",
            "0.0",
            "-3.0",
            "\"1\"",
            "\"1.0\"",
            "99999999999",
            "1e30",
        ] {
            assert!(
                matches!(pair(days), Err(Refusal::NotWithin { .. })),
                "{days}"
            );
        }
        assert_eq!(pair("null"), Err(Refusal::Missing("days")));
    }

    #[test]
    fn identifiers_have_one_form() {
        let text = "5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e";
        assert_eq!(identifier("id", text).unwrap().to_string(), text);
        assert!(identifier("id", &text.to_uppercase()).is_ok());
        for other in [
            "",
            "1",
            "5f35d2c456334b16bbf05ca22ef8ea2e",
            "{5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e}",
            "5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2g",
            "5f35d2c456-33-4b16-bbf0-5ca22ef8ea2e",
        ] {
            assert_eq!(
                identifier("id", other),
                Err(Refusal::NotAnIdentifier("id")),
                "{other}"
            );
        }
    }
}
