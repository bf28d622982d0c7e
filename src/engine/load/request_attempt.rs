//! One request of an iteration, and when it was sent and answered.

use std::time::Duration;

use crate::load::{Reply, Sample};
use crate::suite::Operation;

/// One operation under way.
pub(super) struct RequestAttempt<'a> {
    /// Its position in the scenario.
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) due: u64,
    pub(super) started: u64,
    pub(super) finished: u64,
    /// Whether everything that is expected is judged, or the status alone.
    pub(super) in_full: bool,
}

impl RequestAttempt<'_> {
    /// How long the target took, in nanoseconds.
    pub(super) const fn service(&self) -> u64 {
        self.finished.saturating_sub(self.started)
    }

    pub(super) const fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.service())
    }

    pub(super) const fn sample(&self, reply: Reply) -> Sample {
        Sample {
            operation: self.index,
            due: self.due,
            started: self.started,
            finished: self.finished,
            reply,
        }
    }
}

/// When an answer came in that had been there for so long when it was read. An age before the request is
/// that of a wall clock that was set meanwhile.
pub(super) const fn came(started: u64, read: u64, age: u64) -> u64 {
    match read.checked_sub(age) {
        Some(came) if came > started => came,
        _ => read,
    }
}
