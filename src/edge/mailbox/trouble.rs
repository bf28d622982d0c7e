//! Why a mailbox cannot be looked into.

use std::io;

use reqwest::StatusCode;

use super::received_mails::RecipientFull;
use crate::model::TransferError;

/// Why a mailbox cannot be looked into, as a sentence fragment that speaks of the mailbox as `it`. Another look may
/// succeed. What another program said is quoted; no text has a URL in it, which may hold a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxTrouble {
    /// Nothing came within the time that a look may take.
    #[error("it does not answer in time")]
    Late,
    /// The connection ended before the answer did.
    #[error("it closes the connection")]
    Closed,
    /// The system's own words about a connection.
    #[error("{0}")]
    Connection(#[source] io::Error),
    /// The trusted certificates cannot be read.
    #[error("{0}")]
    Certificates(#[source] rustls::Error),
    /// What answers at the port of an IMAP server is none.
    #[error("it answers with something that is not IMAP")]
    NotImap,
    /// The IMAP server lets this user not in.
    #[error("it refuses the user or the password: {0}")]
    Refused(String),
    /// The IMAP server refuses a command in these words.
    #[error("it answers: {0}")]
    Said(String),
    /// The library's own words about a conversation.
    #[error("{0}")]
    Conversation(#[source] async_imap::error::Error),
    /// There is no such folder, or not for this user.
    #[error("the folder {folder} cannot be opened: {cause}")]
    Folder {
        /// The folder as the user named it.
        folder: String,
        /// What the server said.
        cause: Box<Self>,
    },
    /// No answer over HTTP, or none that could be read to its end.
    #[error("{}", innermost(.0))]
    Http(#[source] reqwest::Error),
    /// The body of an answer cannot be decoded.
    #[error("{}", .0.detail)]
    Undecodable(#[source] TransferError),
    /// A catcher of mails whose API is none that is known.
    #[error("it has no known API")]
    UnknownApi,
    /// A URL that stands for no folder.
    #[error("its URL has no path")]
    NoPath,
    /// A catcher does not give its list.
    #[error("it answers {status} to /{path}")]
    NoList {
        /// What it answers instead.
        status: StatusCode,
        /// Where the list should be.
        path: String,
    },
    /// A catcher does not give a mail that it has listed.
    #[error("it answers {0} to a request for a mail")]
    NoMail(StatusCode),
    /// A list longer than this many bytes.
    #[error("its list of mails is longer than {0} bytes")]
    LongList(usize),
    /// A list in another form.
    #[error("its list of mails cannot be read: {0}")]
    UnreadableList(#[source] serde_json::Error),
    /// A recipient has more mails than are kept.
    #[error(transparent)]
    Full(#[from] RecipientFull),
    /// A program that may not be executed.
    #[error("it is not executable")]
    NotExecutable,
    /// A program that is nowhere.
    #[error("there is no such program")]
    NoSuchProgram,
}

impl From<reqwest::Error> for MailboxTrouble {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Late
        } else {
            Self::Http(error.without_url())
        }
    }
}

impl From<async_imap::error::Error> for MailboxTrouble {
    fn from(error: async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            Error::Io(error) => Self::heard(error),
            Error::Bad(text) | Error::No(text) => Self::Said(text),
            Error::ConnectionLost => Self::Closed,
            Error::Parse(_) => Self::NotImap,
            other => Self::Conversation(other),
        }
    }
}

impl MailboxTrouble {
    /// What went wrong with a connection to an IMAP server. That something cannot be parsed comes without a kind of
    /// its own, as nothing else does, and in words for programmers.
    pub(super) fn heard(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Other => Self::NotImap,
            io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Connection(error),
        }
    }
}

/// The last cause of an error: the outer ones say less.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
