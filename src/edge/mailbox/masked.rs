//! URLs as they may be shown: without passwords and what else may be a secret.

use super::location::EMAIL_PLACEHOLDER;
use crate::model::MASK;

/// A URL, cut into text, with the password of its user masked.
pub(super) fn url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Some((user, host)) = authority.rsplit_once('@') else {
        return url.to_owned();
    };
    let user = user.split_once(':').map_or(user, |(user, _)| user);
    format!("{scheme}://{user}:{MASK}@{host}{path}")
}

/// The template of an endpoint, with the password of its user masked and the values of its query.
pub(super) fn template(template: &str) -> String {
    match template.split_once('?') {
        Some((path, query)) => format!("{}?{}", url(path), without_values(query)),
        None => url(template),
    }
}

/// A query with every value masked that is not the recipient: it may be a key.
fn without_values(query: &str) -> String {
    let masked: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !value.contains(EMAIL_PLACEHOLDER) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        })
        .collect();
    masked.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_query_values_are_masked_and_nothing_else() {
        for (text, expected) in [
            ("http://h/a@b/{email}", "http://h/a@b/{email}"),
            ("http://u:pa:ss@h/x", "http://u:•••@h/x"),
            ("http://key@h", "http://key:•••@h"),
            ("http://h?a=1&b&to={email}", "http://h?a=•••&b&to={email}"),
            ("http://u:p@ss@h/?x={email}", "http://u:•••@h/?x={email}"),
        ] {
            assert_eq!(template(text), expected);
        }
    }
}
