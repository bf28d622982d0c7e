//! Warm-up, measurement and the seconds in them.

use std::time::Duration;

use super::{NANOS_PER_SECOND, nanos};
use crate::model::float;

/// A load in time: a warm-up of which nothing is counted, then the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    warm_up: u64,
    end: u64,
}

impl Timeline {
    /// A warm-up and a measurement. A measurement of no length is made one nanosecond long.
    #[must_use]
    pub fn new(warm_up: Duration, duration: Duration) -> Self {
        let warm_up = nanos(warm_up);
        Self {
            warm_up,
            end: warm_up.saturating_add(nanos(duration).max(1)),
        }
    }

    /// When the measurement begins, in nanoseconds.
    #[must_use]
    pub const fn warm_up(&self) -> u64 {
        self.warm_up
    }

    /// When no more iterations begin, in nanoseconds.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Whether what was due at this time is counted.
    #[must_use]
    pub const fn is_measured(&self, due: u64) -> bool {
        due >= self.warm_up
    }

    /// The second in which a time lies: 0 for the first of the measurement, negative in the warm-up.
    /// Everything after the end belongs to the last second.
    #[must_use]
    pub fn second_of(&self, at: u64) -> i64 {
        let at = at.min(self.end - 1);
        let second = if at >= self.warm_up {
            i64::try_from((at - self.warm_up) / NANOS_PER_SECOND)
        } else {
            i64::try_from((self.warm_up - at).div_ceil(NANOS_PER_SECOND)).map(|before| -before)
        };
        // A u64 of nanoseconds holds fewer seconds than an i64 can count.
        second.unwrap_or(i64::MAX)
    }

    /// When a second begins, in nanoseconds.
    #[must_use]
    pub fn start_of(&self, second: i64) -> u64 {
        let offset = second.unsigned_abs().saturating_mul(NANOS_PER_SECOND);
        if second < 0 {
            self.warm_up.saturating_sub(offset)
        } else {
            self.warm_up.saturating_add(offset)
        }
    }

    /// When a second ends, in nanoseconds. The last ends with the load.
    #[must_use]
    pub fn end_of(&self, second: i64) -> u64 {
        self.start_of(second.saturating_add(1)).min(self.end)
    }

    /// A time in seconds from the beginning of the measurement; negative in the warm-up.
    #[must_use]
    pub fn measured_seconds(&self, at: u64) -> f64 {
        (float(at) - float(self.warm_up)) / float(NANOS_PER_SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: u64 = 1_000_000;

    fn timeline(warm_up_ms: u64, duration_ms: u64) -> Timeline {
        Timeline::new(
            Duration::from_millis(warm_up_ms),
            Duration::from_millis(duration_ms),
        )
    }

    #[test]
    fn seconds_count_from_the_measurement_and_the_last_takes_what_comes_late() {
        let timeline = timeline(1_500, 2_250);
        for (at_ms, second) in [
            (0, -2),
            (499, -2),
            (500, -1),
            (1_499, -1),
            (1_500, 0),
            (2_500, 1),
            (3_500, 2),
            (3_750, 2),
            (99_000, 2),
        ] {
            assert_eq!(timeline.second_of(at_ms * MS), second, "{at_ms} ms");
        }
        assert_eq!(timeline.start_of(-2), 0);
        assert_eq!(timeline.end_of(-2), 500 * MS);
        assert_eq!(timeline.end_of(2), 3_750 * MS);
        assert!((timeline.measured_seconds(500 * MS) + 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn every_time_lies_within_its_second(
            warm_up_ms in 0_u64..5_000,
            duration_ms in 1_u64..5_000,
            at in 0_u64..10_000_000_000,
        ) {
            let timeline = timeline(warm_up_ms, duration_ms);
            let at = at.min(timeline.end() - 1);
            let second = timeline.second_of(at);
            prop_assert!(timeline.start_of(second) <= at && at < timeline.end_of(second));
        }
    }
}
