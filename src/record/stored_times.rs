//! Times as a record keeps them: a histogram as text, and what a histogram does not keep exactly.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::load::{ExactTimes, Times, TimesError, recorded_in};

/// Times as a record keeps them, all in nanoseconds. Takes a kilobyte where a histogram in memory takes a
/// hundred, so that one can be kept of each second.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredTimes {
    /// How many of the times were longer than an hour, and are recorded as that.
    #[serde(default)]
    pub clamped: u64,
    /// The shortest, in nanoseconds; 0 if nothing was recorded.
    #[serde(default)]
    pub min_ns: u64,
    /// The longest, in nanoseconds; 0 if nothing was recorded.
    #[serde(default)]
    pub max_ns: u64,
    /// All together, in nanoseconds.
    #[serde(default)]
    pub sum_ns: u64,
    /// The histogram of the times in nanoseconds, to three significant digits, in the HdrHistogram V2
    /// compressed format and base64; empty if nothing was recorded. Histograms of several results can be
    /// added.
    #[serde(default)]
    pub histogram: String,
}

impl StoredTimes {
    /// The times themselves.
    ///
    /// # Errors
    ///
    /// If the histogram is none.
    pub fn times(&self) -> Result<Times, TimesError> {
        self.decoded(1)
    }

    /// The same where the values of the histogram are so many nanoseconds each.
    pub(super) fn decoded(&self, unit: u64) -> Result<Times, TimesError> {
        Times::decode(&self.histogram, unit, self.exact())
    }

    /// Adds them to others.
    pub(super) fn add_to(&self, times: &mut Times) -> Result<(), TimesError> {
        times.add_encoded(&self.histogram, 1, self.exact())
    }

    /// The times in nanoseconds and ascending, each with how many there are: a hundredth of the memory that a
    /// histogram takes.
    pub(super) fn recorded(&self) -> Result<Vec<(u64, u64)>, TimesError> {
        recorded_in(&self.histogram, 1)
    }

    fn exact(&self) -> ExactTimes {
        ExactTimes {
            clamped: self.clamped,
            sum: self.sum_ns.into(),
            min: self.min_ns,
            max: self.max_ns,
        }
    }
}

impl From<&Times> for StoredTimes {
    fn from(times: &Times) -> Self {
        let exact = times.exact();
        Self {
            clamped: exact.clamped,
            min_ns: exact.min,
            max_ns: exact.max,
            // 584 years of waiting are more than a load can have.
            sum_ns: u64::try_from(exact.sum).unwrap_or(u64::MAX),
            histogram: times.encoded(),
        }
    }
}
