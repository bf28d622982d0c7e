//! A distribution of times in constant memory.

mod counts;
mod encoded;
mod sparse;

use std::fmt;

use crate::model::float;
use counts::Counts;
pub use encoded::{ExactTimes, TimesError, recorded_in};

/// The longest time that is told apart: one hour. Longer ones are recorded as this and counted.
const LONGEST: u64 = 3_600_000_000_000;

/// Nanoseconds in a microsecond.
const NANOS_PER_MICRO: u64 = 1_000;

/// The precision: three significant decimal digits.
const DIGITS: u8 = 3;

/// A distribution of times in nanoseconds, exact to three significant digits.
///
/// Its memory grows with the longest time, to 58 KiB at 10 ms and 135 KiB at an hour, and no further but once: with the
/// time that is more than the 4,294,967,295th it doubles.
#[derive(Clone, PartialEq)]
pub struct Times {
    counts: Counts,
    clamped: u64,
    sum: u128,
    shortest: u64,
    longest: u64,
}

impl fmt::Debug for Times {
    /// Without the counts, of which there are tens of thousands.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Times")
            .field("count", &self.count())
            .field("exact", &self.exact())
            .field("median", &self.quantile(0.5))
            .finish_non_exhaustive()
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            counts: Counts::default(),
            clamped: 0,
            sum: 0,
            shortest: u64::MAX,
            longest: 0,
        }
    }
}

/// Nanoseconds as microseconds, rounded to the nearest.
#[must_use]
pub const fn rounded_micros(nanos: u64) -> u64 {
    nanos.saturating_add(NANOS_PER_MICRO / 2) / NANOS_PER_MICRO
}

impl Times {
    /// Records a time in nanoseconds.
    pub fn record(&mut self, time: u64) {
        self.record_many(time, 1);
    }

    /// Records a time in nanoseconds that so many took.
    pub fn record_many(&mut self, time: u64, count: u64) {
        if count == 0 {
            return;
        }
        let kept = time.min(LONGEST);
        if kept < time {
            self.clamped += count;
        }
        self.counts.record(kept, count);
        self.sum += u128::from(kept) * u128::from(count);
        self.shortest = self.shortest.min(kept);
        self.longest = self.longest.max(kept);
    }

    /// Adds all times of another distribution.
    pub fn add(&mut self, other: &Self) {
        for (time, count) in other.recorded() {
            self.counts.record(time, count);
        }
        self.clamped += other.clamped;
        self.sum += other.sum;
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.max(other.longest);
    }

    /// The recorded times to three significant digits, in nanoseconds, and how many there are of each.
    pub fn recorded(&self) -> impl Iterator<Item = (u64, u64)> {
        self.counts.recorded()
    }

    /// Forgets all times and keeps the memory.
    pub fn reset(&mut self) {
        if self.count() > 0 {
            self.counts.reset();
            self.clamped = 0;
            self.sum = 0;
            self.shortest = u64::MAX;
            self.longest = 0;
        }
    }

    /// How many times were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.count()
    }

    /// How many of them were longer than an hour, and recorded as that.
    #[must_use]
    pub const fn clamped(&self) -> u64 {
        self.clamped
    }

    /// The shortest, exact, in nanoseconds; 0 if there is none.
    #[must_use]
    pub fn min(&self) -> u64 {
        if self.count() == 0 { 0 } else { self.shortest }
    }

    /// The longest, exact, in nanoseconds; 0 if there is none.
    #[must_use]
    pub const fn max(&self) -> u64 {
        self.longest
    }

    /// The arithmetic mean in nanoseconds; 0 if there is none.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a sum of times is wider than 64 bits"
    )]
    pub fn mean(&self) -> f64 {
        match self.count() {
            0 => 0.0,
            count => self.sum as f64 / count as f64,
        }
    }

    /// The smallest recorded time that at least this share of all times (0 to 1) does not exceed, in
    /// nanoseconds, to three significant digits; 0 if there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> u64 {
        self.counts
            .quantile(share)
            .clamp(self.min(), self.longest.max(self.min()))
    }

    /// The time with this rank among the sorted ones, from 1, in nanoseconds, to three significant
    /// digits; that of the nearest rank there is, and 0 if there is none.
    #[must_use]
    pub fn at_rank(&self, rank: u64) -> u64 {
        // Half a rank below, so that no rounding reaches the next one.
        let share = (float(rank) - 0.5) / float(self.count().max(1));
        self.quantile(share.clamp(0.0, 1.0))
    }

    /// How many are this long or longer, to three significant digits.
    #[must_use]
    pub fn count_from(&self, time: u64) -> u64 {
        match time {
            0 => self.count(),
            _ => self.counts.count_from(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of a percentile, on a sorted vector.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small test data"
    )]
    fn quantile_of(sorted: &[u64], share: f64) -> u64 {
        let rank = (share * sorted.len() as f64).ceil().max(1.0) as usize;
        sorted[rank - 1]
    }

    pub(super) fn any_times() -> impl Strategy<Value = Vec<u64>> {
        // Spread over all magnitudes, since times are.
        let one =
            (0_u32..42, any::<u64>()).prop_map(|(bits, any)| (any % (1 << bits)).min(LONGEST));
        prop::collection::vec(one, 1..400)
    }

    proptest! {
        #[test]
        fn percentiles_agree_with_a_sorted_vector_to_three_digits(mut all in any_times()) {
            let mut times = Times::default();
            for time in &all {
                times.record(*time);
            }
            all.sort_unstable();
            for share in [0.0, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
                let exact = quantile_of(&all, share);
                let ours = times.quantile(share);
                prop_assert!(ours >= exact && ours - exact <= exact / 1000, "{share}: {ours} for {exact}");
            }
            for rank in 1..=all.len() {
                let (exact, ours) = (all[rank - 1], times.at_rank(rank as u64));
                prop_assert!(ours >= exact && ours - exact <= exact / 1000, "{rank}: {ours}");
            }
            prop_assert_eq!(times.min(), all[0]);
            prop_assert_eq!(times.max(), all[all.len() - 1]);
            let sum: u128 = all.iter().copied().map(u128::from).sum();
            #[expect(clippy::cast_precision_loss, reason = "small test data")]
            let mean = sum as f64 / all.len() as f64;
            prop_assert!((times.mean() - mean).abs() <= mean * 1e-12);
        }

        #[test]
        fn adding_two_is_recording_both(one in any_times(), other in any_times()) {
            let (mut left, mut right, mut both) = (Times::default(), Times::default(), Times::default());
            for time in one { left.record(time); both.record(time); }
            for time in other { right.record(time); both.record(time); }
            left.add(&right);
            prop_assert_eq!(left.encoded(), both.encoded());
            prop_assert_eq!((left.min(), left.max(), left.count()), (both.min(), both.max(), both.count()));
        }
    }

    proptest! {
        #[test]
        fn more_times_than_a_narrow_counter_counts_are_counted_like_fewer(all in any_times(), many in any::<u64>()) {
            let (mut times, mut few) = (Times::default(), Times::default());
            // In two parts, so that the second finds counters that are wide already.
            for half in [1 + many % u64::from(u32::MAX), 1 + u64::from(u32::MAX)] {
                for time in &all {
                    times.record_many(*time, half);
                    few.record(*time);
                }
            }
            let each = 2 + many % u64::from(u32::MAX) + u64::from(u32::MAX);
            let recorded = |times: &Times| times.recorded().collect::<Vec<_>>();
            let as_many = recorded(&few).into_iter().map(|(time, count)| (time, count / 2 * each));
            prop_assert_eq!(recorded(&times), as_many.collect::<Vec<_>>());
            prop_assert_eq!(times.count(), each * all.len() as u64);
            for share in [0.0, 0.5, 0.99, 1.0] {
                prop_assert_eq!(times.quantile(share), few.quantile(share));
            }
            prop_assert_eq!(times.count_from(few.quantile(0.5)), few.count_from(few.quantile(0.5)) / 2 * each);
            let decoded = Times::decode(&times.encoded(), 1, times.exact()).unwrap();
            prop_assert_eq!(&decoded, &times);
            times.reset();
            times.record(7);
            let mut seven = Times::default();
            seven.record(7);
            prop_assert_eq!(times, seven);
        }
    }

    #[test]
    fn what_is_longer_than_an_hour_is_kept_as_an_hour_and_counted() {
        let mut times = Times::default();
        times.record(LONGEST);
        times.record(LONGEST + 1);
        times.record(u64::MAX);
        assert_eq!(
            (times.count(), times.clamped(), times.max()),
            (3, 2, LONGEST)
        );
    }

    #[test]
    fn a_reset_leaves_nothing_behind() {
        let mut times = Times::default();
        times.record(5_000);
        times.reset();
        assert_eq!(
            (times.count(), times.min(), times.max(), times.quantile(0.5)),
            (0, 0, 0, 0)
        );
        times.record(7);
        assert_eq!((times.min(), times.max(), times.quantile(1.0)), (7, 7, 7));
    }
}
