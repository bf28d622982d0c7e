//! How codes leave the server.

use std::fmt;
use std::str::FromStr;

use super::IncidentListener;
use super::inbox::Inbox;
use super::outbox::{Outbox, OutboxSlot};
use super::problem::ProblemReply;
use crate::reference::Letter;

/// How codes reach their recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MailRoute {
    /// They stay in memory, and a test endpoint beside the API tells them.
    #[default]
    Inbox,
    /// They are mailed through this server, in plain SMTP.
    Smtp(SmtpServer),
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// A name or an address; an IPv6 address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// Why a text names no mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host and a port, such as localhost:1025")]
pub struct SmtpServerError;

impl FromStr for SmtpServer {
    type Err = SmtpServerError;

    /// Reads `host:port`, with brackets around an IPv6 address.
    fn from_str(text: &str) -> Result<Self, SmtpServerError> {
        let (host, port) = text.rsplit_once(':').ok_or(SmtpServerError)?;
        let port = port.parse().map_err(|_| SmtpServerError)?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let bracketed = bare.len() != host.len();
        if bare.is_empty() || bare.contains(':') != bracketed {
            return Err(SmtpServerError);
        }
        Ok(Self {
            host: bare.to_owned(),
            port,
        })
    }
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

/// Takes letters, and never keeps a request waiting for their delivery.
pub(super) enum MailDesk {
    Inbox(Inbox),
    Smtp(Outbox),
}

impl MailDesk {
    /// To be called within a tokio runtime.
    pub(super) fn open(route: MailRoute, incidents: &IncidentListener) -> Self {
        match route {
            MailRoute::Inbox => Self::Inbox(Inbox::default()),
            MailRoute::Smtp(server) => Self::Smtp(Outbox::open(&server, incidents)),
        }
    }

    pub(super) fn inbox(&self) -> Option<&Inbox> {
        match self {
            Self::Inbox(inbox) => Some(inbox),
            Self::Smtp(_) => None,
        }
    }

    /// Room for one letter. It is taken before the call whose letter it is for, so that nothing
    /// is created whose code could not be sent, and so that a client that goes away in between
    /// loses no letter.
    pub(super) async fn slot(&self) -> Result<OutboxSlot, ProblemReply> {
        match self {
            Self::Inbox(_) => Ok(OutboxSlot::unlimited()),
            Self::Smtp(outbox) => outbox
                .slot()
                .await
                .map_err(|full| ProblemReply::Fault(full.to_string())),
        }
    }

    /// Hands a letter over, in the order in which its recipient should get it.
    pub(super) fn post(&self, slot: OutboxSlot, letter: Letter) {
        match self {
            Self::Inbox(inbox) => inbox.put(letter),
            Self::Smtp(outbox) => outbox.post(slot, letter),
        }
    }

    /// Waits until the letters posted so far are delivered or reported.
    pub(super) async fn close(&self) {
        match self {
            Self::Inbox(_) => {}
            Self::Smtp(outbox) => outbox.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_a_host_and_a_port() {
        for (text, host, port) in [
            ("localhost:1025", "localhost", 1025),
            ("127.0.0.1:25", "127.0.0.1", 25),
            ("[::1]:25", "::1", 25),
        ] {
            let server: SmtpServer = text.parse().unwrap();
            assert_eq!((server.host.as_str(), server.port), (host, port));
            assert_eq!(server.to_string(), text);
        }
        for text in [
            "",
            "localhost",
            ":25",
            "[]:25",
            "localhost:",
            "localhost:x",
            "::1:25",
            "a:70000",
        ] {
            assert_eq!(text.parse::<SmtpServer>(), Err(SmtpServerError), "{text}");
        }
    }
}
