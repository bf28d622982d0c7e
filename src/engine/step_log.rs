//! What came of the steps of a case so far.

use crate::model::Exchange;
use crate::record::{ExchangeRecord, StepResult};

/// The steps of a case in the order they were made, each with its exchange as it was: a record of it
/// is made at the end, and only where somebody will read it.
#[derive(Debug, Default)]
pub(super) struct StepLog {
    steps: Vec<(StepResult, Option<Exchange>)>,
}

impl StepLog {
    /// Adds a step, whose exchange is not yet recorded.
    pub(super) fn push(&mut self, step: StepResult, exchange: Option<Exchange>) {
        self.steps.push((step, exchange));
    }

    /// The results without their exchanges.
    pub(super) fn results(&self) -> impl Iterator<Item = &StepResult> {
        self.steps.iter().map(|(step, _)| step)
    }

    /// The results, each with its exchange as `record` shows it, if it shows it.
    pub(super) fn into_results(
        self,
        record: impl Fn(&Exchange) -> Option<ExchangeRecord>,
    ) -> Vec<StepResult> {
        let recorded = |(step, exchange): (StepResult, Option<Exchange>)| StepResult {
            exchange: exchange.as_ref().and_then(&record),
            ..step
        };
        self.steps.into_iter().map(recorded).collect()
    }
}
