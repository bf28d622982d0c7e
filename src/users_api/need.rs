//! What a case needs before its first step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that is made before the first step and removed after the last.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A mailbox in which the target's mails can be read.
    Mailbox,
    /// A verified user of the case's own, as `${user.id}`, `${user.email}`, `${user.alias}`,
    /// `${user.bearer}` and so on. Needs a mailbox.
    User,
    /// Another verified user of the case's own, as `${second.id}` and so on.
    SecondUser,
    /// A verified API key pair of the user's, as `${user.apiKey}` and `${user.apiSecret}`.
    KeyPair,
    /// A verified API key pair of the second user's, as `${second.apiKey}` and `${second.apiSecret}`.
    SecondKeyPair,
    /// A verified user that many cases share and none changes, as `${known.id}`, `${known.alias}`.
    KnownUser,
}

impl Need {
    /// Whether it is a user whom no other case has.
    #[must_use]
    pub const fn is_own_user(self) -> bool {
        match self {
            Self::User | Self::SecondUser | Self::KeyPair | Self::SecondKeyPair => true,
            Self::Mailbox | Self::KnownUser => false,
        }
    }
}
