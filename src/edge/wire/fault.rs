//! The errors of the wire, each with its kind.

use std::time::Duration;

use crate::model::{TransferError, TransferErrorKind};

/// What came is not HTTP that can be understood.
pub(super) fn malformed(reason: impl AsRef<str>) -> TransferError {
    let detail = format!("the answer is not valid HTTP: {}", reason.as_ref());
    TransferError::new(TransferErrorKind::Malformed, detail)
}

/// A part of the answer is larger than its limit.
pub(super) fn too_large(part: &str, limit: usize) -> TransferError {
    let detail = format!("the {part} of the answer is larger than {limit}");
    TransferError::new(TransferErrorKind::TooLarge, detail)
}

/// The connection ended too early.
pub(super) fn closed(when: &str) -> TransferError {
    let detail = format!("the target closed the connection {when}");
    TransferError::new(TransferErrorKind::Closed, detail)
}

/// There was no whole answer in time.
pub(super) fn exchange_timeout(limit: Duration) -> TransferError {
    TransferError::new(TransferErrorKind::Timeout, no("whole answer", limit))
}

/// There was no connection in time.
pub(super) fn connect_timeout(limit: Duration) -> TransferError {
    TransferError::new(TransferErrorKind::Connect, no("connection", limit))
}

fn no(what: &str, limit: Duration) -> String {
    format!("no {what} within {} s", limit.as_secs_f64())
}
