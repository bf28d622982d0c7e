//! The moment at which several processes begin a load together.

use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::clock::{Beginning, nanos};
use crate::engine::Stop;

/// How often it is looked whether somebody asked to stop.
const LOOK: Duration = Duration::from_millis(50);

/// The moment at which several processes begin a load together, on the monotonic clock of this machine.
#[derive(Debug, Default)]
pub struct AgreedStart {
    /// In nanoseconds; 0 until it is agreed.
    at: AtomicU64,
    /// When the first iteration was really due, in nanoseconds; 0 until the load has begun.
    first_due: AtomicU64,
}

impl AgreedStart {
    /// Sets the moment, in nanoseconds of the monotonic clock.
    pub fn agree(&self, at: u64) {
        self.at.store(at, Ordering::Relaxed);
    }

    /// When the first iteration was due, in nanoseconds of the monotonic clock; none if the load has not begun.
    #[must_use]
    pub fn first_due(&self) -> Option<u64> {
        let at = self.first_due.load(Ordering::Relaxed);
        (at > 0).then_some(at)
    }

    /// Waits for the moment. What comes late, if only by the time of waking, begins now and says so.
    pub(super) fn wait(&self, stop: &Stop) -> Beginning {
        let at = self.at.load(Ordering::Relaxed);
        loop {
            let ahead = at.saturating_sub(monotonic_nanos());
            if ahead == 0 || stop.is_set() {
                break;
            }
            thread::sleep(Duration::from_nanos(ahead).min(LOOK));
        }
        let beginning = Beginning::now();
        self.first_due.store(beginning.monotonic, Ordering::Relaxed);
        beginning
    }
}

/// The monotonic clock of this machine in nanoseconds, from a moment of its own.
#[must_use]
pub(crate) fn monotonic_nanos() -> u64 {
    nanos(clock_gettime(ClockId::Monotonic))
}

/// The wall clock of this machine in nanoseconds since 1970.
#[must_use]
pub(crate) fn wall_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_nanos()).unwrap_or(u64::MAX)
}
