//! The report as SARIF 2.1.0 (OASIS), which code scanning reads: the contract's requirements are the
//! rules, unmet expectations the results, each at its place in a suite file.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::problem::{ReportedProblem, problems};
use super::rerun::rerun;
use super::sanitize;
use crate::model::{Level, Outcome, Place, Verdict};
use crate::record::CaseResult;
use crate::record::sha256;
use crate::record::{Record, RequirementResult};

/// Where the schema is published.
pub(super) const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Longer texts are cut: whole they stand in `results.json`.
const LONGEST_TEXT: usize = 2_000;

/// The report as SARIF. Cases that could not be judged are notifications of the run, since no
/// requirement is known to be broken; accepted failures are suppressed results.
#[must_use]
pub fn sarif(report: &Record) -> String {
    let problems = problems(report);
    let rules: Vec<&str> = {
        let named = problems.iter().map(ReportedProblem::requirement);
        let unique: BTreeSet<&str> = named.collect();
        unique.into_iter().collect()
    };
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| result(report, problem, &rules))
        .collect();
    let rules: Vec<Value> = rules.iter().map(|id| rule(report, id)).collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "assize",
                "version": report.run.version,
                "rules": rules,
            }},
            "automationDetails": { "id": format!("assize/{}/", report.run.verb) },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{whole:#}\n")
}

fn text(text: &str) -> Value {
    json!({ "text": sanitize::block(&sanitize::cut(text, LONGEST_TEXT)) })
}

fn rule(report: &Record, id: &str) -> Value {
    let known = report.requirements.iter().find(|one| one.id.as_str() == id);
    let Some(RequirementResult {
        says,
        section,
        level,
        ..
    }) = known
    else {
        return json!({ "id": id, "shortDescription": text("An expectation of a suite") });
    };
    json!({
        "id": id,
        "shortDescription": text(says),
        "fullDescription": text(&format!("{says} Level: {level}. Section: {section}.")),
        "help": text(&format!("The requirement comes from the section {section:?}.")),
        "defaultConfiguration": { "level": severity(Verdict::of_unmet(*level)) },
        "properties": { "tags": ["contract", level.as_str()] },
    })
}

const fn severity(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail | Verdict::Broken => "error",
        Verdict::Warn => "warning",
        Verdict::Pass | Verdict::Skip => "note",
    }
}

fn result(report: &Record, problem: &ReportedProblem<'_>, rules: &[&str]) -> Value {
    let id = problem.requirement();
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("ruleId", id.into());
    put(
        "ruleIndex",
        rules.iter().position(|rule| *rule == id).into(),
    );
    put("level", severity(problem.verdict).into());
    put("message", text(&message(report, problem)));
    put("locations", json!([location(problem)]));
    put(
        "partialFingerprints",
        json!({ "assize/v1": fingerprint(problem) }),
    );
    put("occurrenceCount", problem.times.into());
    if let Some(reason) = problem.accepted {
        let suppression = json!({
            "kind": "external",
            "status": "accepted",
            "justification": sanitize::line(reason),
        });
        put("suppressions", json!([suppression]));
    }
    Value::Object(result)
}

fn message(report: &Record, problem: &ReportedProblem<'_>) -> String {
    let mut lines = vec![format!("{}: {}", problem.finder(), problem.told())];
    lines.extend(problem.exchange.map(|record| {
        let answer = record
            .status
            .map_or("no answer".to_owned(), |status| status.to_string());
        format!("{} {} was answered by {answer}.", record.method, record.url)
    }));
    lines.extend(problem.case.map(|case| {
        let command = rerun(report, &case.id);
        format!("To run just this case again: {command}")
    }));
    lines.join("\n")
}

fn location(problem: &ReportedProblem<'_>) -> Value {
    let Place { file, line, column } = &problem.finding.place;
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line.max(&1), "startColumn": column.max(&1) },
        },
        "logicalLocations": [{ "fullyQualifiedName": problem.finder(), "kind": "test" }],
    })
}

/// The name of a file as a URI reference. A suite inside the binary has `builtin` for its scheme.
fn uri(file: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte);
    let scheme = if file.starts_with('/') { "file://" } else { "" };
    let path: Vec<String> = file
        .bytes()
        .map(|byte| {
            if kept(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{scheme}{}", path.concat())
}

/// What makes a problem the same in another run: not the values, which differ from seed to seed.
pub(super) fn fingerprint(problem: &ReportedProblem<'_>) -> String {
    let Place { file, .. } = &problem.finding.place;
    let parts = [
        problem.finder(),
        problem.requirement(),
        &problem.finding.subject,
        problem.finding.instance_path.as_deref().unwrap_or_default(),
        file,
    ];
    sha256(parts.join("\0").as_bytes())
}

fn invocation(report: &Record) -> Value {
    let conclusion = &report.conclusion;
    // A run that found violations did its work.
    let judged = matches!(
        conclusion.outcome,
        Outcome::Conforms | Outcome::Violated | Outcome::ThresholdMissed
    );
    json!({
        "executionSuccessful": judged,
        "exitCode": conclusion.exit_code,
        "exitCodeDescription": sanitize::line(&conclusion.sentence),
        "startTimeUtc": report.run.started,
        "toolExecutionNotifications": notifications(report),
    })
}

fn notifications(report: &Record) -> Vec<Value> {
    let troubles = report
        .troubles
        .iter()
        .map(|trouble| json!({ "level": "error", "message": text(&trouble.text) }));
    let broken = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Broken);
    troubles.chain(broken.map(unjudged)).collect()
}

fn unjudged(case: &CaseResult) -> Value {
    let reason = case
        .reason
        .as_ref()
        .map_or("no reason is known", |reason| &reason.text);
    let level = match case.level {
        Level::Must => "error",
        Level::Should | Level::May => "warning",
    };
    json!({
        "level": level,
        "message": text(&format!("{} could not be judged: {reason}", case.id)),
    })
}
