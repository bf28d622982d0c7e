//! JUnit files are read by others, and never hide a bad run.

use assize::model::{Level, Outcome, Verdict};
use assize::record::{CaseResult, Event, Record, RunInfo, Trouble};
use assize::report::junit;
use proptest::prelude::*;

use super::program;
use crate::common::case::{broken, case, finding, found, skipped};
use crate::common::{exchange, load, sample};
use assize::record::ReasonKind;

/// Reads a JUnit file and prints, one a line: tests, failures, errors, skipped as counted; the same as
/// the root says; and all pairs of class name and name.
const READER: &str = r"
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
names = ['testcase', 'failure', 'error', 'skipped']
print(*[len(list(root.iter(name))) for name in names])
print(*[root.get(name) for name in ['tests', 'failures', 'errors', 'skipped']])
print(*[sum(int(suite.get(name)) for suite in root) for name in ['tests', 'failures', 'errors', 'skipped']])
for case in root.iter('testcase'):
    print(repr((case.get('classname'), case.get('name'))))
";

#[test]
fn an_xml_parser_reads_every_file_and_counts_the_same() {
    for (name, report) in sample::all() {
        let xml = junit(&report).unwrap();
        let Some(read) = program::output("python3", &["-c", READER], &xml) else {
            return;
        };
        let lines: Vec<&str> = read.lines().collect();
        assert_eq!(lines[0], lines[1], "{name}: the totals");
        assert_eq!(lines[0], lines[2], "{name}: the totals of the suites");
        let mut pairs = lines[3..].to_vec();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), lines.len() - 3, "{name}: a name stands twice");
    }
}

#[test]
fn every_file_is_of_the_widely_used_schema() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/junit.xsd");
    for (_, report) in sample::all() {
        let xml = junit(&report).unwrap();
        if program::output("xmllint", &["--noout", "--schema", schema, "-"], &xml).is_none() {
            return;
        }
    }
}

/// Failures and errors of a file; no sample of these tests holds such a tag in its content.
fn red(report: &Record) -> usize {
    let xml = junit(report).unwrap_or_default();
    xml.matches("<failure ").count() + xml.matches("<error ").count()
}

#[test]
fn every_trouble_is_an_error_of_the_run() {
    for outcome in Outcome::ALL
        .into_iter()
        .filter(|one| *one != Outcome::Conforms)
    {
        let report = sample::troubled(outcome, "something happened");
        assert_eq!(report.conclusion.exit_code, outcome.exit_code());
        assert_eq!(red(&report), 1, "{outcome:?}");
        let xml = junit(&report).unwrap();
        let headline = outcome.headline().to_lowercase();
        assert!(xml.contains(&format!(r#"name="run: {headline}""#)), "{xml}");
    }
}

#[test]
fn an_operation_that_was_never_sent_is_skipped_and_not_passed() {
    let mut result = load::conforming();
    result.operations.push(load::operation("delete", 0, 0));
    let events = [Event::LoadFinished(Box::new(result))];
    let report = sample::report(sample::run("load"), &events);
    let xml = junit(&report).unwrap();
    let (_, delete) = xml.split_once("lookup/delete").unwrap();
    let (delete, _) = delete.split_once("</testcase>").unwrap();
    assert!(delete.contains("<skipped"), "{delete}");
    assert!(!delete.contains("conform\n"), "{delete}");
    assert_eq!(xml.matches("<skipped").count(), 1, "{xml}");
}

fn result(verdict: Verdict, reason: ReasonKind, number: usize) -> CaseResult {
    let id = format!("case.{number}");
    let case = case("suite", &id, "A case", &["get.alias"]);
    let record = || exchange::record(exchange::get("0"), exchange::answer(200, &[], b""), 1);
    let unmet = |level| vec![finding(level, &["get.alias"], "status", "404", "200")];
    match verdict {
        Verdict::Pass => case,
        Verdict::Skip => skipped(case, reason, "a reason"),
        Verdict::Warn => found(case, unmet(Level::Should), record()),
        Verdict::Fail => found(case, unmet(Level::Must), record()),
        Verdict::Broken => broken(case, exchange::refused(exchange::get("0"))),
    }
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    proptest::sample::select(Verdict::ALL.to_vec())
}

fn reasons() -> impl Strategy<Value = ReasonKind> {
    proptest::sample::select(vec![
        ReasonKind::NoMailbox,
        ReasonKind::Blocked,
        ReasonKind::Interrupted,
    ])
}

/// A load of one verdict: with the finding that explains it, or without.
fn load_event(verdict: Verdict, explained: bool) -> Event {
    let alias = finding(Level::Must, &["get.alias"], "json /alias", "\"a\"", "\"b\"");
    let record = exchange::record(exchange::get("0"), exchange::answer(200, &[], b""), 1);
    let mut result = load::failing(alias, record);
    result.operations.clear();
    result.findings.truncate(usize::from(explained));
    for found in &mut result.findings {
        found.verdict = verdict;
    }
    result.verdict = verdict;
    Event::LoadFinished(Box::new(result))
}

fn troubles() -> impl Strategy<Value = Outcome> {
    let outcomes = Outcome::ALL
        .into_iter()
        .filter(|one| *one != Outcome::Conforms);
    proptest::sample::select(outcomes.collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever happens in a run, its exit code and its JUnit file say the same.
    #[test]
    fn the_file_is_red_exactly_if_the_exit_code_is_not_zero(
        cases in proptest::collection::vec((verdicts(), reasons()), 0..4),
        load in proptest::option::of((verdicts(), any::<bool>())),
        trouble in proptest::option::weighted(0.2, troubles()),
        strict in any::<bool>(),
        interrupted in proptest::bool::weighted(0.2),
    ) {
        let cases = cases.into_iter().enumerate();
        let cases = cases.map(|(number, (verdict, reason))| result(verdict, reason, number));
        let mut events = sample::finished(cases.collect());
        events.extend(load.map(|(verdict, explained)| load_event(verdict, explained)));
        events.extend(trouble.map(|outcome| Event::Trouble(Trouble { outcome, text: "t".into() })));
        let run = RunInfo { strict, interrupted, ..sample::run("run") };
        let report = sample::report(run, &events);
        let red = red(&report);
        prop_assert_eq!(report.conclusion.exit_code == 0, red == 0, "{:?}", report.conclusion);
        prop_assert!(junit(&report).is_ok_and(|xml| xml.contains("<testcase ")));
    }
}
