//! A distribution as a curve over its percentiles, and as a row of bins.
//!
//! Reads the whole histogram where there is one, and the listed percentiles where there is none.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;

use crate::record::Distribution;
use crate::record::quantity::{float, size};

/// Points of the curve for each further nine.
const POINTS_A_DECADE: u32 = 20;

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

/// The histogram behind a distribution; none if it was not kept or cannot be read.
pub(super) fn histogram(distribution: &Distribution) -> Option<Histogram<u64>> {
    let bytes = STANDARD.decode(&distribution.histogram).ok()?;
    Deserializer::new().deserialize(&mut bytes.as_slice()).ok()
}

/// The values over the percentiles, from the shortest to the longest; empty if nothing was recorded.
pub(super) fn curve(distribution: &Distribution) -> Vec<Point> {
    if distribution.count == 0 {
        return Vec::new();
    }
    let last = Point {
        beyond: 1.0 / float(distribution.count),
        us: distribution.max_us,
    };
    let mut points = histogram(distribution).map_or_else(
        || listed(distribution),
        |histogram| sampled(&histogram, distribution),
    );
    points.retain(|point| point.beyond > last.beyond);
    points.push(last);
    points
}

fn sampled(histogram: &Histogram<u64>, distribution: &Distribution) -> Vec<Point> {
    (0..=MOST_DECADES * POINTS_A_DECADE)
        .map(|step| {
            let beyond = 10f64.powf(-f64::from(step) / f64::from(POINTS_A_DECADE));
            let us = histogram.value_at_quantile(1.0 - beyond);
            Point {
                beyond,
                us: us.clamp(distribution.min_us, distribution.max_us),
            }
        })
        .collect()
}

fn listed(distribution: &Distribution) -> Vec<Point> {
    [
        (1.0, distribution.min_us),
        (0.5, distribution.p50_us),
        (0.1, distribution.p90_us),
        (0.05, distribution.p95_us),
        (0.01, distribution.p99_us),
        (0.001, distribution.p999_us),
    ]
    .map(|(beyond, us)| Point { beyond, us })
    .to_vec()
}

/// How many values fall into each of `bins` bins between the shortest and the longest, on a
/// logarithmic scale. Empty if the histogram was not kept.
pub(super) fn bins(distribution: &Distribution, bins: usize) -> Vec<u64> {
    let Some(histogram) = histogram(distribution).filter(|histogram| !histogram.is_empty()) else {
        return Vec::new();
    };
    let low = float(distribution.min_us.max(1)).ln();
    let width = (float(distribution.max_us.max(2)).ln() - low).max(f64::MIN_POSITIVE);
    let mut counts = vec![0; bins];
    for step in histogram.iter_recorded() {
        let at = (float(step.value_iterated_to().max(1)).ln() - low) / width;
        if let Some(count) = counts.get_mut(index(at, bins)) {
            *count += step.count_since_last_iteration();
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
    use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};

    fn distribution(values: &[u64]) -> Distribution {
        let mut histogram = Histogram::<u64>::new_with_bounds(1, 3_600_000_000, 3).unwrap();
        for value in values {
            histogram.record(*value).unwrap();
        }
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&histogram, &mut bytes)
            .unwrap();
        Distribution {
            count: values.len() as u64,
            min_us: values.iter().copied().min().unwrap_or_default(),
            p50_us: 500,
            max_us: values.iter().copied().max().unwrap_or_default(),
            histogram: STANDARD.encode(bytes),
            ..Distribution::default()
        }
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
    fn without_a_histogram_the_listed_percentiles_make_the_curve() {
        let bare = Distribution {
            histogram: String::new(),
            ..distribution(&[100, 500, 900])
        };
        let values: Vec<u64> = curve(&bare).iter().map(|point| point.us).collect();
        assert_eq!(values, [100, 500, 900]);
        assert_eq!(bins(&bare, 4), Vec::<u64>::new());
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
