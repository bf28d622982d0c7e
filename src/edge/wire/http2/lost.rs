//! Why an exchange over a stream came to nothing.

use std::io;

use super::frame::{ConnectionBreach, ErrorCode};
use crate::edge::tls_fault::explain_io;
use crate::edge::wire::fault::closed;
use crate::model::{TransferError, TransferErrorKind};

/// Why an attempt came to nothing.
#[derive(Clone, Debug)]
pub(super) enum Lost {
    /// The target has not looked at the request, so that it may be sent again on another connection (RFC 9113,
    /// sections 6.8 and 8.7).
    Untouched(TransferError),
    /// The target has not looked at the request, and takes others over the same connection.
    Refused(TransferError),
    /// The connection ended before anything of the answer came.
    Unanswered(TransferError),
    Failed(TransferError),
}

impl Lost {
    pub(super) fn into_error(self) -> TransferError {
        match self {
            Self::Untouched(error)
            | Self::Refused(error)
            | Self::Unanswered(error)
            | Self::Failed(error) => error,
        }
    }
}

/// The answer, or all that came over the connection, is not what HTTP/2 allows.
pub(super) fn invalid(reason: &str) -> Lost {
    let detail = format!("the answer is not valid HTTP/2: {reason}");
    Lost::Failed(TransferError::new(TransferErrorKind::Malformed, detail))
}

/// The target reset a stream.
pub(super) fn reset(code: ErrorCode) -> Lost {
    let detail = format!("the target reset the stream: {}", code.meaning());
    let error = TransferError::new(TransferErrorKind::Closed, detail);
    if code == ErrorCode::REFUSED_STREAM {
        Lost::Refused(error)
    } else {
        Lost::Failed(error)
    }
}

/// The target said that it would take no more requests over a connection, this one among them, for whatever reason.
pub(super) fn gone_away(code: ErrorCode) -> Lost {
    let detail = format!("the target gave up the connection: {}", code.meaning());
    Lost::Untouched(TransferError::new(TransferErrorKind::Closed, detail))
}

/// How a connection came to its end, for the exchanges that were under way on it.
#[derive(Debug)]
pub(super) enum ConnectionEnd {
    /// The other side closed it, in order or not.
    Closed(Option<io::Error>),
    /// The other side broke the rules.
    Broken(ConnectionBreach),
}

impl ConnectionEnd {
    /// What that means for a request of whose answer something had come, or nothing.
    pub(super) fn lost(&self, has_come: bool) -> Lost {
        let error = match self {
            Self::Broken(breach) => return invalid(breach.reason),
            Self::Closed(None) => closed("before its answer was whole"),
            Self::Closed(Some(error)) => broken(error),
        };
        if error.kind == TransferErrorKind::Closed && !has_come {
            Lost::Unanswered(error)
        } else {
            Lost::Failed(error)
        }
    }
}

fn broken(error: &io::Error) -> TransferError {
    match error.kind() {
        // How rustls says that what came is not TLS.
        io::ErrorKind::InvalidData => TransferError::new(TransferErrorKind::Tls, explain_io(error)),
        io::ErrorKind::ConnectionReset => {
            let detail = "the target reset the connection before its answer was whole";
            TransferError::new(TransferErrorKind::Closed, detail)
        }
        _ => closed(&format!("before its answer was whole: {error}")),
    }
}
