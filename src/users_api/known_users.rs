//! The users of a run by everything that names them: what was given at creation must come back.

use std::collections::HashMap;

use super::api_call::ApiCall;
use super::facts::{bearer_of, body, email_of, folded, header, json, text};
use crate::model::{Mismatch, Request, Response};

/// The users of a run. Bearers and keys are kept in memory alone, as the run's accounts are.
#[derive(Debug, Default)]
pub(crate) struct KnownUsers {
    users: Vec<KnownUser>,
    /// By bearer and by API key.
    by_credential: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    by_email: HashMap<String, usize>,
}

#[derive(Debug, Default)]
struct KnownUser {
    /// The alias given at creation; none where another answer may be right, too.
    alias: Option<String>,
    is_gone: bool,
}

/// The alias that a user was given who is read.
#[derive(Debug)]
pub(crate) struct GivenText(String);

impl KnownUsers {
    /// Learns from an answer, and gives the alias that is to come back in it, if it is about a known user.
    pub(crate) fn learn(&mut self, request: &Request, response: &Response) -> Option<GivenText> {
        if !response.is_success() {
            return None;
        }
        match ApiCall::of(request)? {
            ApiCall::CreateUser => self.created(request, response),
            ApiCall::OpenSession => {
                let email = email_of(request).map(|email| folded(&email));
                let owner = email.and_then(|email| self.by_email.get(&email).copied());
                self.credential(json(&response.body), "bearer", owner);
            }
            ApiCall::MakeKeyPair => {
                let owner = self.sender(request);
                self.credential(json(&response.body), "apiKey", owner);
            }
            ApiCall::ReadSession => {
                let id = json(&response.body).and_then(|body| text(&body, "userID"));
                if let (Some(owner), Some(id)) = (self.sender(request), id) {
                    self.by_id.insert(id, owner);
                }
            }
            ApiCall::DeleteUser => {
                let owner = self.sender(request);
                if let Some(user) = owner.and_then(|owner| self.users.get_mut(owner)) {
                    user.is_gone = true;
                }
            }
            ApiCall::ReadUser(id) => {
                let owner = self.by_id.get(id)?;
                let user = self.users.get(*owner).filter(|user| !user.is_gone)?;
                return user.alias.clone().map(GivenText);
            }
            ApiCall::VerifySession | ApiCall::VerifyKeyPair => {}
        }
        None
    }

    fn created(&mut self, request: &Request, response: &Response) {
        let owner = self.users.len();
        let email = email_of(request).map(|email| folded(&email));
        let mut alias = body(request).and_then(|body| text(&body, "alias"));
        if let Some(email) = email {
            // A second account of one address may be the first one.
            if let Some(first) = self.by_email.insert(email, owner) {
                alias = None;
                if let Some(first) = self.users.get_mut(first) {
                    first.alias = None;
                }
            }
        }
        self.users.push(KnownUser {
            alias,
            is_gone: false,
        });
        self.credential(json(&response.body), "bearer", Some(owner));
    }

    fn credential(
        &mut self,
        answer: Option<serde_json::Value>,
        member: &str,
        owner: Option<usize>,
    ) {
        let told = answer.and_then(|answer| text(&answer, member));
        if let (Some(told), Some(owner)) = (told, owner) {
            self.by_credential.insert(told, owner);
        }
    }

    /// The user whose credentials a request bears; none if it bears those of more than one.
    fn sender(&self, request: &Request) -> Option<usize> {
        let bearer = bearer_of(request).and_then(|bearer| self.by_credential.get(&bearer));
        let key = header(request, "api-key").and_then(|key| self.by_credential.get(key));
        match (bearer, key) {
            (Some(one), Some(other)) => (one == other).then_some(*one),
            (one, other) => one.or(other).copied(),
        }
    }
}

impl GivenText {
    /// The other text that an answer tells which reads this user. That there is one at all is another rule.
    pub(crate) fn changed_to(&self, response: &Response) -> Option<Mismatch> {
        let told = text(&json(&response.body)?, "alias")?;
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        (told != self.0).then(|| Mismatch::new("json /alias", quoted(&self.0), quoted(&told)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Manner;

    fn request(method: &str, path: &str, bearer: Option<&str>, body: &str) -> Request {
        let headers = bearer.map(|one| ("Authorization".to_owned(), format!("Bearer {one}")));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: headers.into_iter().collect(),
            body: Some(body.as_bytes().to_vec()),
            manner: Manner::default(),
        }
    }

    fn answer(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_alias_of_a_user_is_known_from_its_identification_to_its_deletion() {
        let mut users = KnownUsers::default();
        let create = r#"{"email":"a@b.test","alias":"given"}"#;
        users.learn(
            &request("POST", "/user", None, create),
            &answer(200, r#"{"bearer":"t"}"#),
        );
        let read = request("GET", "/user/1?x", None, "");
        let told = answer(200, r#"{"alias":"given"}"#);
        assert!(users.learn(&read, &told).is_none());
        let session = request("GET", "/session", Some("t"), "");
        users.learn(&session, &answer(200, r#"{"userID":"1"}"#));
        assert_eq!(
            users.learn(&read, &told).map(|one| one.0).as_deref(),
            Some("given")
        );
        assert!(users.learn(&read, &answer(404, "")).is_none());
        users.learn(&request("DELETE", "/user", Some("t"), ""), &answer(202, ""));
        assert!(users.learn(&read, &told).is_none());
    }

    #[test]
    fn two_accounts_of_one_address_may_be_one() {
        let mut users = KnownUsers::default();
        for (email, bearer) in [("a@b.test", "t"), ("A+x@b.test", "u")] {
            let create = format!(r#"{{"email":"{email}","alias":"{bearer}"}}"#);
            let told = format!(r#"{{"bearer":"{bearer}"}}"#);
            users.learn(
                &request("POST", "/user", None, &create),
                &answer(200, &told),
            );
        }
        let session = request("GET", "/session", Some("u"), "");
        users.learn(&session, &answer(200, r#"{"userID":"1"}"#));
        let read = request("GET", "/user/1", None, "");
        assert!(users.learn(&read, &answer(200, "")).is_none());
    }
}
