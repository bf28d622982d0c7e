//! The clock of a load: monotonic, in nanoseconds, from the moment at which the load begins.

use super::schedstat::WaitClock;
use rustix::time::{ClockId, Timespec, clock_gettime};
use std::future::Future;
use tokio::time::Instant;

use super::timer::{EarlyWake, PreciseTimer};
use crate::edge::wire::Origin;
use crate::engine::load::LoadClock;

/// One moment by all clocks that a load needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning {
    /// By the monotonic clock, in nanoseconds.
    pub(super) monotonic: u64,
    /// By the wall clock, in nanoseconds since 1970.
    pub(super) unix: u64,
    /// By the clock of the runtime.
    pub(super) instant: Instant,
}

impl Beginning {
    pub(super) fn now() -> Self {
        Self {
            monotonic: nanos(clock_gettime(ClockId::Monotonic)),
            unix: nanos(clock_gettime(ClockId::Realtime)),
            instant: Instant::now(),
        }
    }
}

/// The clock of a load, in one thread.
#[derive(Debug)]
pub(super) struct WorkerClock {
    beginning: Beginning,
    origin: Origin,
    waits: Option<WaitClock>,
    lead: EarlyWake,
}

impl WorkerClock {
    /// A clock that shows 0 at a beginning, for the calling thread. Sets the origin that connections count from.
    pub(super) fn new(beginning: Beginning, origin: Origin) -> Self {
        origin.set(beginning.instant);
        #[cfg(target_os = "linux")]
        super::timer::wake_without_slack();
        Self {
            beginning,
            origin,
            waits: WaitClock::of_this_thread(),
            lead: EarlyWake::default(),
        }
    }
}

impl LoadClock for WorkerClock {
    type Timer = PreciseTimer;

    fn now(&self) -> u64 {
        nanos(clock_gettime(ClockId::Monotonic)).saturating_sub(self.beginning.monotonic)
    }

    fn unix_nanos(&self, at: u64) -> u64 {
        self.beginning.unix.saturating_add(at)
    }

    fn thread_cpu(&self) -> u64 {
        nanos(clock_gettime(ClockId::ThreadCPUTime))
    }

    fn thread_waited(&self) -> Option<u64> {
        self.waits.as_ref()?.read()
    }

    fn timer(&self) -> PreciseTimer {
        PreciseTimer::new(self.beginning.monotonic, self.origin.clone(), &self.lead)
    }

    fn sleep_until(&self, at: u64) -> impl Future<Output = ()> {
        let at = self.origin.get() + std::time::Duration::from_nanos(at);
        tokio::time::sleep_until(at)
    }
}

/// A time of a clock in nanoseconds; 0 for times before its beginning.
pub(super) fn nanos(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(time.tv_nsec).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}
