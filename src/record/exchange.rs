//! An exchange as it may be shown: as text, with all secrets masked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret_mark::{SecretMark, secret_marks};
use crate::model::{Condition, Exchange, MASK, Redactor, Request};

/// Longer bodies are cut in records; their length is kept.
const LONGEST_BODY: usize = 16 * 1024;

/// An exchange as it may be shown. Holds no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeRecord {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The request's headers in the order they were sent, secrets masked.
    pub request_headers: Vec<(String, String)>,
    /// The request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<BodyRecord>,
    /// The status; none if no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer's headers in the order they came, secrets masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_headers: Vec<(String, String)>,
    /// The answer's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_body: Option<BodyRecord>,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The conditions under which it was sent, other than over HTTP/1.1 on a connection of its own: `http-1.0`,
    /// `kept` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manner: Vec<String>,
    /// From sending the request to the last byte of the answer, in milliseconds.
    pub elapsed_ms: f64,
    /// A shell command that sends this request again. Secrets stand as shell variables in it.
    pub curl: String,
    /// What stands for each value that is masked, so that equal ones can be told; only with the evidence of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretMark>,
}

/// A body as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BodyRecord {
    /// The text, secrets masked, cut after 16 KiB. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub text: String,
    /// The length of the whole body in bytes.
    pub length: usize,
    /// Whether bytes were replaced, so that the text is not what came.
    pub lossy: bool,
}

impl ExchangeRecord {
    /// Records an exchange with a target at `base_url`.
    ///
    /// Secrets that the answer names as such are learnt by the redactor on the way.
    #[must_use]
    pub fn new(exchange: &Exchange, base_url: &str, redactor: &Redactor) -> Self {
        redactor.learn_from_request(&exchange.request);
        if let Ok(response) = &exchange.result {
            redactor.learn_from_answer(response);
        }
        let request = &exchange.request;
        let response = exchange.result.as_ref().ok();
        Self {
            method: request.method.clone(),
            url: redactor.text(&request.url(base_url)),
            request_headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), redactor.header(name, value)))
                .collect(),
            request_body: request
                .body
                .as_deref()
                .map(|body| BodyRecord::new(body, redactor)),
            status: response.map(|response| response.status),
            response_headers: response.map_or_else(Vec::new, |response| {
                response
                    .headers
                    .iter()
                    .map(|(name, value)| {
                        let value = crate::model::header_text(value);
                        (redactor.text(name), redactor.header(name, &value))
                    })
                    .collect()
            }),
            response_body: response.map(|response| BodyRecord::new(&response.body, redactor)),
            error: exchange
                .result
                .as_ref()
                .err()
                .map(|error| redactor.text(&error.detail)),
            manner: request.manner.names(),
            elapsed_ms: exchange.elapsed.as_secs_f64() * 1e3,
            curl: curl(request, base_url, redactor),
            secrets: secret_marks(exchange, redactor),
        }
    }
}

impl BodyRecord {
    fn new(body: &[u8], redactor: &Redactor) -> Self {
        let text = String::from_utf8_lossy(body);
        let lossy = matches!(text, std::borrow::Cow::Owned(_));
        let mut masked = redactor.body(&text);
        if masked.len() > LONGEST_BODY {
            masked.truncate(masked.floor_char_boundary(LONGEST_BODY));
            masked.push('…');
        }
        Self {
            text: masked,
            length: body.len(),
            lossy,
        }
    }
}

/// A curl command that sends the request again. `--path-as-is` keeps odd paths as they are.
fn curl(request: &Request, base_url: &str, redactor: &Redactor) -> String {
    let mut command = format!("curl -i -X {}", quoted(&request.method));
    if request.path.contains("..") {
        command.push_str(" --path-as-is");
    }
    for condition in request.manner.conditions() {
        command.push_str(curl_option(condition));
    }
    for (name, value) in &request.headers {
        let shown = redactor.header(name, value);
        command.push_str(" -H ");
        // curl leaves out a header that has no value, unless it ends in a semicolon.
        let line = if shown.is_empty() {
            format!("{name};")
        } else {
            format!("{name}: {shown}")
        };
        command.push_str(&quoted_secret(&line, name));
    }
    if let Some(body) = &request.body {
        match std::str::from_utf8(body) {
            Ok(text) if body.len() <= LONGEST_BODY && !text.contains('\0') => {
                command.push_str(" --data-raw ");
                command.push_str(&quoted(&redactor.body(text)));
            }
            _ => command.push_str(" --data-binary @body.bin"),
        }
    }
    command.push(' ');
    command.push_str(&quoted(&redactor.text(&request.url(base_url))));
    command
}

/// What makes curl send a request under a condition that does not stand in its headers. Of chunks it has no
/// extensions, and its connections end with it.
const fn curl_option(condition: Condition) -> &'static str {
    match condition {
        Condition::Http10 => " -0",
        Condition::NoUserAgent => " -H User-Agent:",
        Condition::NoAccept => " -H Accept:",
        Condition::Chunked | Condition::ChunkExtension => " -H 'Transfer-Encoding: chunked'",
        _ => "",
    }
}

/// The line quoted for a shell, with a shell variable named after the header in place of the mask.
fn quoted_secret(line: &str, header: &str) -> String {
    match line.split_once(MASK) {
        None => quoted(line),
        Some((before, after)) => {
            let variable = header.to_ascii_uppercase().replace('-', "_");
            format!(
                "{}\"${variable}\"{}",
                quoted(before),
                if after.is_empty() {
                    String::new()
                } else {
                    quoted(after)
                }
            )
        }
    }
}

/// A text in single quotes, as POSIX shells read it. One with control characters stands in `$'…'`,
/// which bash, zsh and ksh read: as themselves they would not survive being shown and copied.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._/:".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if text.chars().any(is_lost_when_shown) {
        return format!("$'{}'", text.chars().map(escaped).collect::<String>());
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

const fn is_lost_when_shown(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

/// A character within `$'…'`.
fn escaped(letter: char) -> String {
    match letter {
        '\\' | '\'' => format!("\\{letter}"),
        lost if is_lost_when_shown(lost) => {
            let mut bytes = [0; 4];
            let bytes = lost.encode_utf8(&mut bytes).bytes();
            let codes: Vec<String> = bytes.map(|byte| format!("\\x{byte:02x}")).collect();
            codes.concat()
        }
        _ => letter.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Response;
    use std::time::Duration;

    #[test]
    fn a_record_masks_secrets_and_its_curl_line_names_a_variable_for_them() {
        let exchange = Exchange {
            number: 0,
            request: Request {
                method: "DELETE".into(),
                path: "/user".into(),
                headers: vec![("Authorization".into(), "Bearer tok-abcdef".into())],
                body: Some(br#"{"it":"it's"}"#.to_vec()),
                manner: crate::model::Manner::default(),
            },
            result: Ok(Response {
                status: 200,
                headers: vec![("Set-Cookie".into(), b"sid=1".to_vec())],
                body: br#"{"bearer":"tok-abcdef"}"#.to_vec(),
            }),
            elapsed: Duration::from_millis(3),
        };
        let record = ExchangeRecord::new(&exchange, "http://h/v2", &Redactor::new());
        assert_eq!(
            record.curl,
            r#"curl -i -X DELETE -H 'Authorization: Bearer '"$AUTHORIZATION" --data-raw '{"it":"it'\''s"}' http://h/v2/user"#
        );
        let text = serde_json::to_string(&record).unwrap();
        assert!(!text.contains("tok-abcdef") && !text.contains("sid=1"));
    }

    #[test]
    fn control_characters_survive_in_the_curl_line() {
        let line = quoted("a\u{1b}'\\\u{9b}é\nb");
        assert_eq!(line, "$'a\\x1b\\'\\\\\\xc2\\x9bé\nb'");
    }
}
