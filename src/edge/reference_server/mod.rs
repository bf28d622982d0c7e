//! The reference server: an honest target, and one that is fast enough to be a load target.
//!
//! Here HTTP, mail, the clock and randomness meet the API of [`crate::reference`]. What a call
//! means is decided there; this folder only reads requests, writes answers and delivers codes. It
//! logs nothing: what an operator must know is handed to the [`Incident`] callback.

mod connections;
mod defective;
mod inbox;
mod incident;
mod intake;
mod limits;
mod mail;
mod outbox;
mod problem;
mod reply;
mod routes;
mod world;

use axum::Router;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinHandle};

use crate::edge::{DataFileError, SqliteStore};
use crate::reference::defect::{Defect, Fault, FaultyStore, LetterFault};
use crate::reference::{Letter, MemoryStore, Rules, Store, StoreFault, UsersApi};
use mail::MailDesk;
use world::World;

pub use incident::{Incident, IncidentListener};
pub use limits::Limits;
pub use mail::{MailRoute, SmtpServer, SmtpServerError};

/// What stands before every route of the API, as in the document.
pub const BASE_PATH: &str = "/api/auth/v2";

/// How a reference server behaves.
#[derive(Clone, Debug, Default)]
pub struct ReferenceSettings {
    /// How codes reach their recipients.
    pub mail: MailRoute,
    /// Lifetimes and attempts.
    pub rules: Rules,
    /// The file to keep accounts in. Without one they live in memory and end with the server.
    pub data: Option<PathBuf>,
    /// How much clients may take.
    pub limits: Limits,
    /// Who is told of what goes wrong on our side. By default nobody.
    pub incidents: IncidentListener,
    /// In which one way the server misbehaves. By default in none.
    pub defect: Option<&'static Defect>,
}

/// Why a reference server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listener does not know its address.
    #[error("read the listener's address: {0}")]
    Address(#[source] io::Error),
    /// The system gave no random bytes.
    #[error("get random bytes from the system: {0}")]
    Randomness(getrandom::Error),
    /// The data file cannot be used.
    #[error(transparent)]
    Data(#[from] DataFileError),
}

/// Why a reference server ended otherwise than by its shutdown.
#[derive(Debug, thiserror::Error)]
#[error("keep the server's task running: {0}")]
pub struct ServeError(#[from] JoinError);

/// What all requests share.
struct Server {
    api: UsersApi<Arc<dyn Store>>,
    limits: Limits,
    mail: MailDesk,
    letter_fault: Option<LetterFault>,
    /// How many letters a fault has seen.
    letters: AtomicU64,
    world: World,
    incidents: IncidentListener,
}

impl Server {
    /// Hands a letter over, in the order in which its recipient should get it.
    fn post(&self, slot: outbox::OutboxSlot, letter: Letter) {
        let letter = match &self.letter_fault {
            None => Some(letter),
            Some(_) if !defective::strikes() => Some(letter),
            Some(fault) => {
                let number = self.letters.fetch_add(1, Ordering::Relaxed) + 1;
                fault.spoil(&letter, number)
            }
        };
        if let Some(letter) = letter {
            self.mail.post(slot, letter);
        }
    }
}

/// A reference server that is running. Dropping this does not stop it: its shutdown does.
#[derive(Debug)]
pub struct ReferenceServer {
    address: SocketAddr,
    server: Arc<Server>,
    serving: JoinHandle<()>,
}

impl ReferenceServer {
    /// Starts to answer on a listener until `shutdown` completes. To be called within a tokio
    /// runtime; with a data file preferably one of several threads, which goes on while the disk works.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn start(
        listener: TcpListener,
        settings: ReferenceSettings,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, StartError> {
        let address = listener.local_addr().map_err(StartError::Address)?;
        let fault = settings.defect.map(|defect| defect.fault);
        let honest = honest_store(settings.data.as_deref())?;
        let server = Arc::new(Server {
            api: UsersApi::new(store(&honest, fault), settings.rules),
            limits: settings.limits,
            world: World::new().map_err(StartError::Randomness)?,
            mail: MailDesk::open(settings.mail, &settings.incidents),
            letter_fault: match fault {
                Some(Fault::Letter(fault)) => Some(fault),
                _ => None,
            },
            letters: AtomicU64::new(0),
            incidents: settings.incidents,
        });
        let router = routes::router(Arc::clone(&server));
        let router = match settings.defect {
            None => router,
            Some(defect) => defective::plant(router, defect, honest),
        };
        let serving = tokio::spawn(serve(listener, router, Arc::clone(&server), shutdown));
        Ok(Self {
            address,
            server,
            serving,
        })
    }

    /// Where clients on this machine find the API, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{BASE_PATH}", reachable(self.address))
    }

    /// Where clients on this machine find the latest code sent to `{email}`, in the form that a
    /// mailbox is given to `assize`. `None` if codes go out by SMTP.
    #[must_use]
    pub fn inbox_url(&self) -> Option<String> {
        self.server.mail.inbox()?;
        Some(format!(
            "http://{}{}#/code",
            reachable(self.address),
            routes::INBOX_PATH
        ))
    }

    /// How many accounts exist now.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub fn count_accounts(&self) -> Result<usize, StoreFault> {
        self.server.api.count_accounts()
    }

    /// Waits until the server has ended: the shutdown came, the requests under way are answered,
    /// and the mail is delivered or reported. Takes up to some seconds after the shutdown.
    ///
    /// # Errors
    ///
    /// See [`ServeError`].
    pub async fn finished(self) -> Result<(), ServeError> {
        Ok(self.serving.await?)
    }
}

fn honest_store(data: Option<&Path>) -> Result<Arc<dyn Store>, DataFileError> {
    Ok(match data {
        Some(path) => Arc::new(SqliteStore::open(path)?),
        None => Arc::new(MemoryStore::new()),
    })
}

/// The store that the API is given.
fn store(honest: &Arc<dyn Store>, fault: Option<Fault>) -> Arc<dyn Store> {
    let honest = Arc::clone(honest);
    match fault {
        Some(Fault::State(fault)) => Arc::new(FaultyStore::new(honest, fault, defective::strikes)),
        _ => honest,
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    server: Arc<Server>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    connections::serve(listener, router, server.limits, shutdown).await;
    server.mail.close().await;
}

/// An address that a client can connect to. The unspecified address only means "all of mine".
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Server").finish_non_exhaustive()
    }
}
