//! Watches what a worker's own thread has of the processors.

use std::cell::Cell;

use super::world::LoadClock;
use crate::load::{STARVED, ThreadTime};

/// How often the waits of a thread are looked at, in nanoseconds: so often that waits which do not
/// matter cannot add up to one that does, and so seldom that looking costs a thousandth of the time.
const LOOK: u64 = STARVED;

/// Watches the thread that it is used in.
pub(super) struct ThreadWatch {
    /// When the time of the current second began.
    since: Cell<u64>,
    /// The CPU time that is already counted.
    cpu: Cell<u64>,
    /// When the waits were last looked at.
    looked: Cell<u64>,
    /// The waits that are already counted.
    waited: Cell<u64>,
    starved: Cell<u64>,
    stretches: Cell<u64>,
}

impl ThreadWatch {
    /// Begins to watch.
    pub(super) fn begin<C: LoadClock>(clock: &C) -> Self {
        let now = clock.now();
        Self {
            since: Cell::new(now),
            cpu: Cell::new(clock.thread_cpu()),
            looked: Cell::new(now),
            waited: Cell::new(clock.thread_waited().unwrap_or_default()),
            starved: Cell::new(0),
            stretches: Cell::new(0),
        }
    }

    /// Looks at the waits, if it is time to.
    pub(super) fn look<C: LoadClock>(&self, clock: &C, now: u64) {
        if now.saturating_sub(self.looked.get()) >= LOOK {
            self.looked.set(now);
            self.count_waits(clock);
        }
    }

    fn count_waits<C: LoadClock>(&self, clock: &C) {
        let Some(waited) = clock.thread_waited() else {
            return;
        };
        let stretch = waited.saturating_sub(self.waited.replace(waited));
        if stretch >= STARVED {
            self.starved.set(self.starved.get() + stretch);
            self.stretches.set(self.stretches.get() + 1);
        }
    }

    /// What the thread had since this was last asked.
    pub(super) fn take<C: LoadClock>(&self, clock: &C) -> ThreadTime {
        self.count_waits(clock);
        let (now, cpu) = (clock.now(), clock.thread_cpu());
        ThreadTime {
            wall: now.saturating_sub(self.since.replace(now)),
            cpu: cpu.saturating_sub(self.cpu.replace(cpu)),
            starved: self.starved.replace(0),
            stretches: self.stretches.replace(0),
        }
    }
}
