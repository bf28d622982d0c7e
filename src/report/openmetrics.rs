//! A run while it is under way, for Prometheus and its like (`OpenMetrics` 1.0).

use std::fmt::Write;

use super::live::LiveView;
use super::live_load::LiveLoad;
use crate::load::{Tally, Times};
use crate::record::SecondResult;
use crate::record::quantity::float;

/// The upper bounds of the buckets, in microseconds. A percentile that is read from them is at most one bucket off.
const BOUNDS_US: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// The media type of the text.
pub const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The metrics of a run so far. Counters begin with the measurement, so that the warm-up is in none.
#[must_use]
pub fn openmetrics(view: &LiveView) -> String {
    let mut text = String::new();
    let run = [
        ("run", view.run.id.as_str()),
        ("version", &view.run.version),
        ("verb", &view.run.verb),
    ];
    let labels = run.map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    family(&mut text, "assize_run", "info", "The run");
    line(
        &mut text,
        &format!("assize_run_info{{{}}}", labels.join(",")),
        1,
    );
    family(
        &mut text,
        "assize_cases",
        "counter",
        "Cases that ended, by verdict",
    );
    for (verdict, count) in &view.verdicts {
        line(
            &mut text,
            &format!("assize_cases_total{{verdict=\"{verdict}\"}}"),
            count,
        );
    }
    if !view.findings.is_empty() {
        let help = "Unmet expectations, by requirement; those of a load once it has ended";
        family(&mut text, "assize_findings", "counter", help);
    }
    for (id, count) in &view.findings {
        let id = escaped(id.as_str());
        line(
            &mut text,
            &format!("assize_findings_total{{requirement=\"{id}\"}}"),
            count,
        );
    }
    if let Some(load) = &view.load {
        of_load(&mut text, load);
    }
    text.push_str("# EOF\n");
    text
}

fn of_load(text: &mut String, load: &LiveLoad) {
    let conforming = load.sum(|tally| tally.conforming);
    let nonconforming = load.sum(Tally::nonconforming);
    let help = "Requests of the load that ended, by outcome";
    family(text, "assize_requests", "counter", help);
    for (outcome, count) in [
        ("conforming", conforming),
        ("nonconforming", nonconforming),
        ("limited", load.sum(|tally| tally.limited)),
        ("unanswered", load.sum(Tally::failed)),
    ] {
        let name = format!("assize_requests_total{{outcome=\"{outcome}\"}}");
        line(text, &name, count);
    }
    histogram(text, &load.answers());
    if let Some(last) = load.last() {
        gauges(text, last);
    }
    let help = "Whether the figures tell of the target: 0 if they do, 1 with care, 2 if some tell of assize";
    family(text, "assize_soundness", "gauge", help);
    line(text, "assize_soundness", load.soundness().grade());
}

fn histogram(text: &mut String, times: &Times) {
    let name = "assize_response_seconds";
    let help = "From the moment a request was due to the end of its answer";
    family(text, name, "histogram", help);
    for bound in BOUNDS_US {
        let bucket = format!("{name}_bucket{{le=\"{:?}\"}}", seconds(bound));
        line(text, &bucket, below(times, bound));
    }
    line(
        text,
        &format!("{name}_bucket{{le=\"+Inf\"}}"),
        times.count(),
    );
    line(text, &format!("{name}_count"), times.count());
    let sum = times.mean() * float(times.count()) / 1e9;
    line(text, &format!("{name}_sum"), sum);
}

/// How the generator did in the last second.
fn gauges(text: &mut String, last: &SecondResult) {
    let lag = seconds(last.lag_max_us);
    for (name, value, help) in [
        (
            "assize_lag_max_seconds",
            lag,
            "The longest own lag of the last second",
        ),
        (
            "assize_generator_cpu_ratio",
            last.generator_cpu,
            "How long of it the busiest thread ran",
        ),
        (
            "assize_generator_starved_ratio",
            last.generator_starved,
            "How long of it threads had no processor",
        ),
        (
            "assize_queued_iterations",
            float(last.queued),
            "Iterations that were due and not begun",
        ),
    ] {
        family(text, name, "gauge", help);
        line(text, name, value);
    }
}

/// How many times are not above a bound.
fn below(times: &Times, bound_us: u64) -> u64 {
    times.count() - times.count_from(bound_us * 1_000 + 1).min(times.count())
}

fn seconds(us: u64) -> f64 {
    float(us) / 1e6
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# TYPE {name} {kind}\n# HELP {name} {help}");
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{name} {value}");
}
