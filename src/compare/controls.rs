//! What makes a comparison worth nothing, whatever its figures say.

use super::estimate::{count, moments};
use super::figure::{FigureComparison, FigureUnit};
use super::figures::JUDGED_QUANTILES;
use super::order::Side;
use super::student;
use super::tolerance::Tolerance;
use crate::record::{LoadResult, Soundness, quantity};

/// How seldom a steady difference seems to drift: a control must not void one comparison in twenty.
const DRIFT: f64 = 0.01;

/// Answers that were judged in full may differ by this share of all.
const JUDGED: f64 = 0.01;

/// Of which side the figures may be those of the generator, each as a sentence.
pub(super) fn bottlenecks(a: &[&LoadResult], b: &[&LoadResult]) -> Vec<String> {
    let both = [(Side::A, a), (Side::B, b)];
    let unsound = both
        .iter()
        .filter_map(|(side, loads)| unsound(*side, loads));
    unsound.collect()
}

/// Why the comparison is void besides, each as a sentence; empty if it is not.
pub(super) fn voids(
    (a, b): (&[&LoadResult], &[&LoadResult]),
    figures: &[FigureComparison],
    (paired, tolerance): (bool, Tolerance),
) -> Vec<String> {
    let mut voids = Vec::new();
    let all = || a.iter().chain(b).copied();
    if let Some(first) = a.first() {
        let differing = all().find_map(|load| difference(first, load));
        voids.extend(differing.map(|what| format!("the sides were not asked alike: {what}")));
    }
    if paired {
        let drifting = figures.iter().filter(|figure| figure.judged);
        voids.extend(drifting.filter_map(|figure| drift(figure, tolerance)));
    }
    voids
}

/// Whether the quantiles that are judged tell of the generator in a load, and not of the target.
#[must_use]
pub fn tells_of_generator(load: &LoadResult) -> bool {
    let generator = &load.generator;
    let judged = |name: &String| JUDGED_QUANTILES.iter().any(|(_, one)| one == name);
    generator.soundness == Soundness::Invalid && generator.unsound.iter().any(judged)
}

/// In how many starts of a side that is so, as a sentence; none if in none.
fn unsound(side: Side, loads: &[&LoadResult]) -> Option<String> {
    let invalid = |load: &&&LoadResult| tells_of_generator(load);
    let number = loads.iter().filter(invalid).count();
    let first = loads.iter().find(invalid)?;
    let why = first.generator.invalid()?;
    Some(format!(
        "assize itself was the bottleneck in {number} of {} of {side}: {}; {}",
        quantity::things(loads.len(), "start"),
        why.text,
        why.remedy
    ))
}

/// What of a load was asked otherwise than in another.
fn difference(one: &LoadResult, other: &LoadResult) -> Option<String> {
    let whole = |load: &LoadResult| load.judged.saturating_mul(2) >= load.answered;
    let judged =
        |load: &LoadResult| quantity::float(load.judged) / quantity::float(load.answered.max(1));
    let names = |load: &LoadResult| -> Vec<String> {
        load.operations.iter().map(|one| one.name.clone()).collect()
    };
    if let Some(threshold) = one.stopped_by.as_ref().or(other.stopped_by.as_ref()) {
        return Some(format!("a load was stopped early by {threshold}"));
    }
    let differing = [
        (
            one.scenario != other.scenario || names(one) != names(other),
            "the scenarios differ",
        ),
        (one.arrivals != other.arrivals, "the arrivals differ"),
        (
            (one.connections, one.streams, one.protocol)
                != (other.connections, other.streams, other.protocol),
            "the connections differ",
        ),
        (
            (one.duration_s - other.duration_s).abs() > 0.01 * one.duration_s,
            "the times of measurement differ",
        ),
        (
            whole(one) != whole(other) || (judged(one) - judged(other)).abs() > JUDGED,
            "other shares of the answers were judged",
        ),
    ];
    let found = differing.iter().find(|(differs, _)| *differs);
    found.map(|(_, what)| (*what).to_owned())
}

/// Whether the difference of a judged time drifts over the rounds by more than anybody tolerates: then it is one
/// of the moment, such as of a store that fills.
fn drift(figure: &FigureComparison, tolerance: Tolerance) -> Option<String> {
    if figure.unit != FigureUnit::Microseconds || figure.verdict.is_none() {
        return None;
    }
    let pairs = figure.a.iter().zip(&figure.b);
    let differences: Vec<f64> = pairs.map(|(a, b)| (b / a).ln()).collect();
    let (whole, p) = trend(&differences)?;
    let (_, most) = tolerance.of_ratios();
    (p < DRIFT && whole.abs() > 2.0 * most).then(|| {
        format!(
            "the difference of {} drifts with time, by {:+.1} % from the first round to the last; let the builds run longer before they are measured (--warm-up)",
            figure.name,
            whole.exp_m1() * 100.0
        )
    })
}

/// The change along a straight line from the first to the last, and how probable so steep a line is where there
/// is no trend. None for fewer than four.
fn trend(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 4 || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let number = count(values.len());
    let middle = (number - 1.0) / 2.0;
    let (mean, _) = moments(values);
    let at = |index: usize| count(index) - middle;
    let squares: f64 = (0..values.len()).map(|index| at(index).powi(2)).sum();
    let indexed = values.iter().enumerate();
    let slope = indexed
        .map(|(index, one)| at(index) * (one - mean))
        .sum::<f64>()
        / squares;
    let indexed = values.iter().enumerate();
    let rest = indexed.map(|(index, one)| (one - mean - slope * at(index)).powi(2));
    let error = (rest.sum::<f64>() / (number - 2.0) / squares).sqrt();
    let p = if error > 0.0 {
        student::two_sided(slope / error, number - 2.0)
    } else {
        f64::from(u8::from(slope == 0.0))
    };
    Some((slope * (number - 1.0), p))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the textbook: slope 2.171, its error 1.668, t 1.302 with 4 degrees of freedom.
    #[test]
    fn a_trend_is_that_of_the_line_of_least_squares() {
        let (whole, p) = trend(&[2.0, 10.0, 4.0, 22.0, 16.0, 10.0]).unwrap();
        assert!((whole - 10.857_143).abs() < 1e-5, "{whole}");
        assert!((p - 0.262_954).abs() < 1e-5, "{p}");
        assert_eq!(trend(&[1.0, 2.0, 3.0]), None);
        let (_, p) = trend(&[1.0, 1.0, 1.0, 1.0]).unwrap();
        assert!((p - 1.0).abs() < f64::EPSILON);
    }
}
