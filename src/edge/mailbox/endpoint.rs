//! An endpoint, often the target's own, that tells the codes of an address as JSON.

use async_trait::async_trait;
use percent_encoding::utf8_percent_encode;
use reqwest::{Client, StatusCode, Url};
use serde_json::Value;

use super::asking::{CodeSource, SourceAnswer};
use super::delivered_codes::CodesShown;
use super::location::{EMAIL_PLACEHOLDER, EndpointLocation};
use super::web::{self, WebAnswer};
use crate::suite::RESERVED;

/// An answer with a few codes in it is not longer.
const MOST_BYTES: usize = 1024 * 1024;

/// An endpoint that tells codes.
#[derive(Debug)]
pub(super) struct HttpEndpoint {
    client: Client,
    location: EndpointLocation,
    name: String,
}

impl HttpEndpoint {
    pub(super) const fn new(client: Client, location: EndpointLocation, name: String) -> Self {
        Self {
            client,
            location,
            name,
        }
    }

    fn url(&self, address: &str) -> Result<Url, url::ParseError> {
        let encoded = utf8_percent_encode(address, RESERVED).to_string();
        let url = self.location.template.replace(EMAIL_PLACEHOLDER, &encoded);
        Url::parse(&url)
    }
}

#[async_trait]
impl CodeSource for HttpEndpoint {
    async fn ask(&self, address: &str, _ordinal: usize) -> SourceAnswer {
        let url = match self.url(address) {
            Ok(url) => url,
            Err(cause) => return SourceAnswer::PermanentError(cause.to_string()),
        };
        match web::get(&self.client, url, MOST_BYTES).await {
            Ok(answer) => judge(&answer, &self.location.pointer),
            Err(cause) => SourceAnswer::Trouble(cause.to_string()),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// What an answer says. Only what another try can change is waited for.
fn judge(answer: &WebAnswer, pointer: &str) -> SourceAnswer {
    match answer.status {
        StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => SourceAnswer::NotYet,
        status if status.is_success() && !answer.whole => {
            SourceAnswer::Trouble(format!("its answer is longer than {MOST_BYTES} bytes"))
        }
        status if status.is_success() => shown(&answer.body, pointer),
        status if status.is_redirection() => SourceAnswer::PermanentError(format!(
            "it answers {status}, and redirects are not followed"
        )),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            SourceAnswer::Trouble(format!("it answers {}", answer.status))
        }
        status if status.is_client_error() => {
            SourceAnswer::PermanentError(format!("it answers {status}"))
        }
        status => SourceAnswer::Trouble(format!("it answers {status}")),
    }
}

fn shown(body: &[u8], pointer: &str) -> SourceAnswer {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return SourceAnswer::Trouble(format!("its answer is not JSON: {error}")),
    };
    let wrong = |value: &Value| {
        let kind = kind(value);
        SourceAnswer::Trouble(format!("the value at `{pointer}` is {kind}, not a code"))
    };
    match value.pointer(pointer) {
        None | Some(Value::Null) => SourceAnswer::NotYet,
        Some(Value::Array(items)) => match items.iter().map(text).collect() {
            Some(codes) => SourceAnswer::CodesShown(CodesShown::All(codes)),
            None => items
                .iter()
                .find(|item| text(item).is_none())
                .map_or(SourceAnswer::NotYet, wrong),
        },
        Some(value) => match text(value) {
            Some(code) if code.is_empty() => SourceAnswer::NotYet,
            Some(code) => SourceAnswer::CodesShown(CodesShown::Latest(code)),
            None => wrong(value),
        },
    }
}

/// A code as text. As a number it has lost its leading zeros; codes have six digits.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(
            number
                .as_u64()
                .map_or_else(|| number.to_string(), |code| format!("{code:06}")),
        ),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str, pointer: &str) -> SourceAnswer {
        let answer = WebAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            body: body.as_bytes().to_vec(),
            whole: true,
        };
        judge(&answer, pointer)
    }

    fn latest(code: &str) -> SourceAnswer {
        SourceAnswer::CodesShown(CodesShown::Latest(code.to_owned()))
    }

    #[test]
    fn a_pointer_leads_to_a_code_or_to_all_of_them() {
        for (body, pointer, expected) in [
            (r#"{"code":" 052417 "}"#, "/code", latest("052417")),
            (r#"{"a/b":[{"c":123456}]}"#, "/a~1b/0/c", latest("123456")),
            (r#"{"code":12345}"#, "/code", latest("012345")),
            (r#"{"code":0}"#, "/code", latest("000000")),
            (r#"{"code":1234567}"#, "/code", latest("1234567")),
            (r#""123456""#, "", latest("123456")),
            (r#"{"code":null}"#, "/code", SourceAnswer::NotYet),
            (r#"{"code":""}"#, "/code", SourceAnswer::NotYet),
            ("{}", "/code", SourceAnswer::NotYet),
            (
                r#"["1",2]"#,
                "",
                SourceAnswer::CodesShown(CodesShown::All(vec![
                    "1".to_owned(),
                    "000002".to_owned(),
                ])),
            ),
        ] {
            assert_eq!(judged(200, body, pointer), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_code_is_named() {
        for (body, expected) in [
            ("<html>", "its answer is not JSON"),
            (r#"{"code":{}}"#, "is an object, not a code"),
            (r#"{"code":["1",[]]}"#, "is an array, not a code"),
            (r#"{"code":true}"#, "is a boolean, not a code"),
        ] {
            match judged(200, body, "/code") {
                SourceAnswer::Trouble(cause) => assert!(cause.contains(expected), "{cause}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn only_what_may_pass_is_waited_for() {
        for status in [204, 404] {
            assert_eq!(judged(status, "", "/code"), SourceAnswer::NotYet);
        }
        for status in [408, 425, 429, 500, 503] {
            assert!(
                matches!(judged(status, "", "/code"), SourceAnswer::Trouble(_)),
                "{status}"
            );
        }
        for status in [302, 400, 401, 403, 405, 410] {
            assert!(
                matches!(judged(status, "", "/code"), SourceAnswer::PermanentError(_)),
                "{status}"
            );
        }
    }
}
