//! All outputs of a run say the same: the outcome, the cases that fail, the requirements that are broken.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::contract::Requirements;
use assize::model::{CaseId, Level, Verdict};
use assize::record::{
    Again, CaseResult, Event, ExpectedFailures, LoadResult, Record, RecordBuilder, RunInfo,
    ThresholdResult, settle,
};
use assize::report::{
    Look, annotations, badge, ctrf, gitlab, html, junit, markdown, results_json, sarif, summary,
};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

use crate::common::case::{broken, case, finding, found, skipped};
use crate::common::{exchange, load, sample};
use assize::record::ReasonKind;

/// Requirements of the catalogue at the level of must, so that each case may break one of its own.
const REQUIREMENTS: [&str; 6] = [
    "create.status",
    "get.alias",
    "get.unknown",
    "delete.status",
    "delete.body",
    "create.unique",
];

/// What comes of an attempt at a case.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    Passes,
    Warns,
    Fails,
    Breaks,
    Skips,
}

/// How a case stands on the list of expected failures.
#[derive(Clone, Copy, Debug)]
enum Listed {
    Not,
    Accepted,
    Expired,
    ForAnother,
}

/// What comes of the load of a run.
#[derive(Clone, Copy, Debug)]
enum Loaded {
    Not,
    Conforms,
    /// Some of its times are unsound, and nobody asked for them.
    Unsound,
    /// It was asked for a time that it cannot tell.
    Invalid,
    Misses,
    Violates,
}

fn loaded() -> impl Strategy<Value = Loaded> {
    prop_oneof![
        3 => Just(Loaded::Not),
        1 => Just(Loaded::Conforms),
        1 => Just(Loaded::Unsound),
        1 => Just(Loaded::Invalid),
        1 => Just(Loaded::Misses),
        1 => Just(Loaded::Violates),
    ]
}

impl Loaded {
    fn result(self) -> Option<LoadResult> {
        Some(match self {
            Self::Not => return None,
            Self::Conforms => load::conforming(),
            Self::Unsound => load::starved(),
            Self::Invalid => load::starved_and_asked(),
            Self::Misses => load::missing(),
            Self::Violates => sample::load_of_wrong_aliases(),
        })
    }
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let one = prop_oneof![
        Just(Attempt::Passes),
        Just(Attempt::Warns),
        Just(Attempt::Fails),
        Just(Attempt::Breaks),
        Just(Attempt::Skips),
    ];
    proptest::collection::vec(one, 1..4)
}

fn listed() -> impl Strategy<Value = Listed> {
    prop_oneof![
        3 => Just(Listed::Not),
        1 => Just(Listed::Accepted),
        1 => Just(Listed::Expired),
        1 => Just(Listed::ForAnother),
    ]
}

fn result(id: &str, requirement: &str, attempt: Attempt) -> CaseResult {
    let base = case("create", id, "Something holds", &[requirement]);
    let unmet = |level| {
        let finding = finding(
            level,
            &[requirement],
            "status",
            "200",
            &format!("418 of {id}"),
        );
        let answer = exchange::answer(418, &[], b"");
        let record = exchange::record(exchange::get("0"), answer, 990);
        found(base.clone(), vec![finding], record)
    };
    match attempt {
        Attempt::Passes => base,
        Attempt::Warns => unmet(Level::Should),
        Attempt::Fails => unmet(Level::Must),
        Attempt::Breaks => broken(base, exchange::refused(exchange::get("0"))),
        Attempt::Skips => skipped(base, ReasonKind::NoMailbox, "no mailbox"),
    }
}

fn report(
    cases: &[(Vec<Attempt>, Listed)],
    loaded: Loaded,
    again: Again,
    (strict, interrupted): (bool, bool),
) -> Record {
    let mut list = "expected:\n".to_owned();
    let mut order = Vec::new();
    let mut results = Vec::new();
    for (index, (attempts, listed)) in cases.iter().enumerate() {
        let id = format!("case.{index}");
        let requirement = REQUIREMENTS[index % REQUIREMENTS.len()];
        let tried = attempts.iter();
        let tried = tried.map(|attempt| result(&id, requirement, *attempt));
        results.extend(settle(tried.collect(), again));
        let until = if matches!(listed, Listed::Expired) {
            "2026-01-01"
        } else {
            "2999-01-01"
        };
        let of = if matches!(listed, Listed::ForAnother) {
            ", requirements: [body.json]"
        } else {
            ""
        };
        if !matches!(listed, Listed::Not) {
            writeln!(
                list,
                "  - {{case: {id}, reason: known, until: '{until}'{of}}}"
            )
            .unwrap();
        }
        order.push(CaseId::new(id));
    }
    let run = RunInfo {
        strict,
        ..sample::run("check")
    };
    let mut builder = RecordBuilder::new(run);
    for event in sample::finished(results) {
        builder.apply(&event);
    }
    if let Some(load) = loaded.result() {
        builder.apply(&Event::LoadFinished(Box::new(load)));
    }
    if list.lines().count() > 1 {
        let expected = ExpectedFailures::parse("expected.yaml", &list).unwrap();
        builder.expect(expected, time::macros::date!(2026 - 07 - 24));
    }
    if interrupted {
        builder.interrupt();
    }
    builder.finish(1_000.0, &order, &Requirements::builtin().unwrap())
}

type Names = BTreeSet<String>;

fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> Names {
    all.into_iter().map(str::to_owned).collect()
}

/// The ids of cases in a text.
fn cases_in(text: &str) -> Names {
    let id = regex::Regex::new(r"case\.[0-9]+").unwrap();
    id.find_iter(text)
        .map(|found| found.as_str().to_owned())
        .collect()
}

/// Cases whose verdict fails the run.
fn failing(report: &Record) -> Names {
    let fails = |case: &&CaseResult| {
        case.verdict == Verdict::Fail || (report.run.strict && case.verdict == Verdict::Warn)
    };
    let failing = report.cases.iter().filter(fails);
    names(failing.map(|case| case.id.as_str()))
}

/// The part of a page from one heading to the next.
fn section<'a>(text: &'a str, from: &str, to: &[&str]) -> &'a str {
    let Some(at) = text.find(from) else { return "" };
    let rest = &text[at + from.len()..];
    let end = to.iter().filter_map(|mark| rest.find(mark)).min();
    &rest[..end.unwrap_or(rest.len())]
}

fn failing_in_junit(report: &Record) -> Names {
    let xml = junit(report).unwrap();
    let cases = xml.split("<testcase ").skip(1);
    let red = cases.filter(|text| text.contains("<failure "));
    let ids = red.flat_map(|text| cases_in(text.split("<failure ").next().unwrap()));
    ids.collect()
}

fn failing_in_ctrf(report: &Record) -> Names {
    let value: Value = serde_json::from_str(&ctrf(report)).unwrap();
    let tests = value["results"]["tests"].as_array().unwrap().clone();
    let failed = tests.iter().filter(|test| test["status"] == "failed");
    failed
        .filter_map(|test| test["testId"].as_str().map(str::to_owned))
        .collect()
}

/// What a run that is not strict shows as failed on the terminal, case by case or in short.
fn failing_on_terminal(report: &Record) -> Names {
    let text = summary(
        report,
        Look {
            colour: false,
            width: 400,
        },
        &[],
    );
    let marks = [
        "\nWARNINGS",
        "\nBROKEN",
        "\nSKIPPED",
        "\nREADINGS",
        "\nagain",
        "\nnotice",
    ];
    cases_in(section(&text, "\nFAILED", &marks))
}

fn failing_in_markdown(report: &Record) -> Names {
    let text = markdown(report, usize::MAX).replace("&#46;", ".");
    let blocks = text.split("**✗** ").skip(1);
    let ids = blocks.flat_map(|block| cases_in(block.split("<details>").next().unwrap()));
    let alike = text.split("The same in ").skip(1);
    let alike = alike.flat_map(|line| cases_in(line.lines().next().unwrap()));
    ids.chain(alike).collect()
}

fn failing_in_sarif(report: &Record, level: &str) -> Names {
    let value: Value = serde_json::from_str(&sarif(report)).unwrap();
    let results = value["runs"][0]["results"].as_array().unwrap().clone();
    let open = results.iter().filter(|one| {
        one["level"] == level && one["suppressions"].as_array().is_none_or(Vec::is_empty)
    });
    open.flat_map(|one| cases_in(&one.to_string())).collect()
}

fn assert_agreement(report: &Record) {
    let results: Value = serde_json::from_str(&results_json(report).unwrap()).unwrap();
    let headline = report.conclusion.outcome.headline();
    let green = report.conclusion.exit_code == 0;
    let text = summary(report, Look::PLAIN, &[]);
    assert!(text.starts_with(headline), "{text}");
    assert_eq!(
        results["conclusion"]["exit_code"],
        report.conclusion.exit_code
    );
    assert!(markdown(report, usize::MAX).contains(headline));
    assert!(
        html(report)
            .to_lowercase()
            .contains(&format!("<h1>{}</h1>", headline.to_lowercase()))
    );
    let xml = junit(report).unwrap();
    assert_eq!(
        green,
        !xml.contains("<failure ") && !xml.contains("<error "),
        "{xml}"
    );
    assert_eq!(green, badge(report).contains("conforms"));
    let errors = annotations(report);
    assert_eq!(green, !errors.contains("::error"), "{errors}");

    assert_same_cases(report, &text);
    assert_same_requirements(report);
    for load in &report.loads {
        for threshold in &load.thresholds {
            assert_same_threshold(report, threshold, (&text, &xml));
        }
    }
}

/// A text with its signs as they are read.
fn plain(text: &str) -> String {
    let number = regex::Regex::new("&#([0-9]+);").unwrap();
    let text = number.replace_all(text, |found: &regex::Captures<'_>| {
        char::from_u32(found[1].parse().unwrap())
            .unwrap()
            .to_string()
    });
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].into_iter();
    signs.fold(text.into_owned(), |text, (escaped, sign)| {
        text.replace(escaped, sign)
    })
}

/// What came of a threshold is the same in each place that tells it.
fn assert_same_threshold(report: &Record, one: &ThresholdResult, (text, xml): (&str, &str)) {
    let (sign, word) = match (one.kept, one.unsound) {
        (true, _) => ("✓", "| yes |"),
        (false, true) => ("–", "| not judged |"),
        (false, false) => ("✗", "| no |"),
    };
    let name = &one.threshold;
    assert!(text.contains(&format!("  {sign} {name}")), "{text}");
    let page = plain(&markdown(report, usize::MAX));
    let mut rows = page.lines().filter(|line| line.starts_with('|'));
    let row = rows.find(|line| line.contains(name)).unwrap();
    assert!(row.ends_with(word), "{row}");
    let xml = plain(xml);
    let named = format!("threshold {name}\"");
    let mut cases = xml.split("<testcase ");
    let case = cases.find(|case| case.contains(&named)).unwrap();
    assert_eq!(case.contains("<failure "), sign == "✗", "{case}");
    assert_eq!(case.contains("<skipped "), sign == "–", "{case}");
    let page = plain(&html(report));
    let named = format!(">{name}</code>");
    let mut rows = page.split("<tr ");
    let row = rows.find(|row| row.contains(&named)).unwrap();
    let verdict = format!("data-verdict=\"{}\"", one.verdict());
    assert!(row.starts_with(&verdict), "{row}");
}

fn assert_same_cases(report: &Record, text: &str) {
    let failing = failing(report);
    assert_eq!(failing_in_junit(report), failing, "JUnit");
    assert_eq!(failing_in_ctrf(report), failing, "CTRF");
    if !report.run.strict {
        assert_eq!(
            failing_on_terminal(report).is_empty(),
            failing.is_empty(),
            "{text}"
        );
        assert!(failing_on_terminal(report).is_subset(&failing), "{text}");
        assert_eq!(
            failing_in_markdown(report),
            failing,
            "Markdown:\n{}",
            markdown(report, usize::MAX)
        );
        assert_eq!(failing_in_sarif(report, "error"), failing, "SARIF");
    }
}

fn assert_same_requirements(report: &Record) {
    let broken = report.requirements.iter();
    let broken = broken.filter(|one| one.verdict == Verdict::Fail);
    let broken = names(broken.map(|one| one.id.as_str()));
    let pattern =
        regex::Regex::new("id=\"fail-[0-9]+\"[^>]*>\\s*<h3>\\s*<code>([^<]+)</code>").unwrap();
    let page = html(report).replace('\n', " ");
    let in_page = pattern
        .captures_iter(&page)
        .map(|found| found[1].to_owned());
    let in_page = in_page.filter(|name| name != "no requirement");
    let mut in_page: Names = in_page.collect();
    // What the load alone has found stands beside its figures.
    let loads = report.loads.iter().flat_map(|load| &load.findings);
    let loads = loads.filter_map(|found| found.finding.as_ref());
    for id in loads.flat_map(|finding| &finding.requirements) {
        assert!(page.contains(&format!("{id}</")), "the page, {id}");
        in_page.insert(id.to_string());
    }
    assert_eq!(in_page, broken, "the page");
    assert!(
        serde_json::from_str::<Value>(&gitlab(report))
            .unwrap()
            .is_array()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_output_says_the_same(
        cases in proptest::collection::vec((attempts(), listed()), 1..7),
        loaded in loaded(),
        repeated in any::<bool>(),
        strict in any::<bool>(),
        interrupted in proptest::bool::weighted(0.1),
    ) {
        let again = if repeated { Again::Repeated } else { Again::Retried };
        assert_agreement(&report(&cases, loaded, again, (strict, interrupted)));
    }
}
