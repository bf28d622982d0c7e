//! The report in the Common Test Report Format (CTRF), as <https://ctrf.io> describes it.
//!
//! The same test cases as in the JUnit file, so that both tell the same numbers.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::junit::{self, Mark, TestCase};
use super::sanitize;
use crate::model::{RequirementId, Verdict};
use crate::record::Record;
use crate::record::{CaseResult, ReasonKind};

/// The version of the format's specification that is written.
const SPECIFICATION: &str = "0.0.0";

/// The report as CTRF. Warnings are passed, broken cases `other`, both with their verdict as
/// `rawStatus`; under `--strict` warnings are failed.
#[must_use]
pub fn ctrf(report: &Record) -> String {
    let began = junit::started(report);
    let mut tests: Vec<Value> = report
        .cases
        .iter()
        .map(|case| of_case(report, case, began))
        .collect();
    tests.extend(
        junit::other_cases(report)
            .iter()
            .map(test)
            .map(Value::Object),
    );
    let whole = json!({
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "runId": report.run.id,
        "timestamp": report.run.started,
        "generatedBy": "assize",
        "results": {
            "tool": { "name": "assize", "version": report.run.version },
            "summary": summary(report, &tests, began),
            "tests": tests,
            "environment": {
                "testEnvironment": sanitize::line(&report.run.target_named()),
                "healthy": report.conclusion.exit_code == 0,
                "extra": {
                    "outcome": report.conclusion.outcome,
                    "exitCode": report.conclusion.exit_code,
                    "sentence": sanitize::line(&report.conclusion.sentence),
                    "seed": report.run.seed,
                },
            },
        },
    });
    format!("{whole:#}\n")
}

fn summary(report: &Record, tests: &[Value], began: OffsetDateTime) -> Value {
    let count = |status: &str| tests.iter().filter(|test| test["status"] == status).count();
    let flaky = tests.iter().filter(|test| test["flaky"] == true).count();
    let start = millis_of(began);
    json!({
        "tests": tests.len(),
        "passed": count("passed"),
        "failed": count("failed"),
        "skipped": count("skipped"),
        "pending": 0,
        "other": count("other"),
        "flaky": flaky,
        "start": start,
        "stop": start + whole(report.run.duration_ms),
        "duration": whole(report.run.duration_ms),
    })
}

/// A case of a suite, with what the JUnit file has no place for.
fn of_case(report: &Record, case: &CaseResult, began: OffsetDateTime) -> Value {
    let mut test = test(&junit::case(report, case));
    let start = millis_of(began) + whole(case.started_ms);
    let is = |kind| matches!(&case.reason, Some(reason) if reason.kind == kind);
    let requirements: Vec<&str> = case
        .requirements
        .iter()
        .map(RequirementId::as_str)
        .collect();
    let mut more = json!({
        "testId": case.id,
        "rawStatus": case.verdict,
        "tags": case.tags,
        "line": case.place.line,
        "start": start,
        "stop": start + whole(case.duration_ms),
        "flaky": is(ReasonKind::Flaky),
        "extra": { "level": case.level, "requirements": requirements },
    });
    if let Value::Object(more) = &mut more {
        test.append(more);
    }
    if case.attempts.len() > 1 {
        let attempts = case.attempts.iter().enumerate();
        let attempts: Vec<Value> = attempts
            .map(|(index, verdict)| json!({ "attempt": index + 1, "status": attempt(*verdict) }))
            .collect();
        test.insert("retries".into(), (attempts.len() - 1).into());
        test.insert("retryAttempts".into(), attempts.into());
    }
    Value::Object(test)
}

const fn attempt(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Warn => "passed",
        Verdict::Skip => "skipped",
        Verdict::Fail => "failed",
        Verdict::Broken => "other",
    }
}

fn test(case: &TestCase) -> Map<String, Value> {
    let (status, message) = match &case.mark {
        Mark::Pass => ("passed", None),
        Mark::Skipped(message) => ("skipped", Some(message)),
        Mark::Failure(message) => ("failed", Some(message)),
        Mark::Error(message) => ("other", Some(message)),
    };
    let mut test = Map::new();
    let mut put = |name: &str, value: Value| test.insert(name.to_owned(), value);
    put("name", sanitize::line(&case.name).into());
    put("status", status.into());
    put("duration", whole(case.duration_ms).into());
    put("suite", json!([sanitize::line(&case.classname)]));
    if let Some(message) = message {
        put("message", sanitize::line(&message.text).into());
        put("rawStatus", message.kind.as_str().into());
        if let Some(body) = &message.body {
            put("trace", sanitize::block(body).into());
        }
    }
    if let Some(file) = &case.file {
        put("filePath", sanitize::line(file).into());
    }
    if let Some(output) = &case.output {
        let lines: Vec<String> = output.lines().map(sanitize::line).collect();
        put("stdout", lines.into());
    }
    test
}

/// Milliseconds from the beginning of 1970.
const fn millis_of(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() * 1_000 + time.millisecond() as i64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and a run takes no such time"
)]
fn whole(ms: f64) -> i64 {
    ms.round() as i64
}
