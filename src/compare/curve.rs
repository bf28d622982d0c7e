//! Both distributions over their quantiles, and the ratio between them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{FigureVerdict, Movement, movement};
use super::figure::FigureComparison;
use super::figures::BothSides;
use super::holm;
use super::measurement::StartMeasurement;
use super::tolerance::Tolerance;
use crate::load::Times;

/// The shares at which the sides are held against each other.
const SHARES: [f64; 11] = [
    0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999,
];

/// Points of a curve for each further nine.
const POINTS_A_DECADE: u32 = 12;

/// More nines are not drawn.
const MOST_DECADES: u32 = 5;

/// The distribution of all response times of a side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DistributionCurve {
    /// How many requests it rests on.
    pub count: u64,
    /// Points from the shortest time to the longest: the share of all times that are longer, and the time in
    /// microseconds.
    pub points: Vec<(f64, u64)>,
}

/// The ratio between the sides at a quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantileRatio {
    /// The share of all times that are not longer, 0 to 1.
    pub share: f64,
    /// The time of B as a ratio to that of A, less 1.
    pub estimate: f64,
    /// The lower end of the interval that holds the truth in 95 % of all comparisons.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl DistributionCurve {
    /// Of all starts of a side together.
    pub(super) fn of(starts: &[StartMeasurement]) -> Self {
        let mut times = Times::default();
        for start in starts {
            times.add(&start.times);
        }
        let count = times.count();
        if count == 0 {
            return Self::default();
        }
        let least = 1.0 / crate::record::quantity::float(count);
        let steps = (0..=MOST_DECADES * POINTS_A_DECADE)
            .map(|step| 10_f64.powf(-f64::from(step) / f64::from(POINTS_A_DECADE)));
        let points = steps.take_while(|beyond| *beyond > least).map(|beyond| {
            let nanos = times.quantile(1.0 - beyond);
            (beyond, crate::load::rounded_micros(nanos))
        });
        Self {
            count,
            points: points.collect(),
        }
    }
}

/// The ratios at the quantiles that each start has answers enough for, and what of them is worth a remark: a
/// distribution that differs where no quantile is judged.
pub(super) fn ratios(
    sides: &BothSides,
    tolerance: Tolerance,
    figures: &[FigureComparison],
) -> (Vec<QuantileRatio>, Option<String>) {
    let samples = SHARES.into_iter().filter_map(|share| {
        let samples = sides.quantile(name_of(share), share, false, |start| Some(&start.times))?;
        let estimate = samples.estimate(sides.sampling)?;
        samples.unjudged.is_none().then_some((share, estimate))
    });
    let samples: Vec<_> = samples.collect();
    let ratios = samples.iter().map(|(share, estimate)| {
        let (low, high) = estimate.interval(estimate.alpha);
        QuantileRatio {
            share: *share,
            estimate: estimate.mean.exp_m1(),
            low: low.exp_m1(),
            high: high.exp_m1(),
        }
    });
    let values: Vec<f64> = samples.iter().map(|(_, one)| one.p_value()).collect();
    let margin = tolerance.of_ratios();
    let decided = samples.iter().zip(holm::adjusted(&values));
    let moved = decided.filter(|((_, estimate), adjusted)| {
        let movement = movement(estimate, *adjusted, margin);
        matches!(movement, Movement::Up | Movement::Down)
    });
    let furthest =
        moved.max_by(|((_, one), _), ((_, other), _)| one.mean.abs().total_cmp(&other.mean.abs()));
    let remark = furthest.filter(|_| agree(figures)).map(|((share, estimate), _)| {
        format!(
            "the distributions differ although no judged quantile does: {} of all operations {:+.1} %",
            name_of(*share),
            estimate.mean.exp_m1() * 100.0
        )
    });
    (ratios.collect(), remark)
}

/// Whether no time that is judged was called slower or faster.
fn agree(figures: &[FigureComparison]) -> bool {
    let mut judged = figures.iter().filter(|figure| figure.judged);
    let differs = |one: &FigureComparison| {
        matches!(
            one.verdict,
            Some(FigureVerdict::Slower | FigureVerdict::Faster)
        )
    };
    !judged.any(differs)
}

/// `p99.5`.
fn name_of(share: f64) -> String {
    let per_cent = crate::record::quantity::per_cent(share);
    format!("p{}", per_cent.trim_end_matches(" %"))
}
