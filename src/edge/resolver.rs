//! From host names to addresses, within a time limit, and to connections of conversations.
//!
//! The resolver of the system can take minutes and cannot be interrupted, so each question is asked in
//! a thread of its own, which nobody waits for: neither a run at its limit nor the end of the process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::TcpStream;

/// How long a name may take where nobody says how long a connection may take.
pub(super) const RESOLVE_LIMIT: Duration = Duration::from_secs(5);

/// An address of a host with its port.
pub type HostAddress = SocketAddr;

/// Why the addresses of a host are not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The resolver does not know the name, or cannot be asked.
    #[error("the host name {host} does not resolve: {reason}")]
    Failed {
        /// The name.
        host: String,
        /// What the resolver says.
        reason: String,
    },
    /// The resolver says nothing.
    #[error(
        "the host name {host} does not resolve: name resolution did not answer within {} s",
        limit.as_secs_f64()
    )]
    TooSlow {
        /// The name.
        host: String,
        /// How long it was waited for.
        limit: Duration,
    },
}

/// The part of the time for a connection that its name may take: all but a tenth, so that a resolver
/// that does not answer is known to be what took so long.
pub(super) fn part_for_name(connecting: Duration) -> Duration {
    connecting.saturating_sub(connecting / 10)
}

/// The addresses of a host, which may be an address itself.
///
/// # Errors
///
/// See [`ResolveError`]. A host without an address is one that does not resolve.
pub(super) async fn resolve(
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<Vec<SocketAddr>, ResolveError> {
    let question = Question::new(host, port, limit);
    let (sender, answer) = tokio::sync::oneshot::channel();
    // Whoever asked may have given up.
    question.ask(move |found| drop(sender.send(found)))?;
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(found)) => question.answered(found),
        Ok(Err(_)) => Err(question.failed("the thread that asks was lost".to_owned())),
        Err(_) => Err(question.too_slow()),
    }
}

/// The same for a caller without a runtime, who is held up meanwhile.
///
/// # Errors
///
/// See [`resolve`].
pub(super) fn resolve_waiting(
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<Vec<SocketAddr>, ResolveError> {
    let question = Question::new(host, port, limit);
    let (sender, answer) = mpsc::channel();
    // Whoever asked may have given up.
    question.ask(move |found| drop(sender.send(found)))?;
    match answer.recv_timeout(limit) {
        Ok(found) => question.answered(found),
        Err(_) => Err(question.too_slow()),
    }
}

/// A connection to a host for a conversation: what is said in several small writes does not wait for their
/// receipt. The limit is that for the name alone.
///
/// # Errors
///
/// If the name does not resolve, or none of its addresses takes a connection.
pub(super) async fn converse_with(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
    let addresses = resolve(host, port, limit).await.map_err(io::Error::other)?;
    let stream = TcpStream::connect(addresses.as_slice()).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

struct Question {
    host: String,
    port: u16,
    limit: Duration,
}

impl Question {
    fn new(host: &str, port: u16, limit: Duration) -> Self {
        Self {
            host: host.to_owned(),
            port,
            limit,
        }
    }

    fn ask(
        &self,
        tell: impl FnOnce(io::Result<Vec<SocketAddr>>) + Send + 'static,
    ) -> Result<(), ResolveError> {
        if let Ok(address) = self.host.parse::<IpAddr>() {
            tell(Ok(vec![SocketAddr::new(address, self.port)]));
            return Ok(());
        }
        let (host, port) = (self.host.clone(), self.port);
        let ask = move || {
            let found = (host.as_str(), port).to_socket_addrs();
            let found = found.map(Iterator::collect);
            tell(found.or_else(|error| loopback(&host, port).ok_or(error)));
        };
        let thread = thread::Builder::new().name("resolver".to_owned());
        match thread.spawn(ask) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.failed(format!("cannot start a thread: {error}"))),
        }
    }

    fn answered(
        &self,
        found: io::Result<Vec<SocketAddr>>,
    ) -> Result<Vec<SocketAddr>, ResolveError> {
        match found {
            Ok(addresses) if addresses.is_empty() => {
                Err(self.failed("it has no address".to_owned()))
            }
            Ok(addresses) => Ok(addresses),
            Err(error) => Err(self.failed(error.to_string())),
        }
    }

    fn failed(&self, reason: String) -> ResolveError {
        ResolveError::Failed {
            host: self.host.clone(),
            reason,
        }
    }

    fn too_slow(&self) -> ResolveError {
        ResolveError::TooSlow {
            host: self.host.clone(),
            limit: self.limit,
        }
    }
}

/// What `localhost` is where the system does not know it, as in an image without `/etc/hosts` (RFC 6761, section 6.3).
fn loopback(host: &str, port: u16) -> Option<Vec<SocketAddr>> {
    let is_local = host.trim_end_matches('.').eq_ignore_ascii_case("localhost");
    let addresses = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    is_local.then(|| {
        addresses
            .map(|one: IpAddr| SocketAddr::new(one, port))
            .into()
    })
}

/// The resolver of an HTTP client.
pub(super) struct BoundedResolver {
    limit: Duration,
}

impl BoundedResolver {
    /// For a client whose connections may take this long.
    pub(super) fn within(connecting: Duration) -> Self {
        Self {
            limit: part_for_name(connecting),
        }
    }
}

impl Resolve for BoundedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let limit = self.limit;
        Box::pin(async move {
            // The client puts in the port itself.
            let addresses = resolve(name.as_str(), 0, limit).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
