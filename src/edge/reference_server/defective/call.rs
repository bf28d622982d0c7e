//! From an HTTP request to what a defect sees of it.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;

use super::super::BASE_PATH;
use super::super::intake::credentials;
use crate::model::path_only;
use crate::reference::defect::{Asked, CallKind, Circumstances};

/// The largest body that is passed on, in bytes: more than the honest server takes in.
pub(super) const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// What a defect sees of a request.
pub(super) fn asked(parts: &Parts, body: Vec<u8>, came: Circumstances) -> Asked {
    let whole = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let below = whole.strip_prefix(BASE_PATH).unwrap_or_default();
    let method = parts.method.as_str();
    let media_type = parts.headers.get(CONTENT_TYPE);
    Asked {
        operation: operation(method, below),
        method: method.to_owned(),
        path: below.to_owned(),
        credentials: credentials(&parts.headers).unwrap_or_default(),
        has_authorization: parts.headers.contains_key(AUTHORIZATION),
        media_type: media_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        body,
        came,
    }
}

fn operation(method: &str, path: &str) -> CallKind {
    let path = path_only(path);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        ("POST", ["user"]) => CallKind::CreateUser,
        ("DELETE", ["user"]) => CallKind::DeleteUser,
        (_, ["user", "by-email"] | ["session" | "sessions" | "keypair" | "keypairs", ..]) => {
            CallKind::Neighbour
        }
        ("GET", ["user", id]) if !id.is_empty() => CallKind::GetUser,
        _ => CallKind::NoSuchCall,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart_by_method_and_path() {
        for (method, path, expected) in [
            ("POST", "/user", CallKind::CreateUser),
            ("POST", "/user?email=x", CallKind::CreateUser),
            ("GET", "/user/a%2Fb", CallKind::GetUser),
            ("GET", "/user", CallKind::NoSuchCall),
            ("DELETE", "/user/1", CallKind::NoSuchCall),
            ("GET", "/user/by-email?email=x", CallKind::Neighbour),
            ("PUT", "/session/verification", CallKind::Neighbour),
            ("GET", "/users", CallKind::NoSuchCall),
            ("GET", "", CallKind::NoSuchCall),
        ] {
            assert_eq!(operation(method, path), expected, "{method} {path}");
        }
    }
}
