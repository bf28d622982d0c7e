//! Which figures are compared, and which of them are judged: named before anything is measured.

use super::change::{Movement, movement};
use super::estimate::Estimate;
use super::figure::{FigureComparison, FigureUnit, Samples, Sampling};
use super::holm;
use super::measurement::{StartMeasurement, quantile_us};
use super::tolerance::Tolerance;
use crate::load::Times;
use crate::model::{Measure, Relation, Threshold};
use crate::record::{ThresholdUnit, quantity};

/// Fewer starts of a side give no verdict: the spread between them is not known.
pub const FEWEST_STARTS: usize = 4;

/// A quantile rests on this many answers beyond it, in each start.
const ANSWERS_BEYOND: f64 = 20.0;

/// A share of errors that differs by no more is the same: one request in a thousand.
const TOLERATED_ERRORS: f64 = 0.001;

/// The quantiles that are judged, of all operations together.
pub const JUDGED_QUANTILES: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];

/// The quantiles that are shown besides.
const SHOWN: [(f64, &str); 3] = [(0.9, "p90"), (0.95, "p95"), (0.999, "p99.9")];

/// The step to which a histogram of three digits rounds, as a share of the time.
const DIGITS: f64 = 0.001;

/// The step to which a record rounds a time, in microseconds.
const STEP_US: f64 = 1.0;

/// What the starts of both sides measured.
pub(super) struct BothSides {
    pub(super) a: Vec<StartMeasurement>,
    pub(super) b: Vec<StartMeasurement>,
    /// How they are to be read.
    pub(super) sampling: Sampling,
    /// The noun of a start.
    pub(super) noun: &'static str,
}

impl BothSides {
    /// The samples of a figure; none where a start does not tell it.
    fn samples(
        &self,
        figure: impl Fn(&StartMeasurement) -> Option<f64>,
    ) -> Option<(Vec<f64>, Vec<f64>)> {
        let of = |side: &[StartMeasurement]| side.iter().map(&figure).collect::<Option<Vec<f64>>>();
        of(&self.a).zip(of(&self.b))
    }

    fn all(&self) -> impl Iterator<Item = &StartMeasurement> {
        self.a.iter().chain(&self.b)
    }

    /// The least of what the starts counted.
    fn least(&self, count: impl Fn(&StartMeasurement) -> u64) -> u64 {
        self.all().map(count).min().unwrap_or_default()
    }

    /// A quantile of some times of each start.
    pub(super) fn quantile(
        &self,
        name: String,
        share: f64,
        judged: bool,
        times: impl Fn(&StartMeasurement) -> Option<&Times>,
    ) -> Option<Samples> {
        let (a, b) = self.samples(|start| times(start).map(|all| quantile_us(all, share)))?;
        let least = self.least(|start| times(start).map_or(0, Times::count));
        Some(Samples {
            name,
            unit: FigureUnit::Microseconds,
            resolution: resolution_of(&a, &b),
            a,
            b,
            more_is_worse: true,
            judged,
            unjudged: too_few(least, share),
        })
    }
}

/// The step to which times are rounded, as a share of them.
fn resolution_of(a: &[f64], b: &[f64]) -> f64 {
    let all = a.iter().chain(b).copied();
    let shortest = all.fold(f64::INFINITY, f64::min);
    DIGITS.max(STEP_US / shortest.max(STEP_US))
}

/// Why a quantile is not judged of starts of so many answers.
fn too_few(answers: u64, share: f64) -> Option<String> {
    let needed = (ANSWERS_BEYOND / (1.0 - share)).round();
    (quantity::float(answers) < needed).then(|| {
        format!(
            "{} answers a start, a verdict needs {}",
            quantity::count(answers),
            quantity::count(quantity::whole(needed))
        )
    })
}

/// All figures, those that are judged first.
pub(super) fn figures(sides: &BothSides, tolerance: Tolerance) -> Vec<FigureComparison> {
    let whole = |(share, name): (f64, &str), judged| {
        sides.quantile(name.to_owned(), share, judged, |start| Some(&start.times))
    };
    let judged = JUDGED_QUANTILES
        .into_iter()
        .filter_map(|one| whole(one, true));
    let shown = SHOWN.into_iter().filter_map(|one| whole(one, false));
    let samples: Vec<Samples> = judged
        .chain(errors(sides))
        .chain(cpu(sides))
        .chain(memory(sides))
        .chain(thresholds(sides))
        .chain(shown)
        .chain(operations(sides))
        .collect();
    judge(samples, sides, tolerance)
}

/// Of each operation, without a verdict: the more figures are judged, the less each of them tells.
fn operations(sides: &BothSides) -> Vec<Samples> {
    let Some(first) = sides.a.first().filter(|first| first.operations.len() > 1) else {
        return Vec::new();
    };
    let names = first.operations.iter().map(|(name, _)| name);
    let quantiles =
        names.flat_map(|name| JUDGED_QUANTILES.map(|(share, label)| (name, share, label)));
    let samples = quantiles.filter_map(|(name, share, label)| {
        sides.quantile(format!("{name} {label}"), share, false, |start| {
            let mut all = start.operations.iter();
            all.find(|(one, _)| one == name).map(|(_, times)| times)
        })
    });
    samples.collect()
}

fn errors(sides: &BothSides) -> Option<Samples> {
    let (a, b) = sides.samples(|start| Some(start.errors()))?;
    Some(Samples {
        name: "errors".to_owned(),
        unit: FigureUnit::Share,
        a,
        b,
        resolution: 0.0,
        more_is_worse: true,
        judged: true,
        unjudged: None,
    })
}

fn cpu(sides: &BothSides) -> Option<Samples> {
    let (a, b) = sides.samples(|start| start.cpu.map(|(each, _)| each))?;
    let ticks = sides.all().filter_map(|start| start.cpu);
    Some(Samples {
        name: "CPU an answer".to_owned(),
        unit: FigureUnit::CpuMicroseconds,
        a,
        b,
        resolution: ticks.map(|(_, tick)| tick).fold(0.0, f64::max),
        more_is_worse: true,
        judged: true,
        unjudged: None,
    })
}

fn memory(sides: &BothSides) -> Option<Samples> {
    let (a, b) = sides.samples(|start| start.memory.map(quantity::float))?;
    Some(Samples {
        name: "peak memory".to_owned(),
        unit: FigureUnit::Bytes,
        a,
        b,
        resolution: 0.0,
        more_is_worse: true,
        judged: true,
        unjudged: None,
    })
}

/// The figures of the thresholds that the user gave.
fn thresholds(sides: &BothSides) -> Vec<Samples> {
    let Some(first) = sides.a.first() else {
        return Vec::new();
    };
    let samples = first
        .thresholds
        .iter()
        .enumerate()
        .filter_map(|(index, one)| {
            let of = |start: &StartMeasurement| {
                let same = start.thresholds.get(index);
                same.filter(|same| same.text == one.text)?.figure
            };
            let (a, b) = sides.samples(of)?;
            let threshold: Option<Threshold> = one.text.parse().ok();
            let is_ceiling = threshold.as_ref().is_none_or(|threshold| {
                matches!(threshold.relation, Relation::Below | Relation::AtMost)
            });
            let least =
                sides.least(|start| start.thresholds.get(index).map_or(0, |one| one.samples));
            let unjudged = threshold.and_then(|threshold| match threshold.measure {
                Measure::Percentile(share) => too_few(least, share),
                Measure::Longest => {
                    Some("the longest time of a start is no sample of a quantile".into())
                }
                _ => None,
            });
            let unit = match one.unit {
                ThresholdUnit::Microseconds => FigureUnit::Microseconds,
                ThresholdUnit::Share => FigureUnit::Share,
                ThresholdUnit::PerSecond => FigureUnit::PerSecond,
            };
            let resolution = match unit {
                FigureUnit::Microseconds => resolution_of(&a, &b),
                _ => 0.0,
            };
            Some(Samples {
                name: one.text.clone(),
                unit,
                a,
                b,
                resolution,
                more_is_worse: is_ceiling,
                judged: true,
                unjudged,
            })
        });
    samples.collect()
}

/// Judges those that are to be and can be, all together.
fn judge(samples: Vec<Samples>, sides: &BothSides, tolerance: Tolerance) -> Vec<FigureComparison> {
    let sampling = sides.sampling;
    let few = sides.a.len().min(sides.b.len());
    let fewest = (few < FEWEST_STARTS).then(|| {
        let starts = quantity::things(few, sides.noun);
        format!("{starts} of a side, a verdict needs {FEWEST_STARTS}")
    });
    let judged = |one: &Samples| {
        let can = one.judged && one.unjudged.is_none() && fewest.is_none();
        one.estimate(sampling).filter(|_| can)
    };
    let estimates: Vec<Option<Estimate>> = samples.iter().map(judged).collect();
    let values: Vec<f64> = estimates.iter().flatten().map(Estimate::p_value).collect();
    let mut adjusted = holm::adjusted(&values).into_iter();
    let figures = samples
        .into_iter()
        .zip(estimates)
        .map(|(mut one, estimate)| {
            let margin = match one.unit {
                FigureUnit::Share => (-TOLERATED_ERRORS, TOLERATED_ERRORS),
                _ => tolerance.of_ratios(),
            };
            if one.judged && estimate.is_none() && one.unjudged.is_none() {
                let unmeasured = || "a start of a side measured nothing".to_owned();
                one.unjudged = Some(fewest.clone().unwrap_or_else(unmeasured));
            }
            let decided = estimate.zip(estimate.and_then(|_| adjusted.next()));
            let moved: Option<Movement> =
                decided.map(|(estimate, adjusted)| movement(&estimate, adjusted, margin));
            one.into_figure(sampling, decided.map(|(_, p)| p), (margin, moved))
        });
    figures.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_needs_twenty_answers_beyond_it() {
        assert_eq!(too_few(40, 0.5), None);
        assert_eq!(too_few(2_000, 0.99), None);
        assert_eq!(
            too_few(1_999, 0.99).unwrap(),
            "1,999 answers a start, a verdict needs 2,000"
        );
        assert!(too_few(19_999, 0.999).is_some());
    }
}
