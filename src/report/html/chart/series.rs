//! A load second by second: its rate, its times, and what went wrong.

use super::frame::{Axis, number};
use super::percentile::time_axis;
use super::time::TimeRange;
use super::{Frame, Scale, Tick, figure, heat};
use crate::record::MIB;
use crate::record::quantity::{count, float, micros, rate};
use crate::record::{LoadResult, SecondResult};
use crate::record::{TargetSecond, TargetUse};
use crate::report::html::element::{Element, labelled};
use crate::report::live_load::LiveSecond;

/// More points are drawn as fewer: they would lie side by side on one pixel.
const MOST_POINTS: usize = 600;

/// What is left free above the highest value, so that its line is not the border.
const HEADROOM: f64 = 1.05;

/// A part of the time axis.
struct TimeSpan {
    /// Its beginning and end, in seconds of the measurement.
    at_s: (f64, f64),
    /// Answers a second, on average.
    answered: f64,
    /// The most answers in a second that did not conform.
    nonconforming: u64,
    /// The most requests in a second without an answer.
    errors: u64,
    /// The highest median.
    p50_us: u64,
    /// The highest 99th percentile.
    p99_us: u64,
}

/// A page that is made each second has as many as the map of its times has columns: what it takes must not grow with the
/// time of the load.
const MOST_LIVE_POINTS: usize = 60;

/// The charts of a load over its time, with what the target used.
pub(in crate::report::html) fn charts(load: &LoadResult) -> Vec<Element> {
    let seconds: Vec<&SecondResult> = load.series.iter().collect();
    let time = TimeRange::of(&seconds, load.target.as_ref());
    let target = load.target.iter();
    let target = target.flat_map(|used| target_charts(used, time));
    let charts = with_points(&seconds, MOST_POINTS, time).into_iter();
    charts
        .chain(heat::chart(&load.series, time))
        .chain(target)
        .collect()
}

/// The same of a load that is under way.
pub(in crate::report::html) fn charts_of_live(of_load: &[&LiveSecond]) -> Vec<Element> {
    let seconds: Vec<&SecondResult> = of_load.iter().map(|second| &second.figures).collect();
    let time = TimeRange::of(&seconds, None);
    let charts = with_points(&seconds, MOST_LIVE_POINTS, time).into_iter();
    charts.chain(heat::chart_of_live(of_load, time)).collect()
}

fn with_points(of_load: &[&SecondResult], most: usize, time: TimeRange) -> Vec<Element> {
    let seconds = of_load.len().div_ceil(most).max(1);
    let spans: Vec<TimeSpan> = of_load.chunks(seconds).filter_map(span).collect();
    let note = if seconds > 1 {
        format!(
            "Each point stands for {seconds} seconds: the mean rate, and the highest of the rest."
        )
    } else {
        String::new()
    };
    vec![
        rates(&spans, time, &note),
        times(&spans, time),
        bad(&spans, time),
    ]
}

fn span(seconds: &[&SecondResult]) -> Option<TimeSpan> {
    let (first, last) = (seconds.first()?, seconds.last()?);
    let most = |of: fn(&SecondResult) -> u64| {
        let all = seconds.iter().map(|second| of(second));
        all.max().unwrap_or_default()
    };
    let answered: u64 = seconds.iter().map(|second| second.answered).sum();
    Some(TimeSpan {
        at_s: (first.at_s - 1.0, last.at_s),
        answered: float(answered) / number(seconds.len()),
        nonconforming: most(|second| second.nonconforming),
        errors: most(|second| second.errors),
        p50_us: most(|second| second.p50_us),
        p99_us: most(|second| second.p99_us),
    })
}

fn rates(spans: &[TimeSpan], time: TimeRange, note: &str) -> Element {
    let highest = spans.iter().map(|span| span.answered).fold(0.0, f64::max);
    let mut frame = time.frame(count_axis(highest, "answers a second"));
    frame.line(
        "line rate",
        spans.iter().map(|span| (span.at_s.1, span.answered)),
    );
    hover(&mut frame, spans, |span| {
        format!("{} answers a second", rate(span.answered))
    });
    let summary = format!("Answers a second: {} at the most.", rate(highest));
    let keys = time.keys(&[]);
    figure("Answers a second", &keys, note, frame.finish(&summary))
}

fn times(spans: &[TimeSpan], time: TimeRange) -> Element {
    let answered = || spans.iter().filter(|span| span.p99_us > 0);
    let lowest = answered().map(|span| span.p50_us).min().unwrap_or_default();
    let highest = answered().map(|span| span.p99_us).max().unwrap_or_default();
    let mut frame = time.frame(time_axis(lowest, highest, "time (log scale)"));
    frame.line(
        "line p99",
        answered().map(|span| (span.at_s.1, float(span.p99_us))),
    );
    frame.line(
        "line p50",
        answered().map(|span| (span.at_s.1, float(span.p50_us))),
    );
    hover(&mut frame, spans, |span| {
        format!("p50 {}, p99 {}", micros(span.p50_us), micros(span.p99_us))
    });
    let summary = format!(
        "Response time each second: the 99th percentile is {} at the most.",
        micros(highest)
    );
    figure(
        "Response time",
        &time.keys(&[("p50", "p50"), ("p99", "p99")]),
        "",
        frame.finish(&summary),
    )
}

fn bad(spans: &[TimeSpan], time: TimeRange) -> Element {
    let highest = spans
        .iter()
        .map(|span| span.errors + span.nonconforming)
        .max()
        .unwrap_or_default();
    if highest == 0 {
        let text = "In every second every request was answered, and every answer conformed.";
        return labelled("p", "quiet note", text);
    }
    let mut frame = time.frame(count_axis(float(highest), "requests a second"));
    for span in spans
        .iter()
        .filter(|span| span.errors + span.nonconforming > 0)
    {
        let (lower, upper) = (
            float(span.nonconforming),
            float(span.nonconforming + span.errors),
        );
        frame.bar("column nonconforming", span.at_s, (0.0, lower));
        frame.bar("column errors", span.at_s, (lower, upper));
    }
    hover(&mut frame, spans, |span| {
        let (nonconforming, errors) = (count(span.nonconforming), count(span.errors));
        format!("{nonconforming} not conforming, {errors} without an answer")
    });
    let summary = format!(
        "What went wrong each second: {} requests at the most.",
        count(highest)
    );
    let lines = [("nonconforming", "not conforming"), ("errors", "no answer")];
    figure(
        "What went wrong",
        &time.keys(&lines),
        "",
        frame.finish(&summary),
    )
}

/// The charts of what the target used.
fn target_charts(used: &TargetUse, time: TimeRange) -> [Element; 2] {
    let step = used.series.len().div_ceil(MOST_POINTS).max(1);
    let points = |figure: &dyn Fn(&TargetSecond) -> Option<f64>| -> Vec<(f64, f64)> {
        let seconds = used.series.iter().step_by(step);
        let points = seconds.filter_map(|second| Some((second.at_s, figure(second)?)));
        points.collect()
    };
    let processors = points(&|second| Some(second.processors));
    let memory = points(&|second| second.memory.map(|bytes| float(bytes) / float(MIB)));
    [
        ("Processors of the target", "processors", processors),
        ("Memory of the target", "MiB", memory),
    ]
    .map(|(title, unit, points)| target_chart(title, unit, &points, (time, number(step))))
}

/// Each point stands for the seconds since the one before.
fn target_chart(
    title: &str,
    unit: &'static str,
    points: &[(f64, f64)],
    (time, seconds): (TimeRange, f64),
) -> Element {
    let highest = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let mut frame = time.frame(count_axis(highest, unit));
    frame.line("line rate", points.iter().copied());
    for (at_s, value) in points {
        let told = format!("{at_s:.0} s: {} {unit}", rate(*value));
        frame.hover((at_s - seconds, *at_s), &told);
    }
    let summary = format!("{title}: {} {unit} at the most.", rate(highest));
    figure(title, &time.keys(&[]), "", frame.finish(&summary))
}

/// Shows what is told of each part of the time under the cursor.
fn hover(frame: &mut Frame, spans: &[TimeSpan], told: impl Fn(&TimeSpan) -> String) {
    for span in spans {
        let at = format!("{:.0} s", span.at_s.1);
        frame.hover(span.at_s, &format!("{at}: {}", told(span)));
    }
}

/// An axis from nothing to the highest value.
pub(super) fn count_axis(highest: f64, title: &'static str) -> Axis {
    let scale = Scale::from_zero(highest * HEADROOM);
    let ticks = scale.round_values().into_iter().map(|value| Tick {
        value,
        name: rate(value),
    });
    Axis {
        scale,
        title,
        ticks: ticks.collect(),
    }
}
