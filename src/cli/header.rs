//! Headers as the user writes them: `NAME: VALUE`, or `@FILE` with one a line.

use http::{HeaderName, HeaderValue};
use std::path::Path;

use crate::model::StandingHeaders;
use crate::session::Failure;

pub(super) const AUTHORIZATION: &str = "Authorization";
pub(super) const USER_AGENT: &str = "User-Agent";

/// Headers that say how a message is framed or a connection is used, which the client decides.
const OWN: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The credentials that the API itself reads: with one of them in every request, no case could go without.
const OF_THE_API: [&str; 2] = ["api-key", "api-secret"];

/// Reads all headers.
pub(super) fn headers(written: &[String]) -> Result<StandingHeaders, Failure> {
    let mut all = StandingHeaders::default();
    // A variable, and what a program prints, have one a line.
    let lines = written.iter().flat_map(|text| text.lines());
    for (index, text) in lines.enumerate() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(file) = text.strip_prefix('@') {
            from_file(Path::new(file), &mut all)?;
            continue;
        }
        let (name, value) = header(text, &format!("--header, number {}", index + 1))?;
        all.push(name, value);
    }
    Ok(all)
}

fn from_file(path: &Path, all: &mut StandingHeaders) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("--header: {}, line {}", path.display(), index + 1);
        let (name, value) = header(line, &place)?;
        all.push(name, value);
    }
    Ok(())
}

/// Reads one header. What is wrong with it is said with its place and without its value, which may be a
/// secret.
pub(super) fn header(text: &str, place: &str) -> Result<(String, String), Failure> {
    let wrong = |reason: String| Failure::Usage(format!("{place}: {reason}"));
    let Some((name, value)) = text.split_once(':') else {
        return Err(wrong("there is no colon; write NAME: VALUE".to_owned()));
    };
    let (name, value) = (name.trim(), value.trim());
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(wrong(
            "what stands before the colon is not the name of a header".to_owned(),
        ));
    }
    if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(wrong(format!("{name} is written by assize itself")));
    }
    if HeaderValue::from_bytes(value.as_bytes()).is_err() || !value.is_ascii() {
        return Err(wrong(format!(
            "the value of {name} has a character that cannot be sent; only printable ASCII can"
        )));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Refuses what would take from the built-in suites the cases without credentials, and could make them
/// delete the account that is in it.
pub(super) fn refuse_credentials(headers: &StandingHeaders) -> Result<(), Failure> {
    let is_bearer = |value: &str| {
        let scheme = value.split(' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer")
    };
    let has_bearer = headers.values(AUTHORIZATION).any(is_bearer);
    let named = OF_THE_API.into_iter().find(|name| headers.has(name));
    let named = named.or_else(|| has_bearer.then_some("Authorization: Bearer"));
    match named {
        None => Ok(()),
        Some(name) => Err(Failure::Usage(format!(
            "--header: {name} is what the API itself reads, so that no request would be without credentials; lend an account with --bearer, or --api-key and --api-secret"
        ))),
    }
}
