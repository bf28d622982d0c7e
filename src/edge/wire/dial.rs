//! Opens streams to the target: plain TCP, or TLS over it.

use rustix::io::Errno;
use rustls::ProtocolVersion;
use rustls::pki_types::ServerName;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::socket::{Aged, Closing, Socket};
use crate::edge::tls::TlsClient;
use crate::edge::tls_fault::explain_io;
use crate::model::{Protocol, TransferError, TransferErrorKind};

/// How TLS names the versions of HTTP (RFC 7301, section 6; RFC 9113, section 3.1).
const HTTP_1_1: &[u8] = b"http/1.1";
const HTTP_2: &[u8] = b"h2";

/// Opens streams to one target.
pub(crate) trait Dial: Clone + Send + Sync + 'static {
    /// A stream.
    type Stream: Aged + AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Opens a stream.
    fn dial(&self) -> impl Future<Output = Result<Self::Stream, TransferError>>;
}

/// Opens TCP connections.
#[derive(Clone, Debug)]
pub(crate) struct TcpDial {
    pub(crate) addresses: Arc<[SocketAddr]>,
    /// Whether answers are to be timed by when they came in rather than by when they were read.
    pub(crate) aged: bool,
}

impl TcpDial {
    /// Opens connections to one of these addresses that nobody wants to know the age of answers of.
    pub(super) fn new(addresses: impl Into<Arc<[SocketAddr]>>) -> Self {
        Self {
            addresses: addresses.into(),
            aged: false,
        }
    }
}

impl Dial for TcpDial {
    type Stream = Socket;

    async fn dial(&self) -> Result<Socket, TransferError> {
        let mut refusal = None;
        for address in self.addresses.iter() {
            let connected = TcpStream::connect(address).await;
            match connected.and_then(|stream| Socket::new(stream, self.aged)) {
                Ok(stream) => return Ok(stream),
                Err(error) => refusal = Some((address, error)),
            }
        }
        Err(match refusal {
            Some((address, error)) => no_connection(*address, &error),
            None => TransferError::new(TransferErrorKind::Resolve, "the host has no address"),
        })
    }
}

fn no_connection(address: SocketAddr, error: &io::Error) -> TransferError {
    if error.kind() == io::ErrorKind::ConnectionReset {
        // It was made first: who refuses a connection does it otherwise.
        let detail = "the target reset the connection before it answered";
        return TransferError::new(TransferErrorKind::Closed, detail);
    }
    let detail = match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("connection refused by {address}"),
        _ => format!("no connection to {address}: {error}"),
    };
    let kind = if is_exhausted(error) {
        TransferErrorKind::Exhausted
    } else {
        TransferErrorKind::Connect
    };
    TransferError::new(kind, detail)
}

/// Whether it was this machine that had nothing left for a connection.
fn is_exhausted(error: &io::Error) -> bool {
    const OURS: [Errno; 5] = [
        Errno::MFILE,
        Errno::NFILE,
        Errno::ADDRNOTAVAIL,
        Errno::NOBUFS,
        Errno::NOMEM,
    ];
    Errno::from_io_error(error).is_some_and(|errno| OURS.contains(&errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_machine_lacks_is_told_from_what_the_target_refuses() {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let kind = |errno: Errno| no_connection(address, &errno.into()).kind;
        assert_eq!(kind(Errno::MFILE), TransferErrorKind::Exhausted);
        assert_eq!(kind(Errno::ADDRNOTAVAIL), TransferErrorKind::Exhausted);
        assert_eq!(kind(Errno::CONNREFUSED), TransferErrorKind::Connect);
        assert_eq!(kind(Errno::HOSTUNREACH), TransferErrorKind::Connect);
    }
}

/// Opens TLS connections.
#[derive(Clone)]
pub(crate) struct TlsDial {
    tcp: TcpDial,
    connector: TlsConnector,
    name: ServerName<'static>,
    /// The version that must be agreed upon; none if any will do.
    wanted: Option<Protocol>,
}

impl TlsDial {
    /// Opens TLS connections to a host, for a version of HTTP or whichever the host prefers.
    pub(crate) fn new(
        tcp: TcpDial,
        host: &str,
        tls: &TlsClient,
        wanted: Option<Protocol>,
    ) -> Result<Self, TransferError> {
        let offered: &[&[u8]] = match wanted {
            None => &[HTTP_2, HTTP_1_1],
            Some(Protocol::Http1) => &[HTTP_1_1],
            Some(Protocol::Http2) => &[HTTP_2],
        };
        let failed = |reason: String| TransferError::new(TransferErrorKind::Tls, reason);
        let config = tls
            .client_config(offered)
            .map_err(|error| failed(format!("the trusted certificates cannot be used: {error}")))?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            failed(format!(
                "{host:?} is not a name that a certificate can have"
            ))
        })?;
        Ok(Self {
            tcp,
            connector: TlsConnector::from(Arc::new(config)),
            name,
            wanted,
        })
    }

    /// The same over connections to other addresses.
    pub(super) fn over(&self, tcp: TcpDial) -> Self {
        Self {
            tcp,
            ..self.clone()
        }
    }

    /// The version of HTTP that the host speaks on a connection.
    pub(crate) async fn agreed(&self) -> Result<Protocol, TransferError> {
        self.dial().await.map(|stream| protocol(&stream))
    }
}

impl TlsDial {
    /// What both sides agree upon, for people: the version of TLS, and that of HTTP if one was chosen.
    pub(crate) async fn terms(&self) -> Result<String, TransferError> {
        let stream = self.dial().await?;
        let session = stream.get_ref().1;
        let version = match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            _ => "TLS",
        };
        let chosen = session.alpn_protocol().map(String::from_utf8_lossy);
        let chosen = chosen.map_or_else(String::new, |chosen| format!(", {chosen}"));
        Ok(format!("{version}{chosen}"))
    }
}

/// What both sides agreed upon; without any agreement it is HTTP/1.1.
fn protocol(stream: &TlsStream<Socket>) -> Protocol {
    match stream.get_ref().1.alpn_protocol() {
        Some(HTTP_2) => Protocol::Http2,
        _ => Protocol::Http1,
    }
}

impl Aged for TlsStream<Socket> {
    fn age(&self) -> u64 {
        self.get_ref().0.age()
    }

    fn poll_arrived(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        // Something may be decoded already, of which the socket knows nothing.
        Poll::Ready(())
    }

    fn mark(&mut self) {
        self.get_mut().0.mark();
    }

    fn closing(&self) -> Closing {
        self.get_ref().0.closing()
    }
}

impl Dial for TlsDial {
    type Stream = TlsStream<Socket>;

    async fn dial(&self) -> Result<Self::Stream, TransferError> {
        let stream = self.tcp.dial().await?;
        let stream = self.connector.connect(self.name.clone(), stream).await;
        let failed = |detail: String| TransferError::new(TransferErrorKind::Tls, detail);
        let stream = stream.map_err(|error| failed(explain_io(&error)))?;
        match (self.wanted, protocol(&stream)) {
            (Some(Protocol::Http2), Protocol::Http1) => {
                Err(failed("the target does not speak HTTP/2".to_owned()))
            }
            _ => Ok(stream),
        }
    }
}
