//! How much less the times of a load tell than as many independent ones, at each percentile.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::float;
use super::second_result::SecondResult;
use crate::load::{SecondShare, Times, TimesError, design_effect};

/// An effect is told to two decimals.
const DIGITS: f64 = 100.0;

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
        Self::all(|_| 1.0)
    }
}

impl DesignEffects {
    fn all(effect: impl Fn(f64) -> f64) -> Self {
        Self {
            p50: effect(0.5),
            p90: effect(0.9),
            p95: effect(0.95),
            p99: effect(0.99),
            p999: effect(0.999),
        }
    }

    /// Whether the times are independent, as far as is known.
    pub(super) fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// Those at the percentile of a share (0 to 1), or at the next one above.
    pub(super) fn at(&self, share: f64) -> f64 {
        let all = [
            (0.5, self.p50),
            (0.9, self.p90),
            (0.95, self.p95),
            (0.99, self.p99),
        ];
        let next = all.into_iter().find(|(least, _)| share <= *least);
        next.map_or(self.p999, |(_, effect)| effect)
    }

    /// What the seconds of a measurement show.
    ///
    /// # Errors
    ///
    /// If the times of a second cannot be read.
    pub(super) fn of(series: &[SecondResult]) -> Result<Self, TimesError> {
        let measured = series.iter().filter(|second| second.number() > 0);
        // Of an hour there are 3,600, too many to make a histogram of each.
        let mut seconds = Vec::new();
        let mut all = Times::default();
        for second in measured {
            seconds.push(second.response.recorded()?);
            second.response.add_to(&mut all)?;
        }
        Ok(Self::all(|share| {
            let limit = all.quantile(share);
            let of_each = seconds.iter().map(|second| {
                let below = second.iter().take_while(|(time, _)| *time < limit);
                SecondShare {
                    count: float(second.iter().map(|(_, count)| count).sum()),
                    below: float(below.map(|(_, count)| count).sum()),
                }
            });
            let effect = design_effect(&of_each.collect::<Vec<_>>());
            (effect * DIGITS).round() / DIGITS
        }))
    }
}
