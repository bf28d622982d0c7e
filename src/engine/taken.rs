//! Whether a create was refused because somebody has its address or alias already: then the answer
//! speaks for that, and not for what a case is about.

use std::collections::HashSet;

use super::facts::{body, email_of, text};
use crate::diagnosis::tells_taken;
use crate::model::{Request, Response};

/// HTTP's own word for it.
const CONFLICT: u16 = 409;
/// How much of what a target says is read and shown, in characters.
const SHOWN: usize = 120;

/// The addresses and aliases that a case has asked for so far.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Notes what a create asks for, and says whether all of it is asked for the first time. What differs
    /// only in ways in which servers often make no difference is not new.
    pub(super) fn are_new(&mut self, create: &Request) -> bool {
        let email = email_of(create).map(|email| folded(&email));
        let alias = body(create).and_then(|body| text(&body, "alias"));
        let alias = alias.map(|alias| format!("alias {}", alias.trim().to_lowercase()));
        let names: Vec<String> = email.into_iter().chain(alias).collect();
        let known = names.iter().any(|name| self.0.contains(name));
        self.0.extend(names);
        !known
    }
}

/// The address without letter case and plus tag.
fn folded(email: &str) -> String {
    let email = email.to_lowercase();
    match email.rsplit_once('@') {
        Some((local, host)) => {
            let local = local.split('+').next().unwrap_or(local);
            format!("{local}@{host}")
        }
        None => email,
    }
}

/// What a target says, if it says that something is taken.
pub(super) fn says_taken(response: &Response) -> Option<String> {
    if !(400..500).contains(&response.status) {
        return None;
    }
    let header = response
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-error"))
        .map(|(_, value)| value.as_slice());
    let said = [header.unwrap_or_default(), &response.body];
    let said = said.map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        text.chars().take(SHOWN).collect::<String>()
    });
    let quoted = said.iter().find(|text| tells_taken(text)).cloned();
    quoted.or_else(|| (response.status == CONFLICT).then(|| said.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(email: &str, alias: &str) -> Request {
        let body = serde_json::json!({"email": email, "alias": alias});
        Request {
            method: "POST".into(),
            path: "/user".into(),
            headers: Vec::new(),
            body: Some(body.to_string().into_bytes()),
            manner: crate::model::Manner::default(),
        }
    }

    #[test]
    fn what_was_asked_for_before_is_not_new_in_whatever_spelling() {
        let mut names = Names::default();
        assert!(names.are_new(&create("a@x", "one")));
        assert!(names.are_new(&create("b@x", "two")));
        for (email, alias) in [("A@X", "c"), ("a+more@x", "d"), ("e@x", "One")] {
            assert!(!names.are_new(&create(email, alias)), "{email} {alias}");
        }
    }

    #[test]
    fn a_refusal_says_that_something_is_taken_or_is_about_something_else() {
        let answer = |status, x_error: &str, body: &str| Response {
            status,
            headers: vec![("X-Error".into(), x_error.as_bytes().to_vec())],
            body: body.as_bytes().to_vec(),
        };
        let said = says_taken(&answer(400, "this alias is taken", ""));
        assert_eq!(said.as_deref(), Some("this alias is taken"));
        let in_body = r#"{"error":"Email already exists"}"#;
        assert!(says_taken(&answer(422, "refused", in_body)).is_some());
        assert!(says_taken(&answer(409, "conflict", "")).is_some());
        assert_eq!(says_taken(&answer(400, "the body is mistaken", "")), None);
        assert_eq!(says_taken(&answer(500, "already down", "")), None);
    }
}
