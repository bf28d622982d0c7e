//! The report as `results.json`, the one source from which every other report can be made again, and
//! the JSON Schema of that file.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use super::report::{FORMAT, Report};

/// The report as indented JSON with a line feed at its end. Nothing is left out.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no content of a report makes happen.
pub fn results_json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|json| json + "\n")
}

/// The JSON Schema (draft 2020-12) of `results.json`, made from the types that write it.
#[must_use]
pub fn results_schema() -> Value {
    let mut made = SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(unwrap_description))
        .into_generator()
        .into_root_schema_for::<Report>();
    let id = format!("urn:{}", FORMAT.replace('/', ":"));
    let mut schema = Map::new();
    schema.extend(
        made.remove("$schema")
            .map(|draft| ("$schema".into(), draft)),
    );
    schema.insert("$id".into(), id.into());
    schema.insert("title".into(), "The result file of an assize run".into());
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
