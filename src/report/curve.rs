//! A distribution as a curve over its percentiles, and as a row of bins.

use crate::record::Distribution;
use crate::record::quantity::{float, size};

/// Points of the curve for each further nine.
const POINTS_A_DECADE: u32 = 20;

/// Nanoseconds in a microsecond, below which times are not told apart here.
const NANOS_PER_MICRO: u64 = 1_000;

/// More nines are not drawn: no load records as many requests.
const MOST_DECADES: u32 = 9;

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The share of all values that are longer: 1 at the shortest value, 0.01 at the 99th percentile.
    pub(super) beyond: f64,
    /// The value, in microseconds.
    pub(super) us: u64,
}

/// The values over the percentiles, from the shortest to the longest; empty if nothing was recorded.
pub(super) fn curve(distribution: &Distribution) -> Vec<Point> {
    if distribution.count() == 0 {
        return Vec::new();
    }
    let last = Point {
        beyond: 1.0 / float(distribution.count()),
        us: distribution.max_us(),
    };
    let steps = 0..=MOST_DECADES * POINTS_A_DECADE;
    let points = steps.map(|step| {
        let beyond = 10f64.powf(-f64::from(step) / f64::from(POINTS_A_DECADE));
        let us = distribution.at_us(1.0 - beyond);
        Point { beyond, us }
    });
    let before = points.filter(|point| point.beyond > last.beyond);
    before.chain([last]).collect()
}

/// How many values fall into each of `bins` bins between the shortest and the longest, on a
/// logarithmic scale. Empty if nothing was recorded.
pub(super) fn bins(distribution: &Distribution, bins: usize) -> Vec<u64> {
    if distribution.count() == 0 {
        return Vec::new();
    }
    let times = distribution.times();
    let low = float(times.min().max(NANOS_PER_MICRO)).ln();
    let high = float(times.max().max(2 * NANOS_PER_MICRO)).ln();
    let width = (high - low).max(f64::MIN_POSITIVE);
    let mut counts = vec![0; bins];
    for (time, count) in times.recorded() {
        let at = (float(time.max(NANOS_PER_MICRO)).ln() - low) / width;
        if let Some(bin) = counts.get_mut(index(at, bins)) {
            *bin += count;
        }
    }
    counts
}

/// The bin in which a position between 0 and 1 falls.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the bins before the cast"
)]
fn index(at: f64, bins: usize) -> usize {
    let last = bins.saturating_sub(1);
    let bin = (at.clamp(0.0, 1.0) * size(bins)).floor() as usize;
    bin.min(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Times;

    fn distribution(values: &[u64]) -> Distribution {
        let mut times = Times::default();
        for us in values {
            times.record(us * NANOS_PER_MICRO);
        }
        Distribution::from(times)
    }

    /// The oracle is the sorted vector: value number `ceil(share * count)`.
    #[test]
    fn the_curve_agrees_with_the_sorted_values_to_three_digits() {
        let values: Vec<u64> = (1..=1_000).map(|step| step * step).collect();
        for point in curve(&distribution(&values)) {
            let rank = ((1.0 - point.beyond) * 1_000.0).ceil().max(1.0);
            let exact = rank * rank;
            let off = (float(point.us) - exact).abs() / exact;
            // One rank of tolerance, because 1 - beyond is rounded.
            assert!(off < 0.001 + 2.1 / rank, "{point:?} is not {exact}");
        }
    }

    #[test]
    fn the_curve_ends_at_the_longest_value() {
        let last = *curve(&distribution(&[100, 200, 90_000])).last().unwrap();
        assert_eq!(last.us, 90_000);
    }

    #[test]
    fn nothing_recorded_gives_no_curve() {
        assert_eq!(curve(&Distribution::default()), Vec::new());
    }

    #[test]
    fn every_value_falls_into_one_bin() {
        let counts = bins(&distribution(&[10, 100, 1_000, 10_000, 10_000]), 4);
        assert_eq!(counts.iter().sum::<u64>(), 5);
        assert_eq!((counts[0], counts[3]), (1, 2));
    }
}
