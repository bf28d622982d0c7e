//! Why no answer came.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kinds of failed transfers, counted apart in every report.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TransferErrorKind {
    /// The host name did not resolve.
    Resolve,
    /// No connection: refused, unreachable, or not within its time limit.
    Connect,
    /// No connection, because this machine had no port, descriptor or memory left for one.
    Exhausted,
    /// The TLS handshake or the certificate failed.
    Tls,
    /// The request could not be sent whole.
    Send,
    /// No whole answer within the time limit.
    Timeout,
    /// The connection ended before the answer did.
    Closed,
    /// What came is not HTTP that can be understood.
    Malformed,
    /// The body is not in the coding that the answer names.
    Undecodable,
    /// The answer is larger than the limit.
    TooLarge,
    /// Every answer was a refusal for want of capacity, by the target or by a limiter before it.
    Limited,
    /// The request itself could not be built: a fault of the suite or of this tool.
    Request,
}

impl TransferErrorKind {
    /// Whether the target itself is to blame, if it answers others.
    #[must_use]
    pub const fn is_of_target(self) -> bool {
        match self {
            Self::Timeout
            | Self::Closed
            | Self::Malformed
            | Self::Undecodable
            | Self::TooLarge
            | Self::Send => true,
            Self::Resolve
            | Self::Connect
            | Self::Exhausted
            | Self::Tls
            | Self::Limited
            | Self::Request => false,
        }
    }

    /// The kind as it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Exhausted => "exhausted",
            Self::Tls => "tls",
            Self::Send => "send",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Malformed => "malformed",
            Self::Undecodable => "undecodable",
            Self::TooLarge => "too-large",
            Self::Limited => "limited",
            Self::Request => "request",
        }
    }
}

impl fmt::Display for TransferErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The longest head of an answer that is read, in bytes: longer than any that is sent in earnest.
pub const LONGEST_HEAD: usize = 256 * 1024;

/// A transfer that brought no whole answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, JsonSchema)]
#[error("{detail}")]
pub struct TransferError {
    /// What kind of failure.
    pub kind: TransferErrorKind,
    /// The failure as a sentence fragment: `connection refused by 127.0.0.1:8080`.
    pub detail: String,
}

impl TransferError {
    /// A transfer error of a kind, with its detail.
    pub fn new(kind: TransferErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    /// That of an answer whose body is larger than so many bytes.
    #[must_use]
    pub fn body_too_large(limit: usize) -> Self {
        let detail = format!(
            "the body of the answer is larger than {limit} bytes, which is the limit; \
             --answer-limit sets another"
        );
        Self::new(TransferErrorKind::TooLarge, detail)
    }
}
