//! A call as a defect sees it: enough to decide whether to strike.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::Circumstances;
use crate::reference::{Credentials, Secret};

/// Which call it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallKind {
    /// Creates a user.
    CreateUser,
    /// Reads a user by its identifier.
    GetUser,
    /// Deletes the caller's account.
    DeleteUser,
    /// Any call of a neighbouring endpoint.
    Neighbour,
    /// None that the API has.
    #[default]
    NoSuchCall,
}

impl CallKind {
    /// Whether it is one of the three that are on trial.
    #[must_use]
    pub const fn is_on_trial(self) -> bool {
        matches!(self, Self::CreateUser | Self::GetUser | Self::DeleteUser)
    }
}

/// A call as a defect sees it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which call it is.
    pub operation: CallKind,
    /// The method in front of the path.
    pub method: String,
    /// What follows the base path, as it was sent: still encoded, with its query.
    pub path: String,
    /// The credentials, as far as they can be read.
    pub credentials: Credentials,
    /// Whether there is anything in the place where a bearer belongs, readable or not.
    pub has_authorization: bool,
    /// The declared type of the body; empty if there is none.
    pub media_type: String,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// How it came.
    pub came: Circumstances,
}

impl Asked {
    pub(super) fn bearer(&self) -> Option<&str> {
        self.credentials.bearer.as_ref().map(Secret::reveal)
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.credentials.api_key.as_ref().map(Secret::reveal)
    }

    pub(super) fn secret(&self) -> Option<&str> {
        self.credentials.api_secret.as_ref().map(Secret::reveal)
    }

    /// The body, if it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A member of the body that is a text.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<String> {
        Some(self.json()?.get(member)?.as_str()?.to_owned())
    }

    /// The members of the body in the order in which they stand; none if it is no object.
    pub(super) fn members(&self) -> Vec<String> {
        let Some(Value::Object(members)) = self.json() else {
            return Vec::new();
        };
        members.keys().cloned().collect()
    }

    pub(super) fn any(_: &Self) -> bool {
        true
    }

    pub(super) fn has_bearer(&self) -> bool {
        self.credentials.bearer.is_some()
    }

    /// Authorization that is there and holds no bearer.
    pub(super) fn has_odd_authorization(&self) -> bool {
        self.has_authorization && !self.has_bearer()
    }

    /// A key and a secret, neither of them empty, and no bearer.
    pub(super) fn has_pair(&self) -> bool {
        let given = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
        given(self.key()) && given(self.secret()) && !self.has_authorization
    }

    /// One of key and secret.
    pub(super) fn has_half_a_pair(&self) -> bool {
        self.key().is_some() != self.secret().is_some()
    }

    /// Nothing that could be credentials, well formed or not.
    pub(super) fn has_no_credentials(&self) -> bool {
        !self.has_authorization && self.key().is_none() && self.secret().is_none()
    }

    pub(super) fn has_empty_body(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// A body that is there and is no JSON. A number of any size is JSON.
    pub(super) fn has_malformed_body(&self) -> bool {
        let is_json = std::str::from_utf8(&self.body)
            .is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        !self.has_empty_body() && !is_json
    }

    /// A body that is a JSON object.
    pub(super) fn has_object(&self) -> bool {
        self.json().is_some_and(|value| value.is_object())
    }

    /// A body with a member of a type that no member has.
    pub(super) fn has_wrong_type(&self) -> bool {
        ["email", "fullName", "alias"].iter().any(|member| {
            self.json()
                .and_then(|value| value.get(member).cloned())
                .is_some_and(|value| !value.is_string() && !value.is_null())
        })
    }
}
