//! A server of HTTP/2 that does exactly what a test says.

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzEncoder;
use h2::Reason;
use h2::server::{self, SendResponse};
use http::response::Builder;
use http::{Request, Response};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;

/// What the server does with a request.
pub(crate) enum Reply {
    /// Answers with a status and a body.
    Send(u16, String),
    /// Answers with a body in gzip, or what is said to be.
    SendCoded(Vec<u8>),
    /// Answers when so many requests are under way at once.
    SendTogether(Arc<Barrier>, String),
    /// Announces a longer body than it sends.
    SendShort(String),
    /// Resets the stream.
    Reset(Reason),
    /// Says that this connection takes no more requests after this one.
    SendLast(String),
    /// Closes the connection.
    Close,
    /// Never answers.
    Ignore,
}

pub(crate) struct Http2Server {
    pub(crate) address: String,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

type React = Arc<dyn Fn(u64, u64) -> Reply + Send + Sync>;

impl Http2Server {
    /// Its function is given the number of the request, from 0, and the user that is asked for.
    pub(crate) async fn start(
        tls: Option<TlsAcceptor>,
        react: impl Fn(u64, u64) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self {
            address: listener.local_addr().unwrap().to_string(),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let (requests, connections) = (this.requests.clone(), this.connections.clone());
        let react: React = Arc::new(react);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let (requests, react) = (requests.clone(), react.clone());
                let (tls, connections) = (tls.clone(), connections.clone());
                tokio::spawn(async move {
                    match tls {
                        None => {
                            connections.fetch_add(1, Ordering::Relaxed);
                            serve(stream, requests, react).await;
                        }
                        Some(tls) => {
                            let stream = tls.accept(stream).await.unwrap();
                            connections.fetch_add(1, Ordering::Relaxed);
                            serve(stream, requests, react).await;
                        }
                    }
                });
            }
        });
        this
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn serve<S>(stream: S, requests: Arc<AtomicU64>, react: React)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // A client that hangs up before it has said anything is no error of the server's.
    let Ok(mut connection) = server::handshake(stream).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let number = requests.fetch_add(1, Ordering::Relaxed);
        let reply = react(number, user(&request));
        match reply {
            Reply::Close => return,
            Reply::SendLast(body) => {
                answer(respond, 200, &body, 0);
                connection.graceful_shutdown();
            }
            reply => {
                tokio::spawn(act(reply, respond));
            }
        }
    }
}

fn user<T>(request: &Request<T>) -> u64 {
    let path = request.uri().path();
    let user = path.strip_prefix("/base/user/id-").unwrap();
    user.parse().unwrap()
}

async fn act(reply: Reply, mut respond: SendResponse<Bytes>) {
    match reply {
        Reply::Send(status, body) => answer(respond, status, &body, 0),
        Reply::SendCoded(body) => send(respond, coded(), &body),
        Reply::SendTogether(barrier, body) => {
            barrier.wait().await;
            answer(respond, 200, &body, 0);
        }
        Reply::SendShort(body) => answer(respond, 200, &body, 1),
        Reply::Reset(reason) => respond.send_reset(reason),
        Reply::Ignore => std::future::pending().await,
        Reply::Close | Reply::SendLast(_) => unreachable!("of the connection"),
    }
}

/// Answers, with so many more bytes announced than sent.
fn answer(respond: SendResponse<Bytes>, status: u16, body: &str, more: usize) {
    let head = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("content-length", body.len() + more);
    send(respond, head, body.as_bytes());
}

fn coded() -> Builder {
    let head = Response::builder().header("content-type", "application/json");
    head.header("content-encoding", "gzip")
}

fn send(mut respond: SendResponse<Bytes>, head: Builder, body: &[u8]) {
    let head = head.body(()).unwrap();
    // A client that has gone misses its answer, which is what some tests are about.
    let Ok(mut stream) = respond.send_response(head, false) else {
        return;
    };
    drop(stream.send_data(Bytes::copy_from_slice(body), true));
}

/// The right body in gzip.
pub(crate) fn zipped(user: u64) -> Vec<u8> {
    let (body, mut zipped) = (body(user), Vec::new());
    let mut encoder = GzEncoder::new(body.as_bytes(), Compression::fast());
    encoder.read_to_end(&mut zipped).unwrap();
    zipped
}

pub(crate) fn body(user: u64) -> String {
    format!("{{\"alias\":\"alias-{user}\"}}")
}
