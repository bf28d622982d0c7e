//! `assize schema`: the published schemas of the formats.

use super::arguments::{Format, SchemaArguments};
use super::console;
use crate::contract::OPENAPI;
use crate::model::Outcome;
use crate::report::{
    certificate_schema, comparison_schema, difference_schema, events_schema, history_schema,
    plan_schema, results_schema,
};
use crate::session::Failure;
use crate::suite::suite_schema;

pub(super) fn schema(arguments: &SchemaArguments) -> Result<Outcome, Failure> {
    let schema = match arguments.format {
        Format::Suite => suite_schema(),
        Format::Results => results_schema(),
        Format::Comparison => comparison_schema(),
        Format::Difference => difference_schema(),
        Format::Certificate => certificate_schema(),
        Format::History => history_schema(),
        Format::Plan => plan_schema(),
        Format::Events => events_schema(),
        Format::Openapi => {
            console::print(OPENAPI);
            return Ok(Outcome::Conforms);
        }
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Failure::Machine(format!("cannot print the schema: {error}")))?;
    console::print(&format!("{text}\n"));
    Ok(Outcome::Conforms)
}
