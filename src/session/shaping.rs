//! How arrivals are made.

use std::time::Duration;

use crate::load::{Profile, Rate, ShapeError, Spacing, Stages};

/// How arrivals are made, and for how long.
#[derive(Clone)]
pub(crate) struct Shaping {
    pub(crate) profile: Profile,
    pub(crate) duration: Duration,
    pub(crate) spacing: Spacing,
    pub(crate) warm_up: Duration,
}

impl Shaping {
    /// Arrivals at one rate, for this long after the warm-up.
    ///
    /// # Errors
    ///
    /// If random distances cannot be as long as the rate asks for.
    pub(crate) fn at(&self, rate: Rate, duration: Duration) -> Result<Profile, ShapeError> {
        match self.spacing {
            Spacing::Even => Ok(Profile::Constant(rate)),
            Spacing::Poisson { .. } => {
                let stages = Stages::constant(rate, duration);
                Profile::shaped(&stages, self.warm_up, self.spacing)
            }
        }
    }
}
