//! The reference server and a mailbox for its mail, inside this process: on a thread of their own, so that what they
//! do costs the engines no more than another process would, or beside what asks them.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::mailbox::{CodePattern, SmtpLimits, SmtpMailbox};
use super::reference_server::{MailRoute, ReferenceServer, ReferenceSettings, SmtpServer};
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
#[error("cannot start the reference server: {0}")]
pub struct EmbeddedError(String);

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
            .spawn(move || serve_until(defect, stopped, &tell))
            .map_err(|error| EmbeddedError(error.to_string()))?;
        let Started { base_url, mailbox } = started
            .recv()
            .map_err(|error| EmbeddedError(error.to_string()))?
            .map_err(EmbeddedError)?;
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
        let (started, server) = begin(defect, stopped).await.map_err(EmbeddedError)?;
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
    tell: &mpsc::Sender<Result<Started, String>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(serve(defect, stopped, tell)),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = result {
        // Nobody listens once the start was told; an end that follows shows in the exchanges.
        drop(tell.send(Err(error)));
    }
}

async fn serve(
    defect: Option<&'static Defect>,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<Result<Started, String>>,
) -> Result<(), String> {
    let (started, server) = begin(defect, stopped).await?;
    tell.send(Ok(started)).map_err(|error| error.to_string())?;
    server.finished().await.map_err(|error| error.to_string())
}

/// Starts the server, until the sender of `stopped` is dropped, and its mailbox.
async fn begin(
    defect: Option<&'static Defect>,
    stopped: oneshot::Receiver<()>,
) -> Result<(Started, ReferenceServer), String> {
    let (host, port) = ANY_PORT;
    let mailbox = SmtpMailbox::bind(host, port, CodePattern::default(), SmtpLimits::default())
        .await
        .map_err(|error| error.to_string())?;
    let settings = ReferenceSettings {
        mail: MailRoute::Smtp(SmtpServer {
            host: host.to_owned(),
            port: mailbox.address().port(),
        }),
        defect,
        ..ReferenceSettings::default()
    };
    let listener = TcpListener::bind(ANY_PORT)
        .await
        .map_err(|error| error.to_string())?;
    let shutdown = async move {
        // The sender is dropped to stop: that, too, ends the wait.
        drop(stopped.await);
    };
    let server =
        ReferenceServer::start(listener, settings, shutdown).map_err(|error| error.to_string())?;
    let started = Started {
        base_url: server.base_url(),
        mailbox: Arc::new(mailbox),
    };
    Ok((started, server))
}
