//! What a request or an answer says that matters to the accounts of a run: functions of the texts alone.

use serde_json::Value;

use crate::model::{Request, Response};

/// How much of a body is kept that names no address, in characters.
const BEGINNING: usize = 200;

/// The address that a request to make an account names: its member `email` or, since a target may read
/// more than it should, one of another letter case, or whatever looks like an address in the body.
pub(crate) fn email_of(request: &Request) -> Option<String> {
    let written = request.body.as_deref()?;
    let Some(body) = json(written) else {
        return address_in(std::str::from_utf8(written).ok()?);
    };
    let members = body.as_object().into_iter().flatten();
    let named = |wanted: &str| {
        let member = members
            .clone()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        member
            .and_then(|(_, value)| value.as_str())
            .map(str::to_owned)
    };
    text(&body, "email")
        .or_else(|| named("email"))
        .or_else(|| address_in(&body.to_string()))
}

/// An address as a target may see it that makes no difference between letter cases and plus tags.
pub(super) fn folded(email: &str) -> String {
    let email = email.trim().to_lowercase();
    match email.rsplit_once('@') {
        Some((local, host)) => {
            let local = local.split('+').next().unwrap_or(local);
            format!("{local}@{host}")
        }
        None => email,
    }
}

/// The first run of characters around an `@` that could be an address.
fn address_in(text: &str) -> Option<String> {
    let apart = |letter: char| letter.is_whitespace() || "\"'<>,;:=&()[]{}\\".contains(letter);
    let mut words = text.split(apart);
    let address = words.find(|word| {
        let sides = word.split_once('@');
        sides.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
    });
    address.map(str::to_owned)
}

/// The beginning of a request's body, as text.
pub(super) fn beginning_of_body(request: &Request) -> Option<String> {
    let text = String::from_utf8_lossy(request.body.as_deref()?);
    Some(text.chars().take(BEGINNING).collect())
}

/// What the session is known by that an answer opened.
pub(crate) fn session_secret(answer: &Response) -> Option<String> {
    text(&json(&answer.body)?, "bearer")
}

/// The members of a session that the API documents.
const SESSION_MEMBERS: [&str; 6] = [
    "bearer",
    "sessionID",
    "expireAt",
    "ip",
    "userAgent",
    "verificationCodeID",
];
/// The length of a mailed code.
const CODE_DIGITS: usize = 6;

/// What could be the code of the session that an answer opened, in members that the API does not document:
/// a secret that may never be learnt otherwise, since nobody need wait for the mail.
pub(crate) fn unasked_codes(body: &[u8]) -> Vec<String> {
    let Some(Value::Object(members)) = json(body) else {
        return Vec::new();
    };
    let further = members
        .into_iter()
        .filter(|(name, _)| !SESSION_MEMBERS.contains(&name.as_str()));
    let texts = further.map(|(_, value)| match value {
        Value::String(text) => text,
        other => other.to_string(),
    });
    let numbers = |text: String| -> Vec<String> {
        let apart = |letter: char| !letter.is_ascii_alphanumeric();
        let words = text.split(apart);
        let is_code = |word: &&str| {
            word.len() == CODE_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit())
        };
        words.filter(is_code).map(str::to_owned).collect()
    };
    texts.flat_map(numbers).collect()
}

pub(super) fn body(request: &Request) -> Option<Value> {
    json(request.body.as_deref()?)
}

pub(super) fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

pub(super) fn text(object: &Value, member: &str) -> Option<String> {
    object.get(member)?.as_str().map(str::to_owned)
}

pub(super) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

pub(super) fn bearer_of(request: &Request) -> Option<String> {
    let value = header(request, "authorization")?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(body: &str) -> Request {
        Request {
            method: "POST".into(),
            path: "/user".into(),
            headers: Vec::new(),
            body: Some(body.as_bytes().to_vec()),
            manner: crate::model::Manner::default(),
        }
    }

    #[test]
    fn an_address_is_found_wherever_a_target_may_have_read_it() {
        for body in [
            r#"{"email":"a@b.test","alias":"x@y"}"#,
            r#"{"EMAIL":"a@b.test"}"#,
            r#"{"alias":"plain","user":{"mail":"a@b.test"}}"#,
            r#"[{"email":"a@b.test"}]"#,
            r#"{"email":"a@b.test","alias":"cut o"#,
            "email=a@b.test",
        ] {
            let email = email_of(&create(body));
            assert_eq!(email.as_deref(), Some("a@b.test"), "{body}");
        }
        for body in ["", r#"{"email":42}"#, r#"{"alias":"@"}"#] {
            assert_eq!(email_of(&create(body)), None, "{body}");
        }
        assert_eq!(
            unasked_codes(br#"{"sessionID":"111111","hint":"it is 222222","n":[333333]}"#),
            ["222222", "333333"]
        );
        let long = create(&"x".repeat(BEGINNING + 1));
        assert_eq!(
            beginning_of_body(&long).map(|text| text.len()),
            Some(BEGINNING)
        );
    }
}
