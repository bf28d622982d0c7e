//! What it says of a target that it gave no whole answer.

use crate::model::{Finding, Level, TransferError};
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
    Some(Finding {
        requirements: judged.requirements.to_vec(),
        level: Level::Must,
        subject: Finding::ANSWER.to_owned(),
        expected: Finding::WHOLE_ANSWER.to_owned(),
        actual: error.detail.clone(),
        instance_path: None,
        schema_path: None,
        place: judged.place.clone(),
    })
}
