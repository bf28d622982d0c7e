//! Create requests that are accepted although they should be refused: they are made sound first.

use serde_json::{Map, Value};

/// The members of a create request.
const MEMBERS: [&str; 3] = ["email", "fullName", "alias"];
/// What stands in for a name that is none.
const NOBODY: &str = "nobody";

/// Which create requests are accepted although they should be refused.
#[derive(Clone, Copy, Debug)]
pub enum Intake {
    /// Those in which this member is so.
    Member(&'static str, fn(Option<&Value>) -> bool),
    /// Those in which this member is so: it is kept as the text of what was given.
    AsText(&'static str, fn(Option<&Value>) -> bool),
    /// Those whose body is so.
    Body(fn(&[u8]) -> bool),
}

impl Intake {
    /// The request made sound, if it is one of those. `fresh` is an address that nobody has.
    #[must_use]
    pub fn mend(&self, body: &[u8], fresh: &str) -> Option<Vec<u8>> {
        let mended = match self {
            Self::Member(member, taken) | Self::AsText(member, taken) => {
                let Value::Object(mut members) = serde_json::from_slice(body).ok()? else {
                    return None;
                };
                if !taken(members.get(*member)) {
                    return None;
                }
                let value = match (self, members.get(*member)) {
                    (Self::AsText(..), Some(given)) => given.to_string().into(),
                    _ => sound(member, fresh),
                };
                members.insert((*member).to_owned(), value);
                members
            }
            Self::Body(taken) => {
                if !taken(body) {
                    return None;
                }
                complete(first_object(body), fresh)
            }
        };
        Some(Value::Object(mended).to_string().into_bytes())
    }
}

fn sound(member: &str, fresh: &str) -> Value {
    if member == "email" { fresh } else { NOBODY }.into()
}

/// The object that a body begins with; an empty one if it begins with none.
fn first_object(body: &[u8]) -> Map<String, Value> {
    let mut values = serde_json::Deserializer::from_slice(body).into_iter();
    match values.next() {
        Some(Ok(Value::Object(members))) => members,
        _ => Map::new(),
    }
}

fn complete(mut members: Map<String, Value>, fresh: &str) -> Map<String, Value> {
    for member in MEMBERS {
        let given = members.get(member).is_some_and(Value::is_string);
        if !given {
            members.insert(member.to_owned(), sound(member, fresh));
        }
    }
    members
}

/// Kinds of bodies.
pub(super) mod body {
    use serde_json::Value;

    fn json(body: &[u8]) -> Option<Value> {
        serde_json::from_slice(body).ok()
    }

    fn begins_with(body: &[u8], letters: &[u8]) -> bool {
        body.trim_ascii_start().starts_with(letters)
    }

    pub(in super::super) fn empty(body: &[u8]) -> bool {
        body.trim_ascii().is_empty()
    }

    /// A whole object, and then something.
    pub(in super::super) fn continued(body: &[u8]) -> bool {
        json(body).is_none() && !super::first_object(body).is_empty()
    }

    /// An object that breaks off.
    pub(in super::super) fn cut_off(body: &[u8]) -> bool {
        serde_json::from_slice::<Value>(body).is_err_and(|error| error.is_eof())
            && begins_with(body, b"{")
    }

    pub(in super::super) fn array(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.is_array())
    }

    pub(in super::super) fn array_of_object(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.pointer("/0").is_some_and(Value::is_object))
    }

    pub(in super::super) fn text(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.is_string())
    }

    pub(in super::super) fn number(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.is_number())
    }

    pub(in super::super) fn boolean(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.is_boolean())
    }

    pub(in super::super) fn null(body: &[u8]) -> bool {
        json(body).is_some_and(|value| value.is_null())
    }

    pub(in super::super) fn form(body: &[u8]) -> bool {
        begins_with(body, b"email=")
    }

    pub(in super::super) fn single_quoted(body: &[u8]) -> bool {
        begins_with(body, b"{'")
    }

    /// An object with a comma behind its last member.
    pub(in super::super) fn comma_at_end(body: &[u8]) -> bool {
        body.trim_ascii_end().ends_with(b",}")
    }

    /// Brackets deeper than any parser reads.
    pub(in super::super) fn deep(body: &[u8]) -> bool {
        begins_with(body, b"[[[[[[[[[[[[[[[[")
    }

    pub(in super::super) fn not_utf8(body: &[u8]) -> bool {
        std::str::from_utf8(body).is_err() && begins_with(body, b"{")
    }

    /// A number too large for any machine.
    pub(in super::super) fn huge_number(body: &[u8]) -> bool {
        body.windows(5).any(|letters| letters == b"1e400")
    }

    pub(in super::super) fn raw_newline(body: &[u8]) -> bool {
        json(body).is_none() && body.contains(&b'\n') && begins_with(body, b"{\"")
    }
}

/// Kinds of members.
pub(super) mod member {
    use serde_json::Value;

    fn text_is(value: Option<&Value>, so: impl Fn(&str) -> bool) -> bool {
        value.and_then(Value::as_str).is_some_and(so)
    }

    pub(in super::super) fn absent(value: Option<&Value>) -> bool {
        value.is_none()
    }

    pub(in super::super) fn null(value: Option<&Value>) -> bool {
        value.is_some_and(Value::is_null)
    }

    pub(in super::super) fn number(value: Option<&Value>) -> bool {
        value.is_some_and(Value::is_number)
    }

    pub(in super::super) fn boolean(value: Option<&Value>) -> bool {
        value.is_some_and(Value::is_boolean)
    }

    pub(in super::super) fn is_false(value: Option<&Value>) -> bool {
        value == Some(&Value::Bool(false))
    }

    pub(in super::super) fn is_true(value: Option<&Value>) -> bool {
        value == Some(&Value::Bool(true))
    }

    pub(in super::super) fn zero(value: Option<&Value>) -> bool {
        value
            .and_then(Value::as_f64)
            .is_some_and(|number| number.abs() < f64::MIN_POSITIVE)
    }

    pub(in super::super) fn negative(value: Option<&Value>) -> bool {
        value
            .and_then(Value::as_f64)
            .is_some_and(|number| number < 0.0)
    }

    pub(in super::super) fn fraction(value: Option<&Value>) -> bool {
        value
            .and_then(Value::as_f64)
            .is_some_and(|number| number.fract() != 0.0)
    }

    /// More than 32 bits hold.
    pub(in super::super) fn large(value: Option<&Value>) -> bool {
        value
            .and_then(Value::as_f64)
            .is_some_and(|number| number > f64::from(u32::MAX))
    }

    pub(in super::super) fn empty_list(value: Option<&Value>) -> bool {
        value.and_then(Value::as_array).is_some_and(Vec::is_empty)
    }

    pub(in super::super) fn list_of_text(value: Option<&Value>) -> bool {
        value.is_some_and(|value| value.pointer("/0").is_some_and(Value::is_string))
    }

    pub(in super::super) fn empty_object(value: Option<&Value>) -> bool {
        value
            .and_then(Value::as_object)
            .is_some_and(serde_json::Map::is_empty)
    }

    /// A list or an object in a list or an object.
    pub(in super::super) fn nested(value: Option<&Value>) -> bool {
        let deep = |inner: &Value| inner.is_array() || inner.is_object();
        match value {
            Some(Value::Array(list)) => list.iter().any(deep),
            Some(Value::Object(members)) => members.values().any(deep),
            _ => false,
        }
    }

    pub(in super::super) fn list(value: Option<&Value>) -> bool {
        value.is_some_and(Value::is_array)
    }

    pub(in super::super) fn object(value: Option<&Value>) -> bool {
        value.is_some_and(Value::is_object)
    }

    pub(in super::super) fn empty(value: Option<&Value>) -> bool {
        text_is(value, str::is_empty)
    }

    pub(in super::super) fn without_at(value: Option<&Value>) -> bool {
        text_is(value, |text| !text.trim().is_empty() && !text.contains('@'))
    }

    pub(in super::super) fn two_ats(value: Option<&Value>) -> bool {
        text_is(value, |text| text.matches('@').count() == 2)
    }

    pub(in super::super) fn blank_inside(value: Option<&Value>) -> bool {
        text_is(value, |text| text.contains('@') && text.contains(' '))
    }

    pub(in super::super) fn line_end_inside(value: Option<&Value>) -> bool {
        text_is(value, |text| text.contains('@') && text.contains('\n'))
    }

    pub(in super::super) fn half_an_address(value: Option<&Value>) -> bool {
        text_is(value, |text| text.starts_with('@') || text.ends_with('@'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Members, NewAccount};

    const FRESH: &str = "fresh@assize.example";

    fn accepted(intake: Intake, body: &[u8]) -> Option<NewAccount> {
        let members = Members::parse(&intake.mend(body, FRESH)?).unwrap();
        Some(NewAccount::from_members(&members).unwrap())
    }

    #[test]
    fn a_member_is_mended_and_the_others_stay() {
        let intake = Intake::Member("alias", member::number);
        let body = br#"{"email":"j@doe.net","fullName":"J","alias":42}"#;
        let account = accepted(intake, body).unwrap();
        assert_eq!(account.email.as_given(), "j@doe.net");
        assert_eq!(account.alias, "nobody");
        let sound = br#"{"email":"j@doe.net","fullName":"J","alias":"j"}"#;
        assert!(accepted(intake, sound).is_none());
        assert!(accepted(intake, b"[]").is_none());
    }

    #[test]
    fn a_body_is_mended_with_what_it_begins_with() {
        let continued = Intake::Body(body::continued);
        let body = br#"{"email":"j@doe.net","fullName":"J","alias":"j"} and more"#;
        assert_eq!(accepted(continued, body).unwrap().alias, "j");
        assert!(accepted(continued, b"and more").is_none());
        let cut_off = Intake::Body(body::cut_off);
        let account = accepted(cut_off, br#"{"email":"j@doe.net""#).unwrap();
        assert_eq!(account.email.as_given(), FRESH);
        assert!(accepted(cut_off, b"{'email'}").is_none());
    }
}
