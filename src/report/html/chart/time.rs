//! The time of a load as an axis that all its charts over time share, so that a stall stands at one place in all of them.

use super::frame::Axis;
use super::{ChartKey, Frame, Scale, Tick};
use crate::record::{SecondResult, TargetUse};

/// The height of a chart over time in its own units.
const HEIGHT: f64 = 200.0;

/// A time in seconds of the measurement, negative in the warm-up.
#[derive(Clone, Copy)]
pub(super) struct TimeRange {
    low: f64,
    high: f64,
}

impl TimeRange {
    /// From the beginning of the first second, or of the first look at the target, to the end of the last.
    pub(super) fn of(seconds: &[&SecondResult], target: Option<&TargetUse>) -> Self {
        let watched = target.into_iter().flat_map(|used| &used.series);
        let ends = seconds.iter().map(|second| second.at_s);
        let ends = || {
            ends.clone()
                .chain(watched.clone().map(|second| second.at_s))
        };
        let low = ends().reduce(f64::min).map_or(0.0, |end| end - 1.0);
        let high = ends().fold(low + 1.0, f64::max);
        Self { low, high }
    }

    /// A chart over this time, with the warm-up shaded.
    pub(super) fn frame(self, y: Axis) -> Frame {
        let scale = Scale::Linear {
            low: self.low,
            high: self.high,
        };
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
        let mut frame = Frame::new(x, y, HEIGHT).shared("time");
        if self.low < 0.0 {
            frame.shade((self.low, 0.0), "warm-up, not counted");
        }
        frame
    }

    /// What is drawn, and the warm-up where there is one.
    pub(super) fn keys(self, drawn: &[ChartKey]) -> Vec<ChartKey> {
        let warm_up = (self.low < 0.0).then_some(("shade", "warm-up"));
        drawn.iter().copied().chain(warm_up).collect()
    }
}
