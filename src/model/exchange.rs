//! A request, what came back, and how long it took.

use std::borrow::Cow;
use std::time::Duration;

use super::{Condition, Manner, TransferError};

/// A request, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `POST`.
    pub method: String,
    /// What follows the base URL, usually beginning with `/`, or a whole URL on the same host; already
    /// percent-encoded.
    pub path: String,
    /// The headers in the order they are sent. A name may occur more than once.
    pub headers: Vec<(String, String)>,
    /// The body as it goes over the wire; `None` sends no body at all.
    pub body: Option<Vec<u8>>,
    /// How it is sent.
    pub manner: Manner,
}

/// The length of a long query string, in bytes: no server has so low a limit.
const LONG_QUERY: usize = 2_000;

impl Request {
    /// The URL at a target with this base URL.
    #[must_use]
    pub fn url(&self, base_url: &str) -> String {
        let is_whole = self.path.starts_with("http");
        format!("{}{}", if is_whole { "" } else { base_url }, self.target())
    }

    /// The path, with the query string that its manner adds.
    #[must_use]
    pub fn target(&self) -> String {
        let query = match () {
            () if self.manner.has(Condition::Query) => "client=assize".to_owned(),
            () if self.manner.has(Condition::LongQuery) => {
                format!("client={}", "a".repeat(LONG_QUERY))
            }
            () => return self.path.clone(),
        };
        let mark = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{mark}{query}", self.path)
    }
}

impl Response {
    /// Whether its status is of the class 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

/// A path without its query string.
#[must_use]
pub fn path_only(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers in the order they came. Names as they came, in any letter case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, whole, without the coding in which it came.
    pub body: Vec<u8>,
}

/// The text of a header's value. What is not UTF-8 is Latin-1, as it was in earlier times (RFC 9110,
/// section 5.5).
#[must_use]
pub fn header_text(value: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => value.iter().copied().map(char::from).collect(),
    }
}

/// A request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Which exchange of the run it is, from 1, in the order of the answers; 0 before it is counted.
    pub number: u64,
    /// What was sent.
    pub request: Request,
    /// The answer, or why there is none.
    pub result: Result<Response, TransferError>,
    /// From the moment the request was handed to the transport to the last byte of the answer.
    pub elapsed: Duration,
}

/// What an expectation may look at. Implemented by a stored response and by one still in a
/// connection's buffer, so that both engines share one judge.
pub trait Answer {
    /// The status code.
    fn status(&self) -> u16;
    /// The values of a header in the order they came. The name is compared without letter case.
    fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]>;
    /// The body, whole, without the coding in which it came.
    fn body(&self) -> &[u8];
    /// How long the answer took, from sending the request to the last byte.
    fn elapsed(&self) -> Duration;
}

impl Answer for (&Response, Duration) {
    fn status(&self) -> u16 {
        self.0.status
    }

    fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .headers
            .iter()
            .filter(move |(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    fn body(&self) -> &[u8] {
        &self.0.body
    }

    fn elapsed(&self) -> Duration {
        self.1
    }
}
