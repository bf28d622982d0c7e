//! A timer that wakes within microseconds.
//!
//! The runtime's own timers count whole milliseconds, and so do its waits for sockets. On Linux a
//! `timerfd` is a socket like any other to the runtime, and as precise as the kernel's timers; elsewhere
//! the runtime's timers have to do, and the schedule lag says what that costs.
//!
//! Where answers may stay unread for the time of a wait, the whole thread sleeps through it: each answer would wake
//! it once more, which costs twice as much as to read it. Before each such sleep the runtime looks at the
//! connections; there is none while something needs attention.

use std::cell::Cell;
use std::rc::Rc;
use tokio::time::{Instant, sleep_until};

use super::clock::nanos;
use crate::edge::wire::Origin;
use crate::engine::load::{Leeway, LoadTimer};

/// The longest that a timer is awake before its time, in nanoseconds. On the virtual machines that were
/// measured, a processor that went idle is back within 40 µs mostly, now and then not within 150 µs, and
/// within this nearly always.
const LONGEST_LEAD: u64 = 300_000;
/// With what a load begins, in nanoseconds.
const FIRST_LEAD: u64 = 100_000;
/// One part in so many of a wait may be spent awake, which bounds what punctuality costs.
const LEAD_SHARE: u64 = 4;
/// With each wake-up that was later than the lead the lead grows by one part in so many, and by
/// [`LEAD_STEP`] so that it grows from nothing.
const LEAD_GROWTH: u64 = 16;
const LEAD_STEP: u64 = 500;
/// With each other one it shrinks by one part in so many. So about one wake-up in twenty is later: the 99th
/// percentile of what is measured has a part of that, and being awake for the rarest of them would cost as much
/// as all requests together.
const LEAD_DECAY: u64 = LEAD_GROWTH * 20;

/// How long before the end of a wait the timers of one thread are awake: as long as nineteen in twenty wake-ups
/// lately took at the most. So it costs next to nothing where processors come back at once.
#[derive(Clone, Debug)]
pub(super) struct EarlyWake(Rc<Cell<u64>>);

impl Default for EarlyWake {
    fn default() -> Self {
        Self(Rc::new(Cell::new(FIRST_LEAD)))
    }
}

impl EarlyWake {
    /// Before the end of a wait of this length, which may end so late; all in nanoseconds. Half of that is left to
    /// slots that wait for each other.
    fn before(&self, wait: u64, late: u64) -> u64 {
        (wait / LEAD_SHARE)
            .min(self.0.get())
            .saturating_sub(late / 2)
    }

    /// Learns how late a timer woke, in nanoseconds.
    fn learn(&self, late: u64) {
        let lead = self.0.get();
        self.0.set(if late > lead {
            (lead + lead / LEAD_GROWTH + LEAD_STEP).min(LONGEST_LEAD)
        } else {
            lead - lead / LEAD_DECAY
        });
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::wake_without_slack;

/// A timer that wakes within microseconds where the machine can.
#[derive(Debug)]
pub(super) struct PreciseTimer {
    /// The monotonic clock at the beginning of the load, in nanoseconds.
    began: u64,
    origin: Origin,
    #[cfg(target_os = "linux")]
    descriptor: Option<linux::Descriptor>,
}

impl PreciseTimer {
    pub(super) fn new(began: u64, origin: Origin, lead: &EarlyWake) -> Self {
        Self {
            began,
            #[cfg(target_os = "linux")]
            // Without a descriptor left, the runtime's timers have to do.
            descriptor: linux::Descriptor::new(lead.clone(), origin.attention()).ok(),
            origin,
        }
    }

    /// Waits with the runtime's own timers.
    async fn wait_coarsely(&self, at: u64) {
        let at: Instant = self.origin.get() + std::time::Duration::from_nanos(at);
        sleep_until(at).await;
    }
}

impl LoadTimer for PreciseTimer {
    async fn wait_until(&mut self, at: u64, leeway: Leeway) {
        #[cfg(target_os = "linux")]
        if let Some(descriptor) = &mut self.descriptor {
            let at = self.began.saturating_add(at);
            if descriptor.wait(at, leeway).await.is_ok() {
                return;
            }
        }
        self.wait_coarsely(at).await;
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fd::OwnedFd;
    use rustix::io::Errno;
    use rustix::thread::{clock_nanosleep_absolute, set_current_timer_slack};
    use rustix::time::{
        ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
        clock_gettime, timerfd_create, timerfd_settime,
    };
    use std::hint::spin_loop;
    use std::io;
    use std::num::NonZeroU64;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;
    use tokio::task::yield_now;

    use super::{EarlyWake, Leeway, nanos};
    use crate::edge::wire::Attention;

    const NANOS_PER_SECOND: u64 = 1_000_000_000;

    fn now() -> u64 {
        nanos(clock_gettime(ClockId::Monotonic))
    }

    fn time(nanos: u64) -> Timespec {
        Timespec {
            tv_sec: i64::try_from(nanos / NANOS_PER_SECOND).unwrap_or(i64::MAX),
            // A remainder of a second always fits.
            tv_nsec: i64::try_from(nanos % NANOS_PER_SECOND).unwrap_or_default(),
        }
    }

    /// Lets the calling thread wake as soon as the kernel can; it adds 50 µs of slack to sleeps otherwise, so that
    /// they may end together.
    pub(in crate::edge::load) fn wake_without_slack() {
        // Where that is refused, the lead learns what it costs.
        let _refused = set_current_timer_slack(NonZeroU64::new(1));
    }

    impl EarlyWake {
        /// Puts the whole thread to sleep until the monotonic clock shows this many nanoseconds.
        fn sleep_until(&self, at: u64) -> io::Result<()> {
            while now() < at {
                match clock_nanosleep_absolute(ClockId::Monotonic, &time(at)) {
                    Ok(()) => self.learn(now().saturating_sub(at)),
                    Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(())
        }
    }

    /// A `timerfd` that the runtime watches.
    #[derive(Debug)]
    pub(super) struct Descriptor {
        timer: AsyncFd<OwnedFd>,
        lead: EarlyWake,
        attention: Attention,
        /// What it is set to, in nanoseconds of the monotonic clock.
        set_to: u64,
    }

    impl Descriptor {
        #[expect(
            deprecated,
            reason = "the successor is an unsafe function; all that it demands is that the descriptor stays open, as an OwnedFd does"
        )]
        pub(super) fn new(lead: EarlyWake, attention: Attention) -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            Ok(Self {
                timer: AsyncFd::with_interest(timer, Interest::READABLE)?,
                lead,
                attention,
                set_to: 0,
            })
        }

        /// Returns when the monotonic clock shows this many nanoseconds.
        pub(super) async fn wait(&mut self, at: u64, leeway: Leeway) -> io::Result<()> {
            let wait = at.saturating_sub(now());
            let asleep_until = at - self.lead.before(wait, leeway.late);
            if wait <= leeway.unheard {
                // What was handed out is sent now, and what came is read.
                yield_now().await;
                if !self.attention.is_needed() {
                    self.lead.sleep_until(asleep_until)?;
                    while now() < at {
                        // To read what came meanwhile would take longer than what is left.
                        spin_loop();
                    }
                    return Ok(());
                }
            }
            if now() < asleep_until {
                self.sleep_until(asleep_until).await?;
            }
            while now() < at {
                // Lets the runtime look at the connections meanwhile.
                yield_now().await;
            }
            Ok(())
        }

        async fn sleep_until(&mut self, at: u64) -> io::Result<()> {
            while now() < at {
                self.set(at)?;
                // Setting it again takes back what it had counted, so that it need not be read.
                self.timer.readable().await?.clear_ready();
            }
            self.lead.learn(now() - at);
            Ok(())
        }

        fn set(&mut self, at: u64) -> io::Result<()> {
            if self.set_to == at {
                return Ok(());
            }
            let once = Itimerspec {
                it_interval: time(0),
                it_value: time(at),
            };
            timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &once)?;
            self.set_to = at;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wake_up_in_twenty_is_later_than_the_lead_and_a_lead_is_a_part_of_the_wait_at_most() {
        let lead = EarlyWake::default();
        let long = 1_000_000_000;
        assert_eq!(lead.before(long, 0), FIRST_LEAD);
        assert_eq!(lead.before(60_000, 0), 15_000);
        assert_eq!(lead.before(60_000, 9_000), 10_500);
        assert_eq!(lead.before(60_000, 30_000), 0);
        // Nine in ten within 20 µs, the others spread up to 120 µs: one in twenty is later than 70 µs.
        let late = |number: u64| match number % 10 {
            9 => 20_000 + number * 7_919 % 100_000,
            _ => number * 7_919 % 20_000,
        };
        for number in 0..20_000 {
            lead.learn(late(number));
        }
        let learnt = lead.before(long, 0);
        assert!((50_000..90_000).contains(&learnt), "{learnt}");
        for _ in 0..LEAD_DECAY * 8 {
            lead.learn(0);
        }
        assert!(lead.before(long, 0) < 1_000, "{}", lead.before(long, 0));
        for _ in 0..1_000 {
            lead.learn(3_000_000);
        }
        assert_eq!(lead.before(long, 0), LONGEST_LEAD);
    }
}
