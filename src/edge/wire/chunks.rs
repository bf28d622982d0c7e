//! A chunked body (RFC 9112, section 7.1), put together in place: the data of the chunks moves to
//! the front of the buffer as it comes.

use httparse::Status;

use super::fault::{malformed, too_large};
use crate::model::TransferError;

/// The longest line with the size of a chunk, its extensions included, in bytes.
const LONGEST_SIZE_LINE: usize = 4 * 1024;

/// The longest trailer section in bytes.
const LONGEST_TRAILERS: usize = 16 * 1024;

/// More trailers than these are taken for an attack.
const MOST_TRAILERS: usize = 32;

/// Where the reading of a chunked body stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunks {
    /// The end of the body so far. What lies behind it is still to be read.
    pub(super) body_end: usize,
    stage: ChunkStage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChunkStage {
    /// The line with the size comes next.
    Size,
    /// So many bytes of data come next.
    Data(usize),
    /// The line break behind the data comes next.
    DataEnd,
    /// The trailers and the empty line come next.
    Trailers,
    Done,
}

/// What a part of the buffer was good for.
enum ChunkStep {
    /// So many bytes were used up.
    Used(usize),
    /// More must come first.
    More,
}

impl Chunks {
    /// A body that begins here.
    pub(super) const fn new(body_start: usize) -> Self {
        Self {
            body_end: body_start,
            stage: ChunkStage::Size,
        }
    }

    /// Reads as far as the buffer goes. Afterwards nothing but the head, the body, and the bytes that
    /// could not be used yet are in it. True if the body is whole.
    pub(super) fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        body_start: usize,
        limit: usize,
    ) -> Result<bool, TransferError> {
        let mut at = self.body_end;
        while self.stage != ChunkStage::Done {
            match self.step(buffer, at)? {
                ChunkStep::Used(used) => at += used,
                ChunkStep::More => break,
            }
            if self.body_end - body_start > limit {
                return Err(TransferError::body_too_large(limit));
            }
        }
        buffer.drain(self.body_end..at);
        Ok(self.stage == ChunkStage::Done)
    }

    fn step(&mut self, buffer: &mut [u8], at: usize) -> Result<ChunkStep, TransferError> {
        let rest = buffer.get(at..).unwrap_or_default();
        match self.stage {
            ChunkStage::Size => self.size(rest),
            ChunkStage::Data(left) => {
                let here = left.min(rest.len());
                if here == 0 {
                    return Ok(ChunkStep::More);
                }
                buffer.copy_within(at..at + here, self.body_end);
                self.body_end += here;
                self.stage = match left - here {
                    0 => ChunkStage::DataEnd,
                    left => ChunkStage::Data(left),
                };
                Ok(ChunkStep::Used(here))
            }
            ChunkStage::DataEnd => self.data_end(rest),
            ChunkStage::Trailers => self.trailers(rest),
            ChunkStage::Done => Ok(ChunkStep::More),
        }
    }

    fn size(&mut self, rest: &[u8]) -> Result<ChunkStep, TransferError> {
        let Some(first) = rest.first() else {
            return Ok(ChunkStep::More);
        };
        // httparse takes a line without any digit for a size of 0, and so for the end of the body.
        if !first.is_ascii_hexdigit() {
            return Err(not_a_size());
        }
        match httparse::parse_chunk_size(rest).map_err(|_| not_a_size())? {
            Status::Complete((used, _)) if used > LONGEST_SIZE_LINE => Err(long_line()),
            Status::Partial if rest.len() > LONGEST_SIZE_LINE => Err(long_line()),
            Status::Partial => Ok(ChunkStep::More),
            Status::Complete((used, size)) => {
                self.stage = match usize::try_from(size) {
                    Ok(0) => ChunkStage::Trailers,
                    Ok(size) => ChunkStage::Data(size),
                    Err(_) => return Err(not_a_size()),
                };
                Ok(ChunkStep::Used(used))
            }
        }
    }

    fn data_end(&mut self, rest: &[u8]) -> Result<ChunkStep, TransferError> {
        match rest {
            [] | [b'\r'] => Ok(ChunkStep::More),
            [b'\r', b'\n', ..] => {
                self.stage = ChunkStage::Size;
                Ok(ChunkStep::Used(2))
            }
            _ => Err(malformed("a chunk is longer than it says")),
        }
    }

    /// Trailers are read over: no expectation looks at them.
    fn trailers(&mut self, rest: &[u8]) -> Result<ChunkStep, TransferError> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_TRAILERS];
        match httparse::parse_headers(rest, &mut headers) {
            Ok(Status::Complete((used, _))) => {
                self.stage = ChunkStage::Done;
                Ok(ChunkStep::Used(used))
            }
            Ok(Status::Partial) if rest.len() > LONGEST_TRAILERS => {
                Err(too_large("trailer section", LONGEST_TRAILERS))
            }
            Ok(Status::Partial) => Ok(ChunkStep::More),
            Err(error) => Err(malformed(format!("{error} in the trailers"))),
        }
    }
}

fn not_a_size() -> TransferError {
    malformed("a chunk does not begin with its size")
}

fn long_line() -> TransferError {
    too_large("line with the size of a chunk", LONGEST_SIZE_LINE)
}
