//! A folder of an IMAP server. One connection serves everybody who waits; nothing is changed in the
//! folder, not even what is marked as read.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_imap::Client;
use async_imap::error::Error;
use async_imap::types::Mailbox as Folder;
use async_trait::async_trait;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::dialogue::{ImapConnection, fetch, search};
use super::imap_location::ImapLocation;
use super::limited::Limited;
use super::mail::Mail;
use super::polling::Feed;
use super::received_mails::ReceivedMails;
use super::trouble::MailboxTrouble;
use crate::edge::resolver::{RESOLVE_LIMIT, converse_with};
use crate::edge::tls::Trust;

/// Connecting, logging in and opening the folder does not take longer.
const OPEN_LIMIT: Duration = Duration::from_secs(15);

/// So many of the newest mails are looked at where a folder was made anew in mid-run.
const LOOKED_BACK: u32 = 500;

/// How often the server is asked for new mails while somebody waits. One that tells of them by
/// itself (RFC 2177) is listened to in between.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A connection, encrypted or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// The mails of a folder that came since it was opened.
#[derive(Debug)]
pub(super) struct Imap {
    location: ImapLocation,
    trust: Trust,
    /// Absent after trouble, and while it is used: one that was dropped halfway is not used again.
    connection: Option<ImapConnection>,
    listens: bool,
    /// The folder's UIDVALIDITY: if it changes, its UIDs mean other mails.
    validity: Option<u32>,
    /// Mails from this UID on are new.
    next: u32,
}

impl Imap {
    /// Logs in and remembers which mails are there already.
    ///
    /// # Errors
    ///
    /// If the server does not answer, refuses the user or lacks the folder.
    pub(super) async fn open(location: ImapLocation, trust: Trust) -> Result<Self, MailboxTrouble> {
        let mut imap = Self::new(location, trust);
        imap.connection = Some(imap.connected().await?);
        Ok(imap)
    }

    /// Takes the new mails over this connection.
    pub(super) async fn look_once(
        location: ImapLocation,
        wire: Box<dyn Wire>,
        pile: &ReceivedMails,
    ) -> Result<(), MailboxTrouble> {
        let mut imap = Self::new(location, Trust::default());
        let login = log_in(wire, &imap.location).await?;
        let mut connection = imap.begin(login).await?;
        imap.take(&mut connection, pile).await
    }

    const fn new(location: ImapLocation, trust: Trust) -> Self {
        Self {
            location,
            trust,
            connection: None,
            listens: false,
            validity: None,
            next: 1,
        }
    }

    /// The connection, or a new one in which the same mails count as new.
    async fn connected(&mut self) -> Result<ImapConnection, MailboxTrouble> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let opened = timeout(OPEN_LIMIT, async {
            let login = connect(&self.location, &self.trust).await?;
            self.begin(login).await
        });
        opened.await.map_err(|_| MailboxTrouble::Late)?
    }

    /// Finds out which mails are new.
    async fn begin(&mut self, login: Login) -> Result<ImapConnection, MailboxTrouble> {
        let (mut connection, folder, listens) = login;
        if self.validity.is_none() || self.validity != folder.uid_validity {
            let next = match folder.uid_next {
                Some(next) => next,
                None => newest(&mut connection).await?.saturating_add(1),
            };
            // In a folder that was made anew all mails have other numbers. Those that were taken before are known.
            self.next = match self.validity {
                Some(_) => next.saturating_sub(LOOKED_BACK).max(1),
                None => next,
            };
            self.validity = folder.uid_validity;
        }
        self.listens = listens;
        Ok(connection)
    }

    /// Puts the new mails on the pile, those with the lower UIDs first.
    async fn take(
        &mut self,
        connection: &mut ImapConnection,
        pile: &ReceivedMails,
    ) -> Result<(), MailboxTrouble> {
        // Some servers only notice new mails when they are addressed.
        connection.run_command_and_check_ok("NOOP").await?;
        let keys = format!("UID {}:*", self.next);
        let found = search(connection, &keys).await?;
        // The range also finds the newest mail if that is older.
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid >= self.next).collect();
        uids.sort_unstable();
        for uid in uids {
            let raw = fetch(connection, uid).await?;
            self.next = uid.saturating_add(1);
            let mail = Mail::parse(&raw);
            pile.put(&mail.recipients, &mail)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Feed for Imap {
    async fn look(&mut self, pile: &ReceivedMails) -> Result<(), MailboxTrouble> {
        let mut connection = self.connected().await?;
        self.take(&mut connection, pile).await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn rest(&mut self) {
        let listener = if self.listens {
            self.connection.take()
        } else {
            None
        };
        match listener {
            // After trouble there is no connection, and the next look makes another.
            Some(connection) => self.connection = listen(connection).await.ok(),
            None => tokio::time::sleep(ASK_AGAIN).await,
        }
    }
}

/// A connection, its folder, and whether the server would tell of new mails.
type Login = (ImapConnection, Folder, bool);

async fn connect(location: &ImapLocation, trust: &Trust) -> Result<Login, MailboxTrouble> {
    let wire = wire(location, trust).await;
    let wire = wire.map_err(MailboxTrouble::Connection)?;
    log_in(wire, location).await
}

/// Logs in and opens the folder.
async fn log_in(wire: Box<dyn Wire>, location: &ImapLocation) -> Result<Login, MailboxTrouble> {
    let mut client = Client::new(Limited::new(wire));
    let greeting = client.read_response().await;
    greeting
        .map_err(MailboxTrouble::heard)?
        .ok_or(MailboxTrouble::Closed)?;
    let login = client.login(&location.user, &location.password).await;
    let mut session = login.map_err(|(error, _)| refused(error))?;
    let capabilities = session.capabilities().await?;
    let folder =
        session
            .examine(&location.folder)
            .await
            .map_err(|error| MailboxTrouble::Folder {
                folder: location.folder.clone(),
                cause: Box::new(error.into()),
            })?;
    Ok((session, folder, capabilities.has_str("IDLE")))
}

async fn wire(location: &ImapLocation, trust: &Trust) -> io::Result<Box<dyn Wire>> {
    let stream = converse_with(&location.host, location.port, RESOLVE_LIMIT).await?;
    if !location.tls {
        return Ok(Box::new(stream));
    }
    let config = trust.client_config(&[]).map_err(io::Error::other)?;
    let name = ServerName::try_from(location.host.clone()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    Ok(Box::new(stream))
}

/// The UID of the newest mail; 0 for an empty folder.
async fn newest(connection: &mut ImapConnection) -> Result<u32, Error> {
    let all = search(connection, "ALL").await?;
    Ok(all.into_iter().max().unwrap_or(0))
}

/// Waits until the server tells something, or for a while.
async fn listen(connection: ImapConnection) -> Result<ImapConnection, Error> {
    let mut idle = connection.idle();
    idle.init().await?;
    let (news, _interrupt) = idle.wait_with_timeout(ASK_AGAIN);
    news.await?;
    idle.done().await
}

fn refused(error: Error) -> MailboxTrouble {
    match error {
        Error::No(text) => MailboxTrouble::Refused(text),
        other => other.into(),
    }
}
