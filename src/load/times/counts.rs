//! How many there are of each time: in narrow counters, which take half of the memory and of the processor's caches,
//! until there are more times than one of them can count.

use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};
use hdrhistogram::{Counter, Histogram};

use super::{DIGITS, LONGEST};

/// How many there are of each time in nanoseconds, to three significant digits.
#[derive(Clone)]
pub(super) enum Counts {
    /// Of up to 2³² − 1 times in all.
    Narrow(Histogram<u32>),
    Wide(Histogram<u64>),
}

#[expect(
    clippy::expect_used,
    reason = "the precision is a constant, and a test makes one"
)]
fn growing<T: Counter>() -> Histogram<T> {
    Histogram::new(DIGITS).expect("a constant precision is valid")
}

#[expect(
    clippy::expect_used,
    reason = "the bounds are constants, and a test makes one"
)]
fn fixed<T: Counter>() -> Histogram<T> {
    Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("constant bounds are valid")
}

fn record<T: Counter>(histogram: &mut Histogram<T>, time: u64, count: T) {
    if histogram.record_n(time, count).is_err() {
        // It cannot grow, which an hour is too short for on any machine.
        histogram.saturating_record_n(time, count);
    }
}

fn recorded<T: Counter>(histogram: &Histogram<T>) -> impl Iterator<Item = (u64, u64)> {
    let steps = histogram.iter_recorded();
    steps.map(|step| (step.value_iterated_to(), step.count_at_value().as_u64()))
}

fn deflated<T: Counter>(histogram: &Histogram<T>) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and the bounds fit the format.
    match V2DeflateSerializer::new().serialize(histogram, &mut bytes) {
        Ok(_) if !histogram.is_empty() => bytes,
        _ => Vec::new(),
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self::Narrow(growing())
    }
}

impl Counts {
    /// None yet, with bounds that are the same for all, so that any reader can add one to the other.
    pub(super) fn with_bounds() -> Self {
        Self::Narrow(fixed())
    }

    /// Counts so many of a time.
    pub(super) fn record(&mut self, time: u64, count: u64) {
        if let Self::Narrow(narrow) = self {
            let all = narrow.len().saturating_add(count);
            // If all together can be counted, so can these.
            if let (Ok(count), true) = (u32::try_from(count), all <= u32::MAX.into()) {
                record(narrow, time, count);
                return;
            }
            let mut wide = if narrow.is_auto_resize() {
                growing()
            } else {
                fixed()
            };
            for (time, count) in recorded(narrow) {
                record(&mut wide, time, count);
            }
            *self = Self::Wide(wide);
        }
        if let Self::Wide(wide) = self {
            record(wide, time, count);
        }
    }

    /// The times, each the longest that its counter stands for, and how many there are of each.
    pub(super) fn recorded(&self) -> impl Iterator<Item = (u64, u64)> {
        let (narrow, wide) = match self {
            Self::Narrow(narrow) => (Some(recorded(narrow)), None),
            Self::Wide(wide) => (None, Some(recorded(wide))),
        };
        let narrow = narrow.into_iter().flatten();
        narrow.chain(wide.into_iter().flatten())
    }

    /// Forgets all and keeps the memory.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Narrow(narrow) => narrow.reset(),
            Self::Wide(wide) => wide.reset(),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Narrow(narrow) => narrow.len(),
            Self::Wide(wide) => wide.len(),
        }
    }

    /// The smallest that at least this share (0 to 1) does not exceed.
    pub(super) fn quantile(&self, share: f64) -> u64 {
        match self {
            Self::Narrow(narrow) => narrow.value_at_quantile(share),
            Self::Wide(wide) => wide.value_at_quantile(share),
        }
    }

    /// How many are this long or longer.
    pub(super) fn count_from(&self, time: u64) -> u64 {
        match self {
            Self::Narrow(narrow) => narrow.count_between(time, LONGEST),
            Self::Wide(wide) => wide.count_between(time, LONGEST),
        }
    }

    /// The `HdrHistogram` V2 compressed format; nothing if there are none.
    pub(super) fn deflated(&self) -> Vec<u8> {
        match self {
            Self::Narrow(narrow) => deflated(narrow),
            Self::Wide(wide) => deflated(wide),
        }
    }
}

impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        self.recorded().eq(other.recorded())
    }
}
