//! From values to positions along an axis, and the values that the axis names.

/// The steps of a decade at which a logarithmic axis is named.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];

/// More names on an axis run into each other.
const MOST_TICKS: usize = 9;

/// A named value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// The value.
    pub(super) value: f64,
    /// Its name with the unit, or without where the title has it.
    pub(super) name: String,
}

/// From values to positions along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Equal differences are equally far apart.
    Linear {
        /// The value at the beginning.
        low: f64,
        /// The value at the end; greater than `low`.
        high: f64,
    },
    /// Equal ratios are equally far apart.
    Logarithmic {
        /// The value at the beginning; positive.
        low: f64,
        /// The value at the end; greater than `low`.
        high: f64,
    },
}

impl Scale {
    /// A linear scale from 0 to a round number that is not less than `highest`.
    pub(super) fn from_zero(highest: f64) -> Self {
        let step = round_step(highest);
        let high = (highest / step).ceil().max(1.0) * step;
        Self::Linear { low: 0.0, high }
    }

    /// A logarithmic scale between round numbers that hold both values.
    pub(super) fn logarithmic(lowest: f64, highest: f64) -> Self {
        let lowest = lowest.max(1.0);
        let low = rounds(lowest).filter(|round| *round <= lowest).last();
        let high = rounds(highest).find(|round| *round >= highest && *round > lowest);
        let low = low.unwrap_or(lowest);
        Self::Logarithmic {
            low,
            high: high.unwrap_or(highest).max(low * 2.0),
        }
    }

    /// Where a value stands: 0 at the beginning, 1 at the end.
    pub(super) fn at(self, value: f64) -> f64 {
        let position = match self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Logarithmic { low, high } => (value.max(low) / low).ln() / (high / low).ln(),
        };
        position.clamp(0.0, 1.0)
    }

    /// The values to name.
    pub(super) fn round_values(self) -> Vec<f64> {
        match self {
            Self::Linear { low, high } => {
                let step = round_step(high - low);
                let first = (low / step).ceil();
                (0..=MOST_TICKS)
                    .map(|index| (first + super::frame::number(index)) * step)
                    .take_while(|value| *value <= high + step / 1e6)
                    .collect()
            }
            Self::Logarithmic { low, high } => {
                let within = |value: &f64| *value >= low * 0.999 && *value <= high * 1.001;
                let all: Vec<f64> = rounds(high).filter(within).collect();
                if all.len() <= MOST_TICKS {
                    return all;
                }
                let decades = all.into_iter().filter(|value| is_decade(*value));
                decades.collect()
            }
        }
    }
}

/// All round numbers from 1 to the first that is not less than `highest`.
fn rounds(highest: f64) -> impl Iterator<Item = f64> {
    let decades = highest.max(1.0).log10().ceil();
    (0..=18)
        .map(f64::from)
        .take_while(move |decade| *decade <= decades)
        .flat_map(|decade| STEPS.map(|step| step * 10f64.powf(decade)))
}

fn is_decade(value: f64) -> bool {
    (value.log10() - value.log10().round()).abs() < 1e-9
}

/// A round step by which a span is divided into a few parts.
fn round_step(span: f64) -> f64 {
    let rough = span.max(1e-9) / 4.0;
    let decade = 10f64.powf(rough.log10().floor());
    let step = STEPS.into_iter().find(|step| step * decade >= rough);
    step.unwrap_or(10.0) * decade
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_scale_ends_at_a_round_number() {
        let scale = Scale::from_zero(1_037.0);
        assert_eq!(scale.round_values(), [0.0, 500.0, 1_000.0, 1_500.0]);
        assert!((scale.at(750.0) - 0.5).abs() < 1e-9);
        assert_eq!(Scale::from_zero(0.0).round_values().first(), Some(&0.0));
    }

    #[test]
    fn a_logarithmic_scale_holds_its_values_between_round_numbers() {
        let scale = Scale::logarithmic(622.0, 182_000.0);
        assert_eq!(
            scale,
            Scale::Logarithmic {
                low: 500.0,
                high: 200_000.0
            }
        );
        assert_eq!(
            scale.round_values(),
            [500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5]
        );
        let wide = Scale::logarithmic(10.0, 9e6);
        assert_eq!(wide.round_values(), [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]);
        assert!(scale.at(500.0) == 0.0 && (scale.at(200_000.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_value_alone_still_gives_an_axis() {
        for value in [0.0, 1.0, 2.0, 1_000.0, 3_600_000_000.0] {
            let scale = Scale::logarithmic(value, value);
            assert!(scale.round_values().len() >= 2, "{value}: {scale:?}");
            assert!((0.0..=1.0).contains(&scale.at(value)));
        }
    }
}
