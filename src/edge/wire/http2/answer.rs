//! An answer that came over a stream.

use std::time::{Duration, Instant};

use super::answer_head::AnswerHead;
use crate::edge::coding::decoded;
use crate::edge::wire::limits::LARGEST_KEPT;
use crate::model::{Answer, Response, TransferError};

/// The last answer of a stream slot.
#[derive(Debug, Default)]
pub(super) struct StreamAnswer {
    pub(super) head: AnswerHead,
    pub(super) body: Vec<u8>,
    /// When its end was read; none before that.
    pub(super) arrival: Option<Arrival>,
}

/// When bytes were read, and for how long they had been with this machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) read: Instant,
    /// In nanoseconds; 0 where the machine does not tell.
    pub(super) age: u64,
}

impl StreamAnswer {
    /// Empties it for the next answer.
    pub(super) fn clear(&mut self) {
        self.body.clear();
        if self.body.capacity() > LARGEST_KEPT {
            self.body = Vec::new();
        }
        self.arrival = None;
    }

    /// Undoes the coding of the body, if it came in one.
    pub(super) fn decode(&mut self, limit: usize) -> Result<(), TransferError> {
        if self.head.is_coded() {
            let codings = self.head.values("content-encoding");
            if let Some(body) = decoded(codings, &self.body, limit)? {
                self.body = body;
            }
        }
        Ok(())
    }

    /// How long ago the last of it came in, in nanoseconds.
    pub(super) fn age(&self) -> u64 {
        self.arrival.map_or(0, |arrival| {
            let since = arrival.read.elapsed().as_nanos();
            arrival
                .age
                .saturating_add(u64::try_from(since).unwrap_or(u64::MAX))
        })
    }

    /// A copy of the answer.
    pub(super) fn response(&self) -> Response {
        let owned = |(name, value): (&[u8], &[u8])| {
            (String::from_utf8_lossy(name).into_owned(), value.to_vec())
        };
        Response {
            status: self.head.status(),
            headers: self.head.fields().map(owned).collect(),
            body: self.body.clone(),
        }
    }
}

/// A view of an answer, which took so long.
#[derive(Clone, Copy, Debug)]
pub(in crate::edge) struct StreamAnswerView<'a> {
    pub(super) answer: &'a StreamAnswer,
    pub(super) elapsed: Duration,
}

impl Answer for StreamAnswerView<'_> {
    fn status(&self) -> u16 {
        self.answer.head.status()
    }

    fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.answer.head.values(name)
    }

    fn body(&self) -> &[u8] {
        &self.answer.body
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
