//! How the answers of a load are judged: in full or by their status alone, and by comparison where the same answer met
//! everything before.

use std::cell::{Cell, RefCell};

use super::iteration::IterationValues;
use super::job::LoadJob;
use super::known_answers::KnownAnswers;
use super::request_attempt::RequestAttempt;
use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::check::{Context, Subject, judge};
use crate::model::{Answer, Finding};
use crate::suite::{Expectation, Rule, Values};

/// What one worker judges by.
#[derive(Debug)]
pub(super) struct LoadJudging {
    /// What is expected of the statuses alone, by operation.
    of_status: Vec<Vec<Expectation>>,
    /// Answers within the measurement that were judged in full.
    in_full: Cell<u64>,
    known: RefCell<KnownAnswers>,
}

impl LoadJudging {
    pub(super) fn new(job: &LoadJob) -> Self {
        let operations = || job.scenario.operations.iter();
        let expected = || operations().map(|one| one.exchange.expectations.as_slice());
        let is_status = |one: &&Expectation| matches!(one.rule, Rule::Status(_));
        Self {
            of_status: expected()
                .map(|all| all.iter().filter(is_status).cloned().collect())
                .collect(),
            in_full: Cell::new(0),
            known: RefCell::new(KnownAnswers::new(expected())),
        }
    }

    /// How many answers within the measurement were judged in full.
    pub(super) const fn in_full(&self) -> u64 {
        self.in_full.get()
    }
}

impl<C: LoadClock, D: Connector> Worker<'_, C, D> {
    pub(super) const fn is_judged_in_full(&self, iteration: u64) -> bool {
        let seed = self.job.generation.seed();
        self.job.settings.judging.in_full(seed, iteration)
    }

    /// Judges an answer to a request that was made with these values.
    pub(super) fn judge<A: Answer>(
        &self,
        attempt: &RequestAttempt<'_>,
        (answer, subject): (&A, &Subject<'_, A>),
        iteration_values: &IterationValues,
    ) -> Vec<Finding> {
        let values = iteration_values.get();
        if !attempt.in_full {
            let expectations = self.judging.of_status.get(attempt.index);
            let expectations = expectations.map_or(&[][..], Vec::as_slice);
            return judge(expectations, subject, self.context(attempt, values));
        }
        if self.timeline.is_measured(attempt.due) {
            self.judging.in_full.set(self.judging.in_full() + 1);
        }
        let shared = iteration_values.shared();
        let mut known = self.judging.known.borrow_mut();
        let mut findings = Vec::new();
        if !shared.is_some_and(|shared| known.hold(attempt.index, shared, answer)) {
            let expectations = &attempt.operation.exchange.expectations;
            findings = judge(expectations, subject, self.context(attempt, values));
            if let Some(shared) = shared.filter(|_| findings.is_empty()) {
                known.keep(attempt.index, shared, answer);
            }
        }
        if answer.status() >= 400 {
            findings.extend(self.shared_error_id(answer));
        }
        findings
    }

    fn context<'b>(&self, attempt: &RequestAttempt<'_>, values: &'b Values) -> Context<'b> {
        Context {
            values,
            unix_now: self.unix_seconds(attempt.finished),
        }
    }
}
