//! Where a series of runs changed its level.
//!
//! E-divisive means: a stretch is cut where the energy distance between both parts is greatest (Matteson and
//! James, *A nonparametric approach for multiple change point analysis*, JASA 2014), and each part again, as long
//! as a t test finds the parts different, in place of permutations, so that the same runs always give the same
//! answer (as Apache Otava does). The cut is sought where the parts differ most, so that a p value of it is too small
//! by the number of places that there are. How small it must be is spent where it finds most: one in a hundred series
//! of 60 runs without a change may be cut (the simulation of this room), most of them at their last runs.

use std::ops::Range;

use super::estimate::count;
use super::student;

/// A level holds for at least so many runs, so that one run that went wrong is none.
pub const SHORTEST_LEVEL: usize = 3;

/// A level that is higher and so new is to be found soon: it has at most [`NEW`] runs.
const SIGNIFICANCE_OF_NEW: f64 = 1.5e-3;
/// A level that is higher has more runs to show itself in.
const SIGNIFICANCE: f64 = 2e-4;
/// Nobody waits for one that is lower.
const SIGNIFICANCE_OF_LOWER: f64 = 1e-4;
/// So many runs at the end of a series may be a new level.
const NEW: usize = 6;

/// What a histogram of three digits rounds away, as a share: parts that spread less are not told apart better.
const RESOLUTION: f64 = 1e-3;

/// Where a level begins that differs from the one before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// The index of the first run of the new level.
    pub index: usize,
    /// The mean of the level before.
    pub before: f64,
    /// The mean of the new level.
    pub after: f64,
}

/// The changes of level in a series of logarithms, in order. Takes time in the square of its length.
#[must_use]
pub fn change_points(series: &[f64]) -> Vec<ChangePoint> {
    let mut cuts = Vec::new();
    let mut open = vec![(0, series.len())];
    while let Some((from, to)) = open.pop() {
        let cut = furthest_apart(&series[from..to]).map(|place| from + place);
        if let Some(cut) = cut
            && p_value(&series[from..cut], &series[cut..to])
                < significance(series, from..cut, cut..to)
        {
            cuts.push(cut);
            open.extend([(from, cut), (cut, to)]);
        }
    }
    cuts.sort_unstable();
    let ends = |index: usize| cuts.get(index).copied().unwrap_or(series.len());
    let level = |index: usize, cut: usize| {
        let begin = index.checked_sub(1).map_or(0, ends);
        ChangePoint {
            index: cut,
            before: mean(&series[begin..cut]),
            after: mean(&series[cut..ends(index + 1)]),
        }
    };
    cuts.iter()
        .enumerate()
        .map(|(index, cut)| level(index, *cut))
        .collect()
}

/// The place between two parts of which the energy distance, weighted by their sizes, is greatest; none where a
/// part would be too short.
fn furthest_apart(series: &[f64]) -> Option<usize> {
    let distance = |one: usize, other: usize| (series[one] - series[other]).abs();
    let whole: Vec<f64> = (0..series.len())
        .map(|one| (0..series.len()).map(|other| distance(one, other)).sum())
        .collect();
    // The sums of all distances within the left part and within the right one.
    let (mut left, mut right) = (0.0, whole.iter().sum::<f64>() / 2.0);
    let all = right;
    let mut best: Option<(f64, usize)> = None;
    for place in 1..series.len() {
        let moved = place - 1;
        let to_left: f64 = (0..moved).map(|other| distance(moved, other)).sum();
        left += to_left;
        right -= whole[moved] - to_left;
        let parts = [place, series.len() - place];
        if parts.iter().any(|part| *part < SHORTEST_LEVEL) {
            continue;
        }
        let [one, other] = parts.map(count);
        let between = 2.0 * (all - left - right) / (one * other);
        let within = |sum: f64, size: f64| 2.0 * sum / (size * (size - 1.0));
        let energy =
            one * other / (one + other) * (between - within(left, one) - within(right, other));
        if best.is_none_or(|(most, _)| energy > most) {
            best = Some((energy, place));
        }
    }
    best.map(|(_, place)| place)
}

/// How small the p value of two neighbouring parts must be for a cut between them.
fn significance(series: &[f64], part: Range<usize>, next: Range<usize>) -> f64 {
    let is_new = next.end == series.len() && next.len() <= NEW;
    if mean(&series[next]) <= mean(&series[part]) {
        SIGNIFICANCE_OF_LOWER
    } else if is_new {
        SIGNIFICANCE_OF_NEW
    } else {
        SIGNIFICANCE
    }
}

/// That of Student's t test of two samples, two-sided.
fn p_value(one: &[f64], other: &[f64]) -> f64 {
    let freedom = count(one.len() + other.len()) - 2.0;
    let spread = (squares(one) + squares(other)) / freedom;
    let spread = spread.max(RESOLUTION * RESOLUTION);
    let error = (spread * (count(one.len()).recip() + count(other.len()).recip())).sqrt();
    student::two_sided((mean(one) - mean(other)) / error, freedom)
}

fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indices(series: &[f64]) -> Vec<usize> {
        change_points(series).iter().map(|one| one.index).collect()
    }

    #[test]
    fn levels_are_told_with_what_they_were_and_are() {
        let series: Vec<f64> = [1.0; 8]
            .into_iter()
            .chain([1.5; 5])
            .chain([1.2; 3])
            .collect();
        let found = change_points(&series);
        assert_eq!(indices(&series), [8, 13]);
        assert!((found[0].before - 1.0).abs() < 1e-9 && (found[0].after - 1.5).abs() < 1e-9);
        assert!((found[1].before - 1.5).abs() < 1e-9 && (found[1].after - 1.2).abs() < 1e-9);
    }

    #[test]
    fn one_run_that_went_wrong_changes_no_level_nor_does_what_is_rounded_away() {
        let mut series = [2.0; 12];
        series[6] = 9.0;
        assert_eq!(indices(&series), [0_usize; 0]);
        series = [2.0; 12];
        series[6..].fill(2.000_9);
        assert_eq!(indices(&series), [0_usize; 0]);
        assert_eq!(indices(&[1.0, 9.0, 1.0, 9.0, 9.0]), [0_usize; 0]);
        assert_eq!(indices(&[]), [0_usize; 0]);
    }
}
