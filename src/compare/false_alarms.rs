//! How often this machine calls a build different from itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF};

use super::estimate::{ALPHA, count};

/// The name and version of the format.
const FORMAT: &str = "assize-false-alarms/1";

/// How often comparisons of a build with itself called it different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FalseAlarms {
    /// The version of this format: `assize-false-alarms/1`.
    pub format: String,
    /// Comparisons that were made and are not void.
    pub comparisons: usize,
    /// Those that called a judged figure different.
    pub alarms: usize,
    /// Those that were void.
    pub void: usize,
    /// The share of alarms, 0 to 1.
    pub rate: f64,
    /// The lower end of the interval that holds the true rate in at least 95 % of all measurements.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl FalseAlarms {
    /// From counts. The interval is the exact one of Clopper and Pearson (*Biometrika* 26, 1934).
    #[must_use]
    pub fn new(comparisons: usize, alarms: usize, void: usize) -> Self {
        let (low, high) = interval(alarms.min(comparisons), comparisons);
        Self {
            format: FORMAT.to_owned(),
            comparisons,
            alarms,
            void,
            rate: count(alarms) / count(comparisons).max(1.0),
            low,
            high,
        }
    }

    /// As a sentence without its full stop.
    #[must_use]
    pub fn told(&self) -> String {
        let void = match self.void {
            0 => String::new(),
            void => format!("; {void} more were void"),
        };
        format!(
            "{} of {} comparisons of the build with itself called it different: {:.1} % [{:.1}, {:.1}]{void}",
            self.alarms,
            self.comparisons,
            self.rate * 100.0,
            self.low * 100.0,
            self.high * 100.0
        )
    }
}

fn interval(found: usize, all: usize) -> (f64, f64) {
    let quantile = |a: usize, b: usize, share: f64| {
        let beta = Beta::new(count(a), count(b)).ok();
        beta.map(|beta| beta.inverse_cdf(share))
    };
    let missed = all - found;
    let low = quantile(found, missed + 1, ALPHA / 2.0).filter(|_| found > 0);
    let high = quantile(found + 1, missed, 1.0 - ALPHA / 2.0).filter(|_| missed > 0);
    (low.unwrap_or(0.0), high.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As R's `binom.test` gives them.
    #[test]
    fn the_interval_is_that_of_clopper_and_pearson() {
        for (found, all, low, high) in [
            (2, 40, 0.006_110, 0.169_197),
            (0, 20, 0.0, 0.168_433),
            (20, 20, 0.831_567, 1.0),
        ] {
            let (ours_low, ours_high) = interval(found, all);
            assert!(
                (ours_low - low).abs() < 1e-5,
                "{found} of {all}: {ours_low}"
            );
            assert!(
                (ours_high - high).abs() < 1e-5,
                "{found} of {all}: {ours_high}"
            );
        }
        assert_eq!(interval(0, 0), (0.0, 1.0));
        let told = FalseAlarms::new(40, 2, 1).told();
        assert!(
            told.contains("2 of 40") && told.contains("5.0 % [0.6, 16.9]; 1 more"),
            "{told}"
        );
    }
}
