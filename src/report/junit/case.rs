//! Cases of suites as test cases.

use super::explain;
use super::layer::{FailureMessage, Mark, TestCase};
use crate::model::{Finding, RequirementId, Verdict};
use crate::record::Record;
use crate::record::{CaseResult, ReasonKind, StepResult};
use crate::report::rerun::rerun;

/// A case as a test case.
pub(in crate::report) fn case(report: &Record, case: &CaseResult) -> TestCase {
    let mark = mark(report, case);
    let quiet = matches!(mark, Mark::Pass) && case.findings().next().is_some();
    TestCase {
        name: name(case.id.as_str(), &case.requirements, &case.title),
        classname: format!("assize.{}", case.suite),
        file: Some(case.place.file.clone()),
        duration_ms: case.duration_ms,
        output: quiet.then(|| body(report, case)),
        mark,
    }
}

/// The id, the requirements in brackets and the title.
pub(super) fn name(id: &str, requirements: &[RequirementId], title: &str) -> String {
    let requirements: Vec<&str> = requirements.iter().map(RequirementId::as_str).collect();
    match requirements.as_slice() {
        [] => format!("{id} {title}"),
        some => format!("{id} [{}] {title}", some.join(", ")),
    }
}

fn mark(report: &Record, case: &CaseResult) -> Mark {
    match case.verdict {
        Verdict::Pass => Mark::Pass,
        Verdict::Skip => Mark::Skipped(reason(case)),
        Verdict::Warn if !report.run.strict => Mark::Pass,
        Verdict::Warn | Verdict::Fail => {
            let findings: Vec<&Finding> = case
                .findings()
                .filter(|finding| case.weight(finding) == case.verdict)
                .collect();
            Mark::Failure(FailureMessage {
                kind: case.verdict.to_string(),
                text: explain::headline(&findings),
                body: Some(body(report, case)),
            })
        }
        Verdict::Broken => Mark::Error(FailureMessage {
            body: Some(body(report, case)),
            ..reason(case)
        }),
    }
}

fn reason(case: &CaseResult) -> FailureMessage {
    let (kind, text) = match &case.reason {
        Some(reason) => (kind(reason.kind), reason.text.clone()),
        None => (case.verdict.as_str(), "no reason is known".to_owned()),
    };
    FailureMessage {
        kind: kind.to_owned(),
        text,
        body: None,
    }
}

const fn kind(kind: ReasonKind) -> &'static str {
    match kind {
        ReasonKind::NoMailbox => "no-mailbox",
        ReasonKind::Blocked => "blocked",
        ReasonKind::NotApplicable => "not-applicable",
        ReasonKind::Taken => "taken",
        ReasonKind::Broken => "broken",
        ReasonKind::Flaky => "flaky",
        ReasonKind::ExpectedFailure => "expected-failure",
        ReasonKind::Interrupted => "interrupted",
        ReasonKind::Ended => "ended",
    }
}

/// Everything that was not as expected, step by step with the exchange, and where the case is written.
fn body(report: &Record, case: &CaseResult) -> String {
    let mut parts: Vec<String> = case
        .reason
        .iter()
        .map(|reason| reason.text.clone())
        .collect();
    parts.extend(case.steps.iter().filter_map(|one| step(report, one)));
    parts.push(format!(
        "To run just this case again:\n{}",
        rerun(report, &case.id)
    ));
    parts.push(format!("The case is written at {}.", case.place));
    parts.join("\n\n")
}

/// A step with something to tell; none if all was as expected.
fn step(report: &Record, step: &StepResult) -> Option<String> {
    let whereabouts = format!(" in the step {}", step.name);
    let mut parts: Vec<String> = step
        .findings
        .iter()
        .map(|finding| explain::finding(report, finding, &whereabouts))
        .collect();
    if parts.is_empty() && step.verdict <= Verdict::Skip {
        return None;
    }
    parts.extend(step.exchange.as_ref().map(explain::exchange));
    Some(parts.join("\n\n"))
}
