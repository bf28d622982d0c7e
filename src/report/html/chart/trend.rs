//! A figure over the builds, with its levels.

use super::frame::{Axis, number};
use super::{Frame, Scale, Tick, figure};
use crate::history::Trend;
use crate::report::html::element::Element;

/// The height in its own units.
const HEIGHT: f64 = 240.0;

/// The same as a share of the highest: a level that hardly moves is not magnified.
const LEAST_ROOM: f64 = 0.02;

/// More builds are named in part.
const MOST_NAMED: usize = 6;

/// What is left free above and below the values, as a share of their range.
const HEADROOM: f64 = 0.1;

const KEYS: [(&str, &str); 2] = [("service", "runs"), ("response", "levels")];

/// The figure of each run as a dot and its levels as lines; none without a run.
pub(in crate::report::html) fn trend(trend: &Trend, note: &str) -> Option<Element> {
    let values = || trend.points.iter().map(|point| point.us);
    let (lowest, highest) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
    let room = ((highest - lowest) * HEADROOM).max(highest * LEAST_ROOM);
    let scale = Scale::Linear {
        low: lowest - room,
        high: highest + room,
    };
    let ticks = scale.round_values().into_iter().map(|value| Tick {
        value,
        name: trend.unit.told(value),
    });
    let y = Axis {
        scale,
        title: "",
        ticks: ticks.collect(),
    };
    let mut frame = Frame::new(builds(trend), y, HEIGHT);
    for (from, to, level) in levels(trend) {
        let ends = [number(from) - 0.4, number(to) + 0.4];
        frame.line("line response", ends.into_iter().map(|end| (end, level)));
    }
    for (index, point) in trend.points.iter().enumerate() {
        let name = format!("{}: {}", point.build, trend.unit.told(point.us));
        frame.named_dot("dot service", (number(index), point.us), &name);
    }
    let summary = format!(
        "{} of each run, the oldest first; {} changes of its level.",
        trend.figure,
        trend.changes.len()
    );
    Some(figure(&trend.figure, &KEYS, note, frame.finish(&summary)))
}

/// The first and the last index of each level, and how high it is; none where it never changed.
fn levels(trend: &Trend) -> Vec<(usize, usize, f64)> {
    let last = trend.points.len().saturating_sub(1);
    let begin = |index: usize| trend.changes.get(index).map(|change| change.index);
    let first = trend.changes.first().map(|change| (0, change.before_us));
    let rest = trend
        .changes
        .iter()
        .map(|change| (change.index, change.after_us));
    let all = first.into_iter().chain(rest).enumerate();
    all.map(|(index, (from, level))| (from, begin(index).map_or(last, |next| next - 1), level))
        .collect()
}

/// The builds, one after the other; some of them named.
fn builds(trend: &Trend) -> Axis {
    let count = trend.points.len();
    let step = count.div_ceil(MOST_NAMED).max(1);
    let named = trend.points.iter().enumerate().step_by(step);
    let ticks = named.map(|(index, point)| Tick {
        value: number(index),
        name: point.build.chars().take(SHORT).collect(),
    });
    Axis {
        scale: Scale::Linear {
            low: -1.0,
            high: number(count),
        },
        title: "build",
        ticks: ticks.collect(),
    }
}

/// As many characters of a build are shown, as of a commit.
const SHORT: usize = 8;
