//! The thresholds of a load as test cases.

use super::layer::{FailureMessage, Mark, TestCase};
use crate::model::Verdict;
use crate::record::LoadResult;
use crate::record::ThresholdResult;

/// One test case for each threshold.
pub(super) fn cases(load: &LoadResult) -> impl Iterator<Item = TestCase> {
    load.thresholds.iter().map(|one| case(load, one))
}

fn case(load: &LoadResult, threshold: &ThresholdResult) -> TestCase {
    let told = format!("{}: {}", threshold.named(), threshold.told_of());
    let message = |kind: &str, body| FailureMessage {
        kind: kind.to_owned(),
        text: told.clone(),
        body,
    };
    let mark = match threshold.verdict() {
        Verdict::Pass => Mark::Pass,
        Verdict::Skip => Mark::Skipped(message("unsound", None)),
        Verdict::Warn | Verdict::Fail | Verdict::Broken => {
            Mark::Failure(message("threshold", Some(body(load, &told))))
        }
    };
    TestCase {
        name: format!("{} threshold {}", load.scenario, threshold.threshold),
        classname: "assize.load".to_owned(),
        file: None,
        // The time of the load counts once, at its operations.
        duration_ms: 0.0,
        output: threshold.kept.then_some(told),
        mark,
    }
}

fn body(load: &LoadResult, told: &str) -> String {
    let early = load.stopped_by.as_ref().map_or_else(String::new, |by| {
        format!("\nthe load was stopped early, because `{by}` was lost")
    });
    format!("{told}\n{}{early}", load.model())
}
