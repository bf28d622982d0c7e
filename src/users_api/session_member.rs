//! The members of a session that must be its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member of the answer that opens a session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
pub enum SessionMember {
    /// The bearer token.
    #[serde(rename = "bearer")]
    Bearer,
    /// The id of the session.
    #[serde(rename = "sessionID")]
    SessionId,
    /// The id of the verification code.
    #[serde(rename = "verificationCodeID")]
    VerificationCodeId,
}

impl SessionMember {
    /// The member's name in the answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::SessionId => "sessionID",
            Self::VerificationCodeId => "verificationCodeID",
        }
    }
}
