//! The first words with a target, one layer at a time, so that whoever looks for a fault knows which it is in.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::tls::TlsClient;
use super::wire::{Dial, Endpoint, TcpDial, TlsDial};
use crate::model::{Protocol, TransferError, TransferErrorKind};

/// What a connection to a target came to.
#[derive(Debug)]
pub struct Greeting {
    /// How long the connection took; or why there is none.
    pub connection: Result<Duration, TransferError>,
    /// What both sides agreed upon, such as `TLS 1.3, http/1.1`; none of a target in plain HTTP, and where there is
    /// no connection.
    pub tls: Option<Result<String, TransferError>>,
}

/// Connects to one of the addresses of a target, and agrees upon TLS if its base URL asks for it. Each of the two may
/// take `within`.
pub async fn greet(
    base_url: &str,
    addresses: &[SocketAddr],
    (tls, wanted): (&TlsClient, Option<Protocol>),
    within: Duration,
) -> Greeting {
    let dial = TcpDial {
        addresses: addresses.into(),
        aged: false,
    };
    let began = Instant::now();
    let connected = timely(dial.dial(), within, "nobody took the connection").await;
    let connection = connected.map(|_| began.elapsed());
    let endpoint = Endpoint::parse(base_url).ok().filter(|place| place.is_tls);
    let tls = match (&connection, endpoint) {
        (Ok(_), Some(place)) => Some(match TlsDial::new(dial, &place.host, tls, wanted) {
            Ok(dial) => timely(dial.terms(), within, "the TLS handshake did not end").await,
            Err(error) => Err(error),
        }),
        _ => None,
    };
    Greeting { connection, tls }
}

async fn timely<T>(
    work: impl Future<Output = Result<T, TransferError>>,
    within: Duration,
    what: &str,
) -> Result<T, TransferError> {
    let late = |_| {
        let detail = format!("{what} within {} s", within.as_secs_f64());
        Err(TransferError::new(TransferErrorKind::Timeout, detail))
    };
    let done = tokio::time::timeout(within, work).await;
    done.unwrap_or_else(late)
}
