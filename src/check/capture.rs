//! Keeps parts of an answer for later steps.

use super::subject::Subject;
use super::written;
use crate::model::{Answer, JsonNode, JsonToken, header_text};
use crate::suite::{Capture, CaptureFrom, Values};

/// A part that the answer does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer has no {wanted} to keep")]
pub struct CaptureError {
    /// What was to be kept: `json /bearer`, `header location`.
    pub wanted: String,
}

/// Keeps all parts that a step captures.
///
/// # Errors
///
/// At the first part that the answer does not have.
pub fn capture<A: Answer>(
    captures: &[Capture],
    subject: &Subject<'_, A>,
    values: &mut Values,
) -> Result<(), CaptureError> {
    for capture in captures {
        let variable = capture.variable;
        match &capture.from {
            CaptureFrom::Pointer(pointer) => match from_body(pointer, subject)? {
                CapturedValue::Text(text) => values.set(variable, text),
                CapturedValue::Json(json) => values.set_json(variable, json),
            },
            CaptureFrom::Header(name) => {
                let value = subject.answer.header(name).next();
                let value = value.ok_or_else(|| missing(format!("header {name}")))?;
                values.set(variable, header_text(value).into_owned());
            }
            CaptureFrom::Status => values.set_json(variable, subject.answer.status().to_string()),
        }
    }
    Ok(())
}

/// A value of a body that is kept.
enum CapturedValue {
    Text(String),
    /// Anything else, as it is written.
    Json(String),
}

fn from_body<A: Answer>(
    pointer: &str,
    subject: &Subject<'_, A>,
) -> Result<CapturedValue, CaptureError> {
    let found = subject
        .json()
        .ok()
        .and_then(|document| document.pointer(pointer));
    match found.map(JsonNode::token) {
        Some(JsonToken::Text(text)) => Ok(CapturedValue::Text(text.clone().into_owned())),
        Some(JsonToken::Bool(value)) => Ok(CapturedValue::Json(value.to_string())),
        Some(JsonToken::Null) => Ok(CapturedValue::Json("null".to_owned())),
        Some(JsonToken::Number(_) | JsonToken::Array | JsonToken::Object) => subject
            .written(pointer)
            .map(|json| CapturedValue::Json(written::compact(json)))
            .ok_or_else(|| missing(format!("json {pointer}"))),
        None => Err(missing(format!("json {pointer}"))),
    }
}

const fn missing(wanted: String) -> CaptureError {
    CaptureError { wanted }
}

#[cfg(test)]
#[path = "capture_properties.rs"]
mod properties;
