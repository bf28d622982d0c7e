//! Does the body satisfy its JSON Schema?

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};

use super::phrase;
use super::subject::Subject;
use crate::contract::AnswerSchema;
use crate::model::{Answer, Mismatch};

/// Every violation is a mismatch of its own.
pub(super) fn check<A: Answer>(schema: &AnswerSchema, subject: &Subject<'_, A>) -> Vec<Mismatch> {
    let document = match subject.json() {
        Ok(document) => document,
        Err(reason) => {
            let expected = "a JSON document of this schema";
            return vec![Mismatch::new(name(schema), expected, reason)];
        }
    };
    if schema.admits(document) {
        return Vec::new();
    }
    let document = document.to_value();
    schema
        .validator()
        .iter_errors(&document)
        .map(|error| {
            let instance_path = error.instance_path().to_string();
            let actual = document
                .pointer(&instance_path)
                .map_or_else(|| "nothing".to_owned(), phrase::json);
            Mismatch {
                subject: name(schema),
                expected: expected(&error),
                actual,
                instance_path: Some(instance_path),
                schema_path: Some(error.schema_path().to_string()),
            }
        })
        .collect()
}

/// What the violated keyword demands, as a phrase.
fn expected(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(one) => format!("a value of type {one}"),
            TypeKind::Multiple(_) => "a value of another type".to_owned(),
        },
        ValidationErrorKind::Required { property } => format!("a member {property}"),
        ValidationErrorKind::MinLength { limit: 1 } => "a string that is not empty".to_owned(),
        ValidationErrorKind::Minimum { limit } => format!("a number of at least {limit}"),
        ValidationErrorKind::Constant { expected_value } => phrase::json(expected_value),
        _ => error.masked_with("the value").to_string(),
    }
}

fn name(schema: &AnswerSchema) -> String {
    format!("schema {}", schema.name())
}
