//! The conformance engine's way to the target: the reader of a load, and reqwest, with everything that could
//! surprise off, for HTTP/2 and through a proxy.

use async_trait::async_trait;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use reqwest::{Client, Method, Proxy, StatusCode, Url};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::coding::decoded;
use super::http_fault::transfer_error;
use super::http_way::HttpWay;
use super::resolver::BoundedResolver;
use super::tls::TlsClient;
use super::wire::{Endpoint, SingleExchanges, Unwritable};
use crate::engine::{Client as Sender, Transport, cookie_names, has_cookies};
use crate::model::{
    Condition, Exchange, Manner, Protocol, Request, Response, StandingHeaders, TransferError,
    TransferErrorKind,
};

/// How long a refused connection is left alone before the second try.
const SECOND_TRY: Duration = Duration::from_millis(200);

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
    /// A user and a password stand in the base URL, which every report would show.
    #[error(
        "the base URL of {0} has a user or a password in it; leave them out there. If they are for what stands in front of the API, give them with --basic USER:PASSWORD: they are sent with requests that carry no bearer, since a request has one Authorization only. A gateway that asks for them with every request must let the runs of assize through by other means: a header of its own (--header), a client certificate (--cert), or the address they come from"
    )]
    Credentials(String),
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
    /// The limit of making a connection.
    connecting: Duration,
    headers: StandingHeaders,
    /// The names of the cookies that came with the first answer of all. Nobody has an account by then, so
    /// they are of what stands in front of the target; others may be credentials, which the API has not.
    front_cookies: Arc<OnceLock<Vec<String>>>,
    /// How many connections were made at the second try.
    second_tries: Arc<AtomicU64>,
}

impl HttpClient {
    /// A client for the target at a base URL that [`base_url`](crate::edge::base_url()) has accepted.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be set up, or the trusted certificates cannot be used.
    pub fn new(base_url: &str, limits: HttpLimits) -> Result<Self, ClientError> {
        Self::through(&HttpWay::default(), base_url, limits)
    }

    /// The same on a way of its own.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be set up, or the trusted certificates cannot be used.
    pub fn through(way: &HttpWay, base_url: &str, limits: HttpLimits) -> Result<Self, ClientError> {
        let builder = Client::builder();
        let (offered, builder): (&[&[u8]], _) = match way.protocol {
            Protocol::Http1 => (&[], builder.http1_only()),
            Protocol::Http2 => (&[b"h2"], builder.http2_prior_knowledge()),
        };
        let tls = way.tls.client_config(offered);
        let tls = tls.map_err(ClientError::Trust)?;
        let builder = match &way.proxy {
            Some(url) => builder.proxy(Proxy::all(url.clone()).map_err(ClientError::Setup)?),
            None => builder.no_proxy(),
        };
        let client = builder
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
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
            wire: match (way.protocol, &way.proxy) {
                (Protocol::Http1, None) => Some(wire(base_url, limits, &way.tls)?),
                (Protocol::Http1, Some(_)) | (Protocol::Http2, _) => None,
            },
            connecting: limits.connect.min(limits.exchange),
            headers: way.headers.clone(),
            front_cookies: Arc::default(),
            second_tries: Arc::default(),
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

    /// How many connections were refused and then made at the second try.
    #[must_use]
    pub fn second_tries(&self) -> u64 {
        self.second_tries.load(Ordering::Relaxed)
    }

    /// Makes an exchange. A connection that is refused is tried once more, since nothing can have happened.
    async fn exchange_or_try_again(
        &self,
        request: &Request,
        sender: Option<&Sender>,
    ) -> Result<Response, TransferError> {
        let began = Instant::now();
        let result = self.exchange(request, sender).await;
        if !is_refusal(&result) || began.elapsed() >= self.connecting {
            return result;
        }
        tokio::time::sleep(SECOND_TRY).await;
        let again = self.exchange(request, sender).await;
        if !is_refusal(&again) {
            self.second_tries.fetch_add(1, Ordering::Relaxed);
        }
        again
    }

    async fn exchange(
        &self,
        request: &Request,
        sender: Option<&Sender>,
    ) -> Result<Response, TransferError> {
        if let Some(wire) = &self.wire {
            return wire.exchange(request, sender).await;
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
        let codings = answer.headers().get_all(CONTENT_ENCODING).into_iter();
        let codings: Vec<HeaderValue> = codings.cloned().collect();
        let mut body = self.read_body(answer).await?;
        let codings = codings.iter().map(HeaderValue::as_bytes);
        if let Some(decoded) = decoded(codings, &body, self.body_limit)? {
            body = decoded;
        }
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
        *built.headers_mut() =
            headers(&request.headers).map_err(|why| unsendable(why.to_string()))?;
        if let Some(body) = &request.body {
            *built.body_mut() = Some(body.clone().into());
        }
        Ok(built)
    }
}

fn is_refusal(result: &Result<Response, TransferError>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| error.kind == TransferErrorKind::Connect)
}

fn wire(url: &str, limits: HttpLimits, tls: &TlsClient) -> Result<SingleExchanges, ClientError> {
    let endpoint = Endpoint::parse(url).map_err(|error| ClientError::BaseUrl {
        url: error.url,
        reason: error.reason,
    })?;
    SingleExchanges::new(endpoint, limits.into(), tls).map_err(ClientError::Tls)
}

fn headers(list: &[(String, String)]) -> Result<HeaderMap, Unwritable> {
    let mut headers = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let parsed_name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Unwritable::HeaderName(name.clone()))?;
        let parsed_value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| Unwritable::HeaderValue(name.clone()))?;
        headers.append(parsed_name, parsed_value);
    }
    Ok(headers)
}

#[async_trait]
impl Transport for HttpClient {
    async fn send(&self, request: Request) -> Exchange {
        self.send_from(request, None).await
    }

    async fn send_as(&self, client: &Sender, mut request: Request) -> Exchange {
        // The cookie of a manner takes no place of those by which a balancer finds its server.
        if request.manner.has(Condition::Cookie) || !has_cookies(&request.headers) {
            self.headers.complete(&mut request.headers, str::to_owned);
            client.cookies.give_back(&mut request.headers);
        }
        let exchange = self.send_from(request, Some(client)).await;
        if let (Ok(response), Some(front)) = (&exchange.result, self.front_cookies.get()) {
            let is_wanted = |name: &str| front.iter().any(|one| one == name);
            client.cookies.keep(response, is_wanted);
        }
        exchange
    }

    fn conditions(&self) -> Manner {
        let known: &[Condition] = if self.wire.is_some() {
            &Condition::ALL
        } else {
            &OF_ANY_HTTP
        };
        // What the user gives every request is not taken away from some.
        let is_free = |one: &&Condition| !self.headers.has(one.header());
        known.iter().filter(is_free).copied().collect()
    }
}

/// The conditions that are about what a request says, and not about HTTP/1.
const OF_ANY_HTTP: [Condition; 13] = [
    Condition::Query,
    Condition::LongQuery,
    Condition::Browser,
    Condition::Curl,
    Condition::AcceptJson,
    Condition::AcceptHtml,
    Condition::Cookie,
    Condition::Origin,
    Condition::AcceptLanguage,
    Condition::AcceptGzip,
    Condition::AcceptBrotli,
    Condition::Reversed,
    Condition::ExtraMember,
];

impl HttpClient {
    async fn send_from(&self, mut request: Request, sender: Option<&Sender>) -> Exchange {
        self.headers.complete(&mut request.headers, str::to_owned);
        self.turn().await;
        let started = Instant::now();
        let result = self.exchange_or_try_again(&request, sender).await;
        if let Ok(response) = &result {
            self.front_cookies.get_or_init(|| cookie_names(response));
        }
        Exchange {
            number: 0,
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
