//! The JSON Schema of the suite format, for editors and for those who generate suites.

use schemars::generate::SchemaSettings;

use super::document::SuiteDocument;

/// The JSON Schema (draft-07) of a suite file.
#[must_use]
pub fn suite_schema() -> serde_json::Value {
    // What editors understand best.
    let generator = SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<SuiteDocument>().to_value()
}
