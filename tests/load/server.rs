//! A server that does exactly what a test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, sleep_until};

/// What a server does with a request.
pub(crate) enum Act {
    /// Sends these bytes.
    Send(String),
    /// Sends these bytes and closes the connection.
    SendAndClose(String),
    /// Sends these bytes, and some more a moment later.
    SendTwice(String, &'static str),
    /// Sends these bytes at a later time.
    SendAt(Instant, String),
    /// Resets the connection.
    Reset,
    /// Does nothing.
    Ignore,
}

/// A server on a free port. Its function is given the number of the request, from 0, and the user
/// that is asked for.
pub(crate) struct Server {
    pub(crate) address: String,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

impl Server {
    pub(crate) async fn start(act: impl Fn(u64, u64) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let (requests, connections) = (server.requests.clone(), server.connections.clone());
        let act = Arc::new(act);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, requests.clone(), act.clone()));
            }
        });
        server
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// The user that the next request asks for; none when there is no further one. Nothing comes behind a
/// request before it is answered.
pub(crate) async fn next_user(stream: &mut TcpStream) -> Option<u64> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_buf(&mut bytes).await {
            Ok(1..) => {}
            _ => return None,
        }
    }
    let text = String::from_utf8(bytes).unwrap();
    let path = text.strip_prefix("GET /base/user/id-").unwrap();
    Some(path.split(' ').next().unwrap().parse().unwrap())
}

async fn serve<F: Fn(u64, u64) -> Act>(
    mut stream: TcpStream,
    requests: Arc<AtomicU64>,
    act: Arc<F>,
) {
    stream.set_nodelay(true).unwrap();
    while let Some(user) = next_user(&mut stream).await {
        let number = requests.fetch_add(1, Ordering::Relaxed);
        if !answer(&mut stream, act(number, user)).await {
            return;
        }
    }
}

/// False if the connection is over.
async fn answer(stream: &mut TcpStream, act: Act) -> bool {
    match act {
        Act::Send(bytes) => stream.write_all(bytes.as_bytes()).await.is_ok(),
        Act::SendAndClose(bytes) => {
            // Whether the other end still wants it is not the server's business.
            drop(stream.write_all(bytes.as_bytes()).await);
            false
        }
        Act::SendTwice(bytes, more) => {
            stream.write_all(bytes.as_bytes()).await.unwrap();
            sleep(Duration::from_millis(5)).await;
            stream.write_all(more.as_bytes()).await.is_ok()
        }
        Act::SendAt(at, bytes) => {
            sleep_until(at).await;
            stream.write_all(bytes.as_bytes()).await.is_ok()
        }
        Act::Reset => {
            stream.set_zero_linger().unwrap();
            false
        }
        Act::Ignore => {
            sleep(Duration::from_mins(1)).await;
            false
        }
    }
}

pub(crate) fn right(user: u64) -> String {
    with_headers(user, "")
}

pub(crate) fn with_headers(user: u64, headers: &str) -> String {
    let body = format!("{{\"alias\":\"alias-{user}\"}}");
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}
