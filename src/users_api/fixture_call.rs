//! The calls that are made for a case or after it, without any suite saying so.

use serde_json::{Value, json};

use super::account::Session;
use super::lent::LentKeyPair;
use crate::model::{Manner, Request};

/// For how many days a key pair is asked for. The shortest that every server should allow.
const KEY_PAIR_DAYS: u32 = 1;
/// A body that no server takes for a request, so that nothing can come of it.
const UNREADABLE: &str = "{";

/// A call that no suite says.
#[derive(Clone, Debug)]
pub(crate) struct FixtureCall {
    /// The name shown in reports.
    pub(crate) name: &'static str,
    pub(crate) request: Request,
}

impl FixtureCall {
    fn new(name: &'static str, method: &str, path: &str) -> Self {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
            manner: Manner::default(),
        };
        Self { name, request }
    }

    fn header(mut self, name: &str, value: String) -> Self {
        self.request.headers.push((name.to_owned(), value));
        self
    }

    fn bearer(self, bearer: &str) -> Self {
        self.header("authorization", format!("Bearer {bearer}"))
    }

    fn text(self, body: &str) -> Self {
        let mut call = self.header("content-type", "application/json".to_owned());
        call.request.body = Some(body.as_bytes().to_vec());
        call
    }

    fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    pub(crate) fn create_user(members: &Value) -> Self {
        Self::new("create a user", "POST", "/user").json(members)
    }

    /// Reads a user by its id, with its own session if one is given.
    pub(crate) fn read_user(id: &str, session: Option<&Session>) -> Self {
        let call = Self::new("look at a user", "GET", &format!("/user/{id}"));
        match session {
            Some(session) => call.bearer(&session.bearer),
            None => call,
        }
    }

    pub(crate) fn delete_user(session: &Session) -> Self {
        Self::new("remove", "DELETE", "/user").bearer(&session.bearer)
    }

    pub(crate) fn open_session(name: &'static str, email: &str) -> Self {
        Self::new(name, "POST", "/session").json(&json!({ "email": email }))
    }

    pub(crate) fn read_session(bearer: &str) -> Self {
        Self::new("learn the user's id", "GET", "/session").bearer(bearer)
    }

    pub(crate) fn extend_session(bearer: &str) -> Self {
        Self::new("extend the session", "PUT", "/session/extend").bearer(bearer)
    }

    pub(crate) fn verify_session(name: &'static str, code_id: &str, code: &str) -> Self {
        Self::new(name, "PUT", "/session/verification").json(&verification(code_id, code))
    }

    pub(crate) fn make_key_pair(bearer: &str) -> Self {
        let members = json!({"name": "assize", "days": KEY_PAIR_DAYS});
        let call = Self::new("make a key pair", "POST", "/keypair");
        call.bearer(bearer).json(&members)
    }

    pub(crate) fn verify_key_pair(bearer: &str, code_id: &str, code: &str) -> Self {
        let call = Self::new("verify the key pair", "PUT", "/keypair/verification");
        call.bearer(bearer).json(&verification(code_id, code))
    }

    pub(crate) fn read_key_pair(pair: &LentKeyPair) -> Self {
        let name = "learn the id of the key pair's user";
        let call = Self::new(name, "GET", "/keypair");
        call.header("api-key", pair.key.clone())
            .header("api-secret", pair.secret.clone())
    }

    /// A question that changes nothing at any target: after a user with this id, whom nobody made.
    pub(crate) fn reach(id: &str) -> Self {
        Self::read_user(id, None)
    }

    /// Asks what the API refuses in four different ways, with the token of nobody.
    pub(crate) fn questions(token: &str) -> [Self; 4] {
        let name = "look around";
        [
            Self::new(name, "DELETE", "/user").bearer(token),
            Self::new(name, "POST", "/user").text(UNREADABLE),
            Self::new(name, "GET", "/session").bearer(token),
            Self::new(name, "PUT", "/session/verification").text(UNREADABLE),
        ]
    }
}

fn verification(code_id: &str, code: &str) -> Value {
    json!({"verificationCodeID": code_id, "code": code})
}
