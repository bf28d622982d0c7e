//! What became of a figure from A to B.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Estimate;

/// What became of a figure from A to B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FigureVerdict {
    /// A time of B is longer.
    Slower,
    /// A time of B is shorter.
    Faster,
    /// B has more of something that is no time, such as memory or errors.
    More,
    /// B has less of it.
    Less,
    /// It is shown to be the same within the tolerance.
    Same,
    /// Neither is shown.
    CannotTell,
}

impl FigureVerdict {
    /// As it stands behind a figure.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::More => "more",
            Self::Less => "less",
            Self::Same => "same",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// Which way a figure moved, if it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Movement {
    Up,
    Down,
    Within,
    Unknown,
}

/// Decides by an estimate and its p-value, adjusted for the number of figures: the same where both one-sided
/// tests show it, however significant a difference is that nobody minds.
pub(super) fn movement(estimate: &Estimate, adjusted: f64, margin: (f64, f64)) -> Movement {
    if estimate.is_within(margin) {
        Movement::Within
    } else if adjusted >= estimate.alpha {
        Movement::Unknown
    } else if estimate.mean > 0.0 {
        Movement::Up
    } else {
        Movement::Down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_minds_is_the_same_however_sure_it_is() {
        let margin = (-0.03, 0.03);
        let of = |differences: &[f64]| {
            let estimate = Estimate::paired(differences, 0.0).unwrap();
            movement(&estimate, estimate.p_value(), margin)
        };
        assert_eq!(of(&[0.010, 0.011, 0.012, 0.009]), Movement::Within);
        assert_eq!(of(&[0.050, 0.051, 0.052, 0.049]), Movement::Up);
        assert_eq!(of(&[-0.050, -0.051, -0.052, -0.049]), Movement::Down);
        assert_eq!(of(&[0.15, -0.11, 0.12, -0.09]), Movement::Unknown);
    }
}
