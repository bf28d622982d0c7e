//! Why a call is not granted, in words that tell its caller and nobody else anything.

use super::StoreFault;

/// The four kinds of refusal that the document's error table knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The request itself is wrong.
    Invalid,
    /// There are no credentials, or they are not valid.
    Unauthenticated,
    /// The credentials are valid but do not allow this.
    Forbidden,
    /// What is asked for does not exist.
    Unknown,
}

impl RefusalKind {
    /// A stable word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invalid => "invalid-request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Unknown => "not-found",
        }
    }
}

/// A refusal. Its text repeats nothing that the caller sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The body is not JSON, or not all of it.
    #[error("the body is not valid JSON: see line {line}, column {column}")]
    NotJson {
        /// From 1; 0 if the body is empty.
        line: usize,
        /// From 1; 0 at the start of a line.
        column: usize,
    },
    /// The body is JSON, but an array or a scalar.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// A member occurs twice, so it is not clear which is meant.
    #[error("the body holds the same member twice")]
    MemberTwice,
    /// A required member is absent or null.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member is not a string.
    #[error("{0} is not a string")]
    NotText(&'static str),
    /// A member holds no visible character.
    #[error("{0} is blank")]
    Blank(&'static str),
    /// A member is too long.
    #[error("{member} is longer than {most} characters")]
    TooLong {
        /// The member.
        member: &'static str,
        /// The most characters it may have.
        most: usize,
    },
    /// A number is not whole or not within its bounds.
    #[error("{member} is not a whole number from 1 to {most}")]
    NotWithin {
        /// The member.
        member: &'static str,
        /// The largest number it may be.
        most: u32,
    },
    /// A text that should be an email address is none.
    #[error("email is not an email address")]
    NotAnAddress,
    /// A text that should be a UUID is none.
    #[error("{0} is not a UUID")]
    NotAnIdentifier(&'static str),
    /// Another account has this email address.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// The code is wrong, used, too old, or tried too often. Which of them is not told.
    #[error("the code does not verify this: it is wrong, used, or too old")]
    CodeRejected,
    /// No credentials were given.
    #[error("credentials are missing: give a bearer, or an api key with its secret")]
    NoCredentials,
    /// Credentials were given that are not valid, not whole, or do not belong together.
    #[error("the credentials are not valid")]
    BadCredentials,
    /// The session's code was not given yet.
    #[error("the session is not verified yet")]
    SessionUnverified,
    /// The key pair's code was not given yet.
    #[error("the key pair is not verified yet")]
    KeyPairUnverified,
    /// A key pair was given where only a session will do.
    #[error("this needs the bearer of a session")]
    SessionNeeded,
    /// A session was given where only a key pair will do.
    #[error("this needs an api key with its secret")]
    KeyPairNeeded,
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The caller has no such session.
    #[error("there is no such session")]
    UnknownSession,
    /// The caller has no such key pair.
    #[error("there is no such key pair")]
    UnknownKeyPair,
}

impl Refusal {
    /// Which of the four kinds this is.
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::NotJson { .. }
            | Self::NotAnObject
            | Self::MemberTwice
            | Self::Missing(_)
            | Self::NotText(_)
            | Self::Blank(_)
            | Self::TooLong { .. }
            | Self::NotWithin { .. }
            | Self::NotAnAddress
            | Self::NotAnIdentifier(_)
            | Self::EmailTaken
            | Self::CodeRejected => RefusalKind::Invalid,
            Self::NoCredentials | Self::BadCredentials => RefusalKind::Unauthenticated,
            Self::SessionUnverified
            | Self::KeyPairUnverified
            | Self::SessionNeeded
            | Self::KeyPairNeeded => RefusalKind::Forbidden,
            Self::UnknownUser | Self::UnknownSession | Self::UnknownKeyPair => RefusalKind::Unknown,
        }
    }
}

/// Why a call brought no answer: the caller's fault, or ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The call is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The call could not be served.
    #[error(transparent)]
    Store(#[from] StoreFault),
}
