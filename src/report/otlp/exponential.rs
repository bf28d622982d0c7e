//! Times as an exponential histogram: buckets whose bounds are powers of one base (OpenTelemetry data model, metrics,
//! "`ExponentialHistogram`").

use super::message::{Buckets, Exponential};
use crate::load::{Times, seconds};

/// As many buckets as the kits of OpenTelemetry take at the most.
const MOST_BUCKETS: i32 = 160;
/// The finest scale: 256 buckets to a doubling are as fine as the three digits of the times.
const FINEST: i32 = 8;
/// The coarsest: one bucket for all times from a nanosecond to an hour.
const COARSEST: i32 = -6;

/// Times in seconds. The scale is the finest that takes no more buckets than are usual, so it may get coarser as times
/// come in, and never finer.
pub(super) fn histogram(times: &Times) -> Exponential {
    let exact = times.exact();
    let zero_count = times.recorded().take_while(|(time, _)| *time == 0);
    let zero_count = zero_count.map(|(_, count)| count).sum();
    let longer = times.recorded().filter(|(time, _)| *time > 0);
    // A counter stands for a stretch of times, which may reach beyond the longest.
    let longer: Vec<(f64, u64)> = longer
        .map(|(time, count)| (seconds(time.min(exact.max)), count))
        .collect();
    let (scale, positive) = buckets(&longer);
    let has_any = times.count() > 0;
    Exponential {
        count: times.count(),
        sum: sum(exact.sum),
        scale,
        zero_count,
        positive,
        min: has_any.then(|| seconds(exact.min)),
        max: has_any.then(|| seconds(exact.max)),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a sum of times is wider than 64 bits"
)]
fn sum(nanos: u128) -> f64 {
    nanos as f64 / 1e9
}

/// The scale, and the buckets of that.
fn buckets(ascending: &[(f64, u64)]) -> (i32, Buckets) {
    let (Some((shortest, _)), Some((longest, _))) = (ascending.first(), ascending.last()) else {
        return (FINEST, Buckets::default());
    };
    let is_fine = |scale: &i32| index(*longest, *scale) - index(*shortest, *scale) < MOST_BUCKETS;
    let mut scales = (COARSEST..=FINEST).rev();
    let scale = scales.find(is_fine).unwrap_or(COARSEST);
    let offset = index(*shortest, scale);
    let mut counts = Vec::new();
    for (time, count) in ascending {
        let place = usize::try_from(index(*time, scale) - offset).unwrap_or_default();
        if counts.len() <= place {
            counts.resize(place + 1, 0);
        }
        if let Some(own) = counts.get_mut(place) {
            *own += count;
        }
    }
    let bucket_counts = counts;
    (
        scale,
        Buckets {
            offset,
            bucket_counts,
        },
    )
}

/// The bucket of a time above 0: the one from base to the power of the index, exclusive, to that of the next,
/// inclusive, where the base is 2 to the power of 2 to the power of −scale.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a nanosecond to an hour, at 256 buckets to a doubling, is less than 11,000 buckets"
)]
fn index(time: f64, scale: i32) -> i32 {
    (time.log2() * f64::from(scale).exp2()).ceil() as i32 - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn times(all: &[u64]) -> Times {
        let mut times = Times::default();
        for time in all {
            times.record(*time);
        }
        times
    }

    proptest! {
        #[test]
        fn each_time_is_counted_once_in_a_bucket_that_holds_it(
            all in prop::collection::vec((0_u32..42, any::<u64>()), 1..300)
        ) {
            let mut all: Vec<u64> = all.into_iter().map(|(bits, any)| any % (1 << bits)).collect();
            let told = histogram(&times(&all));
            all.sort_unstable();
            prop_assert!(told.positive.bucket_counts.len() <= 160);
            let mut ranks = all.iter().skip(usize::try_from(told.zero_count).unwrap());
            let base = f64::from(-told.scale).exp2().exp2();
            for (index, count) in (told.positive.offset..).zip(&told.positive.bucket_counts) {
                let low = base.powf(f64::from(index));
                for _ in 0..*count {
                    let time = seconds(*ranks.next().unwrap());
                    // The times have three digits.
                    prop_assert!(time > low * 0.998 && time <= low * base * 1.000_001, "{time} {low} {base}");
                }
            }
            prop_assert!(ranks.next().is_none());
            prop_assert_eq!(told.count, all.len() as u64);
        }
    }

    #[test]
    fn sums_and_ends_are_exact_and_nothing_is_a_histogram_too() {
        let told = histogram(&times(&[0, 1_000_000, 2_000_000, 3_000_000_000]));
        assert!((told.sum - 3.003).abs() < 1e-12);
        assert_eq!((told.min, told.max), (Some(0.0), Some(3.0)));
        assert_eq!((told.count, told.zero_count), (4, 1));
        let none = histogram(&Times::default());
        assert_eq!((none.count, none.min), (0, None));
    }
}
