//! Mailboxes as a run uses them: a code is mailed or published, and read by its recipient.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod catchers;
mod dovecot;
mod endpoint;
mod exec;
mod hostile_imap;
#[path = "../common/installed.rs"]
mod installed;
mod maildev;
mod parts;
mod shapes;
mod smtp;
mod smtp_dialogue;
#[path = "../common/tls.rs"]
#[expect(dead_code, reason = "the tests of the command use the rest")]
mod tls;
mod trusted;

use std::time::Duration;

use assize::edge::mailbox::{MailboxLocation, MailboxSettings, open};
use assize::engine::{MailError, MailQuery, Mailbox};

/// Longer than anything here takes, so that only a defect runs into it.
const LONG: Duration = Duration::from_secs(30);

/// Short, for what must not come; long enough for a source to answer once.
const SHORT: Duration = Duration::from_secs(2);

async fn opened(location: &str) -> Box<dyn Mailbox> {
    let location: MailboxLocation = location.parse().unwrap();
    open(&location, &MailboxSettings::default()).await.unwrap()
}

/// Why a mailbox cannot be opened.
async fn refused(location: &str) -> String {
    let location: MailboxLocation = location.parse().unwrap();
    let opened = open(&location, &MailboxSettings::default()).await;
    opened.err().unwrap().to_string()
}

async fn code(mailbox: &dyn Mailbox, address: &str, ordinal: usize) -> String {
    within(mailbox, address, ordinal, LONG).await.unwrap()
}

async fn missing(mailbox: &dyn Mailbox, address: &str, ordinal: usize) -> MailError {
    within(mailbox, address, ordinal, SHORT).await.unwrap_err()
}

/// The error of a mailbox that cannot be used.
async fn unusable(mailbox: &dyn Mailbox, address: &str) -> String {
    let error = within(mailbox, address, 0, SHORT).await.unwrap_err();
    assert!(matches!(error, MailError::Unusable { .. }), "{error}");
    error.to_string()
}

async fn within(
    mailbox: &dyn Mailbox,
    address: &str,
    ordinal: usize,
    limit: Duration,
) -> Result<String, MailError> {
    let query = MailQuery {
        address,
        ordinal,
        limit,
        for_removal: false,
    };
    mailbox.code(query).await
}
