//! How the engines get at the codes that a target mails.

use async_trait::async_trait;
use std::time::Duration;

use crate::record::quantity::seconds;

/// Which mail is wanted.
#[derive(Clone, Copy, Debug)]
pub struct MailQuery<'a> {
    /// The recipient, exactly as it was given to the target.
    pub address: &'a str,
    /// Which code sent to that address since this mailbox was opened, from 0 for the first.
    pub ordinal: usize,
    /// How long to wait for it.
    pub limit: Duration,
    /// Whether the code only serves to remove an account; then nothing is judged by it.
    pub for_removal: bool,
}

/// Why a mailbox brought no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Nothing for this recipient within the limit, in a mailbox to which mails come: the target's fault.
    #[error("no mail to {address} within {} s", .limit.as_secs_f64())]
    NotArrived {
        /// The recipient.
        address: String,
        /// How long was waited.
        limit: Duration,
    },
    /// Nothing within the limit, and nothing for any other recipient so far: it may be the wrong mailbox, so
    /// nobody is blamed.
    #[error("no mail to {address} within {} s, nor to any other address", .limit.as_secs_f64())]
    Silent {
        /// The recipient.
        address: String,
        /// How long was waited.
        limit: Duration,
    },
    /// Not waited for in full, since no mail came to others either: nobody is blamed.
    #[error(
        "no mail to {address} within {:.1} s; it was not waited for longer, since {others} other addresses got none within {} either",
        .waited.as_secs_f64(), seconds(.limit.as_secs_f64())
    )]
    GivenUp {
        /// The recipient.
        address: String,
        /// How long was waited.
        waited: Duration,
        /// How many others were waited for in vain.
        others: usize,
        /// How long those were waited for.
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

    /// Notes what is there for an address to which something is about to be mailed, where that may be older than this
    /// run: it is not taken for what comes.
    async fn note_earlier(&self, _address: &str) {}

    /// The other numbers that may be the code of the mail which gave this one, the likeliest first and few.
    fn others(&self, _address: &str, _code: &str) -> Vec<String> {
        Vec::new()
    }

    /// Learns which number of the mail that gave `code` the target took; none if it refused all. Gives
    /// its place by likelihood, from 0, if it is not the first and that was not known.
    fn settle(&self, _address: &str, _code: &str, _taken: Option<&str>) -> Option<usize> {
        None
    }

    /// The mailbox as the user named it, without its password.
    fn name(&self) -> String;

    /// What it noticed that may explain why no mail comes, as a sentence fragment.
    fn noticed(&self) -> Option<String> {
        None
    }
}
