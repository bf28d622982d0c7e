//! Results of cases, built piece by piece.

use assize::model::{CaseId, Finding, Level, Place, RequirementId, SuiteId, Verdict};
use assize::record::{CaseResult, ExchangeRecord, Phase, Reason, ReasonKind, StepResult};

pub(crate) fn place(suite: &str, line: u64) -> Place {
    Place {
        file: format!("builtin:{suite}.yaml"),
        line,
        column: 9,
    }
}

fn requirements(ids: &[&str]) -> Vec<RequirementId> {
    ids.iter().map(|id| RequirementId::new(*id)).collect()
}

/// A case that passes; what is added to it raises its verdict.
pub(crate) fn case(suite: &str, id: &str, title: &str, proves: &[&str]) -> CaseResult {
    CaseResult {
        id: CaseId::new(id),
        suite: SuiteId::new(suite),
        title: title.into(),
        level: Level::Must,
        requirements: requirements(proves),
        tags: vec!["smoke".into()],
        verdict: Verdict::Pass,
        reason: None,
        place: place(suite, 7),
        started_ms: 12.5,
        duration_ms: 41.75,
        attempts: Vec::new(),
        steps: vec![step("call", Verdict::Pass, Vec::new(), None)],
    }
}

pub(crate) fn step(
    name: &str,
    verdict: Verdict,
    findings: Vec<Finding>,
    exchange: Option<ExchangeRecord>,
) -> StepResult {
    StepResult {
        exchanges: Vec::new(),
        status: None,
        variation: None,
        manner: Vec::new(),
        observations: Vec::new(),
        name: name.into(),
        phase: Phase::Judged,
        verdict,
        findings,
        exchange,
    }
}

/// The case with a step that found something.
pub(crate) fn found(
    mut case: CaseResult,
    findings: Vec<Finding>,
    exchange: ExchangeRecord,
) -> CaseResult {
    let verdict = findings
        .iter()
        .map(|finding| Verdict::of_unmet(finding.level))
        .max()
        .unwrap_or(Verdict::Pass);
    case.verdict.raise(verdict);
    let name = exchange.method.to_lowercase();
    case.steps = vec![step(&name, verdict, findings, Some(exchange))];
    case
}

/// The case, not tried.
pub(crate) fn skipped(mut case: CaseResult, kind: ReasonKind, text: &str) -> CaseResult {
    case.verdict = Verdict::Skip;
    case.reason = Some(Reason {
        kind,
        text: text.into(),
    });
    case.duration_ms = 0.0;
    case.steps = Vec::new();
    case
}

/// The case, not judged because no answer came.
pub(crate) fn broken(mut case: CaseResult, exchange: ExchangeRecord) -> CaseResult {
    case.verdict = Verdict::Broken;
    case.reason = Some(Reason {
        kind: ReasonKind::Broken,
        text: exchange.error.clone().unwrap_or_default(),
    });
    case.steps = vec![step("call", Verdict::Broken, Vec::new(), Some(exchange))];
    case
}

pub(crate) fn finding(
    level: Level,
    proves: &[&str],
    subject: &str,
    expected: &str,
    actual: &str,
) -> Finding {
    Finding {
        requirements: requirements(proves),
        level,
        subject: subject.into(),
        expected: expected.into(),
        actual: actual.into(),
        instance_path: None,
        schema_path: None,
        place: place("create", 12),
    }
}

/// The finding, as a schema makes it.
pub(crate) fn at(mut finding: Finding, instance: &str, schema: &str) -> Finding {
    finding.instance_path = Some(instance.into());
    finding.schema_path = Some(schema.into());
    finding
}
