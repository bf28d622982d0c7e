//! The largest change that nobody minds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// The largest change that nobody minds, as a ratio less 1: more than 0, at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tolerance(f64);

/// Why a text is no tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a share such as 3% or 0.5%, more than 0% and at most 100%")]
pub struct ToleranceError;

impl Default for Tolerance {
    fn default() -> Self {
        Self(0.03)
    }
}

impl Tolerance {
    /// As a ratio less 1.
    #[must_use]
    pub const fn share(self) -> f64 {
        self.0
    }

    /// The logarithms of the ratios between which nobody minds: a change and its reverse are alike.
    pub(super) fn of_ratios(self) -> (f64, f64) {
        let high = self.0.ln_1p();
        (-high, high)
    }
}

impl FromStr for Tolerance {
    type Err = ToleranceError;

    fn from_str(text: &str) -> Result<Self, ToleranceError> {
        let number = text.trim().strip_suffix('%').ok_or(ToleranceError)?;
        let per_cent: f64 = number.trim().parse().map_err(|_| ToleranceError)?;
        let share = per_cent / 100.0;
        (share > 0.0 && share <= 1.0)
            .then_some(Self(share))
            .ok_or(ToleranceError)
    }
}

impl Display for Tolerance {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let per_cent = format!("{:.2}", self.0 * 100.0);
        let short = per_cent.trim_end_matches('0').trim_end_matches('.');
        write!(formatter, "{short} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_a_positive_share() {
        assert_eq!("3%".parse(), Ok(Tolerance::default()));
        assert_eq!(
            "0.25 %".parse().map(|one: Tolerance| one.to_string()),
            Ok("0.25 %".to_owned())
        );
        for wrong in ["", "3", "0%", "-1%", "101%", "NaN%", "inf%"] {
            assert_eq!(wrong.parse::<Tolerance>(), Err(ToleranceError), "{wrong}");
        }
    }
}
