//! The knee: how long requests took at each rate that was tried.

use super::frame::Axis;
use super::percentile::time_axis;
use super::series::count_axis;
use super::{Frame, figure};
use crate::record::quantity::{float, micros, rate};
use crate::report::html::element::Element;

/// The height in its own units.
const HEIGHT: f64 = 240.0;

const KEYS: [(&str, &str); 2] = [("p50", "p50"), ("p99", "p99")];

/// Fewer rates have no knee.
const LEAST_RATES: usize = 3;

/// What was measured at a rate.
#[derive(Clone, Copy)]
pub(in crate::report::html) struct RatePoint {
    /// Iterations a second that were due.
    pub(in crate::report::html) rate: f64,
    pub(in crate::report::html) p50_us: u64,
    pub(in crate::report::html) p99_us: u64,
}

/// The class of a line, that of its dots, and what they show.
type DrawnTimes = (&'static str, &'static str, fn(&RatePoint) -> u64);

/// The chart of these rates, the lowest first; nothing of fewer than three.
pub(in crate::report::html) fn chart(points: &[RatePoint]) -> Option<Element> {
    let timed = || points.iter().filter(|point| point.p99_us > 0);
    let lowest = timed().map(|point| point.p50_us).min()?;
    let highest = timed().map(|point| point.p99_us).max()?;
    let fastest = timed().map(|point| point.rate).fold(0.0, f64::max);
    if timed().count() < LEAST_RATES {
        return None;
    }
    let x: Axis = count_axis(fastest, "iterations a second that were due");
    let mut frame = Frame::new(x, time_axis(lowest, highest, "time (log scale)"), HEIGHT);
    let lines: [DrawnTimes; 2] = [
        ("line p99", "dot p99", |point| point.p99_us),
        ("line p50", "dot p50", |point| point.p50_us),
    ];
    for (line, dot, time) in lines {
        frame.line(line, timed().map(|point| (point.rate, float(time(point)))));
        for point in timed() {
            let (p50, p99) = (micros(point.p50_us), micros(point.p99_us));
            let name = format!("{} a second: p50 {p50}, p99 {p99}", rate(point.rate));
            frame.named_dot(dot, (point.rate, float(time(point))), &name);
        }
    }
    let summary = format!(
        "Response time by rate: the 99th percentile is {} at the most.",
        micros(highest)
    );
    Some(figure(
        "Response time by rate",
        &KEYS,
        "",
        frame.finish(&summary),
    ))
}
