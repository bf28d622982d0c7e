//! `results.json` has a published schema, and keeps to it.

use assize::record::Record;
use assize::report::{
    certificate_schema, comparison_schema, difference_schema, events_schema, history_schema,
    plan_schema, results_json, results_schema,
};

use crate::common::sample;

/// The published schemas.
const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");

/// Set, the published schema is written anew from the types.
const UPDATE: &str = "ASSIZE_UPDATE_SCHEMAS";

#[test]
fn the_published_schemas_are_those_of_the_types() {
    for (file, schema) in [
        ("results.schema.json", results_schema()),
        ("plan.schema.json", plan_schema()),
        ("events.schema.json", events_schema()),
        ("comparison.schema.json", comparison_schema()),
        ("difference.schema.json", difference_schema()),
        ("certificate.schema.json", certificate_schema()),
        ("history.schema.json", history_schema()),
    ] {
        let path = format!("{SCHEMAS}/{file}");
        let made = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            published == made,
            "schemas/{file} is not what the types say; to write it anew: \
             {UPDATE}=1 cargo test --test reports schema"
        );
    }
}

#[test]
fn every_result_file_satisfies_the_schema_and_can_be_read_again() {
    let schema = results_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, report) in sample::all() {
        let json = results_json(&report).unwrap();
        let value = serde_json::from_str(&json).unwrap();
        let errors = validator.iter_errors(&value).map(|error| error.to_string());
        assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
        assert_eq!(
            serde_json::from_str::<Record>(&json).unwrap(),
            report,
            "{name}"
        );
    }
}

#[test]
fn a_file_with_an_unknown_outcome_does_not_satisfy_the_schema() {
    let validator = jsonschema::draft202012::new(&results_schema()).unwrap();
    let mut value = serde_json::to_value(sample::passing()).unwrap();
    value["conclusion"]["outcome"] = "splendid".into();
    assert!(!validator.is_valid(&value));
}
