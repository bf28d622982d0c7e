//! What it says of a target that it gave no whole answer.

use crate::model::{Finding, Level, Mismatch, RequirementId, TransferError};
use crate::suite::{Expectation, Rule};

/// What a request without a whole answer says of the target: it does not do what the status of the answer
/// would prove, or else the first of what it must do. Where nothing is expected that is a must, it breaks
/// what the request asks for (`own`, where that is known). None if the target may have had no part in it.
pub(super) fn unanswered(
    expectations: &[Expectation],
    own: Option<&str>,
    error: &TransferError,
) -> Option<Finding> {
    if !error.kind.is_of_target() {
        return None;
    }
    let first = expectations.first()?;
    let of_status = |one: &&Expectation| matches!(one.rule, Rule::Status(_));
    let of_must = |one: &&Expectation| one.level == Level::Must;
    let judged = expectations.iter().find(of_status);
    let judged = judged.or_else(|| expectations.iter().find(of_must));
    let place = &judged.unwrap_or(first).place;
    let requirements = match (judged, own) {
        (None, Some(own)) => vec![RequirementId::new(own)],
        (judged, _) => judged.unwrap_or(first).requirements.to_vec(),
    };
    let mismatch = Mismatch::new(Finding::ANSWER, Finding::WHOLE_ANSWER, &*error.detail);
    Some(mismatch.finding(&requirements, Level::Must, place))
}
