//! Why TLS failed and what to do about it, in a sentence fragment.

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error};
use std::io;
use time::OffsetDateTime;

use super::pinning::is_of_authority;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// What the user does where nobody known has signed a certificate.
const TRUST_IT: &str = "give the certificate of its authority, or its own, with --ca FILE, or accept anybody's with --insecure";

/// The error of TLS behind an error of a stream, if there is one. Each layer of a client wraps anew.
pub(super) fn tls_error(error: &io::Error) -> Option<&Error> {
    let inner = error.get_ref()?;
    let wrapped = || inner.downcast_ref().and_then(tls_error);
    inner.downcast_ref().or_else(wrapped)
}

/// Why a stream could not be made or used with TLS.
pub(super) fn explain_io(error: &io::Error) -> String {
    match tls_error(error) {
        Some(tls) => explain(tls),
        None if is_hang_up(error) => {
            "the target hung up in the TLS handshake; if the port speaks plain HTTP, write http://"
                .to_owned()
        }
        None => error.to_string(),
    }
}

/// Whether the other side has hung up.
pub(super) fn is_hang_up(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    inner.is_some_and(is_hang_up)
        || matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        )
}

/// Why TLS failed, and what to do about it.
pub(super) fn explain(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(_) if is_of_authority(error) => {
            format!("the target's certificate is signed by itself; {TRUST_IT}")
        }
        Error::InvalidCertificate(fault) => certificate(fault),
        Error::InvalidMessage(_) => {
            "what answered does not speak TLS; the port speaks plain HTTP: write http://".to_owned()
        }
        Error::AlertReceived(alert) => refused(*alert),
        Error::NoApplicationProtocol => no_version(),
        Error::PeerIncompatible(_) => format!(
            "the target and assize have no version or cipher of TLS in common ({error}); let the target speak TLS 1.2 or 1.3"
        ),
        other => format!("TLS failed: {other}"),
    }
}

fn certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::UnknownIssuer => {
            format!("the target's certificate is signed by nobody who is trusted here; {TRUST_IT}")
        }
        CertificateError::ExpiredContext { time, not_after } => format!(
            "the target's certificate expired on {}, {}; renew it, or accept it with --insecure",
            date(*not_after),
            ago(time.as_secs().saturating_sub(not_after.as_secs()))
        ),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the target's certificate is valid from {} on, which is not yet; check the clocks, or accept it with --insecure",
            date(*not_before)
        ),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => format!(
            "the target's certificate is not for {}: {}; use a name that it has in the URL, or accept it with --insecure",
            expected.to_str(),
            names(presented)
        ),
        CertificateError::Revoked => {
            "the target's certificate was revoked; renew it, or accept it with --insecure"
                .to_owned()
        }
        other => format!(
            "the target's certificate cannot be accepted ({other}); have it made anew, or accept it with --insecure"
        ),
    }
}

/// The names of a certificate, which come as in `DnsName("localhost")` and `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    let name = |text: &String| {
        let inner = text.split_once('(').map_or(text.as_str(), |(_, rest)| rest);
        inner.trim_end_matches(')').trim_matches('"').to_owned()
    };
    let names: Vec<String> = presented.iter().map(name).collect();
    if names.is_empty() {
        "it names no host (it has no subjectAltName)".to_owned()
    } else {
        format!("it is for {}", names.join(", "))
    }
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let date = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    date.map_or_else(
        || "a day that has no date".to_owned(),
        |date| date.date().to_string(),
    )
}

fn ago(seconds: u64) -> String {
    match seconds / DAY {
        0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// Why the target has refused.
fn refused(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateRequired => {
            "the target asks for a certificate of yours; give it with --cert FILE --key FILE"
                .to_owned()
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => format!(
            "the target does not accept the certificate that it was shown ({alert:?}); give another with --cert FILE --key FILE"
        ),
        AlertDescription::HandshakeFailure => "the target refuses the TLS handshake (HandshakeFailure): it may ask for a certificate of yours, --cert FILE --key FILE, or lack a cipher in common with assize".to_owned(),
        AlertDescription::UnrecognisedName => {
            "the target has no certificate for this host name (UnrecognisedName); use a name that it knows in the URL".to_owned()
        }
        AlertDescription::ProtocolVersion => {
            "the target does not speak TLS 1.2 or 1.3, which assize needs".to_owned()
        }
        AlertDescription::NoApplicationProtocol => no_version(),
        other => format!("the target refuses TLS ({other:?})"),
    }
}

fn no_version() -> String {
    "the target does not speak this version of HTTP; --http2 speaks HTTP/2, and without it assize speaks HTTP/1.1".to_owned()
}
