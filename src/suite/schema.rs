//! The JSON Schema of the suite format, for editors and for those who generate suites.

use super::document::SuiteDocument;

/// The JSON Schema (2020-12) of a suite file.
#[must_use]
pub fn suite_schema() -> serde_json::Value {
    schemars::schema_for!(SuiteDocument).to_value()
}
