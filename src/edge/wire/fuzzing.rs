//! The reader of answers as fuzz targets see it. Nothing else uses this.

use std::time::Duration;

use super::limits::WireLimits;
use super::response::ResponseReader;
use crate::model::{Answer, TransferErrorKind};

/// Small enough that a fuzzer reaches both.
const LIMITS: WireLimits = WireLimits {
    connect: Duration::ZERO,
    exchange: Duration::ZERO,
    head: 4 * 1024,
    body: 4 * 1024,
};

/// What becomes of an answer that comes in pieces of this many bytes and then ends: its status, its
/// body, and whether the connection could be used again.
///
/// # Errors
///
/// The kind of the failure, if it is no whole answer.
#[doc(hidden)]
pub fn read_answer(
    bytes: &[u8],
    piece: usize,
    to_head_request: bool,
) -> Result<(u16, Vec<u8>, bool), TransferErrorKind> {
    let mut reader = ResponseReader::new(LIMITS);
    reader.begin(to_head_request);
    let mut whole = false;
    for piece in bytes.chunks(piece.max(1)) {
        reader.room().extend_from_slice(piece);
        whole = reader.advance().map_err(|error| error.kind)?;
        if whole {
            break;
        }
    }
    if !whole {
        reader.end().map_err(|error| error.kind)?;
    }
    let answer = reader.answer(Duration::ZERO);
    Ok((answer.status(), answer.body().to_vec(), reader.reusable()))
}
