//! What a load is to do.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::load::{Profile, Timeline};
use crate::model::{Measure, Redactor, Threshold, Verdict};
use crate::suite::{Generation, Scenario, Source, Values};

/// What a load is to do.
#[derive(Debug)]
pub struct LoadJob {
    /// What each iteration does.
    pub scenario: Scenario,
    /// The values that iterations begin with: iteration *i* with those at *i* modulo their number.
    /// Variables that speak of users are filled in; generated ones are made anew for each iteration.
    /// If there are none, iterations begin with nothing.
    pub users: Vec<Values>,
    /// Makes the generated values.
    pub generation: Generation,
    /// How it is done.
    pub settings: LoadSettings,
    /// The base URL of the target, without a slash at its end.
    pub base_url: String,
    /// Masks the secrets in examples.
    pub redactor: Arc<Redactor>,
}

/// Slots that may wait for a connection unless told otherwise: far more than a stall of a second
/// makes, and less than 2 MB.
const QUEUE: usize = 100_000;

/// How a load is done.
#[derive(Clone, Debug)]
pub struct LoadSettings {
    /// Connections, each of which carries one exchange at a time.
    pub connections: NonZeroUsize,
    /// How arrivals are made.
    pub profile: Profile,
    /// The time before the measurement. Nothing of it is counted.
    pub warm_up: Duration,
    /// The time of the measurement, in which iterations begin.
    pub duration: Duration,
    /// In a closed model, how long a connection waits between two iterations.
    pub think: Duration,
    /// In an open model, how many due iterations may wait while all connections are busy. Further
    /// ones are turned away and counted.
    pub queue: usize,
    /// What the load must keep.
    pub thresholds: Vec<Threshold>,
    /// Whether to stop as soon as a threshold is lost.
    pub abort: bool,
    /// The number of the first iteration: loads of one run that begin at different ones make
    /// different values.
    pub first_iteration: u64,
    /// For one exchange, the opening of its connection not included.
    pub timeout: Duration,
    /// For the opening of a connection, TLS included.
    pub connect_timeout: Duration,
    /// Threads; never more than connections. None: one for every two processors.
    pub workers: Option<NonZeroUsize>,
    /// The longest head of an answer in bytes.
    pub longest_head: usize,
    /// The longest body of an answer in bytes.
    pub longest_body: usize,
}

impl LoadSettings {
    /// The usual settings for a number of connections, a profile and a duration.
    #[must_use]
    pub const fn new(connections: NonZeroUsize, profile: Profile, duration: Duration) -> Self {
        Self {
            connections,
            profile,
            warm_up: Duration::ZERO,
            duration,
            think: Duration::ZERO,
            queue: QUEUE,
            thresholds: Vec::new(),
            abort: false,
            first_iteration: 0,
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            workers: None,
            longest_head: 64 * 1024,
            longest_body: 8 * 1024 * 1024,
        }
    }

    /// The load in time.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::new(self.warm_up, self.duration)
    }
}

impl LoadJob {
    /// The names of the operations.
    #[must_use]
    pub fn operation_names(&self) -> Arc<[String]> {
        self.scenario
            .operations
            .iter()
            .map(|operation| operation.name.clone())
            .collect()
    }

    /// Whether every iteration of a user has the same values, so that they need no copy.
    pub(super) fn has_fixed_values(&self) -> bool {
        self.scenario
            .variables
            .iter()
            .all(|(_, variable)| matches!(variable.source, Source::Fixture(..)))
    }

    const fn numbered(&self, iteration: u64) -> u64 {
        self.settings.first_iteration.wrapping_add(iteration)
    }

    /// What a failed transfer means: a load that limits its errors can bear some.
    pub(super) fn failed_transfer(&self) -> Verdict {
        let limits = |one: &Threshold| one.operation.is_none() && one.measure == Measure::Errors;
        if self.settings.thresholds.iter().any(limits) {
            Verdict::Warn
        } else {
            Verdict::Broken
        }
    }

    /// The values that an iteration begins with, those of its user.
    pub(super) fn user_values(&self, iteration: u64) -> Option<&Values> {
        let users = u64::try_from(self.users.len()).ok()?;
        let user = self.numbered(iteration).checked_rem(users)?;
        self.users.get(usize::try_from(user).ok()?)
    }

    /// The values that an iteration begins with, its generated ones among them.
    pub(super) fn iteration_values(&self, iteration: u64) -> Values {
        let scenario = &self.scenario;
        let mut values = self
            .user_values(iteration)
            .cloned()
            .unwrap_or_else(|| scenario.variables.empty_values());
        for (id, variable) in scenario.variables.iter() {
            if let Source::Generated(generator) = variable.source {
                let scope = scenario.id.as_str();
                let value = self.generation.value(
                    generator,
                    scope,
                    &variable.name,
                    self.numbered(iteration),
                );
                values.set(id, value);
            }
        }
        values
    }
}
