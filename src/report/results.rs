//! The report as `results.json`, the one source from which every other report can be made again, and
//! the JSON Schema of that file.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use crate::machines::{PLAN_FORMAT, WorkPlan};
use crate::record::{FORMAT, Record, UPGRADED, upgrade};

/// The report as indented JSON with a line feed at its end. Nothing is left out.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no content of a report makes happen.
pub fn results_json(report: &Record) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|json| json + "\n")
}

/// Why a file gives no report.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It is no JSON, or not of the shape of a result file.
    #[error("it is not a result file: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It is of another version of the format.
    #[error("it is in the format {0:?}, and this assize reads {FORMAT:?} and {UPGRADED:?}")]
    Format(String),
}

/// The format alone, which decides how the rest is read.
#[derive(serde::Deserialize)]
struct ResultsHead {
    format: String,
}

/// Reads the report that a result file holds.
///
/// # Errors
///
/// See [`ResultsError`].
pub fn read_results(text: &str) -> Result<Record, ResultsError> {
    let head: ResultsHead = serde_json::from_str(text)?;
    match head.format.as_str() {
        FORMAT => Ok(serde_json::from_str(text)?),
        UPGRADED => Ok(serde_json::from_value(upgrade(serde_json::from_str(
            text,
        )?))?),
        _ => Err(ResultsError::Format(head.format)),
    }
}

/// The report as JSON for a stream that may be a terminal: what could act there stands as escapes, so
/// that it reads the same.
///
/// # Errors
///
/// As [`results_json`].
pub fn results_stream(report: &Record) -> Result<String, serde_json::Error> {
    results_json(report).map(|json| super::sanitize::json(&json))
}

/// The JSON Schema (draft 2020-12) of `results.json`, made from the types that write it.
#[must_use]
pub fn results_schema() -> Value {
    schema_of::<Record>(FORMAT, "The result file of an assize run")
}

/// The JSON Schema (draft 2020-12) of the plan of a load that several workers make.
#[must_use]
pub fn plan_schema() -> Value {
    schema_of::<WorkPlan>(PLAN_FORMAT, "The plan of a load that several workers make")
}

/// The JSON Schema of what a type writes, under the name of its format.
pub(super) fn schema_of<T: schemars::JsonSchema>(format: &str, title: &str) -> Value {
    let mut made = SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(unwrap_description))
        .into_generator()
        .into_root_schema_for::<T>();
    let id = format!("urn:{}", format.replace('/', ":"));
    let mut schema = Map::new();
    schema.extend(
        made.remove("$schema")
            .map(|draft| ("$schema".into(), draft)),
    );
    schema.insert("$id".into(), id.into());
    schema.insert("title".into(), title.into());
    made.remove("title");
    if let Value::Object(rest) = made.to_value() {
        schema.extend(rest);
    }
    Value::Object(schema)
}

/// Descriptions are written in lines of a source file; a reader's page has another width.
fn unwrap_description(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let paragraphs: Vec<String> = text
            .split("\n\n")
            .map(|paragraph| paragraph.replace('\n', " "))
            .collect();
        *text = paragraphs.join("\n\n");
    }
}
