//! The errors of the wire, each with its kind.

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
