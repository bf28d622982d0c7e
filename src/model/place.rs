//! Where something was written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where something was written: the file as the user named it, and a position in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file as the user would name it; `builtin:create.yaml` for one inside the binary.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}
