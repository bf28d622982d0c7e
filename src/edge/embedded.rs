//! The reference server and a mailbox for its mail, inside this process: on a thread of their own, so that what they
//! do costs the engines no more than another process would, or beside what asks them.

use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::mailbox::{CodePattern, MailboxError, SmtpLimits, SmtpMailbox};
use super::reference_server::{
    MailRoute, ReferenceServer, ReferenceSettings, SmtpServer, StartError,
};
use crate::reference::defect::Defect;

/// The loopback address, with a port that is free.
const ANY_PORT: (&str, u16) = ("127.0.0.1", 0);

/// A running reference server with its mailbox. Dropping it ends both.
#[derive(Debug)]
pub struct EmbeddedTarget {
    base_url: String,
    mailbox: Arc<SmtpMailbox>,
    /// Dropped, it ends both.
    shutdown: Option<oneshot::Sender<()>>,
    /// None where they work beside what asks them.
    thread: Option<JoinHandle<()>>,
}

/// Why the reference server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No thread, runtime or port.
    #[error("cannot start the reference server: {0}")]
    System(#[from] io::Error),
    /// Its mailbox does not open.
    #[error("cannot start the reference server: {0}")]
    Mailbox(#[from] MailboxError),
    /// The server itself does not start.
    #[error("cannot start the reference server: {0}")]
    Start(#[from] StartError),
    /// Its thread ended before it was up; why was printed.
    #[error("cannot start the reference server: its thread ended")]
    Lost,
}

struct Started {
    base_url: String,
    mailbox: Arc<SmtpMailbox>,
}

impl EmbeddedTarget {
    /// Starts the server and its mailbox on free ports of the loopback address.
    ///
    /// # Errors
    ///
    /// If a thread, a port or randomness is not to be had.
    pub fn start() -> Result<Self, EmbeddedError> {
        Self::start_with(None)
    }

    /// The same with a server that misbehaves in one way, or in none.
    ///
    /// # Errors
    ///
    /// If a thread, a port or randomness is not to be had.
    pub fn start_with(defect: Option<&'static Defect>) -> Result<Self, EmbeddedError> {
        let (shutdown, stopped) = oneshot::channel::<()>();
        let (tell, started) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("reference-server".to_owned())
            .spawn(move || serve_until(defect, stopped, &tell))?;
        let Started { base_url, mailbox } = started.recv().map_err(|_| EmbeddedError::Lost)??;
        Ok(Self {
            base_url,
            mailbox,
            shutdown: Some(shutdown),
            thread: Some(thread),
        })
    }

    /// The same on the runtime that asks it, where many servers are tried at once: what is asked and who answers do
    /// not wait for each other's threads then.
    ///
    /// # Errors
    ///
    /// If a port or randomness is not to be had.
    pub async fn start_beside(defect: Option<&'static Defect>) -> Result<Self, EmbeddedError> {
        let (shutdown, stopped) = oneshot::channel::<()>();
        let (started, server) = begin(defect, stopped).await?;
        tokio::spawn(async move {
            // An end before its time shows in the exchanges.
            drop(server.finished().await);
        });
        Ok(Self {
            base_url: started.base_url,
            mailbox: started.mailbox,
            shutdown: Some(shutdown),
            thread: None,
        })
    }

    /// The base URL of the API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The mailbox that the server mails to.
    #[must_use]
    pub fn mailbox(&self) -> &SmtpMailbox {
        &self.mailbox
    }
}

impl Drop for EmbeddedTarget {
    fn drop(&mut self) {
        drop(self.shutdown.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; there is nothing to add.
            drop(thread.join());
        }
    }
}

fn serve_until(
    defect: Option<&'static Defect>,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<Result<Started, EmbeddedError>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(serve(defect, stopped, tell)),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = result {
        drop(tell.send(Err(error)));
    }
}

async fn serve(
    defect: Option<&'static Defect>,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<Result<Started, EmbeddedError>>,
) -> Result<(), EmbeddedError> {
    let (started, server) = begin(defect, stopped).await?;
    // Whoever does not listen any more has dropped the target: the wish to stop follows.
    drop(tell.send(Ok(started)));
    // An end before its time shows in the exchanges.
    drop(server.finished().await);
    Ok(())
}

/// Starts the server, until the sender of `stopped` is dropped, and its mailbox.
async fn begin(
    defect: Option<&'static Defect>,
    stopped: oneshot::Receiver<()>,
) -> Result<(Started, ReferenceServer), EmbeddedError> {
    let (host, port) = ANY_PORT;
    let mailbox =
        SmtpMailbox::bind(host, port, CodePattern::default(), SmtpLimits::default()).await?;
    let settings = ReferenceSettings {
        mail: MailRoute::Smtp(SmtpServer {
            host: host.to_owned(),
            port: mailbox.address().port(),
        }),
        defect,
        ..ReferenceSettings::default()
    };
    let listener = TcpListener::bind(ANY_PORT).await?;
    let shutdown = async move {
        // The sender is dropped to stop: that, too, ends the wait.
        drop(stopped.await);
    };
    let server = ReferenceServer::start(listener, settings, shutdown)?;
    let started = Started {
        base_url: server.base_url(),
        mailbox: Arc::new(mailbox),
    };
    Ok((started, server))
}
