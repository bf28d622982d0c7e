//! What callers are answered: the members that the API's public pages name.

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::{AccountRecord, Email, KeyPair, Moment, Secret, SessionRecord};

/// Every user has this role.
const ROLES: &[&str] = &["user"];
/// Every user is in this group.
const GROUPS: &[&str] = &["public"];

/// A code on its way to a mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where it goes.
    pub to: Email,
    /// The six digits.
    pub digits: Secret,
    /// How long they verify, in seconds.
    pub valid_seconds: u32,
}

/// A session that was just opened.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenedSession {
    /// Told this once.
    pub bearer: Secret,
    /// The session's identifier.
    #[serde(rename = "sessionID")]
    pub session_id: Uuid,
    /// In seconds since the Unix epoch.
    pub expire_at: Moment,
    /// The network address it was opened from.
    pub ip: String,
    /// What the client that opened it called itself.
    pub user_agent: String,
    /// What to give together with the code from the mail.
    #[serde(rename = "verificationCodeID")]
    pub verification_code_id: Uuid,
}

/// What anybody may know of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicUser {
    /// The alias, exactly as it was given.
    pub alias: String,
}

/// Which user has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UserReference {
    /// The user's identifier.
    #[serde(rename = "userID")]
    pub user_id: Uuid,
}

/// The caller's session, with what it may do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedSession {
    #[serde(rename = "sessionID")]
    session_id: Uuid,
    #[serde(rename = "userID")]
    user_id: Uuid,
    alias: String,
    full_name: String,
    expire_at: Moment,
    verified: bool,
    roles: &'static [&'static str],
    groups: &'static [&'static str],
    ip: String,
    user_agent: String,
}

impl CheckedSession {
    pub(super) fn of(session: SessionRecord, account: AccountRecord) -> Self {
        Self {
            session_id: session.id,
            user_id: account.id,
            alias: account.alias,
            full_name: account.full_name,
            expire_at: session.expires,
            verified: session.verified,
            roles: ROLES,
            groups: GROUPS,
            ip: session.ip,
            user_agent: session.user_agent,
        }
    }
}

/// The caller's sessions.
#[derive(Clone, Debug, Serialize)]
pub struct SessionList {
    /// The oldest first.
    pub sessions: Vec<SessionSummary>,
}

/// One session in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionSummary {
    /// The session's identifier.
    #[serde(rename = "sessionID")]
    pub session_id: Uuid,
    /// The network address it was opened from.
    pub ip: String,
    /// What the client that opened it called itself.
    pub user_agent: String,
    /// In seconds since the Unix epoch.
    pub expire_at: Moment,
    /// Whether its code was given.
    pub verified: bool,
    /// Whether it is the session of this very call.
    pub current: bool,
}

impl SessionSummary {
    pub(super) fn of(session: SessionRecord, current: Uuid) -> Self {
        Self {
            current: session.id == current,
            session_id: session.id,
            ip: session.ip,
            user_agent: session.user_agent,
            expire_at: session.expires,
            verified: session.verified,
        }
    }
}

/// A key pair that was just issued.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuedKeyPair {
    /// Told this once.
    pub api_secret: Secret,
    /// The pair it belongs to.
    #[serde(flatten)]
    pub pair: KeyPairSummary,
    /// What to give together with the code from the mail.
    #[serde(rename = "verificationCodeID")]
    pub verification_code_id: Uuid,
}

/// The caller's key pairs.
#[derive(Clone, Debug, Serialize)]
pub struct KeyPairList {
    /// The oldest first.
    pub keys: Vec<KeyPairSummary>,
}

/// A key pair without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyPairSummary {
    /// The public half.
    pub api_key: Secret,
    /// The key pair's identifier.
    #[serde(rename = "keyID")]
    pub key_id: Uuid,
    /// A label for people.
    pub key_name: String,
    /// In seconds since the Unix epoch.
    pub expire_at: Moment,
    /// Whether its code was given.
    pub verified: bool,
}

impl KeyPairSummary {
    pub(super) fn of(pair: KeyPair) -> Self {
        Self {
            api_key: pair.api_key,
            key_id: pair.id,
            key_name: pair.name,
            expire_at: pair.expires,
            verified: pair.verified,
        }
    }
}

/// The caller's key pair, with what it may do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedKeyPair {
    #[serde(flatten)]
    pair: KeyPairSummary,
    #[serde(rename = "userID")]
    user_id: Uuid,
    user_name: String,
    user_alias: String,
    roles: &'static [&'static str],
    groups: &'static [&'static str],
}

impl CheckedKeyPair {
    pub(super) fn of(pair: KeyPair, account: AccountRecord) -> Self {
        Self {
            pair: KeyPairSummary::of(pair),
            user_id: account.id,
            user_name: account.full_name,
            user_alias: account.alias,
            roles: ROLES,
            groups: GROUPS,
        }
    }
}

/// The call was done; there is nothing to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledged {
    message: &'static str,
}

impl Default for Acknowledged {
    fn default() -> Self {
        Self {
            message: "acknowledged",
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.as_unix())
    }
}
