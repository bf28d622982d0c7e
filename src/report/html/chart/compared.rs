//! Two builds beside each other: both distributions, the ratio between them, and each start as a dot.

use super::frame::{Axis, number};
use super::percentile::{percentile_name, time_axis};
use super::{Frame, Scale, Tick, figure};
use crate::compare::{ComparisonRecord, DistributionCurve, FigureComparison};
use crate::record::quantity::{float, micros, per_cent};
use crate::report::html::element::Element;

/// The heights of the charts in their own units.
const CURVES: f64 = 290.0;
const RATIOS: f64 = 220.0;

/// The names of both sides in the legends, with their classes.
const SIDES: [(&str, &str); 2] = [("service", "A"), ("response", "B")];

/// What is left free above and below the ratios, as a share of the largest.
const HEADROOM: f64 = 1.15;

/// The times of both sides over their percentiles; none if nothing was measured.
pub(in crate::report::html) fn curves(record: &ComparisonRecord) -> Option<Element> {
    let both = [&record.a.curve, &record.b.curve];
    let times = || {
        both.iter()
            .flat_map(|curve| curve.points.iter().map(|(_, us)| *us))
    };
    let (lowest, highest) = (times().min()?, times().max()?);
    let least = both
        .iter()
        .flat_map(|curve| curve.points.iter().map(|(beyond, _)| *beyond));
    let one_in = 1.0 / least.fold(1.0, f64::min);
    let ticks = [2.0, 10.0, 100.0, 1e3, 1e4, 1e5];
    let x = Axis {
        scale: Scale::Logarithmic {
            low: 1.0,
            high: one_in.max(10.0),
        },
        title: "percentile of all requests",
        ticks: ticks
            .into_iter()
            .take_while(|one| *one <= one_in.max(10.0))
            .map(|one| Tick {
                value: one,
                name: per_cent(1.0 - 1.0 / one),
            })
            .collect(),
    };
    let mut frame = Frame::new(x, time_axis(lowest, highest, "time (log scale)"), CURVES);
    for (class, curve) in [("line service", both[0]), ("line response", both[1])] {
        frame.line(class, points(curve));
    }
    // Of both curves at the percentiles of the one that has more.
    let points = both.map(|curve| &curve.points);
    let most = points[usize::from(points[1].len() > points[0].len())];
    let told = most.iter().map(|(beyond, _)| {
        let time = |curve: &DistributionCurve| {
            let at = curve.points.iter().rfind(|(other, _)| other >= beyond);
            at.map_or_else(String::new, |(_, us)| micros(*us))
        };
        let [a, b] = both.map(time);
        let name = percentile_name(*beyond);
        (1.0 / beyond, format!("{name}: A {a}, B {b}"))
    });
    frame.hover_nearest(&told.collect::<Vec<_>>());
    let summary = "Response times of A and B over their percentiles, all starts together.";
    Some(figure(
        "Both distributions",
        &SIDES,
        "",
        frame.finish(summary),
    ))
}

fn points(curve: &DistributionCurve) -> impl Iterator<Item = (f64, f64)> + '_ {
    let points = curve.points.iter();
    points.map(|(beyond, us)| (1.0 / beyond, float(*us)))
}

/// The ratio of the times at each quantile, with its interval and the tolerance; none without any.
pub(in crate::report::html) fn ratios(record: &ComparisonRecord) -> Option<Element> {
    let first = record.ratios.first()?;
    let last = record.ratios.last().unwrap_or(first);
    let x = odds_axis(record, [first.share, last.share].map(odds));
    let tolerance = record.info.tolerance.share();
    let all = record.ratios.iter().flat_map(|one| [one.low, one.high]);
    let furthest = all.map(f64::abs).fold(tolerance, f64::max);
    let mut frame = Frame::new(x, change_axis(furthest), RATIOS);
    let ends = [odds(first.share), odds(last.share)];
    for level in [-tolerance, 0.0, tolerance] {
        let class = if level == 0.0 { "axis" } else { "limit" };
        frame.line(class, ends.into_iter().map(|end| (end, level)));
    }
    let low = record.ratios.iter().map(|one| (odds(one.share), one.low));
    let high = record
        .ratios
        .iter()
        .rev()
        .map(|one| (odds(one.share), one.high));
    frame.area("band", low.chain(high));
    let middle = record
        .ratios
        .iter()
        .map(|one| (odds(one.share), one.estimate));
    frame.line("line response", middle);
    let told = record.ratios.iter().map(|one| {
        let [low, estimate, high] = [one.low, one.estimate, one.high].map(change);
        let name = per_cent(one.share);
        (
            odds(one.share),
            format!("{name}: {estimate}, from {low} to {high}"),
        )
    });
    frame.hover_nearest(&told.collect::<Vec<_>>());
    let note = format!(
        "Above 0 B is slower. The band holds the truth in 95 % of all comparisons, at each percentile by itself; the dashed lines are the tolerance of {}.",
        record.info.tolerance
    );
    let summary = "The time of B as a ratio to that of A, less 1, over the percentiles.";
    Some(figure(
        "Change by percentile",
        &[],
        &note,
        frame.finish(summary),
    ))
}

/// One in how many is longer.
fn odds(share: f64) -> f64 {
    1.0 / (1.0 - share)
}

/// The percentiles of the ratios between two odds, of which the usual ones are named.
fn odds_axis(record: &ComparisonRecord, [low, high]: [f64; 2]) -> Axis {
    let named = |share: f64| {
        [0.5, 0.9, 0.99, 0.999]
            .iter()
            .any(|one| (one - share).abs() < 1e-9)
    };
    let shares = record.ratios.iter().map(|one| one.share);
    let ticks = shares.filter(|share| named(*share)).map(|share| Tick {
        value: odds(share),
        name: per_cent(share),
    });
    Axis {
        scale: Scale::Logarithmic {
            low,
            high: high.max(low * 2.0),
        },
        title: "percentile of all requests",
        ticks: ticks.collect(),
    }
}

/// The starts of a judged figure as dots, those of A beside those of B; none for fewer than one of each.
pub(in crate::report::html) fn starts(figure_of: &FigureComparison) -> Option<Element> {
    let all = || figure_of.a.iter().chain(&figure_of.b).copied();
    let (lowest, highest) = (all().reduce(f64::min)?, all().reduce(f64::max)?);
    let room = ((highest - lowest) * 0.1)
        .max(highest.abs() * 1e-3)
        .max(f64::MIN_POSITIVE);
    let scale = Scale::Linear {
        low: lowest - room,
        high: highest + room,
    };
    let unit = figure_of.unit;
    let ticks = scale.round_values().into_iter().map(|value| Tick {
        value,
        name: unit.told(value),
    });
    let count = figure_of.a.len().max(figure_of.b.len());
    let x = start_axis(count);
    let y = Axis {
        scale,
        title: "",
        ticks: ticks.collect(),
    };
    let mut frame = Frame::new(x, y, RATIOS);
    for (class, side, samples) in [
        ("dot service", "A", &figure_of.a),
        ("dot response", "B", &figure_of.b),
    ] {
        for (start, sample) in (1..).zip(samples) {
            let name = format!("start {start} of {side}: {}", unit.told(*sample));
            frame.named_dot(class, (number(start), *sample), &name);
        }
    }
    let summary = format!(
        "{} of each start: typically {} of A and {} of B.",
        figure_of.name,
        unit.told(figure_of.typical_a),
        unit.told(figure_of.typical_b)
    );
    let note = figure_of.told_change().unwrap_or_default();
    let title = figure_of.name.clone();
    Some(figure(&title, &SIDES, &note, frame.finish(&summary)))
}

/// The starts of a side, one after the other.
fn start_axis(count: usize) -> Axis {
    /// More are named in part.
    const MOST_NAMED: usize = 12;
    let named = (1..=count).filter(|index| count <= MOST_NAMED || index % 4 == 0);
    let ticks = named.map(|index| Tick {
        value: number(index),
        name: index.to_string(),
    });
    Axis {
        scale: Scale::Linear {
            low: 0.0,
            high: number(count + 1),
        },
        title: "start",
        ticks: ticks.collect(),
    }
}

/// A ratio, less 1, in per cent.
fn change(ratio: f64) -> String {
    let told = format!("{:+.1} %", ratio * 100.0);
    told.replace("+0.0", "0").replace("-0.0", "0")
}

/// An axis of changes in per cent, as far below 0 as above.
fn change_axis(furthest: f64) -> Axis {
    let most = furthest * HEADROOM;
    let scale = Scale::Linear {
        low: -most,
        high: most,
    };
    let ticks = scale.round_values().into_iter().map(|value| Tick {
        value,
        name: change(value),
    });
    Axis {
        scale,
        title: "B to A",
        ticks: ticks.collect(),
    }
}
