//! The reader of an IMAP folder as fuzz targets see it. Nothing else uses this.

use std::io::Cursor;

use futures_util::FutureExt;

use super::code::CodePattern;
use super::imap::Imap;
use super::imap_location::ImapLocation;
use super::received_mails::ReceivedMails;
use super::trouble::MailboxTrouble;

/// What the user is told of a server that says this, whatever it is asked, and then hangs up; None if
/// the reader waits for more although it knows that nothing more will come.
#[doc(hidden)]
#[must_use]
pub fn read_imap(said: &[u8]) -> Option<Result<(), MailboxTrouble>> {
    let location = ImapLocation {
        tls: false,
        host: "mail.example.net".to_owned(),
        port: 143,
        user: "ann".to_owned(),
        password: "hush".to_owned(),
        folder: "INBOX".to_owned(),
    };
    let wire = tokio::io::join(Cursor::new(said.to_vec()), tokio::io::sink());
    let pile = ReceivedMails::new(CodePattern::default());
    Imap::look_once(location, Box::new(wire), &pile).now_or_never()
}
