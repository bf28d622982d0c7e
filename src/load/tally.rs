//! The counts and times of one operation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::NANOS_PER_SECOND;
use super::sample::{Reply, Sample};
use super::times::Times;
use crate::model::TransferErrorKind;

/// What a person takes for a standstill: longer than a second their thoughts are interrupted (Nielsen
/// 1993, chapter 5).
const STALL: u64 = NANOS_PER_SECOND;

/// Where half of the answers take a tenth of it, the operation is slow rather than stalled.
const STALL_TO_USUAL: u64 = 10;

/// The counts and times of one operation.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// From due to the end of the answer; of whole answers.
    pub answers: Times,
    /// What all others took from due on, at the least: requests without an answer, and the first ones of
    /// iterations that never started. Apart from the answers, so that an answer is recorded once.
    pub unanswered: Times,
    /// From the sending to the end of the answer; of whole answers.
    pub service: Times,
    /// From due to the sending; of all requests.
    pub lag: Times,
    /// Whole answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Failed transfers by kind.
    pub errors: BTreeMap<TransferErrorKind, u64>,
    /// Whole answers.
    pub answered: u64,
    /// Of those, the ones that met all expectations.
    pub conforming: u64,
    /// Of those, the refusals of a limiter on requests. Their times are in no distribution.
    pub limited: u64,
}

impl Tally {
    /// Counts a sample.
    pub fn record(&mut self, sample: &Sample) {
        self.lag.record(sample.lag());
        match sample.reply {
            Reply::Answered { status, conforming } => {
                self.answers.record(sample.response_time());
                self.service.record(sample.service_time());
                *self.statuses.entry(status).or_default() += 1;
                self.answered += 1;
                self.conforming += u64::from(conforming);
            }
            Reply::Limited { status } => {
                *self.statuses.entry(status).or_default() += 1;
                self.answered += 1;
                self.limited += 1;
            }
            Reply::Failed { kind, at_least } => {
                self.unanswered.record(at_least);
                *self.errors.entry(kind).or_default() += 1;
            }
        }
    }

    /// The response times of everything that was due: what percentiles and thresholds speak of.
    #[must_use]
    pub fn response(&self) -> Cow<'_, Times> {
        if self.unanswered.count() == 0 {
            return Cow::Borrowed(&self.answers);
        }
        let mut all = self.answers.clone();
        all.add(&self.unanswered);
        Cow::Owned(all)
    }

    /// Adds everything of another tally.
    pub fn add(&mut self, other: &Self) {
        self.answers.add(&other.answers);
        self.unanswered.add(&other.unanswered);
        self.service.add(&other.service);
        self.lag.add(&other.lag);
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        for (kind, count) in &other.errors {
            *self.errors.entry(*kind).or_default() += count;
        }
        self.answered += other.answered;
        self.conforming += other.conforming;
        self.limited += other.limited;
    }

    /// Answers that took a second or longer from their sending on, though half of them took less than a
    /// tenth of that.
    #[must_use]
    pub fn stalled(&self) -> u64 {
        let usual = self.service.quantile(0.5).saturating_mul(STALL_TO_USUAL);
        self.service.count_from(usual.max(STALL))
    }

    /// Answers that were the target's own and did not conform.
    #[must_use]
    pub const fn nonconforming(&self) -> u64 {
        self.answered
            .saturating_sub(self.conforming)
            .saturating_sub(self.limited)
    }

    /// What was due and is neither answered nor failed: it never started, or was under way when the load was
    /// stopped.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.unanswered.count().saturating_sub(self.failed())
    }

    /// Forgets everything and keeps the memory.
    pub fn reset(&mut self) {
        self.answers.reset();
        self.unanswered.reset();
        self.service.reset();
        self.lag.reset();
        self.statuses.clear();
        self.errors.clear();
        self.answered = 0;
        self.conforming = 0;
        self.limited = 0;
    }

    /// Requests that could not be sent, because this machine had no port, descriptor or memory left.
    #[must_use]
    pub fn exhausted(&self) -> u64 {
        let exhausted = self.errors.get(&TransferErrorKind::Exhausted);
        exhausted.copied().unwrap_or_default()
    }

    /// Failed transfers of all kinds.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.errors.values().sum()
    }
}
