//! What tells two masked secrets apart, without telling either.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Exchange, MASK, Redactor, Request, Response, ValueForm, header_text};

/// What stands for a value of an exchange that is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretMark {
    /// Where it stands: `request header authorization`, `answer body /bearer`.
    pub at: String,
    /// The beginning of a hash of the value, with a key that belongs to the run and is kept nowhere: equal where
    /// the value is, within the run.
    pub mark: String,
    /// What the value looks like: `64 hex digits`.
    pub form: String,
}

/// The marks of all that is masked in an exchange; none where the redactor has no key.
pub(super) fn secret_marks(exchange: &Exchange, redactor: &Redactor) -> Vec<SecretMark> {
    if !redactor.has_key() {
        return Vec::new();
    }
    let mut marks = Vec::new();
    let mut note = |at: String, value: &str, shown: &str| {
        if value == shown {
            return;
        }
        // Of `Bearer …` the scheme stays, and the credential is what is the same elsewhere.
        let scheme = shown.strip_suffix(MASK).unwrap_or_default();
        let value = value.strip_prefix(scheme).unwrap_or(value);
        marks.extend(redactor.mark(value).map(|mark| SecretMark {
            at,
            mark,
            form: ValueForm::of(value).to_string(),
        }));
    };
    of_request(&exchange.request, redactor, &mut note);
    if let Ok(response) = &exchange.result {
        of_answer(response, redactor, &mut note);
    }
    marks
}

fn of_request(request: &Request, redactor: &Redactor, note: &mut impl FnMut(String, &str, &str)) {
    for (name, value) in &request.headers {
        let at = format!("request header {}", name.to_ascii_lowercase());
        note(at, value, &redactor.header(name, value));
    }
    if let Some(body) = &request.body {
        of_body("request", body, redactor, note);
    }
}

fn of_answer(answer: &Response, redactor: &Redactor, note: &mut impl FnMut(String, &str, &str)) {
    for (name, value) in &answer.headers {
        let value = header_text(value);
        let at = format!("answer header {}", name.to_ascii_lowercase());
        note(at, &value, &redactor.header(name, &value));
    }
    of_body("answer", &answer.body, redactor, note);
}

fn of_body(
    side: &str,
    body: &[u8],
    redactor: &Redactor,
    note: &mut impl FnMut(String, &str, &str),
) {
    let text = String::from_utf8_lossy(body);
    let shown = redactor.body(&text);
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    if let (Ok(value), Ok(shown)) = (read(&text), read(&shown)) {
        of_member(
            &mut String::new(),
            (&value, &shown),
            &mut |path, value, shown| {
                note(format!("{side} body {path}"), value, shown);
            },
        );
    } else {
        note(format!("{side} body"), &text, &shown);
    }
}

/// Walks a body and what is shown of it; `path` is a JSON Pointer (RFC 6901).
fn of_member(
    path: &mut String,
    values: (&serde_json::Value, &serde_json::Value),
    note: &mut impl FnMut(&str, &str, &str),
) {
    use serde_json::Value::{Array, Object, String as Text};
    let length = path.len();
    match values {
        (Object(members), Object(shown)) => {
            for ((name, member), shown) in members.iter().zip(shown.values()) {
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                of_member(path, (member, shown), note);
                path.truncate(length);
            }
        }
        (Array(items), Array(shown)) => {
            for (index, (item, shown)) in items.iter().zip(shown).enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                of_member(path, (item, shown), note);
                path.truncate(length);
            }
        }
        (Text(value), Text(shown)) => note(path, value, shown),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Manner, MarkKey};
    use std::time::Duration;

    #[test]
    fn a_secret_has_one_mark_wherever_it_stands_and_is_shown_nowhere() {
        let redactor = Redactor::new().with_key(MarkKey::new([7; 32]));
        let exchange = Exchange {
            number: 1,
            request: Request {
                method: "DELETE".into(),
                path: "/user".into(),
                headers: vec![("Authorization".into(), "Bearer tok-abcdef0123".into())],
                body: None,
                manner: Manner::default(),
            },
            result: Ok(Response {
                status: 200,
                headers: vec![("x-request".into(), b"1".to_vec())],
                body:
                    br#"{"bearer":"tok-abcdef0123","all":[{"token":"another-one-9"}],"alias":"x"}"#
                        .to_vec(),
            }),
            elapsed: Duration::ZERO,
        };
        redactor.learn("tok-abcdef0123");
        let marks = secret_marks(&exchange, &redactor);
        let at: Vec<&str> = marks.iter().map(|mark| mark.at.as_str()).collect();
        assert_eq!(
            at,
            [
                "request header authorization",
                "answer body /bearer",
                "answer body /all/0/token"
            ]
        );
        assert_eq!(marks[0].mark, marks[1].mark);
        assert_ne!(marks[0].mark, marks[2].mark);
        let text = serde_json::to_string(&marks).unwrap();
        assert!(
            !text.contains("abcdef") && !text.contains("another"),
            "{text}"
        );
        assert_eq!(secret_marks(&exchange, &Redactor::new()), []);
    }
}
