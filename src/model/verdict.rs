//! What came of a step, a case or a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::Level;

/// What came of a step, a case or a run. Ordered by gravity, and only ever raised.
///
/// `Fail` is the target's fault; `Broken` is ours or the network's. The two are never mixed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything expected came.
    Pass,
    /// Not tried, with a reason.
    Skip,
    /// Something that should hold does not.
    Warn,
    /// Something that must hold does not.
    Fail,
    /// Could not be judged: the target was not reached or not understood, or the tool itself failed.
    Broken,
}

impl Verdict {
    /// All verdicts, mildest first.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Skip, Self::Warn, Self::Fail, Self::Broken];

    /// Raises this verdict to `other` if `other` is graver; never lowers it.
    pub fn raise(&mut self, other: Self) {
        *self = (*self).max(other);
    }

    /// The verdict that an unmet expectation of this level causes.
    #[must_use]
    pub const fn of_unmet(level: Level) -> Self {
        match level {
            Level::Must => Self::Fail,
            Level::Should => Self::Warn,
            Level::May => Self::Pass,
        }
    }

    /// The verdict as it is written in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Skip => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Broken => "broken",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
