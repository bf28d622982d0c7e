//! A diff as JUnit XML: a case a difference.

use super::layer::{self, FailureMessage, JunitError, Mark, Suite, TestCase};
use super::time_of;
use crate::difference::{DiffRecord, Difference, DifferenceClass};
use crate::model::Level;
use crate::report::difference::{both, heading, line, subject};

/// The class of all cases.
const CLASS: &str = "diff";

/// The diff as JUnit XML: one case for each difference, and one for the diff as a whole, which is red whenever the
/// exit code is not 0.
///
/// # Errors
///
/// If the XML writer fails, which no content of a diff makes it do.
pub fn difference_junit(record: &DiffRecord) -> Result<String, JunitError> {
    let differences = record.differences.iter().map(|one| case(one, record));
    let mut cases: Vec<TestCase> = differences.collect();
    cases.push(TestCase {
        name: "the diff as a whole".to_owned(),
        classname: CLASS.to_owned(),
        file: None,
        duration_ms: record.info.duration_ms,
        mark: Mark::of_whole(heading(record), &record.conclusion),
        output: Some(record.remarks.join("\n")).filter(|text| !text.is_empty()),
    });
    let letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let properties = letters.into_iter().zip(&record.targets);
    layer::write(vec![Suite {
        name: CLASS.to_owned(),
        started: time_of(&record.info.started),
        properties: properties
            .map(|(letter, side)| (letter, side.what.clone()))
            .collect(),
        cases,
    }])
}

fn case(difference: &Difference, record: &DiffRecord) -> TestCase {
    let message = |body: Option<String>| FailureMessage {
        kind: "difference".to_owned(),
        text: line(difference),
        body,
    };
    let fails = record.counts(difference);
    let mark = match difference.class {
        _ if difference.accepted.is_some() => Mark::Skipped(message(None)),
        _ if fails => Mark::Failure(message(commands(difference))),
        DifferenceClass::Reading | DifferenceClass::Outside => Mark::Pass,
        _ if difference.level == Some(Level::Must) => Mark::Failure(message(None)),
        _ => Mark::Skipped(message(None)),
    };
    let output = matches!(mark, Mark::Pass).then(|| both(difference));
    TestCase {
        name: format!("{} ({})", subject(difference), difference.sides.join(" ")),
        classname: CLASS.to_owned(),
        file: None,
        duration_ms: 0.0,
        mark,
        output,
    }
}

/// The commands that show it again.
fn commands(difference: &Difference) -> Option<String> {
    let example = difference.example.as_ref()?;
    let both = [&example.first, &example.second].into_iter().flatten();
    let lines: Vec<&str> = both.map(|one| one.curl.as_str()).collect();
    Some(lines.join("\n"))
}
