//! What an answer shows of whoever gave it.

use serde_json::Value;

use super::fingerprint::digest;
use super::words;
use crate::model::{Redactor, Request, Response, is_of_limiter};

/// So much of a body is looked at, in bytes: pages of gateways are shorter.
const LOOKED_AT: usize = 4_096;

/// What an answer shows of whoever gave it. Secrets are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the answer by itself"
)]
pub struct AnswerMark {
    /// The status code.
    pub status: u16,
    /// The `Server` header.
    pub server: Option<String>,
    /// The media type, without its parameters.
    pub media_type: Option<String>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Whether it leads to the same question over TLS.
    pub is_to_tls: bool,
    /// The text of `x-error`, if it is not blank.
    pub error: Option<String>,
    /// Whether `x-error` or `x-error-id` is there and not blank: a sign of the API itself.
    pub has_error_headers: bool,
    /// Whether `Retry-After` is there: a limiter's.
    pub has_retry_after: bool,
    /// Whether `WWW-Authenticate` is there.
    pub has_challenge: bool,
    /// What the body is.
    pub body: BodyMark,
    /// The title of a page, or the first words of any other text.
    pub words: String,
    /// A digest of status, `Server`, type and text, without what varies from question to question: equal for one
    /// page that answers many questions.
    pub sameness: u64,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyMark {
    /// Nothing.
    Empty,
    /// A JSON object, as all answers of the API are.
    Object,
    /// HTML or XML.
    Markup,
    /// Anything else.
    Text,
}

impl AnswerMark {
    /// The mark of an answer to a request.
    #[must_use]
    pub fn of(response: &Response, request: &Request, redactor: &Redactor) -> Self {
        let header = |wanted: &str| {
            let headers = response.headers.iter();
            let mut named = headers.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            let value = String::from_utf8_lossy(&named.next()?.1).trim().to_owned();
            (!value.is_empty()).then(|| redactor.text(&value))
        };
        let text = redactor.text(&String::from_utf8_lossy(&response.body));
        let text = &text[..text.floor_char_boundary(LOOKED_AT)];
        let media_type = header("content-type");
        let media_type = media_type.map(|value| {
            let essence = value.split(';').next().unwrap_or(&value);
            essence.trim().to_ascii_lowercase()
        });
        let body = body_mark(&response.body, media_type.as_deref());
        let error = header("x-error");
        let location = header("location");
        let is_to_tls = location.as_deref().is_some_and(|to| {
            to.starts_with("https:")
                && words::before_query(to).ends_with(words::before_query(&request.path))
        });
        let server = header("server");
        let of_request = |text: &str| words::without_request(text, request);
        let sameness = digest(&(
            response.status,
            &server,
            &media_type,
            location
                .as_deref()
                .map(|to| of_request(words::before_query(to))),
            error.as_deref().map(of_request),
            of_request(text),
        ));
        Self {
            status: response.status,
            has_error_headers: error.is_some() || header("x-error-id").is_some(),
            has_retry_after: header("retry-after").is_some(),
            has_challenge: header("www-authenticate").is_some(),
            words: match body {
                BodyMark::Markup => words::title(text),
                _ => words::shortened(text),
            },
            server,
            media_type,
            location,
            is_to_tls,
            error,
            body,
            sameness,
        }
    }

    /// Whether it grants what was asked as only the API does.
    pub(super) fn is_granted(&self) -> bool {
        (200..300).contains(&self.status) && self.body == BodyMark::Object
    }

    /// Whether it cannot be the API's own: a page or a refusal of something in front of it. Statuses that a
    /// server itself may give with a page of its own, such as 400 and 500, are not among them.
    pub(super) fn is_of_gateway(&self) -> bool {
        let statuses = matches!(self.status, 502 | 504 | 520..=530);
        let unavailable = self.status == 503 && self.body != BodyMark::Object;
        !self.has_error_headers && (statuses || (unavailable && !self.has_retry_after))
    }

    /// Whether a limiter gave it, which is waited for elsewhere.
    pub(super) fn is_of_limiter(&self) -> bool {
        is_of_limiter(self.status, || self.has_retry_after)
    }

    /// Whether it leads elsewhere.
    pub(super) const fn is_redirect(&self) -> bool {
        matches!(self.status, 300..=399) && !self.has_error_headers
    }

    /// The target's own words: `403 Forbidden, x-error “registration is closed”`.
    #[must_use]
    pub fn quote(&self) -> String {
        let status = http::StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason());
        let mut parts = vec![match reason {
            Some(reason) => format!("{} {reason}", self.status),
            None => self.status.to_string(),
        }];
        if let Some(error) = &self.error {
            parts.push(format!("x-error “{}”", words::shortened(error)));
            return parts.join(", ");
        }
        let server = self.server.as_deref().map(words::shortened);
        parts.extend(server.map(|server| format!("Server {server}")));
        let location = self.location.as_deref().map(words::before_query);
        let location = location.map(words::shortened);
        parts.extend(location.map(|to| format!("Location {to}")));
        parts.extend(self.media_type.as_deref().map(words::shortened));
        if !self.words.is_empty() {
            parts.push(format!("“{}”", self.words));
        }
        parts.join(", ")
    }
}

fn body_mark(body: &[u8], media_type: Option<&str>) -> BodyMark {
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() {
        return BodyMark::Empty;
    }
    if serde_json::from_slice::<Value>(trimmed).is_ok_and(|value| value.is_object()) {
        return BodyMark::Object;
    }
    let declared = media_type.is_some_and(|of| of.contains("html") || of.contains("xml"));
    if declared || trimmed.starts_with(b"<") {
        BodyMark::Markup
    } else {
        BodyMark::Text
    }
}
