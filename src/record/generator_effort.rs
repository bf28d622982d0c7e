//! What was counted of the generator of a load: what its soundness is told from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use crate::load::{Efforts, ThreadTime};

/// What was counted of the generator within the measurement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratorEffort {
    /// The time of all its threads together, in nanoseconds.
    pub wall_ns: u64,
    /// Of that, the time in which they ran, in nanoseconds.
    pub cpu_ns: u64,
    /// Of that, the time in which they were ready and had no processor, in stretches of a millisecond or
    /// more, in nanoseconds.
    pub starved_ns: u64,
    /// How many such stretches there were.
    pub stretches: u64,
    /// Seconds that were looked at.
    pub seconds: u64,
    /// Seconds in which a thread had no time left.
    pub saturated_seconds: u64,
    /// How late iterations began for no fault of the target: from the moment that both the iteration was due
    /// and its connection idle.
    pub own_lag: Distribution,
}

impl GeneratorEffort {
    /// What the threads had of their processors.
    pub(super) const fn threads(&self) -> ThreadTime {
        ThreadTime {
            wall: self.wall_ns,
            cpu: self.cpu_ns,
            starved: self.starved_ns,
            stretches: self.stretches,
        }
    }

    /// Adds what was counted of another generator that worked beside this one. Which of their saturated
    /// seconds are the same nobody knows, so none counts as the same.
    pub(super) fn add(&mut self, other: &Self) {
        self.wall_ns += other.wall_ns;
        self.cpu_ns += other.cpu_ns;
        self.starved_ns += other.starved_ns;
        self.stretches += other.stretches;
        self.seconds = self.seconds.max(other.seconds);
        let saturated = self.saturated_seconds + other.saturated_seconds;
        self.saturated_seconds = saturated.min(self.seconds);
        self.own_lag.add(&other.own_lag);
    }
}

impl From<&Efforts> for GeneratorEffort {
    fn from(efforts: &Efforts) -> Self {
        let ThreadTime {
            wall,
            cpu,
            starved,
            stretches,
        } = efforts.threads;
        Self {
            wall_ns: wall,
            cpu_ns: cpu,
            starved_ns: starved,
            stretches,
            seconds: efforts.seconds,
            saturated_seconds: efforts.saturated,
            own_lag: Distribution::from(&efforts.lag),
        }
    }
}
