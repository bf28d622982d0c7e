//! Something between assize and a server: it answers itself, passes on, or goes away, as a mode says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::misbehaving::RUNTIME;
use crate::support::free_port;

/// A request as it came.
pub(super) struct Asked {
    /// From 1, in the order in which they came.
    pub(super) number: u64,
    pub(super) method: String,
    /// Below the base path.
    pub(super) path: String,
    pub(super) body: String,
    /// Whether this is all that came, and its end is known.
    is_whole: bool,
}

impl Asked {
    pub(super) fn creates(&self) -> bool {
        self.method == "POST" && self.path == "/user"
    }
}

/// What becomes of a request.
pub(super) enum Does {
    /// The server of this number answers, this request and those that follow on its connection.
    Pass(usize),
    /// The server of this number answers this request only.
    PassOne(usize),
    /// This is said instead, and the connection closed.
    Say(String),
    /// The connection is closed, and nobody listens any more.
    Leave,
}

/// What becomes of each request.
pub(super) type Mode = Arc<dyn Fn(&Asked) -> Does + Send + Sync>;

/// Starts a proxy in front of servers at these addresses, and gives its own.
pub(super) fn start(mode: Mode, servers: Vec<String>) -> String {
    let address = format!("127.0.0.1:{}", free_port());
    let listener = RUNTIME.block_on(TcpListener::bind(&address)).unwrap();
    let (leave, mut left) = watch::channel(false);
    let proxy = Arc::new(Proxy {
        mode,
        servers,
        requests: AtomicU64::new(0),
        leave,
    });
    RUNTIME.spawn(async move {
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    tokio::spawn(Arc::clone(&proxy).connection(accepted.unwrap().0));
                }
                _ = left.changed() => break,
            }
        }
    });
    address
}

struct Proxy {
    mode: Mode,
    servers: Vec<String>,
    requests: AtomicU64,
    leave: watch::Sender<bool>,
}

impl Proxy {
    async fn connection(self: Arc<Self>, mut client: TcpStream) {
        let mut server = None;
        loop {
            let next = match &mut server {
                None => read_request(&mut client).await,
                Some(server) => next_request(&mut client, server).await,
            };
            let Some((bytes, mut asked)) = next else {
                return;
            };
            asked.number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            match (self.mode)(&asked) {
                Does::PassOne(to) if asked.is_whole => {
                    if server.is_none() {
                        server = TcpStream::connect(&self.servers[to]).await.ok();
                    }
                    let Some(server) = &mut server else { return };
                    if server.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Does::Pass(to) | Does::PassOne(to) => {
                    let server = match server {
                        Some(server) => Ok(server),
                        None => TcpStream::connect(&self.servers[to]).await,
                    };
                    let Ok(mut server) = server else { return };
                    // Whoever goes away first ends both.
                    if server.write_all(&bytes).await.is_ok() {
                        drop(copy_bidirectional(&mut client, &mut server).await);
                    }
                    return;
                }
                Does::Say(answer) => return say(&mut client, &answer, &asked.method).await,
                Does::Leave => {
                    let _listening = self.leave.send(true);
                    return;
                }
            }
        }
    }
}

/// Says an answer, and closes the connection.
async fn say(client: &mut TcpStream, answer: &str, method: &str) {
    // The answer to a HEAD has no body.
    let head = answer.split_inclusive("\r\n\r\n").next().unwrap();
    let said = if method == "HEAD" { head } else { answer };
    drop(client.write_all(said.as_bytes()).await);
    drop(client.shutdown().await);
    // What the client still sends would reset the connection before it has read the answer.
    let rest = async { while client.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {} };
    drop(tokio::time::timeout(Duration::from_secs(5), rest).await);
}

/// The next request of a connection, while what the server still answers is passed on.
async fn next_request(client: &mut TcpStream, server: &mut TcpStream) -> Option<(Vec<u8>, Asked)> {
    let (mut from_client, mut to_client) = client.split();
    let mut next = std::pin::pin!(read_request(&mut from_client));
    let mut bytes = vec![0; 16_384];
    loop {
        tokio::select! {
            request = &mut next => return request,
            read = server.read(&mut bytes) => {
                let read = read.ok().filter(|read| *read > 0)?;
                to_client.write_all(&bytes[..read]).await.ok()?;
            }
        }
    }
}

/// A request whole, or its head if it has no length.
async fn read_request(client: &mut (impl AsyncRead + Unpin)) -> Option<(Vec<u8>, Asked)> {
    let mut bytes = Vec::new();
    loop {
        if client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        if bytes.len() < end + 4 + length.unwrap_or(0) {
            continue;
        }
        let mut words = head.split_whitespace();
        let method = words.next()?.to_owned();
        let path = words.next()?.trim_start_matches("/api/auth/v2").to_owned();
        let body = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
        let is_chunked = head.to_ascii_lowercase().contains("\ntransfer-encoding:");
        let asked = Asked {
            is_whole: !is_chunked && bytes.len() == end + 4 + length.unwrap_or(0),
            number: 0,
            method,
            path,
            body,
        };
        return Some((bytes, asked));
    }
}

/// An answer with these headers, each with its line end.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// A page of nginx.
pub(super) fn page(status: &str, title: &str) -> String {
    let headers = "server: nginx/1.24.0\r\ncontent-type: text/html\r\n";
    let body =
        format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>");
    answer(status, headers, &body)
}

/// A refusal as the API itself gives it.
pub(super) fn refusal(status: &str, error: &str) -> String {
    let headers = format!(
        "content-type: application/json\r\nx-error: {error}\r\nx-error-id: {}\r\n",
        uuid()
    );
    answer(status, &headers, "{\"error\":{}}")
}

/// Another id each time.
fn uuid() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("5f35d2c4-5633-4b16-bbf0-{number:012x}")
}
