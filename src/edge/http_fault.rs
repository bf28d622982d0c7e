//! What the HTTP library reports, as the errors of a transfer.

use std::error::Error as _;

use super::resolver::ResolveError;
use super::tls_fault::{explain, explain_io, is_hang_up, tls_error};
use crate::model::{TransferError, TransferErrorKind};

/// The kind of a failed transfer, told from the typed causes as far as there are such.
pub(super) fn transfer_error(error: reqwest::Error) -> TransferError {
    let is_tls = error.url().is_some_and(|url| url.scheme() == "https");
    let error = error.without_url();
    let cause = root_cause(&error);
    let kind = if error.is_timeout() {
        if error.is_connect() {
            TransferErrorKind::Connect
        } else {
            TransferErrorKind::Timeout
        }
    } else if error.is_connect() {
        connect_kind(&error, is_tls)
    } else if error.is_builder() {
        TransferErrorKind::Request
    } else {
        exchange_kind(&error)
    };
    let detail = match kind {
        TransferErrorKind::Timeout => "no whole answer within the time limit".to_owned(),
        TransferErrorKind::Connect if error.is_timeout() => {
            "no connection within the time limit".to_owned()
        }
        TransferErrorKind::Malformed => format!("the answer is not HTTP: {cause}"),
        TransferErrorKind::TooLarge => format!("the answer is larger than can be read: {cause}"),
        TransferErrorKind::Tls => match (tls_errors(&error).next(), io_errors(&error).next()) {
            (Some(tls), _) => explain(tls),
            (None, Some(io)) => explain_io(io),
            (None, None) => cause,
        },
        TransferErrorKind::Closed => {
            format!("the target closed or reset the connection too early: {cause}")
        }
        _ => cause,
    };
    TransferError::new(kind, detail)
}

fn tls_errors(error: &reqwest::Error) -> impl Iterator<Item = &rustls::Error> {
    let bare = causes(error).filter_map(|cause| cause.downcast_ref());
    bare.chain(io_errors(error).filter_map(tls_error))
}

fn is_of_tls(error: &reqwest::Error) -> bool {
    tls_errors(error).next().is_some()
}

fn connect_kind(error: &reqwest::Error, is_tls: bool) -> TransferErrorKind {
    if is_of_tls(error) || is_tls && io_errors(error).any(is_hang_up) {
        return TransferErrorKind::Tls;
    }
    if causes(error).any(|cause| cause.downcast_ref::<ResolveError>().is_some()) {
        return TransferErrorKind::Resolve;
    }
    TransferErrorKind::Connect
}

fn exchange_kind(error: &reqwest::Error) -> TransferErrorKind {
    if is_of_tls(error) {
        return TransferErrorKind::Tls;
    }
    // What comes before the request is sent has no public kind either.
    if causes(error).any(|cause| cause.to_string().starts_with("received unexpected message")) {
        return TransferErrorKind::Malformed;
    }
    let ended = io_errors(error).any(|io| {
        matches!(
            io.kind(),
            std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::ConnectionAborted
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::UnexpectedEof
        )
    });
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match hyper {
        Some(hyper) if hyper.is_parse_too_large() => TransferErrorKind::TooLarge,
        Some(hyper) if hyper.is_parse() => TransferErrorKind::Malformed,
        _ if ended => TransferErrorKind::Closed,
        Some(hyper) if hyper.is_incomplete_message() || hyper.is_closed() => {
            TransferErrorKind::Closed
        }
        _ if error.is_body() || error.is_decode() => TransferErrorKind::Malformed,
        _ => TransferErrorKind::Closed,
    }
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    fn next<'a>(cause: &Cause<'a>) -> Option<Cause<'a>> {
        // Without the dereference this would be the source of the reference's own impl.
        (*cause).source()
    }
    std::iter::successors(error.source(), next)
}

fn io_errors(error: &reqwest::Error) -> impl Iterator<Item = &std::io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref())
}

fn root_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
