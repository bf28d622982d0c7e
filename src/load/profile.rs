//! How arrivals are made.

use std::fmt;
use std::str::FromStr;

use super::rate::{Rate, RateError};

/// The word for a closed model.
const CLOSED: &str = "max";

/// How arrivals are made. Further shapes of the open model (Poisson arrivals, ramps, steps) belong
/// here, each with its own due times in [`super::Schedule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Closed model: each connection begins its next iteration when the last has ended.
    Closed,
    /// Open model: iterations are due at a constant rate, whatever the target does.
    Constant(Rate),
}

impl Profile {
    /// Whether arrivals follow a schedule, whatever the target does.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// A text that is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; `{CLOSED}` sends as fast as the target answers")]
pub struct ProfileError(#[from] RateError);

impl FromStr for Profile {
    type Err = ProfileError;

    /// Reads `max` or a rate.
    fn from_str(text: &str) -> Result<Self, ProfileError> {
        if text.trim() == CLOSED {
            return Ok(Self::Closed);
        }
        Ok(Self::Constant(text.parse()?))
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => formatter.write_str(CLOSED),
            Self::Constant(rate) => rate.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_max_or_a_rate() {
        assert_eq!("max".parse(), Ok(Profile::Closed));
        let rate = Rate::per_second(1000).unwrap();
        assert_eq!("1000/s".parse(), Ok(Profile::Constant(rate)));
        assert_eq!(Profile::Constant(rate).to_string(), "1000/s");
        assert_eq!(
            "fast".parse::<Profile>().unwrap_err().to_string(),
            "\"fast\" is not a rate; write one such as `1000`, `1000/s`, `0.5/s` or `90/m`; `max` sends as fast as the target answers"
        );
    }
}
