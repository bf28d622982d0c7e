//! Calls, in a word.

use super::caller::Wanted;

pub(super) fn wanted(
    method: &'static str,
    path: &str,
    headers: Vec<(&'static str, String)>,
) -> Wanted {
    Wanted {
        method,
        path: path.to_owned(),
        headers,
        body: None,
    }
}

pub(super) fn with_body(
    method: &'static str,
    path: &str,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Wanted {
    Wanted {
        body: Some(body),
        ..wanted(method, path, headers)
    }
}

pub(super) fn bearer(bearer: &str) -> Vec<(&'static str, String)> {
    vec![("Authorization", format!("Bearer {bearer}"))]
}

pub(super) fn by_pair(key: &str, secret: &str) -> Vec<(&'static str, String)> {
    vec![
        ("api-key", key.to_owned()),
        ("api-secret", secret.to_owned()),
    ]
}
