//! Keeps parts of an answer for later steps.

use serde_json::Value;

use super::subject::Subject;
use crate::model::Answer;
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
        let value = match &capture.from {
            CaptureFrom::Pointer(pointer) => from_body(pointer, subject),
            CaptureFrom::Header(name) => subject
                .answer
                .header(name)
                .next()
                .map(|value| String::from_utf8_lossy(value).into_owned())
                .ok_or_else(|| missing(format!("header {name}"))),
            CaptureFrom::Status => Ok(subject.answer.status().to_string()),
        }?;
        values.set(capture.variable, value);
    }
    Ok(())
}

fn from_body<A: Answer>(pointer: &str, subject: &Subject<'_, A>) -> Result<String, CaptureError> {
    let found = subject
        .json()
        .ok()
        .and_then(|document| document.pointer(pointer));
    match found {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Ok(other.to_string()),
        None => Err(missing(format!("json {pointer}"))),
    }
}

const fn missing(wanted: String) -> CaptureError {
    CaptureError { wanted }
}
