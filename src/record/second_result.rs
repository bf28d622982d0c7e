//! What was counted in one second of a load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use super::quantity::rounded_share;
use super::stored_times::StoredTimes;
use crate::load::{Interval, Tally, Timeline, Times, TimesError, rounded_micros};

/// One second of a load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondResult {
    /// The end of the second, in seconds from the beginning of the measurement; negative in the
    /// warm-up.
    pub at_s: f64,
    /// Answers received.
    pub answered: u64,
    /// Answers that did not meet all expectations.
    pub nonconforming: u64,
    /// Requests without an answer.
    pub errors: u64,
    /// The median response time in microseconds, of all requests that ended in the second; in the last
    /// also of what never started.
    pub p50_us: u64,
    /// The 99th percentile of the same in microseconds.
    pub p99_us: u64,
    /// The same times whole. Results of the format `assize-results/1` have none.
    #[serde(default)]
    pub response: StoredTimes,
    /// The longest schedule lag in microseconds.
    pub lag_max_us: u64,
    /// The share of the second in which the busiest thread of the generator ran, 0 to 1.
    #[serde(default)]
    pub generator_cpu: f64,
    /// The share of the second in which the threads of the generator were ready and had no processor
    /// for a millisecond or more, 0 to 1.
    #[serde(default)]
    pub generator_starved: f64,
    /// Iterations that were due and not begun at the end of the second.
    #[serde(default)]
    pub queued: u64,
}

impl SecondResult {
    /// What was counted of all operations in a second.
    #[must_use]
    pub fn new(timeline: &Timeline, interval: &Interval) -> Self {
        let sum = |count: fn(&Tally) -> u64| interval.tallies.iter().map(count).sum();
        let merged = merged_response(&interval.tallies);
        let quantile = |share| rounded_micros(merged.quantile(share));
        let lags = interval.tallies.iter().map(|tally| tally.lag.max());
        Self {
            at_s: timeline.measured_seconds(interval.end),
            answered: sum(|tally| tally.answered),
            nonconforming: sum(|tally| tally.answered - tally.conforming),
            errors: sum(Tally::failed),
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            response: StoredTimes::from(merged.as_ref()),
            lag_max_us: rounded_micros(lags.max().unwrap_or_default()),
            generator_cpu: rounded_share(interval.effort.busiest.cpu_share()),
            generator_starved: rounded_share(interval.effort.threads.starved_share()),
            queued: interval.effort.queued,
        }
    }

    /// Which second it is: 1 for the first of the measurement, 0 or less in the warm-up.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a load lasts for fewer seconds than an i64 counts"
    )]
    pub(super) fn number(&self) -> i64 {
        self.at_s.ceil() as i64
    }

    /// Adds what was counted in the same second elsewhere, by any number of others. The generators are side by
    /// side, so the busiest of them counts.
    ///
    /// # Errors
    ///
    /// If a histogram is none.
    pub(super) fn add(&mut self, others: &[&Self]) -> Result<(), TimesError> {
        if others.is_empty() {
            return Ok(());
        }
        let mut times = self.response.times()?;
        for other in others {
            other.response.add_to(&mut times)?;
            self.at_s = self.at_s.max(other.at_s);
            self.answered += other.answered;
            self.nonconforming += other.nonconforming;
            self.errors += other.errors;
            self.lag_max_us = self.lag_max_us.max(other.lag_max_us);
            self.generator_cpu = self.generator_cpu.max(other.generator_cpu);
            self.generator_starved = self.generator_starved.max(other.generator_starved);
            self.queued += other.queued;
        }
        self.p50_us = rounded_micros(times.quantile(0.5));
        self.p99_us = rounded_micros(times.quantile(0.99));
        // To write a histogram takes longer than to read several, so it is done once.
        self.response = StoredTimes::from(&times);
        Ok(())
    }
}

/// The response times of all operations together.
fn merged_response(tallies: &[Tally]) -> Cow<'_, Times> {
    if let [only] = tallies {
        return only.response();
    }
    let mut merged = Times::default();
    for tally in tallies {
        merged.add(&tally.answers);
        merged.add(&tally.unanswered);
    }
    Cow::Owned(merged)
}
