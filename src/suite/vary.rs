//! What a suite says of a step that is made several times, later, or only at times. Says nothing about whether it
//! makes sense.
//!
//! Its comments are what an editor shows, so they speak to the author of a suite.

use schemars::JsonSchema;
use serde::Deserialize;

use super::one_or_many::OneOrMany;
use super::placed::Placed;
use super::status::StatusDocument;

/// Sends a request once for each way to vary one value in it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VaryDocument {
    /// The value that is varied, such as `${user.email}`. Left out where `in` lists whole texts.
    #[serde(default)]
    pub value: Option<Placed<String>>,
    /// The name under which the step has the varied value: `wrong` for `${wrong}`.
    #[serde(rename = "as")]
    pub name: Placed<String>,
    /// The filters, each of which makes one variation of the value. One that leaves the value as it is sends
    /// nothing.
    #[serde(default)]
    pub by: Vec<Placed<String>>,
    /// Texts to send as they are, in place of a value.
    #[serde(default, rename = "in")]
    pub texts: Vec<Placed<String>>,
}

/// A condition on an earlier answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WhenDocument {
    /// The status of an earlier answer, as captured: `${first}`.
    pub status: Placed<String>,
    /// The statuses with which the step is made: `2xx`, `[400, 401]`.
    pub is: OneOrMany<StatusDocument>,
}
