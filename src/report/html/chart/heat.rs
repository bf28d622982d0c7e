//! A heat map: how many requests took how long in each part of a load.

use super::frame::number;
use super::percentile::time_axis;
use super::time::TimeRange;
use super::{Scale, figure};
use crate::load::Times;
use crate::record::SecondResult;
use crate::record::quantity::{count, float, micros};
use crate::report::html::element::Element;
use crate::report::live_load::LiveSecond;

/// The cells across and upright: more would be smaller than a finger, and make the page heavy.
const ACROSS: usize = 60;
const UPRIGHT: usize = 14;

/// Nanoseconds in a microsecond.
const NANOS: u64 = 1_000;

/// The faintest cell: one request among many is what a heat map is looked at for.
const FAINTEST: f64 = 0.12;

/// A column of cells.
struct HeatColumn {
    /// Its beginning and end, in seconds of the measurement.
    at_s: (f64, f64),
    /// The shortest and the longest time, in nanoseconds; none if there are no times.
    ends: Option<(u64, u64)>,
    /// Times in nanoseconds, each with how many there are.
    times: Vec<(u64, u64)>,
}

impl HeatColumn {
    fn told(&self) -> String {
        let at = format!("{:.0} to {:.0} s", self.at_s.0, self.at_s.1);
        let requests: u64 = self.times.iter().map(|(_, number)| number).sum();
        self.ends.map_or_else(
            || format!("{at}: none"),
            |(shortest, longest)| {
                let [low, high] = [shortest, longest].map(|time| micros(time / NANOS));
                format!("{at}: {} from {low} to {high}", count(requests))
            },
        )
    }
}

/// The heat map of a load; nothing where results keep no times of seconds, as those of old formats.
pub(super) fn chart(of_load: &[SecondResult], time: TimeRange) -> Option<Element> {
    let seconds = of_load.len().div_ceil(ACROSS).max(1);
    let columns: Option<Vec<HeatColumn>> = of_load.chunks(seconds).map(column).collect();
    drawn(&columns?, time)
}

/// The heat map of a load that is under way.
pub(super) fn chart_of_live(seconds: &[&LiveSecond], time: TimeRange) -> Option<Element> {
    let number = seconds.len().div_ceil(ACROSS).max(1);
    let columns: Option<Vec<HeatColumn>> = seconds.chunks(number).map(live_column).collect();
    drawn(&columns?, time)
}

fn drawn(columns: &[HeatColumn], time: TimeRange) -> Option<Element> {
    let ends = || columns.iter().filter_map(|column| column.ends);
    let lowest = (ends().map(|(shortest, _)| shortest / NANOS).min()?).max(1);
    let highest = (ends().map(|(_, longest)| longest / NANOS).max()?).max(lowest + 1);
    let rows = rows(lowest, highest);
    let cells: Vec<(usize, usize, u64)> = columns
        .iter()
        .enumerate()
        .flat_map(|(index, column)| {
            let counts = counts(&column.times, &rows).into_iter().enumerate();
            counts.map(move |(row, number)| (index, row, number))
        })
        .filter(|(_, _, number)| *number > 0)
        .collect();
    let most = cells.iter().map(|(_, _, number)| *number).max()?;
    let mut frame = time.frame(time_axis(lowest, highest, "time (log scale)"));
    // Below the cells, which tell more.
    for column in columns {
        frame.hover(column.at_s, &column.told());
    }
    for (index, row, number) in cells {
        let (at_s, (low, high)) = (columns[index].at_s, rows[row]);
        let name = format!(
            "{:.0} to {:.0} s, {} to {}: {}",
            at_s.0,
            at_s.1,
            micros(low),
            micros(high),
            count(number)
        );
        let heat = (1.0 + float(number)).ln() / (1.0 + float(most)).ln();
        let opacity = FAINTEST + (1.0 - FAINTEST) * heat;
        frame.cell(at_s, (float(low), float(high)), (opacity, &name));
    }
    let summary = format!(
        "Response times over time: from {} to {}.",
        micros(lowest),
        micros(highest)
    );
    let note = "The fuller the colour, the more requests took so long.";
    Some(figure(
        "Where the times lie",
        &[],
        note,
        frame.finish(&summary),
    ))
}

fn column(seconds: &[SecondResult]) -> Option<HeatColumn> {
    let (first, last) = (seconds.first()?, seconds.last()?);
    let mut times = Times::default();
    for second in seconds {
        times.add(&second.response.times().ok()?);
    }
    Some(HeatColumn {
        at_s: (first.at_s - 1.0, last.at_s),
        ends: (times.count() > 0).then(|| (times.min(), times.max())),
        times: times.recorded().collect(),
    })
}

fn live_column(seconds: &[&LiveSecond]) -> Option<HeatColumn> {
    let (first, last) = (seconds.first()?, seconds.last()?);
    let ends = seconds.iter().filter_map(|second| second.ends);
    let ends =
        ends.reduce(|(low, high), (shortest, longest)| (low.min(shortest), high.max(longest)));
    let times = seconds.iter().flat_map(|second| &second.times);
    Some(HeatColumn {
        at_s: (first.figures.at_s - 1.0, last.figures.at_s),
        ends,
        times: times.copied().collect(),
    })
}

/// The rows in microseconds, from the shortest time on, as high as each other on a logarithmic axis.
fn rows(lowest: u64, highest: u64) -> Vec<(u64, u64)> {
    let Scale::Logarithmic { low, high } = Scale::logarithmic(float(lowest), float(highest)) else {
        return Vec::new();
    };
    let bound = |row: usize| {
        let share = number(row) / number(UPRIGHT);
        crate::record::quantity::whole((low.ln() + (high.ln() - low.ln()) * share).exp())
    };
    (0..UPRIGHT)
        .map(|row| (bound(row), bound(row + 1)))
        .collect()
}

fn counts(times: &[(u64, u64)], rows: &[(u64, u64)]) -> Vec<u64> {
    let mut counts = vec![0; rows.len()];
    for (time, number) in times {
        let us = time / NANOS;
        let row = rows.iter().position(|(_, high)| us < *high);
        if let Some(count) = counts.get_mut(row.unwrap_or(rows.len().saturating_sub(1))) {
            *count += number;
        }
    }
    counts
}
