//! The suite format has a published schema, made from the types that read suites, and the built-in
//! suites keep to it.

use assize::suite::{builtin_suites, suite_schema};

/// The published schema.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/suite.schema.json");

/// Set, the published schema is written anew from the types.
const UPDATE: &str = "ASSIZE_UPDATE_SCHEMAS";

#[test]
fn the_published_schema_is_that_of_the_types() {
    let made = serde_json::to_string_pretty(&suite_schema()).unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(PUBLISHED, &made).unwrap();
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    assert!(
        published == made,
        "schemas/suite.schema.json is not what the types say; to write it anew: \
         {UPDATE}=1 cargo test --test suite_schema"
    );
}

#[test]
fn the_builtin_suites_satisfy_the_schema_and_a_misspelt_key_does_not() {
    let validator = jsonschema::draft7::new(&suite_schema()).unwrap();
    for suite in builtin_suites() {
        let mut value: serde_json::Value = serde_saphyr::from_str(&suite.text).unwrap();
        let errors = validator.iter_errors(&value).map(|error| error.to_string());
        assert_eq!(
            errors.collect::<Vec<_>>(),
            Vec::<String>::new(),
            "{}",
            suite.file
        );
        value["caes"] = serde_json::Value::Null;
        assert!(!validator.is_valid(&value), "{}", suite.file);
    }
}
