//! What was counted of one operation of a load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::distribution::Distribution;
use crate::load::Tally;
use crate::model::TransferErrorKind;

/// One operation of a load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationResult {
    /// The name of the step.
    pub name: String,
    /// Of how many iterations it is, as a share of all, 0 to 1: in a load of several scenarios each has its
    /// turns.
    #[serde(default = "every")]
    pub share: f64,
    /// Answers received.
    pub answered: u64,
    /// Answers that met all expectations.
    pub conforming: u64,
    /// Answers by which a limiter refused a request.
    #[serde(default)]
    pub limited: u64,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without an answer, by kind.
    pub errors: BTreeMap<TransferErrorKind, u64>,
    /// The response times of all requests: from the moment a request was due to the last byte of its
    /// answer. The first request of an iteration is due when the schedule says, each further one when the
    /// answer to the one before it was read. A request without an answer counts with what it lasted, and
    /// with no less than if it had used up its time limit; one that never started counts with its wait.
    pub response: Distribution,
    /// The same of those alone that were answered.
    pub answers: Distribution,
    /// Of answers, from the moment the sending began to the last byte of the answer. If a connection had to be
    /// opened for it, that is included.
    pub service: Distribution,
    /// From the moment a request was due to the moment its sending began; of failed transfers, too.
    pub lag: Distribution,
}

impl OperationResult {
    /// What was counted of an operation that is of this share of all iterations.
    #[must_use]
    pub fn new(name: &str, share: f64, tally: Tally) -> Self {
        let answers = Distribution::from(tally.answers);
        let mut response = answers.clone();
        if tally.unanswered.count() > 0 {
            response.add(&Distribution::from(tally.unanswered));
        }
        Self {
            name: name.to_owned(),
            share,
            answered: tally.answered,
            conforming: tally.conforming,
            limited: tally.limited,
            statuses: tally.statuses,
            errors: tally.errors,
            response,
            answers,
            service: Distribution::from(tally.service),
            lag: Distribution::from(tally.lag),
        }
    }

    /// The counts by which thresholds are judged. Nothing there tells the answers from the others by their
    /// response times, so they are together.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            answers: self.response.times().clone(),
            service: self.service.times().clone(),
            statuses: self.statuses.clone(),
            errors: self.errors.clone(),
            answered: self.answered,
            conforming: self.conforming,
            limited: self.limited,
            ..Tally::default()
        }
    }

    /// Adds what was counted of the same operation elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.conforming += other.conforming;
        self.limited += other.limited;
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        for (kind, count) in &other.errors {
            *self.errors.entry(*kind).or_default() += count;
        }
        self.response.add(&other.response);
        self.answers.add(&other.answers);
        self.service.add(&other.service);
        self.lag.add(&other.lag);
    }
}

const fn every() -> f64 {
    1.0
}
