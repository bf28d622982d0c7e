//! How a whole run ended. The one value behind the exit code, the JUnit file, the JSON and the page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a whole run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything tried conforms. Exit code 0.
    Conforms,
    /// The contract is violated. Exit code 1.
    Violated,
    /// Bad usage, configuration or suite: nothing was sent. Exit code 2.
    Misused,
    /// The target could not be reached or judged, or a report could not be written. Exit code 3.
    Broken,
    /// A threshold of the load was missed. Exit code 4.
    ThresholdMissed,
    /// Nothing was tried. Exit code 5.
    NothingRan,
    /// The generator itself was the bottleneck, so the measurement is worth nothing. Exit code 6.
    MeasurementInvalid,
    /// Interrupted by the user. Exit code 130, as shells report SIGINT.
    Interrupted,
}

impl Outcome {
    /// All outcomes, in the order of their exit codes.
    pub const ALL: [Self; 8] = [
        Self::Conforms,
        Self::Violated,
        Self::Misused,
        Self::Broken,
        Self::ThresholdMissed,
        Self::NothingRan,
        Self::MeasurementInvalid,
        Self::Interrupted,
    ];

    /// The exit code of the process.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Violated => 1,
            Self::Misused => 2,
            Self::Broken => 3,
            Self::ThresholdMissed => 4,
            Self::NothingRan => 5,
            Self::MeasurementInvalid => 6,
            Self::Interrupted => 130,
        }
    }

    /// The outcome in a word or two, as shown in front of a summary.
    #[must_use]
    pub const fn headline(self) -> &'static str {
        match self {
            Self::Conforms => "CONFORMS",
            Self::Violated => "CONTRACT VIOLATED",
            Self::Misused => "NOT RUN",
            Self::Broken => "BROKEN",
            Self::ThresholdMissed => "THRESHOLD MISSED",
            Self::NothingRan => "NOTHING RAN",
            Self::MeasurementInvalid => "MEASUREMENT INVALID",
            Self::Interrupted => "INTERRUPTED",
        }
    }
}
