//! What HTTP/2 reports, as the errors of the wire.

use std::io;

use crate::edge::tls_fault::explain_io;
use crate::model::{TransferError, TransferErrorKind};

/// An error of a stream or its connection.
pub(super) fn fault(error: &h2::Error) -> TransferError {
    if let Some(io) = error.get_io() {
        return broken(io);
    }
    let reason = error.reason();
    let reason = reason.as_ref().map_or("", h2::Reason::description);
    let (kind, detail) = if error.is_remote() && error.is_reset() {
        let detail = format!("the target reset the stream: {reason}");
        (TransferErrorKind::Closed, detail)
    } else if error.is_remote() {
        let detail = format!("the target gave up the connection: {reason}");
        (TransferErrorKind::Closed, detail)
    } else if error.reason().is_some() {
        let detail = format!("the answer is not valid HTTP/2: {error}");
        (TransferErrorKind::Malformed, detail)
    } else {
        let detail = format!("the request could not be sent: {error}");
        (TransferErrorKind::Request, detail)
    };
    TransferError::new(kind, detail)
}

fn broken(error: &io::Error) -> TransferError {
    match error.kind() {
        // How rustls says that what came is not TLS.
        io::ErrorKind::InvalidData => TransferError::new(TransferErrorKind::Tls, explain_io(error)),
        io::ErrorKind::ConnectionReset => {
            let detail = "the target reset the connection before its answer was whole";
            TransferError::new(TransferErrorKind::Closed, detail)
        }
        _ => {
            let detail =
                format!("the target closed the connection before its answer was whole: {error}");
            TransferError::new(TransferErrorKind::Closed, detail)
        }
    }
}

/// Whether the target says that it has not looked at a request, so that it may be sent again on
/// another connection (RFC 9113, sections 6.8 and 8.7).
pub(super) fn is_untouched(error: &h2::Error) -> bool {
    let reason = error.reason();
    error.is_remote()
        && ((error.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
            || (error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM)))
}
