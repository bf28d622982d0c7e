//! What it says of a target that it gave no whole answer.

use crate::model::{Finding, Level, Mismatch, TransferError};
use crate::suite::{Expectation, Rule};

/// What a request without a whole answer says of the target: it does not do what the status of the answer
/// would prove. None if the target may have had no part in it.
pub(super) fn unanswered(expectations: &[Expectation], error: &TransferError) -> Option<Finding> {
    if !error.kind.is_of_target() {
        return None;
    }
    let judged = expectations
        .iter()
        .find(|one| matches!(one.rule, Rule::Status(_)))
        .or(expectations.first())?;
    let mismatch = Mismatch::new(Finding::ANSWER, Finding::WHOLE_ANSWER, &*error.detail);
    Some(mismatch.finding(&judged.requirements, Level::Must, &judged.place))
}
