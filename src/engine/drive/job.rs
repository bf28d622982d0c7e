//! What a load is to do.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::load::{Judging, Profile, Timeline};
use crate::model::{Protocol, Redactor};
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

/// How a load is done.
#[derive(Clone, Copy, Debug)]
pub struct LoadSettings {
    /// Connections. Each carries one exchange at a time, or over HTTP/2 one on each stream.
    pub connections: NonZeroUsize,
    /// Streams of each connection, over HTTP/2.
    pub streams: NonZeroUsize,
    /// The version of HTTP. None: over TLS the one that the target prefers, otherwise HTTP/1.1.
    pub protocol: Option<Protocol>,
    /// How much of the answers is judged.
    pub judging: Judging,
    /// How arrivals are made.
    pub profile: Profile,
    /// The time before the measurement. Nothing of it is counted.
    pub warm_up: Duration,
    /// The time of the measurement, in which iterations begin.
    pub duration: Duration,
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
            streams: NonZeroUsize::MIN,
            protocol: None,
            judging: Judging::All,
            profile,
            warm_up: Duration::ZERO,
            duration,
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            workers: None,
            longest_head: 64 * 1024,
            longest_body: 8 * 1024 * 1024,
        }
    }

    /// Exchanges that each connection carries at a time.
    #[must_use]
    pub fn streams_each(&self) -> usize {
        match self.protocol {
            Some(Protocol::Http2) => self.streams.get(),
            Some(Protocol::Http1) | None => 1,
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

    /// The values that an iteration begins with, those of its user.
    pub(super) fn user_values(&self, iteration: u64) -> Option<&Values> {
        let users = u64::try_from(self.users.len()).ok()?;
        let user = iteration.checked_rem(users)?;
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
                let value = self
                    .generation
                    .value(generator, scope, &variable.name, iteration);
                values.set(id, value);
            }
        }
        values
    }
}
