//! A distribution of times: percentiles and intervals are computed from its histogram when asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::stored_times::StoredTimes;
use crate::load::{Times, TimesError, ranks, rounded_micros};

/// A percentile that reports show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentile {
    /// Its name: `p99.9`.
    pub name: &'static str,
    /// The share of all times that it does not exceed, 0 to 1.
    pub share: f64,
    /// How many others are shown rather than this one where there is no room for all.
    pub rank: usize,
}

const fn percentile(name: &'static str, share: f64, rank: usize) -> Percentile {
    Percentile { name, share, rank }
}

impl Percentile {
    /// All that reports show, in order; the last is the longest time.
    pub const ALL: [Self; 6] = [
        percentile("p50", 0.5, 0),
        percentile("p90", 0.9, 3),
        percentile("p95", 0.95, 5),
        percentile("p99", 0.99, 1),
        percentile("p99.9", 0.999, 4),
        percentile("max", 1.0, 2),
    ];

    /// Between which times it lies with a probability of 95 %; none for the longest.
    #[must_use]
    pub fn bounds(&self, times: &Distribution) -> Option<Bounds> {
        (self.share < 1.0).then(|| times.bounds(self.share))
    }
}

/// A distribution of times.
///
/// A percentile is the smallest recorded value that at least that share of all values does not
/// exceed, to three significant digits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "StoredDistribution", try_from = "StoredTimes")]
pub struct Distribution(Arc<Times>);

/// A distribution of times as a result file has it: its times, and the figures that are computed from them.
/// Readers of this program look at the times alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Distribution")]
struct StoredDistribution {
    /// How many times were recorded.
    count: u64,
    /// The shortest, in microseconds.
    min_us: u64,
    /// The arithmetic mean, in microseconds.
    mean_us: f64,
    /// The median, in microseconds.
    p50_us: u64,
    /// The 90th percentile, in microseconds.
    p90_us: u64,
    /// The 95th percentile, in microseconds.
    p95_us: u64,
    /// The 99th percentile, in microseconds.
    p99_us: u64,
    /// The 99.9th percentile, in microseconds.
    p999_us: u64,
    /// The longest, in microseconds.
    max_us: u64,
    /// Between which times the percentiles lie with a probability of 95 %.
    confidence: Confidence,
    #[serde(flatten)]
    times: StoredTimes,
}

/// The intervals of 95 % confidence of the percentiles, all in microseconds.
///
/// By order statistics, so that nothing is assumed of the distribution; but the times count as
/// independent of each other, which those of one stall are not.
#[derive(Serialize, JsonSchema)]
struct Confidence {
    /// Of the median.
    p50: Bounds,
    /// Of the 90th percentile.
    p90: Bounds,
    /// Of the 95th percentile.
    p95: Bounds,
    /// Of the 99th percentile.
    p99: Bounds,
    /// Of the 99.9th percentile.
    p999: Bounds,
}

/// An interval of confidence. An end is missing where too few times were recorded to tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    /// The lower end in microseconds.
    pub low_us: Option<u64>,
    /// The upper end in microseconds.
    pub high_us: Option<u64>,
}

impl Distribution {
    /// The times themselves.
    #[must_use]
    pub fn times(&self) -> &Times {
        &self.0
    }

    /// How many times were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.count()
    }

    /// Times above one hour, recorded as that.
    #[must_use]
    pub fn clamped(&self) -> u64 {
        self.0.clamped()
    }

    /// The shortest in microseconds, rounded; 0 if there is none.
    #[must_use]
    pub fn min_us(&self) -> u64 {
        rounded_micros(self.0.min())
    }

    /// The longest in microseconds, rounded; 0 if there is none.
    #[must_use]
    pub fn max_us(&self) -> u64 {
        rounded_micros(self.0.max())
    }

    /// The arithmetic mean in microseconds; 0 if there is none.
    #[must_use]
    pub fn mean_us(&self) -> f64 {
        self.0.mean() / 1e3
    }

    /// The percentile of a share (0 to 1) in microseconds, rounded; 0 if nothing was recorded.
    #[must_use]
    pub fn at_us(&self, share: f64) -> u64 {
        rounded_micros(self.0.quantile(share))
    }

    /// Between which times the percentile of a share (0 to 1, both excluded) lies with a probability of 95 %.
    #[must_use]
    pub fn bounds(&self, share: f64) -> Bounds {
        let ranks = ranks(self.count(), share);
        let time = |rank| rounded_micros(self.0.at_rank(rank));
        Bounds {
            low_us: ranks.low.map(time),
            high_us: ranks.high.map(time),
        }
    }

    /// Adds all times of another.
    pub fn add(&mut self, other: &Self) {
        Arc::make_mut(&mut self.0).add(&other.0);
    }
}

impl From<Times> for Distribution {
    fn from(times: Times) -> Self {
        Self(Arc::new(times))
    }
}

impl From<&Times> for Distribution {
    fn from(times: &Times) -> Self {
        Self::from(times.clone())
    }
}

impl TryFrom<StoredTimes> for Distribution {
    type Error = TimesError;

    fn try_from(stored: StoredTimes) -> Result<Self, TimesError> {
        stored.times().map(Self::from)
    }
}

impl From<Distribution> for StoredDistribution {
    fn from(all: Distribution) -> Self {
        Self {
            count: all.count(),
            min_us: all.min_us(),
            mean_us: all.mean_us(),
            p50_us: all.at_us(0.5),
            p90_us: all.at_us(0.9),
            p95_us: all.at_us(0.95),
            p99_us: all.at_us(0.99),
            p999_us: all.at_us(0.999),
            max_us: all.max_us(),
            confidence: Confidence {
                p50: all.bounds(0.5),
                p90: all.bounds(0.9),
                p95: all.bounds(0.95),
                p99: all.bounds(0.99),
                p999: all.bounds(0.999),
            },
            times: StoredTimes::from(all.times()),
        }
    }
}

impl JsonSchema for Distribution {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        StoredDistribution::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        StoredDistribution::json_schema(generator)
    }
}
