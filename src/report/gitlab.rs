//! The report as GitLab's code quality report, which merge requests show.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::problem::{ReportedProblem, problems};
use super::sanitize;
use super::sarif::fingerprint;
use crate::model::Verdict;
use crate::record::Record;

/// The report as a JSON list of what is wrong, each once; accepted failures are left out.
#[must_use]
pub fn gitlab(report: &Record) -> String {
    let mut seen = BTreeSet::new();
    let entries: Vec<Value> = problems(report)
        .iter()
        .filter(|problem| problem.accepted.is_none())
        // GitLab drops a report in which a fingerprint stands twice.
        .filter(|problem| seen.insert(fingerprint(problem)))
        .map(entry)
        .collect();
    format!("{:#}\n", Value::from(entries))
}

fn entry(problem: &ReportedProblem<'_>) -> Value {
    let place = &problem.finding.place;
    let severity = match problem.verdict {
        Verdict::Fail => "major",
        _ => "minor",
    };
    let description = format!("{}: {}", problem.finder(), problem.told());
    json!({
        "description": sanitize::line(&description),
        "check_name": problem.requirement(),
        "fingerprint": fingerprint(problem),
        "severity": severity,
        "location": { "path": sanitize::line(&place.file), "lines": { "begin": place.line.max(1) } },
    })
}
