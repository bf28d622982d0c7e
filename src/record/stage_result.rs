//! What came of each stage of a profile.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{self, float, micros};
use super::stored_times::StoredTimes;
use crate::load::{Rate, StageTally, Timeline, TimesError, rounded_micros, seconds};

/// What came of the requests that were due within one stage of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageResult {
    /// When it began, in seconds from the beginning of the measurement.
    pub start_s: f64,
    /// How long it lasted, in seconds; shorter if the load was stopped in it.
    pub duration_s: f64,
    /// The rate at its beginning, in iterations a second.
    pub from: f64,
    /// The rate at its end.
    pub to: f64,
    /// How many seconds lie between the moments at which iterations are due together; 0 where each is due by
    /// itself.
    #[serde(default, skip_serializing_if = "is_by_itself")]
    pub every_s: f64,
    /// Iterations that were due.
    pub due: u64,
    /// Answers to what was due in it.
    pub answered: u64,
    /// The median response time of all requests that were due in it, in microseconds.
    pub p50_us: u64,
    /// The 99th percentile of the same.
    pub p99_us: u64,
    /// The same times whole. Results of the format `assize-results/1` have none.
    #[serde(default)]
    pub response: StoredTimes,
    /// Answers that did not conform, and requests without an answer.
    pub errors: u64,
    /// Iterations that were due and never started.
    pub unstarted: u64,
}

impl StageResult {
    /// Whether it has one rate from beginning to end, at which each iteration is due by itself.
    #[must_use]
    pub fn is_level(&self) -> bool {
        self.from.total_cmp(&self.to).is_eq() && is_by_itself(&self.every_s)
    }

    /// What was counted of a stage.
    #[must_use]
    pub fn new(timeline: Timeline, stage: &StageTally) -> Self {
        let duration_s = seconds(stage.end.saturating_sub(stage.start));
        let rate = |rate: Option<Rate>| rate.map_or(0.0, Rate::per_second_f64);
        let quantile = |share| rounded_micros(stage.response.quantile(share));
        Self {
            start_s: timeline.measured_seconds(stage.start),
            duration_s,
            from: rate(stage.from),
            to: rate(stage.to),
            every_s: stage.bunched.as_secs_f64(),
            due: stage.due,
            answered: stage.answered,
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            response: StoredTimes::from(&stage.response),
            errors: stage.errors,
            unstarted: stage.unstarted,
        }
    }

    /// So many in this stage, a second.
    fn a_second(&self, count: u64) -> f64 {
        if self.duration_s > 0.0 {
            float(count) / self.duration_s
        } else {
            0.0
        }
    }

    /// Adds what another generator counted beside this one in the same stage.
    ///
    /// # Errors
    ///
    /// If a histogram is none.
    pub(super) fn add(&mut self, other: &Self) -> Result<(), TimesError> {
        let mut times = self.response.times()?;
        times.add(&other.response.times()?);
        self.duration_s = self.duration_s.max(other.duration_s);
        self.from += other.from;
        self.to += other.to;
        self.due += other.due;
        self.answered += other.answered;
        self.p50_us = rounded_micros(times.quantile(0.5));
        self.p99_us = rounded_micros(times.quantile(0.99));
        self.response = StoredTimes::from(&times);
        self.errors += other.errors;
        self.unstarted += other.unstarted;
        Ok(())
    }

    /// The stage in one line.
    #[must_use]
    pub(crate) fn told(&self) -> String {
        let [stage, due, answers, p50, p99, errors, unstarted] = self.cells();
        format!(
            "{stage} on: {due} due, {answers} answers, p50 {p50}, p99 {p99}, {errors} errors, \
             {unstarted} unstarted"
        )
    }

    /// The titles of a table of stages.
    pub const TITLES: [&str; 7] = [
        "stage",
        "due",
        "answers",
        "p50",
        "p99",
        "errors",
        "unstarted",
    ];

    /// The cells of a table of stages, under the titles of [`Self::TITLES`].
    #[must_use]
    pub fn cells(&self) -> [String; 7] {
        let rate = |rate| format!("{}/s", quantity::rate(rate));
        let both = [self.from, self.to].map(quantity::rate);
        let stage = match both {
            _ if self.every_s > 0.0 => {
                let of = quantity::rate(self.from * self.every_s);
                format!("bursts of {of} every {}", quantity::seconds(self.every_s))
            }
            [from, to] if from == to => format!("{from}/s"),
            [from, to] => format!("{from}..{to}/s"),
        };
        [
            format!("{stage} from {}", quantity::seconds(self.start_s)),
            rate(self.a_second(self.due)),
            rate(self.a_second(self.answered)),
            micros(self.p50_us),
            micros(self.p99_us),
            quantity::count(self.errors),
            quantity::count(self.unstarted),
        ]
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_by_itself(every_s: &f64) -> bool {
    *every_s <= 0.0
}
