//! One exchange as a check makes it: written and understood as under load.
//!
//! It has a connection of its own, so that what a target sends too much or too late is never taken for the answer
//! to another request, unless its manner is to go over the one that its client has kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::dial::{Dial, TcpDial, TlsDial};
use super::endpoint::Endpoint;
use super::fault::{connect_timeout, exchange_timeout};
use super::idle::IdleHabits;
use super::kept::{KeptStream, Message, not_read, not_sent};
use super::limits::WireLimits;
use super::lone_request::LoneRequest;
use super::response::ResponseReader;
use crate::edge::tls::TlsClient;
use crate::engine::Client;
use crate::model::{Condition, Protocol, Request, Response, TransferError};

/// A longer request, in bytes, has a connection of its own: it may be refused while it is sent.
const LONGEST_KEPT: usize = 16 * 1024;

/// A connection that was idle for longer is not used again: whoever waits for a mail meets the end of one.
const LONGEST_IDLE: Duration = Duration::from_millis(500);

/// How long a target is given to ask for the body that a request announces (RFC 9110, section 10.1.1).
const CONTINUE_TIME: Duration = Duration::from_secs(1);
/// The same for a target that has let the time pass before.
const NEXT_CONTINUE_TIME: Duration = Duration::from_millis(50);

/// Makes exchanges over HTTP/1.
#[derive(Clone)]
pub(crate) struct SingleExchanges {
    endpoint: Endpoint,
    /// None where TLS is not spoken.
    tls: Option<TlsDial>,
    limits: WireLimits,
    habits: Arc<IdleHabits>,
    /// Whether the target once did not ask for a body that was announced.
    never_asks: Arc<AtomicBool>,
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
            habits: Arc::default(),
            never_asks: Arc::default(),
        })
    }

    /// Sends a request and reads the whole answer. Where its manner says so, it goes over the connection that the
    /// client has kept, if there is one.
    ///
    /// # Errors
    ///
    /// If no whole answer came that is HTTP, or the request cannot be written.
    pub(crate) async fn exchange(
        &self,
        request: &Request,
        client: Option<&Client>,
    ) -> Result<Response, TransferError> {
        let lone = LoneRequest::new(request, &self.endpoint)?;
        let is_short = lone.message().bytes.len() <= LONGEST_KEPT;
        match client {
            Some(client) if request.manner.has(Condition::Kept) && is_short => {
                self.over_kept(lone.message(), client).await
            }
            _ => {
                let (head, body) = lone.parts();
                let waits = request.manner.has(Condition::ExpectContinue) && !body.is_empty();
                let mut reader = ResponseReader::new(self.limits);
                reader.begin(lone.message().is_head_request);
                if waits {
                    self.alone(&[head, body], &mut reader).await?;
                } else {
                    self.alone(&[lone.message().bytes], &mut reader).await?;
                }
                Ok(reader.response())
            }
        }
    }

    /// Makes an exchange on a connection of its own. Each part of the request after the first waits until the
    /// target asks for it.
    async fn alone(
        &self,
        parts: &[&[u8]],
        reader: &mut ResponseReader,
    ) -> Result<(), TransferError> {
        let connecting = self.connecting();
        let began = Instant::now();
        let tcp = timeout(connecting, self.tcp(connecting));
        let late = |_| connect_timeout(connecting);
        let tcp = tcp.await.map_err(late)??;
        match &self.tls {
            None => {
                let stream = timeout(left(connecting, began), tcp.dial());
                let stream = stream.await.map_err(late)??;
                self.transfer(stream, parts, reader, began).await
            }
            Some(tls) => {
                let tls = tls.over(tcp);
                let stream = timeout(left(connecting, began), tls.dial());
                let stream = stream.await.map_err(late)??;
                self.transfer(stream, parts, reader, began).await
            }
        }
    }

    async fn over_kept(
        &self,
        message: Message<'_>,
        client: &Client,
    ) -> Result<Response, TransferError> {
        let kept = client
            .take::<KeptConnection>()
            .filter(KeptConnection::is_in_use);
        let mut kept = match kept {
            Some(kept) => kept,
            None => self.new_kept().await?,
        };
        let response = kept.exchange(message).await?;
        client.keep(kept);
        Ok(response)
    }

    async fn new_kept(&self) -> Result<KeptConnection, TransferError> {
        let connecting = self.connecting();
        let tcp = timeout(connecting, self.tcp(connecting));
        let tcp = tcp.await.map_err(|_| connect_timeout(connecting))??;
        let limits = WireLimits {
            connect: connecting,
            ..self.limits
        };
        let (habits, now) = (Arc::clone(&self.habits), Instant::now().into());
        Ok(match &self.tls {
            None => KeptConnection::Tcp(Box::new(KeptStream::new(tcp, habits, limits, now))),
            Some(tls) => {
                let stream = KeptStream::new(tls.over(tcp), habits, limits, now);
                KeptConnection::Tls(Box::new(stream))
            }
        })
    }

    fn connecting(&self) -> Duration {
        self.limits.connect.min(self.limits.exchange)
    }

    async fn tcp(&self, connecting: Duration) -> Result<TcpDial, TransferError> {
        Ok(TcpDial::new(self.endpoint.resolve(connecting).await?))
    }

    async fn transfer<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        parts: &[&[u8]],
        reader: &mut ResponseReader,
        began: Instant,
    ) -> Result<(), TransferError> {
        let limit = self.limits.exchange;
        let transfer = transfer(&mut stream, parts, reader, &self.never_asks);
        let whole = timeout(left(limit, began), transfer).await;
        whole.map_err(|_| exchange_timeout(limit))?
    }
}

/// A connection that a client keeps.
enum KeptConnection {
    Tcp(Box<KeptStream<TcpDial>>),
    Tls(Box<KeptStream<TlsDial>>),
}

impl KeptConnection {
    fn is_in_use(&self) -> bool {
        let last = match self {
            Self::Tcp(stream) => stream.last(),
            Self::Tls(stream) => stream.last(),
        };
        last.elapsed() < LONGEST_IDLE
    }

    async fn exchange(&mut self, message: Message<'_>) -> Result<Response, TransferError> {
        let now = Instant::now().into();
        match self {
            Self::Tcp(stream) => {
                stream.exchange(message, now).await?;
                Ok(stream.reader.response())
            }
            Self::Tls(stream) => {
                stream.exchange(message, now).await?;
                Ok(stream.reader.response())
            }
        }
    }
}

fn left(limit: Duration, began: Instant) -> Duration {
    limit.saturating_sub(began.elapsed())
}

/// Sends a request and reads its whole answer meanwhile: a target may refuse a long request before it has read
/// it, and then read no more.
async fn transfer<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    parts: &[&[u8]],
    reader: &mut ResponseReader,
    never_asks: &AtomicBool,
) -> Result<(), TransferError> {
    let (mut input, mut output) = tokio::io::split(stream);
    let asked = Notify::new();
    let (unsent, answered) = {
        let send = async {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    // Whoever never asks gets it all the same.
                    let time = if never_asks.load(Ordering::Relaxed) {
                        NEXT_CONTINUE_TIME
                    } else {
                        CONTINUE_TIME
                    };
                    let has_asked = timeout(time, asked.notified()).await;
                    never_asks.fetch_or(has_asked.is_err(), Ordering::Relaxed);
                }
                output.write_all(part).await.map_err(not_sent)?;
                output.flush().await.map_err(not_sent)?;
            }
            Ok(())
        };
        let answer = receive(&mut input, reader, &asked);
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

/// Reads an answer. `asked` hears of an interim one.
async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    reader: &mut ResponseReader,
    asked: &Notify,
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
        if reader.had_interim() {
            asked.notify_one();
        }
    }
}
