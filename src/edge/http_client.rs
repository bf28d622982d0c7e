//! The conformance engine's way to the target: reqwest, with everything that could surprise off.

use async_trait::async_trait;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use reqwest::{Client, Method, StatusCode, Url};
use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::resolver::{BoundedResolver, ResolveError};
use super::tls::Trust;
use super::wire::{Endpoint, SingleExchanges};
use crate::engine::Transport;
use crate::model::{Exchange, Protocol, Request, Response, TransferError, TransferErrorKind};

/// The limits of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// For the connection, TLS included.
    pub connect: Duration,
    /// For the whole exchange.
    pub exchange: Duration,
    /// For the body of an answer, in bytes.
    pub body: usize,
    /// From the beginning of one exchange to that of the next, at least.
    pub pause: Duration,
}

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The base URL is not one.
    #[error(
        "{url:?} is not a base URL: {reason}; write one such as http://127.0.0.1:8080/api/auth/v2"
    )]
    BaseUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Setup(reqwest::Error),
    /// The trusted certificates cannot be used.
    #[error("cannot set up TLS: {0}")]
    Trust(rustls::Error),
    /// The same, or no certificate can have the name of the host.
    #[error("cannot set up TLS: {0}")]
    Tls(TransferError),
}

/// Sends requests to one target.
#[derive(Clone)]
pub struct HttpClient {
    /// For HTTP/1.1 straight to the target, so that both engines understand answers in one way.
    wire: Option<SingleExchanges>,
    /// For everything else.
    client: Client,
    base_url: String,
    body_limit: usize,
    pause: Duration,
    /// When the next exchange may begin.
    next: Arc<Mutex<Instant>>,
}

/// Checks a base URL and cuts the slash at its end.
///
/// # Errors
///
/// If it is not an absolute `http` or `https` URL, or has a query or a fragment.
pub fn base_url(text: &str) -> Result<String, ClientError> {
    let wrong = |reason: String| ClientError::BaseUrl {
        url: text.to_owned(),
        reason,
    };
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!("the scheme {} is not HTTP", url.scheme())));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment".to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ClientError::BaseUrl {
            url: url.host_str().unwrap_or_default().to_owned(),
            reason: "a user or a password stands in front of the host".to_owned(),
        });
    }
    Ok(text.trim_end_matches('/').to_owned())
}

impl HttpClient {
    /// A client for the target at a base URL that [`base_url`] has accepted.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be set up, or the trusted certificates cannot be used.
    pub fn new(base_url: &str, limits: HttpLimits) -> Result<Self, ClientError> {
        Self::speaking(Protocol::Http1, base_url, limits, &Trust::default())
    }

    /// The same over a version of HTTP, trusting others than usual.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be set up, or the trusted certificates cannot be used.
    pub fn speaking(
        protocol: Protocol,
        base_url: &str,
        limits: HttpLimits,
        trust: &Trust,
    ) -> Result<Self, ClientError> {
        let builder = Client::builder();
        let (offered, builder): (&[&[u8]], _) = match protocol {
            Protocol::Http1 => (&[], builder.http1_only()),
            Protocol::Http2 => (&[b"h2"], builder.http2_prior_knowledge()),
        };
        let tls = trust.client_config(offered).map_err(ClientError::Trust)?;
        let client = builder
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .tcp_nodelay(true)
            // A connection for each exchange: what a target sends too much or too late can then never
            // be taken for the answer to somebody else's request.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(BoundedResolver::within(
                limits.connect.min(limits.exchange),
            )))
            .connect_timeout(limits.connect)
            .timeout(limits.exchange)
            .build()
            .map_err(ClientError::Setup)?;
        Ok(Self {
            wire: match protocol {
                Protocol::Http1 => Some(wire(base_url, limits, trust)?),
                Protocol::Http2 => None,
            },
            client,
            base_url: base_url.to_owned(),
            body_limit: limits.body,
            pause: limits.pause,
            next: Arc::new(Mutex::new(Instant::now())),
        })
    }

    /// Waits for this exchange's turn.
    async fn turn(&self) {
        if self.pause.is_zero() {
            return;
        }
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + self.pause;
            at
        };
        tokio::time::sleep_until(at.into()).await;
    }

    async fn exchange(&self, request: &Request) -> Result<Response, TransferError> {
        if let Some(wire) = &self.wire {
            return wire.exchange(request).await;
        }
        let request = self.build(request)?;
        let answer = self.client.execute(request).await.map_err(transfer_error)?;
        refuse_framing(&answer)?;
        if answer.content_length().is_some_and(|length| {
            usize::try_from(length).map_or(true, |length| length > self.body_limit)
        }) {
            return Err(self.too_large());
        }
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let body = self.read_body(answer).await?;
        Ok(Response {
            status,
            headers,
            body,
        })
    }

    async fn read_body(&self, mut answer: reqwest::Response) -> Result<Vec<u8>, TransferError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(transfer_error)? {
            if body.len() + chunk.len() > self.body_limit {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn too_large(&self) -> TransferError {
        TransferError::body_too_large(self.body_limit)
    }

    fn build(&self, request: &Request) -> Result<reqwest::Request, TransferError> {
        let unsendable = |reason: String| TransferError::new(TransferErrorKind::Request, reason);
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| unsendable(format!("{:?} is not a method", request.method)))?;
        let url = Url::parse(&request.url(&self.base_url))
            .map_err(|error| unsendable(format!("{:?} is not a path: {error}", request.path)))?;
        let mut built = reqwest::Request::new(method, url);
        *built.headers_mut() = headers(&request.headers).map_err(unsendable)?;
        if let Some(body) = &request.body {
            *built.body_mut() = Some(body.clone().into());
        }
        Ok(built)
    }
}

fn wire(url: &str, limits: HttpLimits, trust: &Trust) -> Result<SingleExchanges, ClientError> {
    let endpoint = Endpoint::parse(url).map_err(|error| ClientError::BaseUrl {
        url: error.url,
        reason: error.reason,
    })?;
    SingleExchanges::new(endpoint, limits.into(), trust).map_err(ClientError::Tls)
}

fn headers(list: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let parsed_name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("{name:?} is not a header name"))?;
        let parsed_value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| format!("the value of the header {name} cannot be sent"))?;
        headers.append(parsed_name, parsed_value);
    }
    Ok(headers)
}

#[async_trait]
impl Transport for HttpClient {
    async fn send(&self, request: Request) -> Exchange {
        self.turn().await;
        let started = Instant::now();
        let result = self.exchange(&request).await;
        Exchange {
            request,
            result,
            elapsed: started.elapsed(),
        }
    }
}

/// Refuses what says in two ways where its body ends, of which hyper picks one, and what is no answer
/// at all.
fn refuse_framing(answer: &reqwest::Response) -> Result<(), TransferError> {
    let refused = |reason: String| {
        let detail = format!("the answer is not HTTP: {reason}");
        Err(TransferError::new(TransferErrorKind::Malformed, detail))
    };
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        return refused("it switches to a protocol that nobody asked for".to_owned());
    }
    let mut codings = answer.headers().get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return Ok(());
    };
    if answer.headers().contains_key(CONTENT_LENGTH) {
        return refused("it has both a content-length and a transfer-encoding".to_owned());
    }
    if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") || codings.next().is_some() {
        let coding = String::from_utf8_lossy(coding.as_bytes());
        return refused(format!(
            "it has the transfer coding {coding:?}, which nobody asked for"
        ));
    }
    Ok(())
}

/// The kind of a failed transfer, told from the typed causes as far as there are such.
fn transfer_error(error: reqwest::Error) -> TransferError {
    let error = error.without_url();
    let cause = root_cause(&error);
    let kind = if error.is_timeout() {
        if error.is_connect() {
            TransferErrorKind::Connect
        } else {
            TransferErrorKind::Timeout
        }
    } else if error.is_connect() {
        connect_kind(&error)
    } else if error.is_builder() {
        TransferErrorKind::Request
    } else {
        exchange_kind(&error)
    };
    let detail = match kind {
        TransferErrorKind::Timeout => "no whole answer within the time limit".to_owned(),
        TransferErrorKind::Connect if error.is_timeout() => {
            "no connection within the time limit".to_owned()
        }
        TransferErrorKind::Malformed => format!("the answer is not HTTP: {cause}"),
        TransferErrorKind::TooLarge => format!("the answer is larger than can be read: {cause}"),
        TransferErrorKind::Tls => format!("the TLS connection failed: {cause}"),
        TransferErrorKind::Closed => {
            format!("the target closed or reset the connection too early: {cause}")
        }
        _ => cause,
    };
    TransferError::new(kind, detail)
}

fn is_of_tls(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<rustls::Error>().is_some())
        || io_errors(error).any(|io| {
            io.get_ref()
                .is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some())
        })
}

fn connect_kind(error: &reqwest::Error) -> TransferErrorKind {
    if is_of_tls(error) {
        return TransferErrorKind::Tls;
    }
    if causes(error).any(|cause| cause.downcast_ref::<ResolveError>().is_some()) {
        return TransferErrorKind::Resolve;
    }
    TransferErrorKind::Connect
}

fn exchange_kind(error: &reqwest::Error) -> TransferErrorKind {
    if is_of_tls(error) {
        return TransferErrorKind::Tls;
    }
    // What comes before the request is sent has no public kind either.
    if causes(error).any(|cause| cause.to_string().starts_with("received unexpected message")) {
        return TransferErrorKind::Malformed;
    }
    let ended = io_errors(error).any(|io| {
        matches!(
            io.kind(),
            std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::ConnectionAborted
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::UnexpectedEof
        )
    });
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match hyper {
        Some(hyper) if hyper.is_parse_too_large() => TransferErrorKind::TooLarge,
        Some(hyper) if hyper.is_parse() => TransferErrorKind::Malformed,
        _ if ended => TransferErrorKind::Closed,
        Some(hyper) if hyper.is_incomplete_message() || hyper.is_closed() => {
            TransferErrorKind::Closed
        }
        _ if error.is_body() || error.is_decode() => TransferErrorKind::Malformed,
        _ => TransferErrorKind::Closed,
    }
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    fn next<'a>(cause: &Cause<'a>) -> Option<Cause<'a>> {
        // Without the dereference this would be the source of the reference's own impl.
        (*cause).source()
    }
    std::iter::successors(error.source(), next)
}

fn io_errors(error: &reqwest::Error) -> impl Iterator<Item = &std::io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref())
}

fn root_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
