//! What a load is to do.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::part::ScenarioPart;
use crate::load::{Judging, Profile, Share, Spacing, Timeline, nanos};
use crate::model::{LONGEST_HEAD, Measure, Protocol, Redactor, Threshold, share};
use crate::suite::{Generation, Scenario};

/// What a load is to do.
#[derive(Debug)]
pub struct LoadJob {
    /// What it is called in reports, and the operations of all parts, one part after the other.
    pub scenario: Scenario,
    /// What an iteration may do: one of these.
    pub parts: Vec<ScenarioPart>,
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
    /// In a closed model, how long a connection waits between two iterations.
    pub think: Duration,
    /// In an open model, how many due iterations may wait while all connections are busy. Further
    /// ones are turned away and counted.
    pub queue: usize,
    /// What the load must keep.
    pub thresholds: Vec<Threshold>,
    /// How many of the last of them nobody gave: they apply unless told otherwise.
    pub usual_thresholds: usize,
    /// Whether a threshold that was missed counts as missed even if this machine may be the cause.
    pub accept_invalid: bool,
    /// Whether to stop as soon as a threshold is lost.
    pub abort: bool,
    /// The number of the first iteration: loads of one run that begin at different ones make
    /// different values.
    pub first_iteration: u64,
    /// Which of the iterations are those of this process, where several make one load. Their connections are
    /// their own; the queue and the arrivals are those of all together.
    pub share: Share,
    /// For one exchange, the opening of its connection not included.
    pub timeout: Duration,
    /// For the opening of a connection, TLS included.
    pub connect_timeout: Duration,
    /// Threads; never more than connections. None: one for every two processors.
    pub workers: Option<NonZeroUsize>,
    /// Whether the target must be on this machine.
    pub here_only: bool,
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
            think: Duration::ZERO,
            queue: QUEUE,
            thresholds: Vec::new(),
            usual_thresholds: 0,
            accept_invalid: false,
            abort: false,
            first_iteration: 0,
            share: Share::ALL,
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            workers: None,
            here_only: true,
            longest_head: LONGEST_HEAD,
            longest_body: 1024 * 1024,
        }
    }

    /// How many iterations begin at the most, those of the warm-up included; none if there is no
    /// telling, as in a closed model.
    #[must_use]
    pub fn iterations(&self) -> Option<u64> {
        match &self.profile {
            Profile::Closed => None,
            Profile::Constant(rate) => Some(rate.count_before(self.timeline().end())),
            Profile::Shaped { shape, spacing, .. } => {
                let even = shape.count_before(self.timeline().end());
                Some(match spacing {
                    Spacing::Even => even,
                    Spacing::Poisson { .. } => at_random(even),
                })
            }
        }
    }

    /// The time for one exchange in nanoseconds.
    #[must_use]
    pub fn timeout_nanos(&self) -> u64 {
        nanos(self.timeout)
    }

    /// Exchanges that each connection carries at a time.
    #[must_use]
    pub fn streams_each(&self) -> usize {
        match self.protocol {
            Some(Protocol::Http2) => self.streams.get(),
            Some(Protocol::Http1) | None => 1,
        }
    }

    /// How many due iterations may wait in this process at once.
    #[must_use]
    pub fn own_queue(&self) -> usize {
        self.share.part_of(self.queue)
    }

    /// Whether the load leaves pauses in which a thread may fall asleep, to wake late when an answer comes.
    #[must_use]
    pub fn leaves_pauses(&self) -> bool {
        self.profile != Profile::Closed || !self.think.is_zero()
    }

    /// The load in time.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::new(self.warm_up, self.duration)
    }
}

/// More arrivals at random distances than this there hardly ever are: their number has the square root
/// of what is expected as its standard deviation, and five of those are exceeded once in millions.
const fn at_random(expected: u64) -> u64 {
    expected
        .saturating_add(expected.isqrt().saturating_mul(5))
        .saturating_add(5)
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

    /// Whether a threshold limits the errors of all operations together, so that the load can bear some.
    pub(super) fn limits_errors(&self) -> bool {
        let limits = |one: &Threshold| one.operation.is_none() && one.measure == Measure::Errors;
        self.settings.thresholds.iter().any(limits)
    }

    /// Of how many iterations an operation is, as a share of all.
    pub(super) fn share_of(&self, operation: usize) -> f64 {
        let mut parts = self.parts.iter();
        let own = parts.find(|part| part.operations.contains(&operation));
        let all: u64 = self.parts.iter().map(|part| part.weight).sum();
        own.map_or(1.0, |part| share(part.weight, all))
    }
}
