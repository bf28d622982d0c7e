//! Lines for plain output while a run goes on.

use assize::model::ScenarioId;
use assize::report::{Look, SecondResult, case_line, load_started_line, second_line};

use crate::common::sample;

#[test]
fn a_case_is_one_line_with_what_went_wrong() {
    let narrow = Look {
        colour: false,
        width: 60,
    };
    let mut lines = Vec::new();
    for report in [sample::failing(), sample::broken_run()] {
        lines.extend(report.cases.iter().map(|case| case_line(case, narrow)));
    }
    insta::assert_snapshot!("live-cases", lines.join("\n"));
    assert!(lines.iter().all(|line| line.chars().count() <= 60));
}

#[test]
fn a_second_of_a_load_is_one_line() {
    let quiet = SecondResult {
        at_s: -1.0,
        answered: 600,
        p50_us: 990,
        p99_us: 4_810,
        lag_max_us: 61,
        ..SecondResult::default()
    };
    let bad = SecondResult {
        at_s: 12.0,
        answered: 12_345,
        nonconforming: 41,
        errors: 1,
        p99_us: 171_000,
        ..quiet.clone()
    };
    let lines = [
        load_started_line(&ScenarioId::new("lookup"), 32.0, Look::PLAIN),
        second_line(&quiet, Look::PLAIN),
        second_line(&bad, Look::PLAIN),
    ];
    insta::assert_snapshot!("live-load", lines.join("\n"));
}
