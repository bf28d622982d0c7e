//! The thresholds of a load as test cases.

use super::layer::{Case, Mark, Message};
use crate::report::load_judgement::ThresholdResult;
use crate::report::load_result::LoadResult;
use crate::report::report::Report;

/// One test case for each threshold.
pub(super) fn cases(report: &Report, load: &LoadResult) -> impl Iterator<Item = Case> {
    let invalid = !report.run.accept_invalid && load.generator.invalid().is_some();
    let cases = load.thresholds.iter();
    cases.map(move |one| case(load, one, invalid))
}

fn case(load: &LoadResult, threshold: &ThresholdResult, invalid: bool) -> Case {
    let told = format!("{}: {}", threshold.threshold, threshold.told_of());
    let mark = if invalid {
        Mark::Skipped(Message {
            kind: "invalid".to_owned(),
            text: "the measurement is invalid, so no threshold is judged".to_owned(),
            body: None,
        })
    } else if threshold.kept {
        Mark::Pass
    } else {
        Mark::Failure(Message {
            kind: "threshold".to_owned(),
            text: told.clone(),
            body: Some(body(load, &told)),
        })
    };
    Case {
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
