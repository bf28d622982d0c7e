//! Does the body satisfy its JSON Schema?

use super::phrase::{self, Mismatch};
use super::subject::Subject;
use crate::contract::AnswerSchema;
use crate::model::Answer;

/// Every violation is a mismatch of its own.
pub(super) fn check<A: Answer>(schema: &AnswerSchema, subject: &Subject<'_, A>) -> Vec<Mismatch> {
    let document = match subject.json() {
        Ok(document) => document,
        Err(reason) => {
            let expected = "a JSON document of this schema";
            return vec![Mismatch::new(name(schema), expected, reason)];
        }
    };
    if schema.validator().is_valid(document) {
        return Vec::new();
    }
    schema
        .validator()
        .iter_errors(document)
        .map(|error| {
            let instance_path = error.instance_path().to_string();
            let actual = document
                .pointer(&instance_path)
                .map_or_else(|| "nothing".to_owned(), phrase::json);
            Mismatch {
                subject: name(schema),
                expected: error.masked_with("the value").to_string(),
                actual,
                instance_path: Some(instance_path),
                schema_path: Some(error.schema_path().to_string()),
            }
        })
        .collect()
}

fn name(schema: &AnswerSchema) -> String {
    format!("schema {}", schema.name())
}
