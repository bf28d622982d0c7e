//! How the target treats idle connections, learnt from those of the whole load.
//!
//! A server may close an idle connection at any time, also while a request is on its way to it (RFC 9112,
//! section 9.3.1). Such a close is no fault of it; a close in place of an answer is. What is known here keeps
//! the two apart: requests stay away from connections that are about to be closed, and a request is sent again
//! only where nothing can have been done.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::load::nanos;

/// Shorter than this no server closes for idleness, so that a connection in use is never looked into.
pub(super) const SHORTEST_IDLE: Duration = Duration::from_millis(100);

/// A server may close a connection after as much idleness without a word. A request that is not idempotent goes
/// over one only if others were seen to last that long.
const LONG_IDLE: Duration = Duration::from_millis(900);

/// So many connections must be seen to outlast an idle time before it is taken for harmless.
const ENOUGH_LASTED: u32 = 32;

/// Closes that look like idle ones though none was seen for certain: one is an accident, more are a habit of
/// dropping requests.
const MOST_UNPROVEN: u32 = 3;

/// So many connections must end after their first answer before that is taken for the target's way.
const ENOUGH_ENDED: u32 = 20;

/// Where more than one connection in so many carries a second answer, it is not its way.
const ENDED_TO_LASTING: u32 = 20;

/// How the target treats idle connections. One for all connections of a load; looked at on the hot path, changed
/// beside it. Idle times are counted from the beginning of the exchange before, so that they are never too short.
#[derive(Debug)]
pub(crate) struct IdleHabits {
    /// The shortest idle time after which the target had closed a connection, in nanoseconds.
    closes_after: AtomicU64,
    /// The longest idle time that a connection outlasted, in nanoseconds, and how many outlasted about as much.
    lasts: AtomicU64,
    lasted: AtomicU32,
    /// Connections that ended right after their first answer, and those that carried a second.
    ended: AtomicU32,
    lasting: AtomicU32,
    closes_each: AtomicBool,
    unproven: AtomicU32,
    resent: AtomicU64,
}

impl Default for IdleHabits {
    fn default() -> Self {
        Self {
            closes_after: AtomicU64::new(u64::MAX),
            lasts: AtomicU64::default(),
            lasted: AtomicU32::default(),
            ended: AtomicU32::default(),
            lasting: AtomicU32::default(),
            closes_each: AtomicBool::default(),
            unproven: AtomicU32::default(),
            resent: AtomicU64::default(),
        }
    }
}

impl IdleHabits {
    /// Whether a connection that has been idle for so long may be closed any moment. `announced` is how long the
    /// target said it would keep it.
    pub(super) fn is_near_close(&self, idle: Duration, announced: Option<Duration>) -> bool {
        let seen = nanos(idle) >= near(self.closes_after.load(Ordering::Relaxed));
        seen || announced.is_some_and(|limit| nanos(idle) >= near(nanos(limit)))
    }

    /// Whether nobody knows yet if the target keeps a connection that has been idle for so long.
    pub(super) fn is_untried(&self, idle: Duration) -> bool {
        let lasts = self.lasts.load(Ordering::Relaxed);
        let few = self.lasted.load(Ordering::Relaxed) < ENOUGH_LASTED;
        idle >= LONG_IDLE && (few || near(nanos(idle)) > lasts)
    }

    /// Learns that a connection was still open after so long.
    pub(super) fn outlasted(&self, idle: Duration) {
        let idle = nanos(idle);
        let before = self.lasts.fetch_max(idle, Ordering::Relaxed);
        if near(idle) > before {
            // What was seen before says nothing of so long a time.
            self.lasted.store(1, Ordering::Relaxed);
        } else if idle >= near(before) {
            self.lasted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Learns that the target had closed a connection that was idle for so long, after so many answers.
    pub(super) fn closed(&self, idle: Duration, answers: u64) {
        self.ended(idle, answers);
        // Where others lasted longer, it was not for idleness. One that was never used is another matter.
        let outlasted = near(self.lasts.load(Ordering::Relaxed)) > nanos(idle);
        if answers > 0 && idle >= SHORTEST_IDLE && !outlasted {
            self.closes_after.fetch_min(nanos(idle), Ordering::Relaxed);
        }
    }

    /// Learns that a connection came to its end after so many answers, for whatever reason.
    fn ended(&self, idle: Duration, answers: u64) {
        if idle >= LONG_IDLE || answers != 1 {
            return;
        }
        let ended = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        let lasting = self.lasting.load(Ordering::Relaxed);
        if ended >= ENOUGH_ENDED && lasting.saturating_mul(ENDED_TO_LASTING) <= ended {
            self.closes_each.store(true, Ordering::Relaxed);
        }
    }

    /// Learns that a connection carried a second answer.
    pub(super) fn carried_a_second(&self) {
        self.lasting.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether no connection has carried a second answer yet.
    pub(super) fn none_carried_a_second(&self) -> bool {
        self.lasting.load(Ordering::Relaxed) == 0
    }

    /// Whether the target closes each connection after its first answer, without saying so.
    pub(super) fn closes_each(&self) -> bool {
        self.closes_each.load(Ordering::Relaxed)
    }

    /// Whether a close that may have come after the request was seen can be put down to idleness, or to the
    /// target's way of closing after each answer. One that resets the connection may have done so because the
    /// request lay there unread.
    pub(super) fn explains(&self, idle: Duration, answers: u64, is_reset: bool) -> bool {
        if is_reset && answers == 1 && self.none_carried_a_second() {
            self.ended(idle, answers);
            return true;
        }
        let known = self.closes_after.load(Ordering::Relaxed) != u64::MAX;
        if known {
            return self.is_near_close(idle, None);
        }
        idle >= LONG_IDLE && self.unproven.fetch_add(1, Ordering::Relaxed) < MOST_UNPROVEN
    }

    /// Counts a request that is sent again.
    pub(super) fn count_resent(&self) {
        self.resent.fetch_add(1, Ordering::Relaxed);
    }

    /// Requests that were sent again.
    pub(crate) fn resent(&self) -> u64 {
        self.resent.load(Ordering::Relaxed)
    }

    /// What is worth a notice, as a sentence.
    pub(crate) fn notice(&self) -> Option<&'static str> {
        self.closes_each().then_some(
            "the target closes each connection after its first answer without saying so; each request had a connection of its own, whose opening is part of its times; let the target send `Connection: close`, or keep connections open",
        )
    }
}

/// Four fifths of an idle time: so much before it, clocks and networks do not matter.
const fn near(idle: u64) -> u64 {
    idle - idle / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn a_connection_is_left_alone_near_the_time_at_which_others_were_closed() {
        let habits = IdleHabits::default();
        assert!(!habits.is_near_close(ms(60_000), None));
        assert!(habits.is_near_close(ms(4_000), Some(ms(5_000))));
        assert!(!habits.is_near_close(ms(3_900), Some(ms(5_000))));
        habits.closed(ms(3_000), 7);
        habits.closed(ms(2_000), 1);
        assert!(habits.is_near_close(ms(1_600), None));
        assert!(!habits.is_near_close(ms(1_500), None));
    }

    #[test]
    fn a_close_that_others_outlasted_is_not_for_idleness() {
        let habits = IdleHabits::default();
        habits.outlasted(ms(5_000));
        habits.closed(ms(2_000), 9);
        assert!(!habits.is_near_close(ms(4_000), None));
    }

    #[test]
    fn an_idle_time_is_harmless_once_enough_connections_outlasted_it() {
        let habits = IdleHabits::default();
        assert!(!habits.is_untried(ms(800)));
        for _ in 0..ENOUGH_LASTED {
            assert!(habits.is_untried(ms(2_000)));
            habits.outlasted(ms(2_000));
        }
        assert!(!habits.is_untried(ms(2_100)));
        assert!(habits.is_untried(ms(3_000)));
    }

    #[test]
    fn closes_after_each_answer_are_a_habit_only_if_hardly_any_connection_carries_two() {
        let (each, some) = (IdleHabits::default(), IdleHabits::default());
        for _ in 0..ENOUGH_ENDED {
            assert!(!each.closes_each());
            each.closed(ms(1), 1);
            some.closed(ms(1), 1);
            some.carried_a_second();
        }
        assert!(each.closes_each() && each.notice().is_some());
        assert!(!some.closes_each() && some.notice().is_none());
    }

    #[test]
    fn closes_that_nothing_explains_are_borne_three_times() {
        let habits = IdleHabits::default();
        habits.carried_a_second();
        let explains = |idle| habits.explains(ms(idle), 4, true);
        assert!(!explains(500));
        assert_eq!((0..10).filter(|_| explains(1_500)).count(), 3);
        habits.closed(ms(1_500), 4);
        assert!(explains(1_400));
        assert!(!explains(1_000));
    }
}
