//! Requests without a whole answer: the fault of a target that answers others, and nobody's where nothing of
//! the run was answered.

use super::case::{CaseResult, Reason, ReasonKind};
use crate::model::{Finding, Verdict};

/// Takes back what cases hold against a target that answered nothing at all: whoever that is may not be the
/// target.
pub(super) fn excuse_silence(cases: &mut [CaseResult]) {
    let steps = || cases.iter().flat_map(|case| &case.steps);
    if steps().any(|step| step.status.is_some()) {
        return;
    }
    for case in cases {
        let first = case.steps.iter().find_map(|step| {
            let finding = step.findings.iter().find(|one| one.is_of_no_answer())?;
            Some(format!("{}: {}", step.name, finding.actual))
        });
        let Some(text) = first else { continue };
        for step in &mut case.steps {
            if step.findings.iter().any(Finding::is_of_no_answer) {
                step.findings.clear();
                step.verdict = Verdict::Broken;
            }
        }
        case.verdict = Verdict::Broken;
        let kind = ReasonKind::Broken;
        case.reason = Some(Reason { kind, text });
    }
}
