//! How the engines get at the codes that a target mails.

use async_trait::async_trait;
use std::time::Duration;

/// Which mail is wanted.
#[derive(Clone, Copy, Debug)]
pub struct MailQuery<'a> {
    /// The recipient, exactly as it was given to the target.
    pub address: &'a str,
    /// Which code sent to that address since this mailbox was opened, from 0 for the first.
    pub ordinal: usize,
    /// How long to wait for it.
    pub limit: Duration,
}

/// Why a mailbox brought no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Nothing for this recipient within the limit: the target's fault, or the mail system's.
    #[error("no mail to {address} within {} s", .limit.as_secs_f64())]
    NotArrived {
        /// The recipient.
        address: String,
        /// How long was waited.
        limit: Duration,
    },
    /// A mail came, but no code was found in it.
    #[error("a mail to {address} (subject: {subject}) holds no code")]
    NoCode {
        /// The recipient.
        address: String,
        /// The subject of that mail; empty if it had none.
        subject: String,
    },
    /// The mailbox itself cannot be used: never the target's fault.
    #[error("the mailbox {mailbox} cannot be read: {cause}")]
    Unusable {
        /// The mailbox as the user named it, without its password.
        mailbox: String,
        /// What went wrong, as a sentence fragment.
        cause: String,
    },
}

/// A place where codes that a target mails can be read. One for a whole run, used by many cases at
/// once; mails are told apart by their recipient.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// Waits for a code.
    ///
    /// # Errors
    ///
    /// See [`MailError`]. A mail that is late counts as not arrived.
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError>;
}
