//! From an HTTP request to what the API is given.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Uri};
use futures_util::StreamExt;
use std::net::SocketAddr;
use url::form_urlencoded;

use super::Limits;
use super::problem::ProblemReply;
use crate::reference::{Credentials, Email, Members, Refusal, Secret, Visitor};

/// The largest body that is read, in bytes: some hundred times the largest sound request.
pub(super) const BODY_LIMIT: usize = 64 * 1024;
/// How much of a body too large is still taken in, in bytes. A client that is cut off while it
/// sends often does not see the answer.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;
/// What a client is called that does not call itself anything.
const NAMELESS: &str = "unknown";
/// The most that is remembered of a client's name, in characters.
const LONGEST_USER_AGENT: usize = 512;

pub(super) const API_KEY: HeaderName = HeaderName::from_static("api-key");
pub(super) const API_SECRET: HeaderName = HeaderName::from_static("api-secret");

/// The members of the JSON object in a request's body.
pub(super) async fn members(request: Request, limits: &Limits) -> Result<Members, ProblemReply> {
    let (parts, body) = request.into_parts();
    let bytes = tokio::time::timeout(limits.body_time, whole(body))
        .await
        .map_err(|_| ProblemReply::BodyIncomplete)??;
    if !may_be_json(&parts.headers) {
        return Err(ProblemReply::NotDeclaredAsJson);
    }
    Ok(Members::parse(&bytes)?)
}

async fn whole(body: Body) -> Result<Vec<u8>, ProblemReply> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ProblemReply::BodyIncomplete)?;
        length += chunk.len();
        if length > DRAIN_LIMIT {
            break;
        }
        if length <= BODY_LIMIT {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > BODY_LIMIT {
        return Err(ProblemReply::BodyTooLarge);
    }
    Ok(bytes)
}

/// A body may go without a declared type; a type that is declared must be JSON.
fn may_be_json(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_TYPE).iter().all(|value| {
        value.to_str().is_ok_and(|text| {
            let media_type = text.split(';').next().unwrap_or_default().trim();
            media_type.eq_ignore_ascii_case("application/json")
        })
    })
}

/// The credentials in a request's headers. Not whether they are right.
pub(super) fn credentials(headers: &HeaderMap) -> Result<Credentials, Refusal> {
    Ok(Credentials {
        bearer: single(headers, &AUTHORIZATION)?.map(bearer).transpose()?,
        api_key: single(headers, &API_KEY)?.map(Secret::new),
        api_secret: single(headers, &API_SECRET)?.map(Secret::new),
    })
}

/// A header that may occur once. Of two nobody can say which counts.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::BadCredentials);
    }
    value
        .to_str()
        .map(Some)
        .map_err(|_| Refusal::BadCredentials)
}

/// RFC 9110, 11.1: the scheme is compared without letter case.
fn bearer(value: &str) -> Result<Secret, Refusal> {
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Secret::new(token.trim_start()))
        }
        _ => Err(Refusal::BadCredentials),
    }
}

/// Who sends a request.
pub(super) fn visitor(peer: SocketAddr, headers: &HeaderMap) -> Visitor {
    let name = headers
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .filter(|name| !name.trim().is_empty());
    Visitor {
        ip: peer.ip().to_canonical().to_string(),
        user_agent: name.map_or_else(
            || NAMELESS.to_owned(),
            |name| name.chars().take(LONGEST_USER_AGENT).collect(),
        ),
    }
}

/// The address in a query such as `?email=john%40doe.net`.
pub(super) fn email_in_query(uri: &Uri) -> Result<Email, Refusal> {
    let query = uri.query().unwrap_or_default();
    let (_, text) = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "email")
        .ok_or(Refusal::Missing("email"))?;
    Email::parse(&text).ok_or(Refusal::NotAnAddress)
}
