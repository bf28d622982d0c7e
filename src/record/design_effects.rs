//! How much less the times of a load tell than as many independent ones, at each percentile.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::float;
use super::second_result::SecondResult;
use crate::load::{SecondShare, Times, TimesError, design_effect};

/// An effect is told to two decimals.
const DIGITS: f64 = 100.0;

/// The percentiles, as shares.
const SHARES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 0.999];

/// By how much the variance at each percentile is larger than it is of independent times: 1 or more. A sample of
/// n times is worth n / effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignEffects {
    /// At the median.
    pub p50: f64,
    /// At the 90th percentile.
    pub p90: f64,
    /// At the 95th percentile.
    pub p95: f64,
    /// At the 99th percentile.
    pub p99: f64,
    /// At the 99.9th percentile.
    pub p999: f64,
}

impl Default for DesignEffects {
    /// Those of independent times.
    fn default() -> Self {
        Self::from(SHARES.map(|_| 1.0))
    }
}

impl From<[f64; SHARES.len()]> for DesignEffects {
    fn from([p50, p90, p95, p99, p999]: [f64; SHARES.len()]) -> Self {
        Self {
            p50,
            p90,
            p95,
            p99,
            p999,
        }
    }
}

impl DesignEffects {
    /// Whether the times are independent, as far as is known.
    pub(super) fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// Those at the percentile of a share (0 to 1), or at the next one above.
    pub(super) fn at(&self, share: f64) -> f64 {
        let effects = [self.p50, self.p90, self.p95, self.p99];
        let mut all = SHARES.into_iter().zip(effects);
        let next = all.find(|(least, _)| share <= *least);
        next.map_or(self.p999, |(_, effect)| effect)
    }

    /// What the seconds of a measurement show.
    ///
    /// # Errors
    ///
    /// If the times of a second cannot be read.
    pub(super) fn of(series: &[SecondResult]) -> Result<Self, TimesError> {
        let measured = || series.iter().filter(|second| second.number() > 0);
        let mut all = Times::default();
        for second in measured() {
            second.response.add_to(&mut all)?;
        }
        let limits = SHARES.map(|share| all.quantile(share));
        let mut shares = SHARES.map(|_| Vec::new());
        for second in measured() {
            // Of an hour there are 3,600, too many to keep the times of each.
            let recorded = second.response.recorded()?;
            let count = float(recorded.iter().map(|(_, count)| count).sum());
            for (limit, of_each) in limits.iter().zip(&mut shares) {
                let below = recorded.iter().take_while(|(time, _)| time < limit);
                let below = float(below.map(|(_, count)| count).sum());
                of_each.push(SecondShare { count, below });
            }
        }
        Ok(Self::from(shares.map(|of_each| {
            (design_effect(&of_each) * DIGITS).round() / DIGITS
        })))
    }
}
