//! Everything that is not as it must or should be, one by one, the gravest first.
//!
//! For formats that list places in files. What a thing means was decided before.

use crate::model::{Finding, Verdict};
use crate::record::ExchangeRecord;
use crate::record::Record;
use crate::record::{CaseResult, ReasonKind};

/// One unmet expectation that fails or warns.
pub(super) struct ReportedProblem<'a> {
    /// What it means: `Fail` or `Warn`.
    pub(super) verdict: Verdict,
    /// What was not as expected.
    pub(super) finding: &'a Finding,
    /// The case that found it; none if the load did.
    pub(super) case: Option<&'a CaseResult>,
    /// How often it was found.
    pub(super) times: u64,
    /// The exchange, or the first of several.
    pub(super) exchange: Option<&'a ExchangeRecord>,
    /// Why it is accepted, if it is on the list of expected failures.
    pub(super) accepted: Option<&'a str>,
}

impl ReportedProblem<'_> {
    /// Where it was found: the id of the case, or the load.
    pub(super) fn finder(&self) -> &str {
        self.case.map_or("load", |case| case.id.as_str())
    }

    /// The first of the requirements that it breaks.
    pub(super) fn requirement(&self) -> &str {
        let first = self.finding.requirements.first();
        first.map_or("no-requirement", |id| id.as_str())
    }

    /// The whole of it in a line.
    pub(super) fn told(&self) -> String {
        let Finding {
            subject,
            expected,
            actual,
            ..
        } = self.finding;
        let times = match self.times {
            1 => String::new(),
            many => format!(" ({many} times)"),
        };
        format!("{subject}: expected {expected}, actual {actual}{times}")
    }
}

/// All problems of a run.
pub(super) fn problems(report: &Record) -> Vec<ReportedProblem<'_>> {
    let mut problems: Vec<ReportedProblem<'_>> = report.cases.iter().flat_map(of_case).collect();
    problems.extend(of_load(report));
    problems.retain(|problem| problem.verdict >= Verdict::Warn);
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.verdict));
    problems
}

fn of_case(case: &CaseResult) -> Vec<ReportedProblem<'_>> {
    let accepted = case
        .reason
        .as_ref()
        .filter(|reason| reason.kind == ReasonKind::ExpectedFailure)
        .map(|reason| reason.text.as_str());
    if case.verdict == Verdict::Skip && accepted.is_none() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for step in &case.steps {
        problems.extend(step.findings.iter().map(|finding| ReportedProblem {
            verdict: case.weight(finding),
            finding,
            case: Some(case),
            times: 1,
            exchange: step.exchange.as_ref(),
            accepted,
        }));
    }
    problems
}

fn of_load(report: &Record) -> impl Iterator<Item = ReportedProblem<'_>> {
    let found = report.loads.iter().flat_map(|load| &load.findings);
    found.filter_map(|found| {
        Some(ReportedProblem {
            verdict: found.verdict.min(Verdict::Fail),
            finding: found.finding.as_ref()?,
            case: None,
            times: found.count,
            exchange: found.example.as_ref(),
            accepted: None,
        })
    })
}
