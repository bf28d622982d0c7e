//! A distribution of times as a report tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::load::{Times, ranks, rounded_micros};

/// A distribution of times, all in microseconds.
///
/// A percentile is the smallest recorded value that at least that share of all values does not
/// exceed, to three significant digits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// How many times were recorded.
    pub count: u64,
    /// Times above one hour, recorded as that.
    pub clamped: u64,
    /// The shortest.
    pub min_us: u64,
    /// The arithmetic mean.
    pub mean_us: f64,
    /// The median.
    pub p50_us: u64,
    /// The 90th percentile.
    pub p90_us: u64,
    /// The 95th percentile.
    pub p95_us: u64,
    /// The 99th percentile.
    pub p99_us: u64,
    /// The 99.9th percentile.
    pub p999_us: u64,
    /// The longest.
    pub max_us: u64,
    /// Between which times the percentiles lie with a probability of 95 %.
    #[serde(default)]
    pub confidence: Confidence,
    /// The whole histogram in the HdrHistogram V2 compressed format, in base64; empty if nothing was
    /// recorded.
    pub histogram: String,
}

/// The intervals of 95 % confidence of the percentiles, all in microseconds.
///
/// By order statistics, so that nothing is assumed of the distribution; but the times count as
/// independent of each other, which those of one stall are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// Of the median.
    pub p50: Bounds,
    /// Of the 90th percentile.
    pub p90: Bounds,
    /// Of the 95th percentile.
    pub p95: Bounds,
    /// Of the 99th percentile.
    pub p99: Bounds,
    /// Of the 99.9th percentile.
    pub p999: Bounds,
}

/// An interval of confidence. An end is missing where too few times were recorded to tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    /// The lower end in microseconds.
    pub low_us: Option<u64>,
    /// The upper end in microseconds.
    pub high_us: Option<u64>,
}

impl From<&Times> for Distribution {
    fn from(times: &Times) -> Self {
        let quantile = |share| rounded_micros(times.quantile(share));
        Self {
            count: times.count(),
            clamped: times.clamped(),
            min_us: rounded_micros(times.min()),
            mean_us: times.mean() / 1e3,
            p50_us: quantile(0.5),
            p90_us: quantile(0.9),
            p95_us: quantile(0.95),
            p99_us: quantile(0.99),
            p999_us: quantile(0.999),
            max_us: rounded_micros(times.max()),
            confidence: Confidence::from(times),
            histogram: times.encoded_in_micros(),
        }
    }
}

impl From<&Times> for Confidence {
    fn from(times: &Times) -> Self {
        let bounds = |share| {
            let ranks = ranks(times.count(), share);
            let time = |rank| rounded_micros(times.at_rank(rank));
            Bounds {
                low_us: ranks.low.map(time),
                high_us: ranks.high.map(time),
            }
        };
        Self {
            p50: bounds(0.5),
            p90: bounds(0.9),
            p95: bounds(0.95),
            p99: bounds(0.99),
            p999: bounds(0.999),
        }
    }
}
