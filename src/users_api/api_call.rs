//! Which call of the API a request is.

use serde_json::Value;

use super::facts::{body, text};
use crate::model::{Exchange, Request, path_only};

/// A call of the API that says something of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiCall<'a> {
    CreateUser,
    /// Of the user with this id.
    ReadUser(&'a str),
    DeleteUser,
    OpenSession,
    ReadSession,
    VerifySession,
    MakeKeyPair,
    VerifyKeyPair,
}

impl<'a> ApiCall<'a> {
    /// The call of a request; none if it is another.
    pub(crate) fn of(request: &'a Request) -> Option<Self> {
        Self::at(&request.method, &request.path)
    }

    /// The call of a request that was granted.
    pub(crate) fn granted(exchange: &'a Exchange) -> Option<Self> {
        let response = exchange.result.as_ref().ok()?;
        let call = Self::of(&exchange.request)?;
        response.is_success().then_some(call)
    }

    /// The call with this method to this path, with or without a query.
    pub(crate) fn at(method: &str, path: &'a str) -> Option<Self> {
        Some(match (method, path_only(path)) {
            ("POST", "/user") => Self::CreateUser,
            ("DELETE", "/user") => Self::DeleteUser,
            ("POST", "/session") => Self::OpenSession,
            ("GET", "/session") => Self::ReadSession,
            ("PUT", "/session/verification") => Self::VerifySession,
            ("POST", "/keypair") => Self::MakeKeyPair,
            ("PUT", "/keypair/verification") => Self::VerifyKeyPair,
            ("GET", path) => Self::ReadUser(path.strip_prefix("/user/")?),
            _ => return None,
        })
    }

    /// The requirement that an answer to it proves, whatever the case is about.
    pub(crate) const fn proves(self) -> Option<&'static str> {
        match self {
            Self::CreateUser => Some("create.account"),
            Self::DeleteUser => Some("delete.status"),
            Self::VerifySession | Self::ReadSession => Some("create.verifiable"),
            Self::ReadUser(_) => Some("get.alias"),
            Self::OpenSession | Self::MakeKeyPair | Self::VerifyKeyPair => None,
        }
    }

    /// Whether a success opens a session.
    pub(crate) const fn opens_session(self) -> bool {
        matches!(self, Self::CreateUser | Self::OpenSession)
    }

    /// Whether it may change which accounts there are, or what opens them.
    pub(crate) const fn changes_accounts(self) -> bool {
        matches!(
            self,
            Self::CreateUser | Self::VerifySession | Self::DeleteUser
        )
    }

    /// Whether the request names whom or what it is about, in its path or its body.
    pub(crate) const fn names_something(self) -> bool {
        !matches!(self, Self::CreateUser | Self::DeleteUser)
    }
}

/// The members of a request that verifies something, and the code in it.
pub(crate) fn verified_code(request: &Request) -> Option<(Value, String)> {
    let verifies = [ApiCall::VerifySession, ApiCall::VerifyKeyPair];
    let members = ApiCall::of(request).filter(|call| verifies.contains(call));
    let members = members.and_then(|_| body(request))?;
    let code = text(&members, "code")?;
    Some((members, code))
}

/// The route of a path, `{id}` for what varies; none of those that the document does not know.
#[must_use]
pub fn route(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path_only(path).split('/').skip(1).collect();
    Some(match segments.as_slice() {
        ["user"] => "/user",
        ["user", _] => "/user/{id}",
        ["session"] => "/session",
        ["session", "verification"] => "/session/verification",
        ["session", "extend"] => "/session/extend",
        ["session", _] => "/session/{id}",
        ["sessions"] => "/sessions",
        ["keypair"] => "/keypair",
        ["keypair", "verification"] => "/keypair/verification",
        ["keypair", _] => "/keypair/{id}",
        ["keypairs"] => "/keypairs",
        _ => return None,
    })
}
