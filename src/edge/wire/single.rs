//! One exchange on a connection of its own, as a check makes it: written and understood as under load.
//!
//! What a target sends too much or too late can then never be taken for the answer to another request.

use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::connection::{not_read, not_sent};
use super::dial::{Dial, TcpDial, TlsDial};
use super::endpoint::Endpoint;
use super::fault::{connect_timeout, exchange_timeout};
use super::limits::WireLimits;
use super::request::written;
use super::response::ResponseReader;
use crate::edge::tls::TlsClient;
use crate::model::{Protocol, Request, Response, TransferError};

/// What a check says of the types that it takes, unless the suite says otherwise.
const ACCEPT: (&str, &str) = ("accept", "*/*");

/// Printable characters that stand in no path (RFC 3986, section 3.3), or would end it.
const UNUSUAL_PATH_BYTES: &[u8] = b"\"#<>\\^`{|}";

/// Makes exchanges over HTTP/1.1, each on a connection of its own.
#[derive(Clone)]
pub(crate) struct SingleExchanges {
    endpoint: Endpoint,
    /// None where TLS is not spoken.
    tls: Option<TlsDial>,
    limits: WireLimits,
}

impl SingleExchanges {
    /// Exchanges with an endpoint.
    ///
    /// # Errors
    ///
    /// If the trusted certificates cannot be used, or no certificate can have the name of the host.
    pub(crate) fn new(
        endpoint: Endpoint,
        limits: WireLimits,
        client: &TlsClient,
    ) -> Result<Self, TransferError> {
        let tls = endpoint.is_tls.then(|| {
            let tcp = TcpDial::new([]);
            TlsDial::new(tcp, &endpoint.host, client, Some(Protocol::Http1))
        });
        Ok(Self {
            endpoint,
            tls: tls.transpose()?,
            limits,
        })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// If no whole answer came that is HTTP, or the request cannot be written.
    pub(crate) async fn exchange(&self, request: &Request) -> Result<Response, TransferError> {
        let bytes = written(&usual(request), &self.endpoint)?;
        let mut reader = ResponseReader::new(self.limits);
        reader.begin(request.method == "HEAD");
        let connecting = self.limits.connect.min(self.limits.exchange);
        let began = Instant::now();
        let tcp = timeout(connecting, self.tcp(connecting));
        let late = |_| connect_timeout(connecting);
        let tcp = tcp.await.map_err(late)??;
        match &self.tls {
            None => {
                let stream = timeout(left(connecting, began), tcp.dial());
                let stream = stream.await.map_err(late)??;
                self.transfer(stream, &bytes, &mut reader, began).await?;
            }
            Some(tls) => {
                let tls = tls.over(tcp);
                let stream = timeout(left(connecting, began), tls.dial());
                let stream = stream.await.map_err(late)??;
                self.transfer(stream, &bytes, &mut reader, began).await?;
            }
        }
        Ok(reader.response())
    }

    async fn tcp(&self, connecting: Duration) -> Result<TcpDial, TransferError> {
        Ok(TcpDial::new(self.endpoint.resolve(connecting).await?))
    }

    async fn transfer<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        request: &[u8],
        reader: &mut ResponseReader,
        began: Instant,
    ) -> Result<(), TransferError> {
        let limit = self.limits.exchange;
        let transfer = transfer(&mut stream, request, reader);
        let whole = timeout(left(limit, began), transfer).await;
        whole.map_err(|_| exchange_timeout(limit))?
    }
}

fn left(limit: Duration, began: Instant) -> Duration {
    limit.saturating_sub(began.elapsed())
}

/// The request with what every request of a check says. A path is sent as it is, except for what no HTTP
/// message could hold.
fn usual(request: &Request) -> Request {
    let mut request = request.clone();
    let (name, value) = ACCEPT;
    let mut headers = request.headers.iter();
    if !headers.any(|(one, _)| one.eq_ignore_ascii_case(name)) {
        request.headers.push((name.to_owned(), value.to_owned()));
    }
    let path = request.path.bytes();
    request.path = path.fold(String::new(), |path, byte| {
        if byte.is_ascii_graphic() && !UNUSUAL_PATH_BYTES.contains(&byte) {
            path + char::from(byte).encode_utf8(&mut [0; 1])
        } else {
            path + &format!("%{byte:02X}")
        }
    });
    request
}

/// Sends a request and reads its whole answer meanwhile: a target may refuse a long request before it has read
/// it, and then read no more.
async fn transfer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    request: &[u8],
    reader: &mut ResponseReader,
) -> Result<(), TransferError> {
    let (mut input, mut output) = tokio::io::split(stream);
    let (unsent, answered) = {
        let send = async {
            output.write_all(request).await.map_err(not_sent)?;
            output.flush().await.map_err(not_sent)
        };
        let answer = receive(&mut input, reader);
        tokio::pin!(send, answer);
        let unsent = tokio::select! {
            biased;
            done = &mut send => done.err(),
            answered = &mut answer => return answered,
        };
        (unsent, answer.await)
    };
    match unsent {
        // Where nothing came either, the earlier of both says more.
        Some(error) if reader.unread().is_empty() => answered.map_err(|_| error),
        _ => answered,
    }
}

async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    reader: &mut ResponseReader,
) -> Result<(), TransferError> {
    loop {
        let came = stream.read_buf(reader.room()).await;
        let came = came.map_err(|error| not_read(&error, reader))?;
        if came == 0 {
            return reader.end();
        }
        if reader.advance()? {
            return Ok(());
        }
    }
}
