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

/// What the name of a file inside the binary begins with.
const BUILTIN: &str = "builtin:";

impl Place {
    /// The name of a file inside the binary.
    #[must_use]
    pub fn builtin_file(name: &str) -> String {
        format!("{BUILTIN}{name}")
    }

    /// Whether it is in a file inside the binary.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.file.starts_with(BUILTIN)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}
