//! A load second by second: its rate, its times, and what went wrong.

use super::frame::{Axis, number};
use super::percentile::time_axis;
use super::{ChartKey, Frame, Scale, Tick, figure};
use crate::record::MIB;
use crate::record::SecondResult;
use crate::record::quantity::{count, float, micros, rate};
use crate::record::{TargetSecond, TargetUse};
use crate::report::html::element::{Element, labelled};

/// The height of a chart in its own units.
const HEIGHT: f64 = 200.0;

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

/// The charts of a load, by its seconds.
pub(in crate::report::html) fn charts(of_load: &[&SecondResult]) -> Vec<Element> {
    with_points(of_load, MOST_POINTS)
}

/// The same of a load that is under way.
pub(in crate::report::html) fn charts_of_live(of_load: &[&SecondResult]) -> Vec<Element> {
    with_points(of_load, MOST_LIVE_POINTS)
}

fn with_points(of_load: &[&SecondResult], most: usize) -> Vec<Element> {
    let seconds = of_load.len().div_ceil(most).max(1);
    let spans: Vec<TimeSpan> = of_load.chunks(seconds).filter_map(span).collect();
    let note = if seconds > 1 {
        format!(
            "Each point stands for {seconds} seconds: the mean rate, and the highest of the rest."
        )
    } else {
        String::new()
    };
    vec![rates(&spans, &note), times(&spans), bad(&spans)]
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

fn rates(spans: &[TimeSpan], note: &str) -> Element {
    let highest = spans.iter().map(|span| span.answered).fold(0.0, f64::max);
    let mut frame = frame(spans, count_axis(highest, "answers a second"));
    frame.line(
        "line rate",
        spans.iter().map(|span| (span.at_s.1, span.answered)),
    );
    hover(&mut frame, spans, |span| {
        format!("{} answers a second", rate(span.answered))
    });
    let summary = format!("Answers a second: {} at the most.", rate(highest));
    let keys = keys(begins(spans), &[]);
    figure("Answers a second", &keys, note, frame.finish(&summary))
}

fn times(spans: &[TimeSpan]) -> Element {
    let answered = || spans.iter().filter(|span| span.p99_us > 0);
    let lowest = answered().map(|span| span.p50_us).min().unwrap_or_default();
    let highest = answered().map(|span| span.p99_us).max().unwrap_or_default();
    let mut frame = frame(spans, time_axis(lowest, highest, "time (log scale)"));
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
        &keys(begins(spans), &[("p50", "p50"), ("p99", "p99")]),
        "",
        frame.finish(&summary),
    )
}

fn bad(spans: &[TimeSpan]) -> Element {
    let highest = spans
        .iter()
        .map(|span| span.errors + span.nonconforming)
        .max()
        .unwrap_or_default();
    if highest == 0 {
        let text = "In every second every request was answered, and every answer conformed.";
        return labelled("p", "quiet note", text);
    }
    let mut frame = frame(spans, count_axis(float(highest), "requests a second"));
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
        &keys(begins(spans), &lines),
        "",
        frame.finish(&summary),
    )
}

/// The charts of what the target used.
pub(in crate::report::html) fn target_charts(used: &TargetUse) -> Vec<Element> {
    let processors = |second: &TargetSecond| Some(second.processors);
    let memory = |second: &TargetSecond| second.memory.map(|bytes| float(bytes) / float(MIB));
    vec![
        target_chart(used, "Processors of the target", "processors", processors),
        target_chart(used, "Memory of the target", "MiB", memory),
    ]
}

fn target_chart(
    used: &TargetUse,
    title: &'static str,
    unit: &'static str,
    figure: fn(&TargetSecond) -> Option<f64>,
) -> Element {
    let step = used.series.len().div_ceil(MOST_POINTS).max(1);
    let seconds = used.series.iter().step_by(step);
    let points: Vec<(f64, f64)> = seconds
        .filter_map(|second| Some((second.at_s, figure(second)?)))
        .collect();
    let highest = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let ends = points.first().zip(points.last());
    let (low, high) = ends.map_or((0.0, 1.0), |(first, last)| (first.0 - 1.0, last.0));
    let mut frame = time_frame_of((low, high), count_axis(highest, unit));
    frame.line("line rate", points.into_iter());
    let summary = format!("{title}: {} {unit} at the most.", rate(highest));
    self::figure(title, &keys(low, &[]), "", frame.finish(&summary))
}

/// Shows what is told of each part of the time under the cursor.
fn hover(frame: &mut Frame, spans: &[TimeSpan], told: impl Fn(&TimeSpan) -> String) {
    for span in spans {
        let at = format!("{:.0} s", span.at_s.1);
        frame.hover(span.at_s, &format!("{at}: {}", told(span)));
    }
}

fn begins(spans: &[TimeSpan]) -> f64 {
    spans.first().map_or(0.0, |span| span.at_s.0)
}

/// What is drawn, and the warm-up where there is one.
fn keys(begins: f64, drawn: &[ChartKey]) -> Vec<ChartKey> {
    let warm_up = (begins < 0.0).then_some(("shade", "warm-up"));
    drawn.iter().copied().chain(warm_up).collect()
}

/// A frame over the time of the load, with the warm-up shaded.
fn frame(spans: &[TimeSpan], y: Axis) -> Frame {
    let low = begins(spans);
    let high = spans.last().map_or(1.0, |span| span.at_s.1);
    time_frame_of((low, high), y)
}

/// The same over this time, from its beginning to its end.
pub(super) fn time_frame_of((low, high): (f64, f64), y: Axis) -> Frame {
    let high = high.max(low + 1.0);
    let scale = Scale::Linear { low, high };
    // Of the first seconds the scale would name parts, too.
    let whole = scale.round_values().into_iter();
    let whole = whole.filter(|value| (value - value.round()).abs() < 1e-6);
    let ticks = whole.map(|value| Tick {
        value,
        name: format!("{value:.0}"),
    });
    let x = Axis {
        scale,
        title: "seconds of the measurement",
        ticks: ticks.collect(),
    };
    let mut frame = Frame::new(x, y, HEIGHT);
    if low < 0.0 {
        frame.shade((low, 0.0), "warm-up, not counted");
    }
    frame
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
