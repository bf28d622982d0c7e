//! The report as JUnit XML, in the dialect that GitLab, Jenkins, Azure and the GitHub actions read.
//!
//! A failure is the target's fault, an error is not. A run that does not conform never gives a file
//! without a failure or an error, whatever it was that went wrong.

mod case;
mod comparison;
mod difference;
mod explain;
mod layer;
mod load;
mod run;
mod threshold;
mod token;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::model::SuiteId;
use crate::record::CaseResult;
use crate::record::Record;
use layer::Suite;

pub(super) use case::case;
pub(super) use layer::{Mark, TestCase};

pub use comparison::comparison_junit;
pub use difference::difference_junit;
pub use layer::JunitError;

/// The report as JUnit XML.
///
/// One test suite for each suite, one named `load` with a case for each operation, and one named
/// `assize` with what concerns the run as a whole.
///
/// # Errors
///
/// If the XML writer fails, which no content of a report makes it do.
pub fn junit(report: &Record) -> Result<String, JunitError> {
    let started = started(report);
    let mut suites = case_suites(report, started);
    suites.extend(load_suites(report, started));
    let run = run_suite(report, &suites, started);
    suites.extend(run);
    let properties = properties(report);
    for suite in &mut suites {
        suite.properties.extend(properties.iter().cloned());
    }
    layer::write(suites)
}

/// The test cases that are no cases of suites: those of the load, and those of the run as a whole.
pub(super) fn other_cases(report: &Record) -> Vec<TestCase> {
    let started = started(report);
    let mut suites = case_suites(report, started);
    let of_cases = suites.len();
    suites.extend(load_suites(report, started));
    let run = run_suite(report, &suites, started);
    suites.extend(run);
    let others = suites.into_iter().skip(of_cases);
    others.flat_map(|suite| suite.cases).collect()
}

fn case_suites(report: &Record, started: OffsetDateTime) -> Vec<Suite> {
    let ids = suite_ids(report).into_iter();
    ids.map(|id| suite(report, id, started)).collect()
}

fn load_suites(report: &Record, started: OffsetDateTime) -> impl Iterator<Item = Suite> {
    report.loads.iter().map(move |load| Suite {
        name: "load".to_owned(),
        started,
        properties: load::properties(load),
        cases: load::cases(report, load),
    })
}

/// What concerns the run as a whole, unless the other suites tell it.
fn run_suite(report: &Record, others: &[Suite], started: OffsetDateTime) -> Option<Suite> {
    let red = others
        .iter()
        .flat_map(|suite| &suite.cases)
        .any(|case| case.mark.is_red());
    let cases = run::cases(report, red);
    (!cases.is_empty()).then(|| Suite {
        name: "assize".to_owned(),
        started,
        properties: Vec::new(),
        cases,
    })
}

/// The beginning of the run. A text that is no time, which assize never writes, counts as 1970.
pub(super) fn started(report: &Record) -> OffsetDateTime {
    time_of(&report.run.started)
}

/// The time of a text as RFC 3339; 1970 of any other text.
fn time_of(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The suites in the order of their first cases.
fn suite_ids(report: &Record) -> Vec<&SuiteId> {
    let mut ids = Vec::new();
    for case in &report.cases {
        if !ids.contains(&&case.suite) {
            ids.push(&case.suite);
        }
    }
    ids
}

fn suite(report: &Record, id: &SuiteId, started: OffsetDateTime) -> Suite {
    let cases: Vec<&CaseResult> = report
        .cases
        .iter()
        .filter(|case| case.suite == *id)
        .collect();
    Suite {
        name: id.to_string(),
        started,
        properties: Vec::new(),
        cases: cases
            .into_iter()
            .map(|result| case::case(report, result))
            .collect(),
    }
}

/// What identifies the run, so that it can be repeated.
fn properties(report: &Record) -> Vec<(&'static str, String)> {
    let run = &report.run;
    vec![
        ("assize.run", run.id.to_string()),
        ("assize.version", run.version.clone()),
        ("assize.target", run.target_named()),
        ("assize.seed", run.seed.to_string()),
        ("assize.tag", run.tag.clone()),
        (
            "assize.outcome",
            report.conclusion.outcome.headline().to_lowercase(),
        ),
        ("assize.exit-code", report.conclusion.exit_code.to_string()),
    ]
}
