//! A comparison as JUnit XML: a case a judged figure.

use super::layer::{self, FailureMessage, JunitError, Mark, Suite, TestCase};
use super::time_of;
use crate::compare::{
    ComparisonRecord, ComparisonVerdict, FigureComparison, FigureVerdict, headline,
};
use crate::report::comparison::figure_line;

/// The comparison as JUnit XML: one case for each judged figure, and one for the comparison as a whole, which is
/// red whenever the exit code is not 0.
///
/// # Errors
///
/// If the XML writer fails, which no content of a comparison makes it do.
pub fn comparison_junit(record: &ComparisonRecord) -> Result<String, JunitError> {
    let judged = record.figures.iter().filter(|figure| figure.judged);
    let mut cases: Vec<TestCase> = judged.map(|figure| case(figure, record)).collect();
    cases.push(TestCase {
        name: "the comparison as a whole".to_owned(),
        classname: CLASS.to_owned(),
        file: None,
        duration_ms: record.info.duration_ms,
        mark: Mark::of_whole(headline(record.verdict), &record.conclusion),
        output: Some(record.remarks.join("\n")).filter(|text| !text.is_empty()),
    });
    layer::write(vec![Suite {
        name: CLASS.to_owned(),
        started: time_of(&record.info.started),
        properties: vec![
            ("a", record.a.what.clone()),
            ("b", record.b.what.clone()),
            ("tolerance", record.info.tolerance.to_string()),
        ],
        cases,
    }])
}

/// The class of all cases.
const CLASS: &str = "compare";

fn case(figure: &FigureComparison, record: &ComparisonRecord) -> TestCase {
    let line = figure_line(figure, &record.info);
    let message = |kind: &str| FailureMessage {
        kind: kind.to_owned(),
        text: line.clone(),
        body: None,
    };
    let mark = match figure.verdict {
        _ if record.verdict == ComparisonVerdict::Void => Mark::Skipped(message("void")),
        Some(verdict) if figure.beyond_tolerance => Mark::Failure(message(verdict.as_str())),
        Some(FigureVerdict::CannotTell) | None => Mark::Skipped(message("cannot tell")),
        Some(_) => Mark::Pass,
    };
    let output = matches!(mark, Mark::Pass).then(|| line.clone());
    TestCase {
        name: figure.name.clone(),
        classname: CLASS.to_owned(),
        file: None,
        duration_ms: 0.0,
        mark,
        output,
    }
}
