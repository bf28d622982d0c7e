//! Cases that met what stands on the way to the target: listed under it, and blamed on no requirement.

use super::case::{CaseResult, Reason, ReasonKind, StepResult};
use crate::diagnosis::{Diagnosis, Party, RunShape};
use crate::model::{Finding, Verdict};

/// Takes from the cases what a shape of the run explains, and notes at the shape which cases those are. What
/// a case found besides stays.
pub(super) fn excuse(cases: &mut [CaseResult], diagnoses: &mut [Diagnosis]) {
    let ways = diagnoses
        .iter_mut()
        .filter(|found| found.fault == Party::Way);
    for found in ways {
        for case in cases.iter_mut() {
            // A record that was put together from several may list it already.
            if suffers(case, found) && !found.suffered.contains(&case.id) {
                found.suffered.push(case.id.clone());
            }
        }
    }
}

/// Whether a case met the shape. If so, what it found there is taken away, and its reason says why.
fn suffers(case: &mut CaseResult, found: &Diagnosis) -> bool {
    let is_flaky = matches!(&case.reason, Some(reason) if reason.kind == ReasonKind::Flaky);
    if case.verdict == Verdict::Pass || (is_flaky && case.verdict < Verdict::Fail) {
        return false;
    }
    let (mut met, mut took) = (false, false);
    for step in &mut case.steps {
        let mut exchanges = step.exchanges.iter();
        let in_shape = exchanges.any(|number| found.all_exchanges.contains(number))
            || step.findings.iter().any(|one| is_lost_mail(found, one));
        // What follows rests on what it met.
        met |= in_shape && found.shape != RunShape::TwoServers;
        if met || in_shape {
            take(step, found, &mut took);
        }
    }
    let kind = case.reason.as_ref().map(|reason| reason.kind);
    let halted = matches!(kind, Some(ReasonKind::Blocked | ReasonKind::Broken));
    let mut met = took || (met && halted);
    // The user that many cases share was asked for by one of them only.
    met |= case.steps.is_empty() && found.keeps_users_out() && kind == Some(ReasonKind::Blocked);
    if !met {
        return kind == Some(ReasonKind::Ended) && found.ends_runs();
    }
    let left = case
        .findings()
        .map(|finding| Verdict::of_unmet(finding.level));
    let left = left.max().unwrap_or(Verdict::Pass);
    if left >= Verdict::Fail {
        // What else it found is the target's, whatever else it met.
        case.verdict = left;
        return false;
    }
    if case.verdict != Verdict::Skip {
        case.verdict = Verdict::Broken;
    }
    case.reason = Some(Reason {
        kind: ReasonKind::Broken,
        text: format!("{}: {}", found.sentence, found.quote),
    });
    true
}

/// Whether a finding is that no mail came to one of the addresses which got none.
fn is_lost_mail(found: &Diagnosis, finding: &Finding) -> bool {
    let mut addresses = found.addresses.iter();
    finding.subject == Finding::MAIL && addresses.any(|one| finding.actual.contains(one))
}

/// Takes away what a step found that met the shape, and notes whether there was something.
fn take(step: &mut StepResult, found: &Diagnosis, took: &mut bool) {
    let before = step.findings.len();
    step.findings.retain(|finding| !explains(found, finding));
    if step.findings.len() < before {
        *took = true;
        if step.findings.is_empty() {
            step.verdict = Verdict::Skip;
        }
    }
}

/// Two servers answer as the API does, so that only a refusal of what should be granted is explained by
/// there being two of them.
fn explains(found: &Diagnosis, finding: &Finding) -> bool {
    let granted_in_vain = || finding.subject == "status" && finding.expected.contains('2');
    found.shape != RunShape::TwoServers || granted_in_vain()
}
