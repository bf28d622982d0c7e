//! What a store keeps.

use uuid::Uuid;

use super::{Digest, Email, Moment, Secret};

/// A user's account.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    /// The user's identifier.
    pub id: Uuid,
    /// Unique among accounts.
    pub email: Email,
    /// The user's name.
    pub full_name: String,
    /// What others see; need not be unique.
    pub alias: String,
}

/// A session of an account.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// The session's identifier.
    pub id: Uuid,
    /// Whose session it is.
    pub account: Uuid,
    /// What is kept of the bearer.
    pub bearer: Digest,
    /// Whether its code was given.
    pub verified: bool,
    /// The first moment at which it no longer counts.
    pub expires: Moment,
    /// The network address it was opened from.
    pub ip: String,
    /// What the client that opened it called itself.
    pub user_agent: String,
}

/// A key pair of an account.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The key pair's identifier.
    pub id: Uuid,
    /// Whose key pair it is.
    pub account: Uuid,
    /// A label for people.
    pub name: String,
    /// The public half.
    pub api_key: Secret,
    /// What is kept of the secret half.
    pub secret: Digest,
    /// Whether its code was given.
    pub verified: bool,
    /// The first moment at which it no longer counts.
    pub expires: Moment,
}

/// A code that was sent and not yet used.
#[derive(Clone, Debug)]
pub struct Code {
    /// The code's identifier.
    pub id: Uuid,
    /// Who was sent it.
    pub account: Uuid,
    /// What it verifies.
    pub opens: Opens,
    /// The code itself. It is kept as it is: a hash of six digits hides nothing.
    pub digits: Secret,
    /// The first moment at which it no longer verifies.
    pub expires: Moment,
    /// How many wrong codes may still be tried.
    pub attempts_left: u32,
}

/// What a code verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The session with this identifier.
    Session(Uuid),
    /// The key pair with this identifier.
    KeyPair(Uuid),
}
