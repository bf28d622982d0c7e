//! Reads one answer after the other into a buffer that is used again and again.
//!
//! Knows nothing of sockets: it is given bytes as they come and says when an answer is whole.

use std::cell::RefCell;
use std::time::Duration;

use super::chunks::Chunks;
use super::fault::{closed, malformed};
use super::head::{Framing, Head};
use super::known_head::{keep, recall};
use super::limits::{LARGEST_KEPT, MOST_INTERIM, WireLimits};
use crate::edge::coding::{decoded, surplus};
use crate::model::{Answer, Response, TransferError};

/// What a read should have room for at least, in bytes: most answers fit whole.
const ROOM: usize = 4 * 1024;

/// So many buffers are kept that no answer lies in.
const MOST_SPARE: usize = 64;

thread_local! {
    /// Buffers that no answer lies in. A connection has one only from the first byte of an answer until that is
    /// judged, so that ten thousand of them that wait for their answers share a few.
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Reads answers.
#[derive(Debug)]
pub(super) struct ResponseReader {
    buffer: Vec<u8>,
    head: Head,
    stage: ResponseStage,
    to_head_request: bool,
    interim: u32,
    body_end: usize,
    /// The body, where it came in a coding.
    decoded: Option<Vec<u8>>,
    limits: WireLimits,
}

#[derive(Clone, Copy, Debug)]
enum ResponseStage {
    Head,
    Sized(usize),
    Chunked(Chunks),
    UntilClose,
    Whole,
}

impl ResponseReader {
    pub(super) fn new(limits: WireLimits) -> Self {
        Self {
            buffer: Vec::new(),
            head: Head::default(),
            stage: ResponseStage::Head,
            to_head_request: false,
            interim: 0,
            body_end: 0,
            decoded: None,
            limits,
        }
    }

    /// Forgets the last answer and waits for that to the next request.
    pub(super) fn begin(&mut self, to_head_request: bool) {
        self.buffer.clear();
        if self.buffer.capacity() > LARGEST_KEPT {
            self.buffer = Vec::new();
        }
        self.stage = ResponseStage::Head;
        self.head.begin();
        self.to_head_request = to_head_request;
        self.interim = 0;
        self.body_end = 0;
        self.decoded = None;
    }

    /// The buffer with room at its end, for the bytes that come next.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        let used = self.buffer.len();
        if self.buffer.capacity() == 0 {
            self.buffer = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
        }
        if self.buffer.capacity() - used < ROOM / 2 {
            // Twice as large each time, so that large answers are not moved too often.
            self.buffer.reserve(used.max(ROOM));
        }
        &mut self.buffer
    }

    /// Forgets the last answer, too, but waits for none: what it lay in serves others.
    pub(super) fn rest(&mut self) {
        self.begin(false);
        let buffer = std::mem::take(&mut self.buffer);
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < MOST_SPARE {
                spare.push(buffer);
            }
        });
    }

    /// What has come and is not understood yet, before the head is.
    pub(super) fn unread(&self) -> &[u8] {
        &self.buffer
    }

    /// Understands what has come. True if the answer is whole.
    pub(super) fn advance(&mut self) -> Result<bool, TransferError> {
        while matches!(self.stage, ResponseStage::Head) {
            let (to_head, limit) = (self.to_head_request, self.limits.head);
            if let Some(framing) = recall(&mut self.head, &self.buffer, to_head, limit) {
                self.begin_body(framing)?;
                break;
            }
            if self.buffer.is_empty() || !self.head.read(&self.buffer, self.limits.head)? {
                return Ok(false);
            }
            self.head.unfold(&mut self.buffer);
            let framing = self.head.framing(&self.buffer, to_head)?;
            if self.head.is_plain() {
                keep(&self.head, &self.buffer, to_head, framing);
            }
            if self.head.is_interim() {
                self.skip_interim()?;
            } else {
                self.begin_body(framing)?;
            }
        }
        self.advance_body()
    }

    fn skip_interim(&mut self) -> Result<(), TransferError> {
        self.interim += 1;
        if self.interim > MOST_INTERIM {
            return Err(malformed("it never comes to an end of interim answers"));
        }
        self.buffer.drain(..self.head.length);
        Ok(())
    }

    fn begin_body(&mut self, framing: Framing) -> Result<(), TransferError> {
        self.body_end = self.head.length;
        self.stage = match framing {
            Framing::Sized(length) if length > self.limits.body => {
                return Err(TransferError::body_too_large(self.limits.body));
            }
            Framing::Sized(length) => ResponseStage::Sized(length),
            Framing::Chunked => ResponseStage::Chunked(Chunks::new(self.head.length)),
            Framing::UntilClose => ResponseStage::UntilClose,
        };
        Ok(())
    }

    fn advance_body(&mut self) -> Result<bool, TransferError> {
        let whole = match &mut self.stage {
            ResponseStage::Head => false,
            ResponseStage::Whole => true,
            ResponseStage::Sized(length) => {
                self.body_end = self.buffer.len().min(self.head.length + *length);
                self.body_end == self.head.length + *length
            }
            ResponseStage::Chunked(chunks) => {
                let whole = chunks.read(&mut self.buffer, self.head.length, self.limits.body)?;
                self.body_end = chunks.body_end;
                whole
            }
            ResponseStage::UntilClose => {
                self.body_end = self.buffer.len();
                if self.body_end - self.head.length > self.limits.body {
                    return Err(TransferError::body_too_large(self.limits.body));
                }
                false
            }
        };
        if whole {
            self.stage = ResponseStage::Whole;
            self.refuse_surplus()?;
            self.decode()?;
        }
        Ok(whole)
    }

    /// Bytes behind an answer would be taken for the next one.
    fn refuse_surplus(&self) -> Result<(), TransferError> {
        let said = surplus(self.buffer.len() - self.body_end);
        said.map_or(Ok(()), |said| Err(malformed(said)))
    }

    /// Undoes the coding of the body, in the few answers that have one.
    fn decode(&mut self) -> Result<(), TransferError> {
        if self.head.is_coded {
            let answer = self.answer(Duration::ZERO);
            let codings = answer.header("content-encoding");
            self.decoded = decoded(codings, self.body(), self.limits.body)?;
        }
        Ok(())
    }

    /// Understands that nothing more comes, which is how some answers end.
    pub(super) fn end(&mut self) -> Result<(), TransferError> {
        match self.stage {
            ResponseStage::Whole => Ok(()),
            ResponseStage::UntilClose => {
                self.stage = ResponseStage::Whole;
                self.decode()
            }
            ResponseStage::Head if self.buffer.is_empty() => Err(closed("before it answered")),
            ResponseStage::Head => Err(closed("in the head of its answer")),
            ResponseStage::Sized(length) => {
                let came = self.body_end - self.head.length;
                Err(closed(&format!(
                    "after {came} of {length} bytes of the body"
                )))
            }
            ResponseStage::Chunked(_) => Err(closed("before the last chunk of the body")),
        }
    }

    /// Whether an interim answer came.
    pub(super) const fn had_interim(&self) -> bool {
        self.interim > 0
    }

    /// Whether another request may follow on the connection.
    pub(super) const fn reusable(&self) -> bool {
        self.head.reusable && matches!(self.stage, ResponseStage::Whole)
    }

    /// How long the target keeps the connection when it is idle, if it says so.
    pub(super) fn kept_for(&self) -> Option<Duration> {
        let seconds = self.head.kept_for?;
        Some(Duration::from_secs(u64::from(seconds)))
    }

    /// The answer, which took so long.
    pub(super) const fn answer(&self, elapsed: Duration) -> WireAnswer<'_> {
        WireAnswer {
            reader: self,
            elapsed,
        }
    }

    /// A copy of the answer.
    pub(super) fn response(&self) -> Response {
        let headers = self.head.headers(&self.buffer);
        Response {
            status: self.head.status,
            headers: headers
                .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.to_vec()))
                .collect(),
            body: self.body().to_vec(),
        }
    }

    fn body(&self) -> &[u8] {
        match &self.decoded {
            Some(body) => body,
            None => self
                .buffer
                .get(self.head.length..self.body_end)
                .unwrap_or_default(),
        }
    }
}

/// An answer where it lies in the buffer of its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireAnswer<'a> {
    reader: &'a ResponseReader,
    elapsed: Duration,
}

impl Answer for WireAnswer<'_> {
    fn status(&self) -> u16 {
        self.reader.head.status
    }

    fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.reader
            .head
            .headers(&self.reader.buffer)
            .filter(move |(candidate, _)| candidate.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    fn body(&self) -> &[u8] {
        self.reader.body()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
