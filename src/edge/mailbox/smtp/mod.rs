//! A mailbox that receives the mails itself: an SMTP server (RFC 5321) that only ever takes mail.
//!
//! It relays nothing, offers no TLS, takes any login for good, and keeps nothing of a mail but its code.

mod command;
mod connection;
mod lines;
mod session;
mod visits;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use connection::Reception;
use visits::Visits;

use super::code::CodePattern;
use super::error::MailboxError;
use super::received_mails::ReceivedMails;
use crate::edge::resolver::{RESOLVE_LIMIT, resolve};
use crate::engine::{MailError, MailQuery, Mailbox};

/// How much a sender may ask of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmtpLimits {
    /// The size of a mail, in bytes; at least 64 KiB by RFC 5321. By default 10 MiB.
    pub mail_bytes: usize,
    /// Recipients of a mail; at least 100 by RFC 5321. By default 1000.
    pub recipients: usize,
    /// Connections at a time; further ones wait to be accepted. By default 256.
    pub connections: usize,
    /// How long a sender may be silent. By default 5 minutes, as RFC 5321 wants.
    pub idle: Duration,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self {
            mail_bytes: 10 * 1024 * 1024,
            recipients: 1000,
            connections: 256,
            idle: Duration::from_mins(5),
        }
    }
}

/// An SMTP server whose mails can be read at once. Dropping it closes its port and connections.
#[derive(Debug)]
pub struct SmtpMailbox {
    reception: Arc<Reception>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl SmtpMailbox {
    /// Binds the port, then serves it in the background. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// [`MailboxError::Listen`] if the port cannot be bound, with its reason.
    pub async fn bind(
        host: &str,
        port: u16,
        pattern: CodePattern,
        limits: SmtpLimits,
    ) -> Result<Self, MailboxError> {
        let failed = |source| MailboxError::Listen {
            host: host.to_owned(),
            port,
            source,
        };
        let addresses = resolve(host, port, RESOLVE_LIMIT).await;
        let addresses = addresses.map_err(|error| failed(io::Error::other(error)))?;
        let listener = TcpListener::bind(addresses.as_slice()).await;
        let listener = listener.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let reception = Arc::new(Reception {
            pile: ReceivedMails::new(pattern),
            visits: Visits::default(),
            limits,
        });
        let server = tokio::spawn(accept(listener, Arc::clone(&reception)));
        Ok(Self {
            reception,
            address,
            server,
        })
    }

    /// Where it listens, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for SmtpMailbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[async_trait]
impl Mailbox for SmtpMailbox {
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        self.reception.pile.code(query).await
    }

    fn others(&self, address: &str, code: &str) -> Vec<String> {
        self.reception.pile.others(address, code)
    }

    fn settle(&self, address: &str, code: &str, taken: Option<&str>) -> Option<usize> {
        self.reception.pile.settle(address, code, taken)
    }

    fn name(&self) -> String {
        self.address.to_string()
    }

    fn noticed(&self) -> Option<String> {
        Some(self.reception.visits.noticed())
    }
}

/// Accepts senders for ever. Its sessions end with it.
async fn accept(listener: TcpListener, reception: Arc<Reception>) {
    let places = Arc::new(Semaphore::new(reception.limits.connections));
    let mut sessions = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let reception = Arc::clone(&reception);
                sessions.spawn(async move {
                    // A sender that breaks off has delivered nothing, and knows it.
                    drop(connection::serve(stream, &reception).await);
                    drop(place);
                });
            }
            Err(error) => pause(&error).await,
        }
        while sessions.try_join_next().is_some() {}
    }
}

/// Waits before the next try if this process has run out of something, such as open files. A
/// sender that left before it was accepted is no reason to wait.
async fn pause(error: &io::Error) {
    const RECOVERY: Duration = Duration::from_millis(50);
    let left = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
    ];
    if !left.contains(&error.kind()) {
        tokio::time::sleep(RECOVERY).await;
    }
}
