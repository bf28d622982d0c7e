//! How arrivals are made.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::NANOS_PER_SECOND;
use super::rate::{Rate, RateError};
use super::shape::{Shape, ShapeError, Stage};
use super::stages::Stages;

/// The word for a closed model.
const CLOSED: &str = "max";

/// How arrivals are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Closed model: each connection begins its next iteration when the last has ended.
    Closed,
    /// Open model: iterations are due at a constant rate, whatever the target does.
    Constant(Rate),
    /// Open model at a rate that changes, or at random distances.
    Shaped {
        /// The rate over time, the warm-up included.
        shape: Arc<Shape>,
        /// The distances between arrivals.
        spacing: Spacing,
        /// The profile as it was written.
        text: Arc<str>,
    },
}

/// The distances between arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// As even as the rate allows.
    Even,
    /// Random, as of many users who know nothing of each other: a Poisson process.
    Poisson {
        /// The same seed gives the same arrivals.
        seed: u64,
    },
}

impl Profile {
    /// Whether arrivals follow a schedule, whatever the target does.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed)
    }

    /// Whether it never asks for more than it begins with, over any longer time.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let stages = self.stages();
        let first = stages.first().and_then(|stage| stage.from);
        let most = |rate: Option<Rate>| rate.map_or(0.0, Rate::per_second_f64);
        let rates = stages.iter().flat_map(|stage| [stage.from, stage.to]);
        self.is_open() && rates.map(most).all(|rate| rate <= most(first))
    }

    /// The stages, that of the warm-up included; none where the rate never changes.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        match self {
            Self::Closed | Self::Constant(_) => &[],
            Self::Shaped { shape, .. } => shape.stages(),
        }
    }
}

/// A text that is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; `{CLOSED}` sends as fast as the target answers")]
pub struct ProfileError(#[from] RateError);

impl Profile {
    /// The rate at the beginning as a whole number a second, at least 1; 1 in a closed model.
    #[must_use]
    pub fn whole_rate(&self) -> u64 {
        self.count_before(NANOS_PER_SECOND).max(1)
    }

    /// How many arrivals are due before a time in nanoseconds, or are expected to be where their distances
    /// are random; 0 in a closed model.
    #[must_use]
    pub fn count_before(&self, at: u64) -> u64 {
        match self {
            Self::Closed => 0,
            Self::Constant(rate) => rate.count_before(at),
            Self::Shaped { shape, .. } => shape.count_before(at),
        }
    }

    /// Stages, after a warm-up at the rate that the first begins with.
    ///
    /// # Errors
    ///
    /// If nothing is ever due, or if due times could not be computed exactly.
    pub fn shaped(
        stages: &Stages,
        warm_up: Duration,
        spacing: Spacing,
    ) -> Result<Self, ShapeError> {
        Ok(Self::Shaped {
            shape: Arc::new(Shape::new(&stages.after(warm_up))?),
            spacing,
            text: stages.text().into(),
        })
    }
}

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
            Self::Shaped { text, .. } => formatter.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_max_or_a_rate_or_stages() {
        assert_eq!("max".parse(), Ok(Profile::Closed));
        let rate = Rate::per_second(1000).unwrap();
        assert_eq!("1000/s".parse(), Ok(Profile::Constant(rate)));
        assert_eq!(Profile::Constant(rate).to_string(), "1000/s");
        assert_eq!(
            "fast".parse::<Profile>().unwrap_err().to_string(),
            "\"fast\" is not a rate; write one such as `1000`, `1000/s`, `0.5/s` or `90/m`; `max` sends as fast as the target answers"
        );
        let stages: Stages = " 10 for 1s, hold 2s ".parse().unwrap();
        let shaped = Profile::shaped(&stages, Duration::ZERO, Spacing::Even).unwrap();
        assert_eq!(shaped.to_string(), "10 for 1s, hold 2s");
    }
}
