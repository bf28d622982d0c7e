//! Identifiers, one type each, so that a case is never passed where a requirement is meant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a text as this kind of id. The text is taken as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

identifier!(
    /// The stable id of a case, unique over all suites of a run, such as `delete.bearer.acknowledged`.
    CaseId
);
identifier!(
    /// The stable id of a requirement of the contract, such as `create.status`.
    RequirementId
);
identifier!(
    /// The name of a run; also the name of the folder its reports stand in.
    RunId
);
identifier!(
    /// The stable id of a load scenario, such as `lookup`.
    ScenarioId
);
identifier!(
    /// The name of a suite, such as `create`.
    SuiteId
);
