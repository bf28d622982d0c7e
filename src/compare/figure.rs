//! One figure of both sides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{FigureVerdict, Movement};
use super::estimate::{self, Estimate};
use super::sign_flip;
use crate::record::quantity;

/// One figure of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FigureComparison {
    /// What it is: `p99` of all operations together, `lookup: get p99`, `errors`, or a threshold as written.
    pub name: String,
    /// The unit of the samples.
    pub unit: FigureUnit,
    /// Whether it was named before the run as one to be judged.
    pub judged: bool,
    /// One sample for each start of A; in the order of the rounds where starts are paired.
    pub a: Vec<f64>,
    /// One sample for each start of B.
    pub b: Vec<f64>,
    /// The typical sample of A: the geometric mean, of a share the arithmetic one.
    pub typical_a: f64,
    /// The typical sample of B.
    pub typical_b: f64,
    /// What the samples tell of the difference; none for fewer than two starts of a side, or a time of 0.
    pub change: Option<ChangeEstimate>,
    /// What became of it; none where it is only shown.
    pub verdict: Option<FigureVerdict>,
    /// Whether that is to the bad.
    pub worse: bool,
    /// Whether it is to the bad by more than the tolerance, by the estimate.
    pub beyond_tolerance: bool,
    /// Why it has no verdict although it is one to be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unjudged: Option<String>,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FigureUnit {
    /// A time in microseconds.
    Microseconds,
    /// CPU time in microseconds.
    CpuMicroseconds,
    /// A share from 0 to 1. Its change is a difference of shares; that of all others a ratio less 1.
    Share,
    /// Memory in bytes.
    Bytes,
    /// A rate a second.
    PerSecond,
}

/// What the samples tell of the difference between the sides: a ratio less 1, of a share a difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeEstimate {
    /// The estimate.
    pub estimate: f64,
    /// The lower end of the interval that holds the truth in 95 % of all comparisons.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How probable so large a difference is between equal sides, by the t test.
    pub p: f64,
    /// The same by the exact test of signs, where starts are paired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_flip_p: Option<f64>,
    /// The first of these p-values, adjusted for the number of figures that are judged (Holm).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjusted_p: Option<f64>,
    /// The smallest true change that such a comparison finds in 80 % of all cases.
    pub detectable: f64,
    /// Starts of a side that would find a change of the tolerance in 80 % of all cases; none if no number would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_for_tolerance: Option<usize>,
}

/// How samples are to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sampling {
    /// Whether those of the same place had the same surroundings.
    pub(super) paired: bool,
    /// The chance with which an interval may miss the truth.
    pub(super) alpha: f64,
}

/// The samples of a figure, before they are judged.
pub(super) struct Samples {
    pub(super) name: String,
    pub(super) unit: FigureUnit,
    pub(super) a: Vec<f64>,
    pub(super) b: Vec<f64>,
    /// The step to which a sample is rounded: of a share as it is, of others as a share of the sample.
    pub(super) resolution: f64,
    /// Whether more of it is to the bad.
    pub(super) more_is_worse: bool,
    pub(super) judged: bool,
    pub(super) unjudged: Option<String>,
}

impl Samples {
    /// The estimate of the difference, in logarithms but for shares.
    pub(super) fn estimate(&self, sampling: Sampling) -> Option<Estimate> {
        let (a, b) = (self.scaled(&self.a)?, self.scaled(&self.b)?);
        let estimate = if sampling.paired {
            let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
            Estimate::paired(&differences, self.resolution)
        } else {
            Estimate::independent(&a, &b, self.resolution)
        };
        estimate.map(|one| one.at(sampling.alpha))
    }

    /// The differences of pairs, as [`Samples::estimate`] takes them.
    pub(super) fn differences(&self) -> Vec<f64> {
        let scaled = |samples| self.scaled(samples).unwrap_or_default();
        let (a, b) = (scaled(&self.a), scaled(&self.b));
        a.iter().zip(&b).map(|(a, b)| b - a).collect()
    }

    fn is_share(&self) -> bool {
        self.unit == FigureUnit::Share
    }

    fn scaled(&self, samples: &[f64]) -> Option<Vec<f64>> {
        if self.is_share() {
            return Some(samples.to_vec());
        }
        let logarithms = samples.iter().map(|one| (*one > 0.0).then(|| one.ln()));
        logarithms.collect()
    }

    fn typical(&self, samples: &[f64]) -> f64 {
        let scaled = self.scaled(samples);
        let mean = scaled.map(|scaled| estimate::moments(&scaled).0);
        match mean {
            Some(mean) if mean.is_finite() && self.is_share() => mean,
            Some(mean) if mean.is_finite() => mean.exp(),
            _ => 0.0,
        }
    }

    /// A difference as people read it.
    fn shown(&self, difference: f64) -> f64 {
        if self.is_share() {
            difference
        } else {
            difference.exp_m1()
        }
    }

    /// The figure with what was decided. `margin` is the tolerance, as [`Samples::estimate`] counts.
    pub(super) fn into_figure(
        self,
        sampling: Sampling,
        adjusted_p: Option<f64>,
        (margin, movement): ((f64, f64), Option<Movement>),
    ) -> FigureComparison {
        let estimate = self.estimate(sampling);
        let change =
            estimate.map(|estimate| self.change(&estimate, sampling.paired, adjusted_p, margin.1));
        let to_the_bad = match movement {
            Some(Movement::Up) => self.more_is_worse,
            Some(Movement::Down) => !self.more_is_worse,
            Some(Movement::Within | Movement::Unknown) | None => false,
        };
        let beyond = estimate.is_some_and(|one| one.mean > margin.1 || one.mean < margin.0);
        FigureComparison {
            typical_a: self.typical(&self.a),
            typical_b: self.typical(&self.b),
            change,
            verdict: movement.map(|movement| self.unit.worded(movement)),
            worse: to_the_bad,
            beyond_tolerance: to_the_bad && beyond,
            name: self.name,
            unit: self.unit,
            judged: self.judged,
            a: self.a,
            b: self.b,
            unjudged: self.unjudged,
        }
    }

    fn change(
        &self,
        estimate: &Estimate,
        paired: bool,
        adjusted_p: Option<f64>,
        margin: f64,
    ) -> ChangeEstimate {
        let (low, high) = estimate.interval(estimate.alpha);
        let flipped = || sign_flip::p_value(&self.differences());
        ChangeEstimate {
            estimate: self.shown(estimate.mean),
            low: self.shown(low),
            high: self.shown(high),
            p: estimate.p_value(),
            sign_flip_p: paired.then(flipped).flatten(),
            adjusted_p,
            detectable: self.shown(estimate.detectable()),
            starts_for_tolerance: estimate.starts_to_find(margin),
        }
    }
}

impl FigureUnit {
    const fn worded(self, movement: Movement) -> FigureVerdict {
        match (movement, self) {
            (Movement::Within, _) => FigureVerdict::Same,
            (Movement::Unknown, _) => FigureVerdict::CannotTell,
            (Movement::Up, Self::Microseconds) => FigureVerdict::Slower,
            (Movement::Down, Self::Microseconds) => FigureVerdict::Faster,
            (Movement::Up, _) => FigureVerdict::More,
            (Movement::Down, _) => FigureVerdict::Less,
        }
    }

    /// A sample as people read it.
    #[must_use]
    pub fn told(self, sample: f64) -> String {
        match self {
            Self::Microseconds => quantity::micros(quantity::whole(sample)),
            Self::CpuMicroseconds => format!("{} µs", quantity::plain(sample)),
            Self::Share => quantity::per_cent(sample),
            Self::Bytes => format!("{:.1} MiB", sample / quantity::float(crate::record::MIB)),
            Self::PerSecond => format!("{}/s", quantity::rate(sample)),
        }
    }
}

impl FigureComparison {
    /// The change as people read it: `+4.0 % [+2.1, +6.0]`; of a share in percentage points. None without an
    /// estimate.
    #[must_use]
    pub fn told_change(&self) -> Option<String> {
        let change = self.change?;
        let unit = match self.unit {
            FigureUnit::Share => "points",
            _ => "%",
        };
        let digits = match self.unit {
            FigureUnit::Share => 3,
            _ => 1,
        };
        let [estimate, low, high] =
            [change.estimate, change.low, change.high].map(|one| signed(one * 100.0, digits));
        Some(format!("{estimate} {unit} [{low}, {high}]"))
    }

    /// Whether the starts differ at all; where none does, as of errors that never came, there is nothing that a
    /// change could hide in.
    #[must_use]
    pub fn varies(&self) -> bool {
        self.change.is_some_and(|change| change.detectable > 0.0)
    }

    /// The smallest change that would have been found, as people read it.
    #[must_use]
    pub fn told_detectable(&self) -> Option<String> {
        let detectable = self.change?.detectable * 100.0;
        Some(match self.unit {
            FigureUnit::Share => format!("{detectable:.3} points"),
            _ if detectable.is_finite() && detectable < 1e3 => format!("{detectable:.1} %"),
            _ => "no change at all".to_owned(),
        })
    }
}

/// A number with its sign and so many digits; 0 has none.
fn signed(number: f64, digits: usize) -> String {
    let text = format!("{number:+.digits$}");
    let is_zero = !text.contains(|letter: char| ('1'..='9').contains(&letter));
    if is_zero && number.is_finite() {
        format!("{:.digits$}", 0.0)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRED: Sampling = Sampling {
        paired: true,
        alpha: estimate::ALPHA,
    };

    fn samples(unit: FigureUnit, a: &[f64], b: &[f64]) -> Samples {
        Samples {
            name: "p99".to_owned(),
            unit,
            a: a.to_vec(),
            b: b.to_vec(),
            resolution: 0.0,
            more_is_worse: true,
            judged: true,
            unjudged: None,
        }
    }

    #[test]
    fn a_change_is_a_ratio_and_that_of_a_share_a_difference() {
        let times = samples(FigureUnit::Microseconds, &[100.0, 200.0], &[110.0, 220.0]);
        let figure = times.into_figure(PAIRED, None, ((-0.03, 0.03), Some(Movement::Up)));
        assert_eq!(figure.told_change().unwrap(), "+10.0 % [+10.0, +10.0]");
        assert_eq!(figure.verdict, Some(FigureVerdict::Slower));
        assert!(figure.worse && figure.beyond_tolerance);
        let errors = samples(FigureUnit::Share, &[0.0, 0.0], &[0.02, 0.02]);
        let figure = errors.into_figure(PAIRED, None, ((-0.001, 0.001), Some(Movement::Up)));
        assert_eq!(
            figure.told_change().unwrap(),
            "+2.000 points [+2.000, +2.000]"
        );
        assert_eq!(figure.verdict, Some(FigureVerdict::More));
        assert_eq!(
            (signed(-0.04, 1), signed(-0.06, 1)),
            ("0.0".into(), "-0.1".into())
        );
    }

    #[test]
    fn a_time_of_nothing_has_no_ratio() {
        let times = samples(FigureUnit::Microseconds, &[0.0, 0.0], &[1.0, 1.0]);
        assert_eq!(times.estimate(PAIRED), None);
        let figure = times.into_figure(PAIRED, None, ((-0.03, 0.03), None));
        assert_eq!((figure.change, figure.typical_a), (None, 0.0));
    }
}
