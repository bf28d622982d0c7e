//! Mailboxes: the places where the codes that a target mails can be read.
//!
//! [`open`] makes a [`Mailbox`] of what the user named. What a mail says and which of its numbers is
//! the code are functions of the mail; how a mail gets here differs from file to file.

mod asking;
mod candidate;
mod catcher;
mod code;
mod delivered_codes;
mod dialogue;
mod endpoint;
mod error;
mod exec;
mod fuzzing;
mod html;
mod imap;
mod imap_location;
mod label;
mod limited;
mod literals;
mod location;
mod mail;
mod maildev;
mod mailpit;
mod masked;
mod polling;
mod ranking;
mod received_mails;
mod recipient;
mod smtp;
mod stale;
mod trouble;
mod web;
mod words;

use asking::AskedMailbox;
use catcher::{Api, Catcher};
use endpoint::HttpEndpoint;
use exec::Program;
use imap::Imap;
use polling::PolledMailbox;

use crate::edge::tls::Trust;
use crate::engine::Mailbox;

pub use code::{CodePattern, CodePatternError};
pub use error::MailboxError;
#[doc(hidden)]
pub use fuzzing::read_imap;
pub use imap_location::ImapLocation;
pub use location::{EndpointLocation, FORMS, LocationError, MailboxLocation, ProgramLocation};
pub use mail::Mail;
pub use received_mails::RecipientFull;
pub use smtp::{SmtpLimits, SmtpMailbox};
pub use trouble::MailboxTrouble;

/// How a mailbox is read.
#[derive(Clone, Debug, Default)]
pub struct MailboxSettings {
    /// What a code looks like.
    pub pattern: CodePattern,
    /// What senders may ask of our own SMTP server.
    pub smtp: SmtpLimits,
    /// Whose certificates are accepted where the mailbox speaks TLS.
    pub trust: Trust,
    /// Whether another run may have had mails to the same recipients.
    pub recipients_return: bool,
}

/// Opens the mailbox that the user named. Our own server listens afterwards; other mailboxes have
/// been reached once where that is possible without an address.
///
/// # Errors
///
/// See [`MailboxError`].
pub async fn open(
    location: &MailboxLocation,
    settings: &MailboxSettings,
) -> Result<Box<dyn Mailbox>, MailboxError> {
    let name = location.to_string();
    let unusable = |cause| MailboxError::Unusable {
        mailbox: name.clone(),
        cause,
    };
    let pattern = settings.pattern.clone();
    let client = || web::client(&settings.trust).map_err(unusable);
    Ok(match location {
        MailboxLocation::Listen { host, port } => {
            Box::new(SmtpMailbox::bind(host, *port, pattern, settings.smtp).await?)
        }
        MailboxLocation::Endpoint(endpoint) => {
            let endpoint = HttpEndpoint::new(client()?, endpoint.clone(), name.clone());
            Box::new(AskedMailbox::new(endpoint, settings.recipients_return))
        }
        MailboxLocation::Program(program) => {
            let program = Program::new(program.clone(), name.clone()).map_err(unusable)?;
            Box::new(AskedMailbox::new(program, settings.recipients_return))
        }
        MailboxLocation::Mailpit(base) => {
            let feed = Catcher::open(client()?, base.clone(), &[Api::Mailpit]).await;
            Box::new(PolledMailbox::new(feed.map_err(unusable)?, pattern, name))
        }
        MailboxLocation::Maildev(base) => {
            let apis = [Api::Maildev, Api::OldMaildev];
            let feed = Catcher::open(client()?, base.clone(), &apis).await;
            Box::new(PolledMailbox::new(feed.map_err(unusable)?, pattern, name))
        }
        MailboxLocation::Imap(imap) => {
            let feed = Imap::open(imap.clone(), settings.trust.clone())
                .await
                .map_err(unusable)?;
            Box::new(PolledMailbox::new(feed, pattern, name))
        }
    })
}
