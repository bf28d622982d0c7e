//! Opens streams to the target: plain TCP, or TLS over it.

use rustls::pki_types::ServerName;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::edge::tls::Trust;
use crate::model::{TransferError, TransferErrorKind};

/// The only protocol that is spoken over a dialled stream.
const HTTP_1_1: &[u8] = b"http/1.1";

/// Opens streams to one target.
pub(crate) trait Dial: Clone {
    /// A stream.
    type Stream: AsyncRead + AsyncWrite + Unpin;

    /// Opens a stream.
    fn dial(&self) -> impl Future<Output = Result<Self::Stream, TransferError>>;
}

/// Opens TCP connections.
#[derive(Clone, Debug)]
pub(crate) struct TcpDial {
    pub(crate) addresses: Arc<[SocketAddr]>,
}

impl Dial for TcpDial {
    type Stream = TcpStream;

    async fn dial(&self) -> Result<TcpStream, TransferError> {
        let mut refusal = None;
        for address in self.addresses.iter() {
            let connected = TcpStream::connect(address).await;
            // Small requests must not wait for the acknowledgement of what went before.
            match connected.and_then(|stream| stream.set_nodelay(true).map(|()| stream)) {
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
    let detail = match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("connection refused by {address}"),
        _ => format!("no connection to {address}: {error}"),
    };
    TransferError::new(TransferErrorKind::Connect, detail)
}

/// Opens TLS connections.
#[derive(Clone)]
pub(crate) struct TlsDial {
    tcp: TcpDial,
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl TlsDial {
    /// Opens TLS connections to a host.
    pub(crate) fn new(tcp: TcpDial, host: &str, trust: &Trust) -> Result<Self, TransferError> {
        let failed = |reason: String| TransferError::new(TransferErrorKind::Tls, reason);
        let config = trust
            .client_config(&[HTTP_1_1])
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
        })
    }
}

impl Dial for TlsDial {
    type Stream = TlsStream<TcpStream>;

    async fn dial(&self) -> Result<Self::Stream, TransferError> {
        let stream = self.tcp.dial().await?;
        self.connector
            .connect(self.name.clone(), stream)
            .await
            .map_err(|error| {
                let detail = format!("the TLS handshake failed: {error}");
                TransferError::new(TransferErrorKind::Tls, detail)
            })
    }
}
