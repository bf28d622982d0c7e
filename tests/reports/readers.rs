//! JUnit files are read back by two readers that nobody here wrote, with the counts of `results.json`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::model::{Level, Verdict};
use assize::record::{Again, CaseResult, ExpectedFailures, Record, RecordBuilder, settle};
use assize::report::{junit, results_json};
use serde_json::Value;

use super::parts::part;
use super::program;
use crate::common::case::{broken, case, finding, found, skipped};
use crate::common::{exchange, sample};
use assize::contract::Requirements;
use assize::record::ReasonKind;

/// Prints tests, failures, errors and skipped, as the file says and as its cases are.
const JUNITPARSER: &str = r"
import sys, junitparser
from junitparser import JUnitXml, Failure, Error, Skipped
xml = JUnitXml.fromroot(junitparser.junitparser.etree.fromstring(sys.stdin.buffer.read()))
print(xml.tests, xml.failures, xml.errors, xml.skipped)
cases = [case for suite in xml for case in suite]
print(len(cases), *[sum(any(isinstance(r, kind) for r in case.result) for case in cases) for kind in (Failure, Error, Skipped)])
";

/// The same with the other reader, whose place is the first argument.
const JUNIT2JSON: &str = r"
const { parse } = await import(process.argv.at(-1));
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const xml = await parse(Buffer.concat(chunks).toString());
console.log(xml.tests, xml.failures, xml.errors, xml.skipped ?? 0);
const cases = xml.testsuite.flatMap(suite => suite.testcase);
const count = kind => cases.filter(one => one[kind]).length;
console.log(cases.length, count('failure'), count('error'), count('skipped'));
";

fn passing() -> CaseResult {
    case("get", "mixed.pass", "Passes", &["get.alias"])
}

fn failing(id: &str) -> CaseResult {
    let unmet = finding(Level::Must, &["get.alias"], "status", "404", "200");
    let record = exchange::record(exchange::get("0"), exchange::answer(200, &[], b""), 1);
    found(
        case("get", id, "Fails", &["get.alias"]),
        vec![unmet],
        record,
    )
}

/// A run with a case of every kind.
fn mixed() -> Record {
    let base = |id: &str| case("get", id, "A case", &["get.alias"]);
    let attempts = vec![
        failing("mixed.flaky"),
        case("get", "mixed.flaky", "Is flaky", &[]),
    ];
    let cases = vec![
        passing(),
        failing("mixed.fail"),
        broken(base("mixed.broken"), exchange::refused(exchange::get("0"))),
        skipped(base("mixed.skip"), ReasonKind::NoMailbox, "no mailbox"),
        settle(attempts, Again::Retried).unwrap(),
        failing("mixed.expected"),
    ];
    let list = "expected:\n  - {case: mixed.expected, reason: known, until: '2999-12-31'}\n";
    let order: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
    let mut builder = RecordBuilder::new(sample::run("check"));
    for event in sample::finished(cases) {
        builder.apply(&event);
    }
    builder.expect(
        ExpectedFailures::parse("expected.yaml", list).unwrap(),
        time::macros::date!(2026 - 07 - 24),
    );
    builder.finish(1_000.0, &order, &Requirements::builtin().unwrap())
}

/// Tests, failures, errors and skipped by the result file.
fn counts(report: &Record) -> String {
    let results: Value = serde_json::from_str(&results_json(report).unwrap()).unwrap();
    let count = |verdict: &str| results["totals"][verdict].as_u64().unwrap();
    let (fail, broken, skip) = (count("fail"), count("broken"), count("skip"));
    let all = fail + broken + skip + count("pass") + count("warn");
    format!("{all} {fail} {broken} {skip}")
}

#[test]
fn a_mixed_run_has_a_case_of_each_verdict() {
    let verdicts: Vec<Verdict> = mixed().cases.iter().map(|case| case.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Broken,
            Verdict::Skip,
            Verdict::Warn,
            Verdict::Skip
        ]
    );
}

#[test]
fn junitparser_counts_what_the_results_count() {
    let Some(python) = part("python/bin/python3") else {
        return;
    };
    let report = mixed();
    let xml = junit(&report).unwrap();
    let python = python.display().to_string();
    let read = program::output(&python, &["-c", JUNITPARSER], &xml).unwrap();
    let counts = counts(&report);
    assert_eq!(read.trim(), format!("{counts}\n{counts}"));
}

#[test]
fn junit2json_counts_what_the_results_count() {
    let Some(reader) = part("node_modules/junit2json/dist/esm/index.js") else {
        return;
    };
    let report = mixed();
    let xml = junit(&report).unwrap();
    let reader = reader.display().to_string();
    let arguments = ["--input-type=module", "-e", JUNIT2JSON, &reader];
    let Some(read) = program::output("node", &arguments, &xml) else {
        return;
    };
    let counts = counts(&report);
    assert_eq!(read.trim(), format!("{counts}\n{counts}"));
}
