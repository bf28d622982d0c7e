//! What is asked of an IMAP server, and the answer: whole, or none at all. (The ready-made requests of
//! the library take a lost connection, or a refusal, for an empty answer; a mail would be missed.)

use async_imap::Session;
use async_imap::error::{Error, Result};
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Outcome, Response, Status};

use super::imap::Wire;
use super::limited::Limited;

/// A connection of which somebody is logged in.
pub(super) type ImapConnection = Session<Limited<Box<dyn Wire>>>;

/// What is read of a mail, in bytes: a code stands near its beginning.
const MOST_MAIL_BYTES: usize = 1024 * 1024;

/// The UIDs of the mails that these search keys find (RFC 3501, section 6.4.4).
///
/// # Errors
///
/// If the server refuses, or the connection is lost before the answer is whole.
pub(super) async fn search(connection: &mut ImapConnection, keys: &str) -> Result<Vec<u32>> {
    let mut uids = Vec::new();
    let command = format!("UID SEARCH {keys}");
    ask(connection, &command, |response| {
        if let Response::MailboxData(MailboxDatum::Search(found)) = response {
            uids.extend(found);
        }
    })
    .await?;
    Ok(uids)
}

/// The beginning of a mail; nothing if it was deleted meanwhile.
///
/// # Errors
///
/// If the server refuses, or the connection is lost before the answer is whole.
pub(super) async fn fetch(connection: &mut ImapConnection, uid: u32) -> Result<Vec<u8>> {
    let command = format!("UID FETCH {uid} (UID BODY.PEEK[]<0.{MOST_MAIL_BYTES}>)");
    let mut mail = Vec::new();
    ask(connection, &command, |response| {
        if let Response::Fetch(_, attributes) = response
            && attributes.contains(&AttributeValue::Uid(uid))
        {
            mail.extend(attributes.iter().flat_map(body));
        }
    })
    .await?;
    Ok(mail)
}

fn body<'a>(attribute: &'a AttributeValue<'_>) -> &'a [u8] {
    match attribute {
        AttributeValue::BodySection {
            data: Some(data), ..
        } => data,
        _ => &[],
    }
}

/// Asks, and passes each response on until the server says that it is done.
async fn ask(
    connection: &mut ImapConnection,
    command: &str,
    mut pass: impl FnMut(&Response<'_>),
) -> Result<()> {
    let tag = connection.run_command(command).await?;
    while let Some(said) = connection.read_response().await? {
        match said.parsed() {
            Response::Done {
                tag: done,
                status,
                outcome,
            } if *done == tag => return concluded(status, outcome),
            response => pass(response),
        }
    }
    Err(Error::ConnectionLost)
}

fn concluded(status: &Status, outcome: &Outcome<'_>) -> Result<()> {
    let text = || outcome.information.as_deref().unwrap_or("").to_owned();
    match status {
        Status::Ok => Ok(()),
        Status::No => Err(Error::No(text())),
        _ => Err(Error::Bad(text())),
    }
}
