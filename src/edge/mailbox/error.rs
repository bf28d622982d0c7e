//! Why a mailbox cannot be opened.

use std::io;

use super::trouble::MailboxTrouble;

/// Why a mailbox cannot be opened: always a matter of the user's machine or configuration, never
/// the target's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxError {
    /// The port for mail cannot be bound: it is taken, forbidden or not of this machine.
    #[error("listen for mail at {host}, port {port}: {}", why_not_bound(source))]
    Listen {
        /// The interface that was asked for.
        host: String,
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The mailbox does not answer, refuses the user, or is none.
    #[error("open the mailbox {mailbox}: {cause}")]
    Unusable {
        /// The mailbox as the user named it, without its password.
        mailbox: String,
        /// What went wrong.
        cause: MailboxTrouble,
    },
}

fn why_not_bound(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there; choose another port".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "not permitted; ports below 1024 need special rights".to_owned()
        }
        _ => error.to_string(),
    }
}
