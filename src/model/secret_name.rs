//! What carries a secret by its name alone: headers and JSON members.

use super::exchange::{Request, Response};

/// Words in the names of headers whose whole value is a secret, such as `X-Api-Key` and `Set-Cookie`.
const HEADER_WORDS: [&str; 7] = [
    "authorization",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "token",
];

/// The header whose values begin with a cookie (RFC 6265, section 4.1).
const SET_COOKIE: &str = "set-cookie";

/// JSON members whose text is a secret, in answers and in requests, whatever the API.
const MEMBERS: [&str; 12] = [
    "bearer",
    "apiKey",
    "apiSecret",
    "token",
    "accessToken",
    "access_token",
    "refreshToken",
    "refresh_token",
    "password",
    "clientSecret",
    "client_secret",
    "secret",
];

/// JSON members whose text is a secret if it has a digit: `code` also says what kind of error it is.
const CODE_MEMBERS: [&str; 4] = ["code", "verificationCode", "otp", "pin"];

/// Whether the whole value of a header is a secret.
pub(crate) fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADER_WORDS.iter().any(|word| name.contains(word))
}

/// Whether a member is a secret. A `code` in an error says what kind of error it is, which readers of a
/// report need; a code that was mailed has digits. One without is learnt by value when it is mailed.
pub(super) fn is_secret_member(name: &str, text: &str) -> bool {
    let is_one_of = |names: &[&str]| {
        let mut names = names.iter();
        names.any(|secret| secret.eq_ignore_ascii_case(name))
    };
    is_one_of(&MEMBERS)
        || (is_one_of(&CODE_MEMBERS) && text.chars().any(|letter| letter.is_ascii_digit()))
}

/// The secret of a header's value: what follows the scheme in `Bearer …` and the like, else the whole.
pub(super) fn credential_in(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, rest)) if !rest.is_empty() && is_scheme(scheme) => rest,
        _ => value,
    }
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 10 && text.chars().all(|letter| letter.is_ascii_alphabetic())
}

/// The values that the headers of an answer name as secrets: of a cookie its value.
pub(super) fn secrets_in_answer(response: &Response) -> impl Iterator<Item = String> {
    let headers = response.headers.iter();
    let secret = headers.filter(|(name, _)| is_secret_header(name));
    secret.map(|(name, value)| {
        let value = String::from_utf8_lossy(value);
        if name.eq_ignore_ascii_case(SET_COOKIE) {
            let pair = value.split(';').next().unwrap_or_default();
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            return value.trim().trim_matches('"').to_owned();
        }
        credential_in(&value).to_owned()
    })
}

/// The values that the headers of a request name as secrets.
pub(super) fn secrets_in_request(request: &Request) -> impl Iterator<Item = &str> {
    let headers = request.headers.iter();
    let secret = headers.filter(|(name, _)| is_secret_header(name));
    secret.map(|(_, value)| credential_in(value))
}
