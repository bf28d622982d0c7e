//! What the generator's own threads had of their machine, second by second.

use super::times::Times;
use crate::model::share;

/// A thread that is ready and gets no processor for this long, in nanoseconds, was kept waiting by
/// another program. To wake an idle processor takes up to a tenth of it, and happens with nobody
/// else about.
pub const STARVED: u64 = 1_000_000;

/// A thread that needed this share of a second, its waits for a processor included, had no time
/// left: what became due meanwhile had to wait for the thread itself.
const SATURATED: f64 = 0.95;

/// A while shorter than this, in nanoseconds, has no share worth the name: when a thread was held up
/// over the end of a second, a moment is all that is left for the next.
const SHORTEST: u64 = 10_000_000;

/// What a thread, or several together, had of the processors over a while. All in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThreadTime {
    /// The while itself; of several threads the sum.
    pub wall: u64,
    /// The time in which it ran.
    pub cpu: u64,
    /// The time in which it was ready to run and got no processor, in stretches of [`STARVED`] or
    /// more. 0 where the machine does not tell.
    pub starved: u64,
    /// How many such stretches there were.
    pub stretches: u64,
}

impl ThreadTime {
    /// Adds what another thread had, or the same at another time.
    pub const fn add(&mut self, other: Self) {
        self.wall += other.wall;
        self.cpu += other.cpu;
        self.starved += other.starved;
        self.stretches += other.stretches;
    }

    /// The share of the time in which it ran, 0 to 1.
    #[must_use]
    pub fn cpu_share(self) -> f64 {
        share(self.cpu, self.wall)
    }

    /// The share of the time in which it was starved, 0 to 1.
    #[must_use]
    pub fn starved_share(self) -> f64 {
        share(self.starved, self.wall)
    }

    /// The share of the time in which it ran or wanted to, 0 to 1; 0 for a moment.
    #[must_use]
    pub fn wanted_share(self) -> f64 {
        if self.wall < SHORTEST {
            return 0.0;
        }
        share(self.cpu.saturating_add(self.starved), self.wall)
    }

    /// The mean length of a stretch without a processor, in nanoseconds; 0 if there was none.
    #[must_use]
    pub const fn mean_stretch(self) -> u64 {
        match self.stretches {
            0 => 0,
            stretches => self.starved / stretches,
        }
    }
}

/// What the generator had of its machine in one second.
#[derive(Clone, Debug, Default)]
pub struct Effort {
    /// All threads together.
    pub threads: ThreadTime,
    /// The thread that had the least time left.
    pub busiest: ThreadTime,
    /// Iterations that were due and not yet begun at the end of the second.
    pub queued: u64,
    /// How late iterations began for no fault of the target: from the moment that both an iteration
    /// was due and its connection idle, to the beginning of its first request.
    pub lag: Box<Times>,
}

impl Effort {
    /// Adds what one thread had.
    pub fn add_thread(&mut self, thread: ThreadTime) {
        self.threads.add(thread);
        if thread.wanted_share() > self.busiest.wanted_share() {
            self.busiest = thread;
        }
    }

    /// Adds everything of another thread's same second.
    pub fn add(&mut self, other: &Self) {
        self.threads.add(other.threads);
        if other.busiest.wanted_share() > self.busiest.wanted_share() {
            self.busiest = other.busiest;
        }
        self.queued += other.queued;
        self.lag.add(&other.lag);
    }

    /// Forgets everything and keeps the memory.
    pub fn reset(&mut self) {
        self.threads = ThreadTime::default();
        self.busiest = ThreadTime::default();
        self.queued = 0;
        self.lag.reset();
    }

    /// Whether a thread had no time left.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.busiest.wanted_share() >= SATURATED
    }
}

/// What the generator had of its machine over a whole measurement.
#[derive(Clone, Debug, Default)]
pub struct Efforts {
    /// All threads together.
    pub threads: ThreadTime,
    /// How late iterations began for no fault of the target.
    pub lag: Times,
    /// Seconds.
    pub seconds: u64,
    /// Seconds in which a thread had no time left, those in which it only caught up with what the
    /// target had left undone not counted.
    pub saturated: u64,
    /// Whether iterations are waiting because the target had all connections busy.
    catching_up: bool,
}

impl Efforts {
    /// Adds the next second.
    pub fn add(&mut self, second: &Effort) {
        self.threads.add(second.threads);
        self.lag.add(&second.lag);
        self.seconds += 1;
        let saturated = second.is_saturated();
        self.saturated += u64::from(saturated && !self.catching_up);
        // A queue that grew while the thread had time to spare is the target's doing.
        self.catching_up = second.queued > 0 && (self.catching_up || !saturated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn second(cpu_ms: u64, starved_ms: u64, queued: u64) -> Effort {
        let mut effort = Effort::default();
        effort.add_thread(ThreadTime {
            wall: SECOND,
            cpu: cpu_ms * 1_000_000,
            starved: starved_ms * 1_000_000,
            stretches: starved_ms / 4,
        });
        effort.queued = queued;
        effort
    }

    fn saturated(seconds: &[Effort]) -> u64 {
        let mut efforts = Efforts::default();
        for one in seconds {
            efforts.add(one);
        }
        efforts.saturated
    }

    #[test]
    fn a_thread_is_saturated_when_running_and_waiting_leave_it_no_time() {
        assert_eq!(saturated(&[second(940, 0, 0), second(940, 9, 0)]), 0);
        assert_eq!(saturated(&[second(960, 0, 0), second(500, 460, 0)]), 2);
    }

    #[test]
    fn catching_up_after_a_stall_of_the_target_is_not_held_against_the_generator() {
        let stall = [
            second(300, 0, 0),
            second(100, 0, 9_000),
            second(990, 0, 5_000),
            second(990, 0, 0),
            second(990, 0, 0),
        ];
        assert_eq!(
            saturated(&stall),
            1,
            "only the last had nothing to catch up with"
        );
        let own = [second(990, 0, 2_000), second(990, 0, 4_000)];
        assert_eq!(
            saturated(&own),
            2,
            "a queue of its own making excuses nothing"
        );
    }

    #[test]
    fn of_several_threads_the_one_with_the_least_time_left_counts() {
        let mut both = second(990, 0, 1);
        both.add(&second(10, 0, 2));
        assert!(both.is_saturated());
        assert_eq!(both.queued, 3);
        assert!((both.threads.cpu_share() - 0.5).abs() < 1e-9);
        assert_eq!(second(0, 40, 0).threads.mean_stretch(), 4_000_000);
    }
}
