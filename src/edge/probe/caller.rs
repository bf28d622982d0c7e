//! Requests, written and read by hand, in the way that a provocation asks for.

use std::fmt::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::reference::defect::Provocation;

/// How long an answer is waited for. Within one process it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most headers of an answer.
const MOST_HEADERS: usize = 64;
/// The most bytes of an answer.
const LARGEST: usize = 1024 * 1024;

/// What a call asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<String>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct ProbeSeen {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl ProbeSeen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// A client.
pub(super) struct ProbeCaller<'a> {
    /// The host and its port.
    host: &'a str,
    /// What stands before each path.
    base_path: &'a str,
    provoked: &'a Provocation,
    kept: Option<TcpStream>,
}

impl<'a> ProbeCaller<'a> {
    /// A client of the API at a base URL. None if that has no host.
    pub(super) fn new(base_url: &'a str, provoked: &'a Provocation) -> Option<Self> {
        let place = base_url.strip_prefix("http://")?;
        let at = place.find('/')?;
        Some(Self {
            host: place.get(..at)?,
            base_path: place.get(at..)?,
            provoked,
            kept: None,
        })
    }

    /// Makes a call. None if there is no whole answer in time.
    pub(super) async fn call(&mut self, wanted: &Wanted) -> Option<ProbeSeen> {
        let text = self.written(wanted);
        let exchange = self.exchange(&text, wanted.method == "HEAD");
        tokio::time::timeout(PATIENCE, exchange).await.ok()?
    }

    /// Begins a call whose body never comes, for as long as the connection is held.
    pub(super) async fn begin(&self) -> Option<TcpStream> {
        let mut stream = TcpStream::connect(self.host).await.ok()?;
        let head = format!(
            "POST {}/user HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\n\r\n",
            self.base_path, self.host
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        Some(stream)
    }

    async fn exchange(&mut self, text: &[u8], bare: bool) -> Option<ProbeSeen> {
        let mut stream = match self.kept.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.host).await.ok()?,
        };
        stream.write_all(text).await.ok()?;
        let (seen, closes) = answer(&mut stream, bare).await?;
        if self.provoked.keeps && !closes {
            self.kept = Some(stream);
        }
        Some(seen)
    }

    fn written(&self, wanted: &Wanted) -> Vec<u8> {
        let provoked = self.provoked;
        let version = if provoked.http_1_0 { "1.0" } else { "1.1" };
        let mut query = provoked.query.to_owned();
        if query.is_empty() && provoked.query_length > 0 {
            query.push_str("?trace=");
        }
        let short = provoked.query_length.saturating_sub(query.len());
        query.push_str(&"0".repeat(short));
        let mut head = format!(
            "{} {}{}{query} HTTP/{version}\r\nHost: {}\r\n",
            wanted.method, self.base_path, wanted.path, self.host
        );
        let provoked_headers = provoked.headers.iter().copied();
        // HTTP forbids to wait for leave to send nothing (RFC 9110, section 10.1.1).
        let is_sound = |(name, _): &(&str, &str)| wanted.body.is_some() || *name != "Expect";
        let provoked_headers = provoked_headers.filter(is_sound);
        let own = wanted.headers.iter();
        let all = provoked_headers.chain(own.map(|(name, value)| (*name, value.as_str())));
        for (name, value) in all {
            // Writing to a String cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let Some(body) = &wanted.body else {
            head.push_str("\r\n");
            return head.into_bytes();
        };
        let body = format!("{}{body}", " ".repeat(provoked.padding));
        head.push_str("Content-Type: application/json\r\n");
        let _ = if provoked.chunked {
            let (size, chunk) = (body.len(), &body);
            write!(
                head,
                "Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{chunk}\r\n0\r\n\r\n"
            )
        } else {
            write!(head, "Content-Length: {}\r\n\r\n{body}", body.len())
        };
        head.into_bytes()
    }
}

/// Reads an answer, and whether the connection ends with it.
async fn answer(stream: &mut TcpStream, bare: bool) -> Option<(ProbeSeen, bool)> {
    let mut bytes = Vec::new();
    loop {
        if let Some((mut seen, length)) = head(&bytes) {
            bytes.drain(..length);
            if (100..200).contains(&seen.status) {
                continue;
            }
            let announced = seen.header("content-length").map(str::to_owned);
            let announced = announced.and_then(|length| length.parse::<usize>().ok());
            let closes = seen
                .header("connection")
                .is_some_and(|value| value.contains("close"))
                || announced.is_none() && !bare;
            let length = if bare {
                0
            } else {
                announced.unwrap_or(LARGEST)
            };
            while bytes.len() < length {
                if stream.read_buf(&mut bytes).await.ok()? == 0 {
                    break;
                }
            }
            seen.body = bytes;
            return Some((seen, closes));
        }
        if bytes.len() > LARGEST || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The head that bytes begin with, and its length.
fn head(bytes: &[u8]) -> Option<(ProbeSeen, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = response.parse(bytes) else {
        return None;
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers.iter();
    let seen = ProbeSeen {
        status: response.code?,
        headers: headers
            .map(|header| (header.name.to_owned(), text(header.value)))
            .collect(),
        body: Vec::new(),
    };
    Some((seen, length))
}
