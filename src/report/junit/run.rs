//! What concerns the run as a whole as test cases, so that no bad run looks good.

use super::layer::{FailureMessage, Mark, TestCase};
use crate::model::Outcome;
use crate::record::Record;

/// One error for each trouble, and one for the outcome where nothing else tells it. `red` says
/// whether a test case of another suite is a failure or an error.
pub(super) fn cases(report: &Record, red: bool) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = report
        .troubles
        .iter()
        .map(|trouble| error(trouble.outcome, &trouble.text))
        .collect();
    let conclusion = &report.conclusion;
    let told = report
        .troubles
        .iter()
        .any(|trouble| trouble.outcome == conclusion.outcome);
    if !told && !tells(conclusion.outcome, red) {
        cases.push(error(conclusion.outcome, &conclusion.sentence));
    }
    cases
}

/// Whether the test cases of the suites tell of an outcome.
const fn tells(outcome: Outcome, red: bool) -> bool {
    match outcome {
        Outcome::Conforms => true,
        Outcome::Violated | Outcome::Broken | Outcome::ThresholdMissed => red,
        Outcome::Misused
        | Outcome::NothingRan
        | Outcome::MeasurementInvalid
        | Outcome::Interrupted => false,
    }
}

fn error(outcome: Outcome, text: &str) -> TestCase {
    let headline = outcome.headline().to_lowercase();
    TestCase {
        name: format!("run: {headline}"),
        classname: "assize.run".to_owned(),
        file: None,
        duration_ms: 0.0,
        mark: Mark::Error(FailureMessage {
            kind: headline,
            text: text.to_owned(),
            body: Some(format!("{text}\n\nExit code {}.", outcome.exit_code())),
        }),
        output: None,
    }
}
