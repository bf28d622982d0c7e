//! How often something happens.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use super::NANOS_PER_SECOND;
use crate::model::float;

/// More decimals than these could not be told apart from rounding.
const MOST_DECIMALS: usize = 6;

/// The highest rate that can be asked for, per second: far above what one process can send, and low
/// enough that no product of a rate and a time overflows.
const HIGHEST_PER_SECOND: u64 = 10_000_000;

/// So many times in so many nanoseconds; never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: NonZeroU64,
    period: NonZeroU64,
}

/// A text that is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// It is not a number with a unit behind it.
    #[error("{0:?} is not a rate; write one such as `1000`, `1000/s`, `0.5/s` or `90/m`")]
    NotARate(String),
    /// It is zero.
    #[error("a rate cannot be zero")]
    Zero,
    /// It is higher than what can be asked for.
    #[error("{0:?} is more than {HIGHEST_PER_SECOND}/s")]
    TooHigh(String),
}

impl Rate {
    /// A rate of so many a second; none for zero or more than ten million.
    #[must_use]
    pub fn per_second(count: u64) -> Option<Self> {
        Self::new(count, NANOS_PER_SECOND)
    }

    /// A rate of so many in each stretch of time; none for zero, for a time of zero, or for more than ten million a
    /// second.
    #[must_use]
    pub fn per(count: u64, time: Duration) -> Option<Self> {
        Self::new(count, u64::try_from(time.as_nanos()).ok()?)
    }

    fn new(count: u64, period: u64) -> Option<Self> {
        let highest = u128::from(HIGHEST_PER_SECOND) * u128::from(period);
        (u128::from(count) * u128::from(NANOS_PER_SECOND) <= highest)
            .then(|| {
                Some(Self {
                    count: NonZeroU64::new(count)?,
                    period: NonZeroU64::new(period)?,
                })
            })
            .flatten()
    }

    /// When the event of this index is due, in nanoseconds from the first, rounded down.
    ///
    /// Computed from the index alone, so that nothing adds up over a long run. Times beyond 584
    /// years are cut to that.
    #[must_use]
    pub fn due(self, index: u64) -> u64 {
        let exact =
            u128::from(index) * u128::from(self.period.get()) / u128::from(self.count.get());
        u64::try_from(exact).unwrap_or(u64::MAX)
    }

    /// How many events are due before a time in nanoseconds: the smallest index whose due time is
    /// not before it.
    #[must_use]
    pub fn count_before(self, at: u64) -> u64 {
        // due(index) < at ⟺ index · period < at · count, since due rounds down and `at` is whole.
        let product = u128::from(at) * u128::from(self.count.get());
        u64::try_from(product.div_ceil(u128::from(self.period.get()))).unwrap_or(u64::MAX)
    }

    /// The rate as a fraction: so many events in so many nanoseconds.
    pub(super) const fn fraction(self) -> (u64, u64) {
        (self.count.get(), self.period.get())
    }

    /// The rates from this one to another, in steps of a third; the last is the other itself. None if
    /// there are more than `most`, or one of them has no exact fraction.
    pub(super) fn stairs(self, to: Self, by: Self, most: usize) -> Option<Vec<Self>> {
        let up = self.cross(to) <= to.cross(self);
        let mut stairs = Vec::new();
        while stairs.len() < most {
            let times = u128::try_from(stairs.len()).ok()?;
            let (count, period) = self.moved(by, times, up)?;
            let here = count.checked_mul(u128::from(to.period.get()))?;
            let there = period.checked_mul(u128::from(to.count.get()))?;
            if (up && here >= there) || (!up && here <= there) {
                stairs.push(to);
                return Some(stairs);
            }
            let part = |number: u128| u64::try_from(number).ok();
            stairs.push(Self::new(part(count)?, part(period)?)?);
        }
        None
    }

    /// The product by which two rates are compared: the higher rate has the higher one.
    fn cross(self, other: Self) -> u128 {
        u128::from(self.count.get()) * u128::from(other.period.get())
    }

    /// This rate with another added or taken away so many times, as a reduced fraction.
    fn moved(self, by: Self, times: u128, up: bool) -> Option<(u128, u128)> {
        let (mine, change) = (self.cross(by), by.cross(self).checked_mul(times)?);
        let count = if up {
            mine.checked_add(change)?
        } else {
            mine.saturating_sub(change)
        };
        let period = u128::from(self.period.get()) * u128::from(by.period.get());
        let divisor = greatest_divisor(count, period);
        Some((count / divisor, period / divisor))
    }

    /// The rate in events a second.
    #[must_use]
    pub fn per_second_f64(self) -> f64 {
        float(self.count.get()) * float(NANOS_PER_SECOND) / float(self.period.get())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/s", self.per_second_f64())
    }
}

impl FromStr for Rate {
    type Err = RateError;

    /// Reads `1000`, `1000/s`, `0.5/s`, `90/m`, `1/h`; without a unit a second is meant.
    fn from_str(text: &str) -> Result<Self, RateError> {
        let not_a_rate = || RateError::NotARate(text.to_owned());
        let (number, unit) = match text.split_once('/') {
            Some((number, unit)) => (number.trim(), unit.trim()),
            None => (text.trim(), "s"),
        };
        let seconds = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            _ => return Err(not_a_rate()),
        };
        let (count, scale) = decimal(number).ok_or_else(not_a_rate)?;
        if count == 0 {
            return Err(RateError::Zero);
        }
        Self::new(count, seconds * NANOS_PER_SECOND * scale)
            .ok_or_else(|| RateError::TooHigh(text.to_owned()))
    }
}

const fn greatest_divisor(one: u128, other: u128) -> u128 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// A decimal number as a whole number and the power of ten to divide it by.
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > MOST_DECIMALS || !digits(whole) || !digits(decimals) {
        return None;
    }
    let scale = 10_u64.pow(u32::try_from(decimals.len()).ok()?);
    Some((format!("{whole}{decimals}").parse().ok()?, scale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_are_read_with_and_without_a_unit() {
        for (text, per_second) in [
            ("1000", 1000.0),
            ("1000/s", 1000.0),
            ("0.5/s", 0.5),
            ("90/m", 1.5),
            ("36/h", 0.01),
            ("10000000", 1e7),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert!((rate.per_second_f64() - per_second).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "",
            "/s",
            "x",
            "1/x",
            "-1",
            "1e3",
            ".5",
            "1.1234567",
            "99999999999999999999",
        ] {
            let error = text.parse::<Rate>().unwrap_err();
            assert_eq!(error, RateError::NotARate(text.to_owned()));
        }
        assert_eq!("0".parse::<Rate>(), Err(RateError::Zero));
        assert_eq!("0.00/m".parse::<Rate>(), Err(RateError::Zero));
        assert!(matches!(
            "10000001".parse::<Rate>(),
            Err(RateError::TooHigh(_))
        ));
    }

    fn any_rate() -> impl Strategy<Value = Rate> {
        (
            1_u64..=10_000_000,
            prop::sample::select(vec!["s", "m", "h"]),
        )
            .prop_map(|(count, unit)| format!("{count}/{unit}").parse().unwrap())
    }

    proptest! {
        /// The exact due time is the fraction index · period / count. Compared by cross products, so
        /// that the test shares no division with the code.
        #[test]
        fn due_times_are_the_exact_fractions_rounded_down(
            rate in any_rate(),
            any_index in any::<u64>(),
        ) {
            // Up to five million periods, of an hour at the longest, stay below 584 years.
            let index = any_index % (5_000_000 * rate.count.get());
            let due = u128::from(rate.due(index));
            let (count, period) = (u128::from(rate.count.get()), u128::from(rate.period.get()));
            let exact = u128::from(index) * period;
            prop_assert!(due * count <= exact);
            prop_assert!(exact < (due + 1) * count);
        }

        #[test]
        fn the_number_of_events_before_a_time_agrees_with_their_due_times(
            rate in any_rate(),
            at in 0_u64..10_000_000_000_000,
        ) {
            let count = rate.count_before(at);
            prop_assert!(rate.due(count) >= at);
            prop_assert!(count == 0 || rate.due(count - 1) < at);
        }
    }
}
