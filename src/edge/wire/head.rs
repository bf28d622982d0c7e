//! The head of an answer: status, headers, and how long the body is (RFC 9112, section 6.3).

use httparse::{ParserConfig, Status};
use std::mem::MaybeUninit;
use std::ops::Range;

use super::fault::{malformed, too_large};
use crate::model::TransferError;

/// More headers than these are taken for an attack, as most clients do.
const MOST_HEADERS: usize = 128;

const SWITCHING_PROTOCOLS: u16 = 101;
const NO_CONTENT: u16 = 204;
const NOT_MODIFIED: u16 = 304;

/// The head of an answer. Names and values are places in the buffer, so that nothing is copied; the
/// list keeps its memory from one answer to the next.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) status: u16,
    /// The length of the head in bytes, the empty line included.
    pub(super) length: usize,
    /// Whether another request may follow on the connection.
    pub(super) reusable: bool,
    /// For how many seconds the connection is kept when it is idle, if the target says so.
    pub(super) kept_for: Option<u32>,
    /// Whether the body may be in a coding.
    pub(super) is_coded: bool,
    headers: Vec<(Range<usize>, Range<usize>)>,
    /// Whether values may go on in the next line (RFC 9112, section 5.2).
    folded: bool,
}

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Sized(usize),
    /// By the chunks' own sizes.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// What the headers say about the body and the connection.
#[derive(Default)]
struct Declared<'a> {
    length: Option<usize>,
    coding: Option<&'a [u8]>,
    close: bool,
    is_coded: bool,
    kept_for: Option<u32>,
}

impl Head {
    /// Reads the head at the beginning of the bytes. False if it is not there whole yet.
    pub(super) fn read(&mut self, bytes: &[u8], limit: usize) -> Result<bool, TransferError> {
        // What is behind the limit is not looked at, so that it does not matter how much came at once.
        let within = bytes.get(..limit).unwrap_or(bytes);
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut []);
        let mut config = ParserConfig::default();
        config.allow_obsolete_multiline_headers_in_responses(self.folded);
        let parsed = config.parse_response_with_uninit_headers(&mut response, within, &mut headers);
        let parsed = match parsed {
            Err(httparse::Error::HeaderName) if !self.folded => {
                // Perhaps a value goes on in the next line.
                self.folded = true;
                return self.read(bytes, limit);
            }
            parsed => parsed.map_err(|error| refusal(error, within))?,
        };
        self.length = match parsed {
            Status::Complete(length) => length,
            Status::Partial if bytes.len() > limit => return Err(too_large("head", limit)),
            Status::Partial => return Ok(false),
        };
        self.status = response.code.unwrap_or_default();
        if self.status < 100 {
            return Err(malformed(format!("{:03} is not a status", self.status)));
        }
        self.reusable = response.version == Some(1);
        self.headers.clear();
        for header in response.headers.iter() {
            let place = |part: &[u8]| {
                let start = part.as_ptr().addr() - bytes.as_ptr().addr();
                start..start + part.len()
            };
            self.headers
                .push((place(header.name.as_bytes()), place(header.value)));
        }
        Ok(true)
    }

    /// Becomes the same as another, which nothing was unfolded in.
    pub(super) fn copy(&mut self, other: &Self) {
        self.status = other.status;
        self.length = other.length;
        self.reusable = other.reusable;
        self.kept_for = other.kept_for;
        self.is_coded = other.is_coded;
        self.headers.clone_from(&other.headers);
        self.folded = false;
    }

    /// Whether it is understood by its bytes alone, and the next with the same bytes says the same.
    pub(super) const fn is_plain(&self) -> bool {
        !self.folded && !self.is_interim()
    }

    /// Forgets the answer before.
    pub(super) const fn begin(&mut self) {
        self.folded = false;
    }

    /// Makes one line of each value that was broken over several, as RFC 9112, section 5.2 demands.
    pub(super) fn unfold(&self, bytes: &mut [u8]) {
        if !self.folded {
            return;
        }
        for (_, value) in &self.headers {
            let value = bytes.get_mut(value.clone()).into_iter().flatten();
            for byte in value.filter(|byte| matches!(byte, b'\r' | b'\n' | b'\t')) {
                *byte = b' ';
            }
        }
    }

    /// Whether this is an interim answer, before the one that counts.
    pub(super) const fn is_interim(&self) -> bool {
        self.status < 200
    }

    /// The headers in the order they came.
    pub(super) fn headers<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.headers
            .iter()
            .filter_map(|(name, value)| Some((bytes.get(name.clone())?, bytes.get(value.clone())?)))
    }

    /// How the end of the body is found, and with it whether the connection can be used again.
    pub(super) fn framing(
        &mut self,
        bytes: &[u8],
        to_head_request: bool,
    ) -> Result<Framing, TransferError> {
        if self.status == SWITCHING_PROTOCOLS {
            return Err(malformed("it switches to a protocol that nobody asked for"));
        }
        let declared = self.declared(bytes)?;
        let length = declared.length;
        let http_1_1 = self.reusable;
        self.kept_for = declared.kept_for;
        self.is_coded = declared.is_coded;
        self.reusable = http_1_1 && !declared.close && declared.kept_for != Some(0);
        let bodiless = to_head_request
            || self.is_interim()
            || matches!(self.status, NO_CONTENT | NOT_MODIFIED);
        match (declared.coding, length) {
            _ if bodiless => Ok(Framing::Sized(0)),
            (Some(_), Some(_)) => Err(malformed(
                "it has both a content-length and a transfer-encoding",
            )),
            (Some(coding), None) if http_1_1 && coding.eq_ignore_ascii_case(b"chunked") => {
                Ok(Framing::Chunked)
            }
            (Some(coding), None) => Err(malformed(format!(
                "the transfer coding {:?} is not one that a client of HTTP/1.1 without TE can be sent",
                String::from_utf8_lossy(coding)
            ))),
            (None, Some(length)) => Ok(Framing::Sized(length)),
            (None, None) => {
                self.reusable = false;
                Ok(Framing::UntilClose)
            }
        }
    }

    fn declared<'a>(&self, bytes: &'a [u8]) -> Result<Declared<'a>, TransferError> {
        let mut declared = Declared::default();
        for (name, value) in &self.headers {
            let (Some(name), Some(value)) = (bytes.get(name.clone()), bytes.get(value.clone()))
            else {
                continue;
            };
            if name.eq_ignore_ascii_case(b"content-length") {
                let length = content_length(value)?;
                if declared.length.is_some_and(|first| first != length) {
                    return Err(different_lengths());
                }
                declared.length = Some(length);
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                if declared.coding.is_some() {
                    return Err(malformed("it has two transfer-encodings"));
                }
                declared.coding = Some(value);
            } else if name.eq_ignore_ascii_case(b"connection") {
                declared.close |= has_token(value, b"close");
            } else if name.eq_ignore_ascii_case(b"keep-alive") {
                declared.kept_for = keep_alive_timeout(value);
            } else if name.eq_ignore_ascii_case(b"content-encoding") {
                declared.is_coded = true;
            }
        }
        Ok(declared)
    }
}

/// Whether a comma-separated list has this member, in any letter case.
fn has_token(list: &[u8], token: &[u8]) -> bool {
    list.split(|byte| *byte == b',')
        .any(|member| member.trim_ascii().eq_ignore_ascii_case(token))
}

/// The `timeout` of a `Keep-Alive` header, in seconds (RFC 2068, section 19.7.1). One that cannot be read says
/// nothing.
fn keep_alive_timeout(value: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(value).ok()?;
    text.split(',').find_map(|parameter| {
        let (name, seconds) = parameter.split_once('=')?;
        let is_timeout = name.trim().eq_ignore_ascii_case("timeout");
        is_timeout.then(|| seconds.trim().trim_matches('"').parse().ok())?
    })
}

/// Digits and nothing else, or the same number several times (RFC 9110, section 8.6).
fn content_length(value: &[u8]) -> Result<usize, TransferError> {
    let mut lengths = value.split(|byte| *byte == b',').map(digits);
    let first = lengths.next().flatten();
    let first = first.ok_or_else(|| no_length(value))?;
    for length in lengths {
        if length.ok_or_else(|| no_length(value))? != first {
            return Err(different_lengths());
        }
    }
    Ok(first)
}

fn digits(text: &[u8]) -> Option<usize> {
    let text = text.trim_ascii();
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(text).ok().filter(|_| digits);
    number.and_then(|number| number.parse().ok())
}

fn no_length(value: &[u8]) -> TransferError {
    let value = String::from_utf8_lossy(value);
    malformed(format!("{value:?} is not a content-length"))
}

fn different_lengths() -> TransferError {
    malformed("it has two different content-lengths")
}

fn refusal(error: httparse::Error, bytes: &[u8]) -> TransferError {
    /// So much of what came is shown.
    const SHOWN: usize = 40;
    if matches!(error, httparse::Error::TooManyHeaders) {
        return too_large("number of headers", MOST_HEADERS);
    }
    let begin = bytes.get(..SHOWN).unwrap_or(bytes);
    malformed(format!(
        "{error} in an answer that begins with {:?}",
        String::from_utf8_lossy(begin)
    ))
}
