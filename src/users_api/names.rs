//! The addresses and aliases that a case has asked for so far.

use std::collections::HashSet;

use super::facts::{body, email_of, folded, text};
use crate::model::Request;

/// The addresses and aliases that a case has asked for so far.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// Notes what a create asks for, and says whether all of it is asked for the first time. What differs
    /// only in ways in which servers often make no difference is not new.
    pub(crate) fn are_new(&mut self, create: &Request) -> bool {
        let email = email_of(create).map(|email| folded(&email));
        let alias = body(create).and_then(|body| text(&body, "alias"));
        let alias = alias.map(|alias| format!("alias {}", alias.trim().to_lowercase()));
        let names: Vec<String> = email.into_iter().chain(alias).collect();
        let known = names.iter().any(|name| self.0.contains(name));
        self.0.extend(names);
        !known
    }
}

/// The address, the alias and the full name that a create asks for, if all are texts.
pub(crate) fn asked_names(create: &Request) -> Option<[String; 3]> {
    let body = body(create)?;
    Some([
        email_of(create)?,
        text(&body, "alias")?,
        text(&body, "fullName")?,
    ])
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
}
