//! What a terminal shows, at any width: the summary of long runs, and lines while a run goes on; and how much a live page
//! is sent.

use assize::load::{Interval, Reply, Sample, Timeline};
use assize::model::{CaseId, ScenarioId, Verdict};
use assize::record::{Event, LoadOutline, LoadSecond, OperationResult, SecondResult};
use assize::report::{
    LiveView, Look, case_line, live_part, load_started_line, second_line, summary,
};
use std::sync::Arc;
use std::time::Duration;

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

#[test]
fn of_many_failures_two_are_shown_in_full() {
    let mut report = sample::failing();
    let failing = report
        .cases
        .iter()
        .find(|case| case.verdict == Verdict::Fail);
    report.cases = vec![failing.unwrap().clone(); 25];
    for (index, case) in report.cases.iter_mut().enumerate() {
        case.id = CaseId::new(format!("case.{index}"));
        for finding in case.steps.iter_mut().flat_map(|step| &mut step.findings) {
            finding.actual = format!("{} the {index}.", finding.actual);
        }
    }
    let text = summary(&report, Look::PLAIN, &["reports/r/report.html".into()]);
    assert_eq!(text.matches("✗ case.").count(), 2);
    assert!(text.contains("… and 23 more failing cases: see reports/r/report.html"));
}

/// What is left of a terminal of 66 lines, as high as a sheet of paper, below the prompt.
const SCREEN: usize = 65;

#[test]
fn a_summary_fits_one_screen_and_tells_how_to_try_again() {
    let look = Look {
        colour: false,
        width: 80,
    };
    let text = summary(&sample::failing(), look, &["reports/r/report.html".into()]);
    assert!(
        text.lines().count() <= SCREEN,
        "{} lines",
        text.lines().count()
    );
    assert!(text.contains("\nagain    assize check --rerun-failed 20260724-101500-k3f9\n"));
    let passed = summary(&sample::passing(), look, &[]);
    assert!(!passed.contains("--rerun-failed"));
}

#[test]
fn many_operations_of_a_load_have_a_line_each() {
    let mut report = sample::failing_load();
    let load = &mut report.loads[0];
    let one = load.operations.remove(0);
    load.operations = (0..7)
        .map(|index| OperationResult {
            name: format!("lifecycle: step {index}"),
            ..one.clone()
        })
        .collect();
    let look = Look {
        colour: false,
        width: 80,
    };
    let text = summary(&report, look, &["reports/r/report.html".into()]);
    insta::assert_snapshot!("load-of-many-operations", text);
    assert!(text.lines().count() <= SCREEN);
}

/// Whether a line belongs to a command, which may be broken between its arguments only.
fn is_command(line: &str) -> bool {
    let starts = ["curl ", "-H ", "--data-raw ", "http"];
    starts
        .iter()
        .any(|start| line.trim_start().starts_with(start))
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [40, 60, 80, 200] {
        let look = Look {
            colour: false,
            width,
        };
        for (name, report) in crate::readable() {
            for line in summary(&report, look, &["reports/r/report.html".into()]).lines() {
                let fits = line.chars().count() <= width || is_command(line);
                assert!(fits, "{name} at {width}: {line}");
            }
        }
    }
}

/// A load of so many seconds with ten answers each, as it is shown while it goes on.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn under_way(seconds: i64) -> LiveView {
    let timeline = Timeline::new(Duration::ZERO, Duration::from_hours(1));
    let mut view = LiveView::new(sample::run("load"));
    view.apply(&Event::LoadStarted(Arc::new(LoadOutline {
        scenario: ScenarioId::new("lookup"),
        planned_s: 3_600.0,
        is_open: true,
        thresholds: vec!["p99 < 5ms".parse().unwrap()],
        usual_thresholds: 0,
        shares: vec![1.0],
    })));
    for number in 0..seconds {
        let mut interval = Interval::new(1);
        interval.second = number;
        interval.start = timeline.start_of(number);
        interval.end = timeline.end_of(number);
        for millis in 1..=10 {
            interval.tallies[0].record(&Sample {
                operation: 0,
                due: 0,
                started: 0,
                finished: millis * 1_000_000,
                reply: Reply::Answered {
                    status: 200,
                    conforming: true,
                },
            });
        }
        view.apply(&Event::LoadSecond(LoadSecond {
            result: SecondResult::new(&timeline, &interval),
            operations: Arc::new(["get".to_owned()]),
            start_s: timeline.measured_seconds(interval.start),
            interval: Arc::new(interval),
            measured_from: 1_700_000_000.0,
            target: None,
        }));
    }
    view
}

#[test]
fn what_is_sent_of_a_load_each_second_does_not_grow_with_its_time() {
    let (minutes, more) = (live_part(&under_way(120)), live_part(&under_way(660)));
    for part in [&minutes, &more] {
        assert!(part.contains("Where the times lie") && part.contains("p99 &lt; 5ms"));
        assert!(part.contains("10.0 ms"), "{part}");
    }
    assert!(
        more.len() < minutes.len() * 5 / 4,
        "{} after {}",
        more.len(),
        minutes.len()
    );
    assert!(more.len() < 150_000, "{}", more.len());
}

#[test]
fn what_is_kept_of_a_load_does_not_grow_with_its_time() {
    // All that it holds is in what debugging prints of it.
    let [minutes, an_hour] = [700, 3_500].map(|seconds| format!("{:?}", under_way(seconds)).len());
    assert!(
        an_hour < minutes * 21 / 20,
        "{minutes} and {an_hour} characters"
    );
}
