//! How strongly the document demands something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How strongly a requirement or an expectation binds a target.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The document is silent or speaks with two voices: only observed and reported.
    May,
    /// Follows from the document together with HTTP itself or common sense: reported as a warning.
    Should,
    /// The document's own words settle it: a violation fails the run.
    Must,
}

impl Level {
    /// The level as it is written in suites and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::May => "may",
            Self::Should => "should",
            Self::Must => "must",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
