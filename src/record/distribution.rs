//! A distribution of times: percentiles and intervals are computed from its histogram when asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::design_effects::DesignEffects;
use super::quantity::{float, whole};
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
#[serde(into = "StoredDistribution", try_from = "ReadDistribution")]
pub struct Distribution {
    times: Arc<Times>,
    effects: DesignEffects,
}

/// What is read of a stored distribution: the rest is computed.
#[derive(Deserialize)]
struct ReadDistribution {
    #[serde(flatten)]
    times: StoredTimes,
    #[serde(default)]
    design_effects: DesignEffects,
}

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
    /// By how much these intervals are wider than those of independent times, as variances; missing where the times
    /// of the load do not depend on each other as far as its seconds show.
    #[serde(skip_serializing_if = "DesignEffects::are_none")]
    design_effects: DesignEffects,
    #[serde(flatten)]
    times: StoredTimes,
}

/// The intervals of 95 % confidence of the percentiles, all in microseconds.
///
/// By order statistics, so that nothing is assumed of the distribution. Times that depend on each other, as
/// those of one stall do, count as fewer: see `design_effects`.
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
        &self.times
    }

    /// How many times were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.times.count()
    }

    /// Times above one hour, recorded as that.
    #[must_use]
    pub fn clamped(&self) -> u64 {
        self.times.clamped()
    }

    /// The shortest in microseconds, rounded; 0 if there is none.
    #[must_use]
    pub fn min_us(&self) -> u64 {
        rounded_micros(self.times.min())
    }

    /// The longest in microseconds, rounded; 0 if there is none.
    #[must_use]
    pub fn max_us(&self) -> u64 {
        rounded_micros(self.times.max())
    }

    /// The arithmetic mean in microseconds; 0 if there is none.
    #[must_use]
    pub fn mean_us(&self) -> f64 {
        self.times.mean() / 1e3
    }

    /// The percentile of a share (0 to 1) in microseconds, rounded; 0 if nothing was recorded.
    #[must_use]
    pub fn at_us(&self, share: f64) -> u64 {
        rounded_micros(self.times.quantile(share))
    }

    /// Between which times the percentile of a share (0 to 1, both excluded) lies with a probability of 95 %.
    #[must_use]
    pub fn bounds(&self, share: f64) -> Bounds {
        let effect = self.effects.at(share);
        let worth = whole(float(self.count()) / effect);
        let ranks = ranks(worth, share);
        let time = |rank| rounded_micros(self.times.at_rank(rank));
        Bounds {
            low_us: ranks
                .low
                .map(|rank| time(whole((float(rank) * effect).floor()).max(1))),
            high_us: ranks
                .high
                .map(|rank| time(whole((float(rank) * effect).ceil()))),
        }
    }

    /// The same times, which depend on each other in this way.
    pub(super) fn widen(&mut self, effects: DesignEffects) {
        self.effects = effects;
    }

    /// Adds all times of another. How they depend on each other is to be computed anew.
    pub fn add(&mut self, other: &Self) {
        Arc::make_mut(&mut self.times).add(&other.times);
        self.effects = DesignEffects::default();
    }
}

impl From<Times> for Distribution {
    fn from(times: Times) -> Self {
        Self {
            times: Arc::new(times),
            effects: DesignEffects::default(),
        }
    }
}

impl From<&Times> for Distribution {
    fn from(times: &Times) -> Self {
        Self::from(times.clone())
    }
}

impl TryFrom<ReadDistribution> for Distribution {
    type Error = TimesError;

    fn try_from(read: ReadDistribution) -> Result<Self, TimesError> {
        Ok(Self {
            times: Arc::new(read.times.times()?),
            effects: read.design_effects,
        })
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
            design_effects: all.effects,
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
