//! The times of an operation over their percentiles, both axes logarithmic.

use super::frame::Axis;
use super::{Frame, Scale, Tick, figure};
use crate::record::OperationResult;
use crate::record::quantity::{float, micros, per_cent};
use crate::report::curve::{Point, curve};
use crate::report::html::element::Element;

/// The height of the chart in its own units.
const HEIGHT: f64 = 290.0;

/// Percentiles on the axis: the half, and one for each further nine.
const MOST_NINES: u32 = 9;

/// Of so many points of the line one tells its figures: each takes room on the page.
const TOLD: usize = 2;

/// Response and service time of an operation over their percentiles.
pub(in crate::report::html) fn chart(operation: &OperationResult) -> Element {
    let response = curve(&operation.response);
    let service = curve(&operation.service);
    let mut frame = Frame::new(
        percentiles(operation.response.count().max(operation.service.count())),
        times(response.iter().chain(&service)),
        HEIGHT,
    );
    frame.line("line service", service.iter().map(place));
    frame.line("line response", response.iter().map(place));
    let told = response.iter().enumerate().filter_map(|(index, point)| {
        let is_told = index % TOLD == 0 || index + 1 == response.len();
        is_told.then(|| (place(point).0, figures(operation, point.beyond)))
    });
    frame.hover_nearest(&told.collect::<Vec<_>>());
    let summary = format!(
        "Response time of {}: median {}, 99th percentile {}, longest {}.",
        operation.name,
        micros(operation.response.at_us(0.5)),
        micros(operation.response.at_us(0.99)),
        micros(operation.response.max_us()),
    );
    figure(
        "Time by percentile",
        &[("response", "response"), ("service", "service")],
        "",
        frame.finish(&summary),
    )
}

/// What is told of a percentile under the cursor.
fn figures(operation: &OperationResult, beyond: f64) -> String {
    let share = 1.0 - beyond;
    format!(
        "{}: response {}, service {}",
        percentile_name(beyond),
        micros(operation.response.at_us(share)),
        micros(operation.service.at_us(share))
    )
}

/// The percentile beyond which this share lies, to two digits of that share: `99.987 %`.
pub(super) fn percentile_name(beyond: f64) -> String {
    let beyond = beyond * 100.0;
    let places = (1.0 - beyond.log10()).ceil().clamp(0.0, 12.0);
    let places = crate::record::quantity::whole(places);
    format!(
        "{:.*} %",
        usize::try_from(places).unwrap_or_default(),
        100.0 - beyond
    )
}

/// One in how many is longer, and the time.
fn place(point: &Point) -> (f64, f64) {
    (1.0 / point.beyond, float(point.us))
}

fn percentiles(count: u64) -> Axis {
    let high = float(count.max(10));
    let nines = (1..=MOST_NINES).map(|nines| 10f64.powi(nines.cast_signed()));
    let ticks = std::iter::once(2.0).chain(nines);
    Axis {
        scale: Scale::Logarithmic { low: 1.0, high },
        title: "percentile of all requests",
        ticks: ticks
            .take_while(|one_in| *one_in <= high)
            .map(|one_in| Tick {
                value: one_in,
                name: per_cent(1.0 - 1.0 / one_in),
            })
            .collect(),
    }
}

fn times<'a>(points: impl Iterator<Item = &'a Point>) -> Axis {
    let times: Vec<u64> = points.map(|point| point.us).collect();
    let lowest = times.iter().copied().min().unwrap_or_default();
    let highest = times.iter().copied().max().unwrap_or_default();
    time_axis(lowest, highest, "time (log scale)")
}

/// A logarithmic axis of times in microseconds.
pub(super) fn time_axis(lowest: u64, highest: u64, title: &'static str) -> Axis {
    let scale = Scale::logarithmic(float(lowest), float(highest));
    let ticks = scale.round_values().into_iter().map(|value| Tick {
        value,
        name: round_time(value),
    });
    Axis {
        scale,
        title,
        ticks: ticks.collect(),
    }
}

/// A round time in microseconds: `500 µs`, `2 ms`.
fn round_time(us: f64) -> String {
    if us < 1e3 {
        format!("{us:.0} µs")
    } else if us < 1e6 {
        format!("{:.0} ms", us / 1e3)
    } else {
        format!("{:.0} s", us / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::percentile_name;

    #[test]
    fn a_percentile_is_named_to_two_digits_of_what_lies_beyond() {
        let names = [1.0, 0.5, 0.1, 0.012_589, 0.01, 0.000_1, 0.000_012_6].map(percentile_name);
        let told = [
            "0 %",
            "50 %",
            "90 %",
            "98.7 %",
            "99.0 %",
            "99.990 %",
            "99.9987 %",
        ];
        assert_eq!(names, told);
    }
}
