//! How precise the sending has to be, learnt from how long the target takes: beside an answer of 10 ms, being
//! 0.1 ms late does not show, and waking for every request by itself costs more than making it.

use std::cell::Cell;
use std::ops::Range;

use super::world::Leeway;

/// A slot may be late by one part in so many of what all but the fastest answers take.
const SHARE: u64 = 50;

/// And by this at the most, in nanoseconds.
const COARSEST: u64 = 1_000_000;

/// Answers of a part after which its fastest are known. Until then every slot is handed out as it is due.
const FIRST: u32 = 100;

/// Answers in a row that tell when they came after which the next are taken to. The kernel begins with that a moment
/// after it was asked to.
const TELLING: u32 = 100;

/// Answers after one that is too long to be read late until the next is taken to be short.
const SHORT: u32 = 100_000;

/// The longest body that may be read late, in bytes: of a longer one the target could send the rest only when the
/// beginning is read (tcp(7), `tcp_rmem`, which windows begin with half of).
const LONGEST_UNREAD: usize = 32 * 1024;

/// How long answers may stay unread, in nanoseconds, where nothing follows upon them but the next slot; and where
/// further steps of an iteration do.
const UNHEARD: u64 = 2_000_000;
const UNHEARD_WITHIN: u64 = 250_000;

/// With each faster answer the estimate shrinks by one part in so many, and with each other it grows by a ninth
/// of that: so it stays where one in ten is faster.
const SHRINKING: u64 = 16;
const GROWTH: u64 = SHRINKING * 9;

/// Of a worker's connections one in so many has to be idle, beside one more, for slots to be handed out together:
/// as many as become due meanwhile, with room to spare. Fewer are looked after at once.
const IDLE_SHARE: usize = 32;

/// Learns how precise the sending has to be.
pub(super) struct Precision {
    /// Of each part its first operation, the one that the schedule times, and what its answers take.
    parts: Vec<(usize, Cell<Fastest>)>,
    /// How many suitable answers it takes until the next may be read late.
    lacking: Cell<u32>,
    /// For how long they may stay unread then.
    unheard: u64,
    connections: Cell<usize>,
    /// When the last pass was to be, or the next one is.
    pass: Cell<u64>,
}

impl Precision {
    /// For parts with these operations.
    pub(super) fn new(parts: impl Iterator<Item = Range<usize>> + Clone) -> Self {
        let is_one_step = parts.clone().all(|operations| operations.len() == 1);
        Self {
            parts: parts
                .map(|operations| (operations.start, Cell::default()))
                .collect(),
            lacking: Cell::new(TELLING),
            unheard: if is_one_step { UNHEARD } else { UNHEARD_WITHIN },
            connections: Cell::new(0),
            pass: Cell::new(0),
        }
    }

    /// So many connections take slots.
    pub(super) fn begin(&self, connections: usize) {
        self.connections.set(connections);
    }

    /// Learns from a conforming answer to an operation, which took so many nanoseconds, and how many answers have to
    /// follow upon it until one may be read late; see [`lacking_after`].
    pub(super) fn learn(&self, operation: usize, service: u64, lacking: u32) {
        let before = self.lacking.get().saturating_sub(1);
        self.lacking.set(before.max(lacking));
        for (first, fastest) in &self.parts {
            if *first == operation {
                fastest.set(fastest.get().and(service));
            }
        }
    }

    /// When to hand out slots next, where the next of them is due at this time (in nanoseconds) and so many
    /// connections are idle; and what the waiter may do without.
    pub(super) fn next_pass(&self, due: u64, idle: usize) -> (u64, Leeway) {
        let leeway = self.leeway(idle);
        // The last pass was before it was due, so it is late by the leeway at the most.
        let pass = due.max(self.pass.get().saturating_add(leeway.late));
        self.pass.set(pass);
        (pass, leeway)
    }

    /// Whether the time of the next pass has come.
    pub(super) const fn is_pass(&self, now: u64) -> bool {
        now >= self.pass.get()
    }

    fn leeway(&self, idle: usize) -> Leeway {
        if idle <= self.connections.get() / IDLE_SHARE {
            return Leeway::default();
        }
        let fastest = self.parts.iter().map(|(_, fastest)| fastest.get().known());
        let are_suitable = self.lacking.get() == 0;
        Leeway {
            late: (fastest.min().unwrap_or_default() / SHARE).min(COARSEST),
            unheard: if are_suitable { self.unheard } else { 0 },
        }
    }
}

/// How many suitable answers have to follow upon one that was so old when it was read (in nanoseconds, 0 if it did
/// not tell) until the next may be read late; 0 if it is suitable itself.
pub(super) const fn lacking_after(age: u64, body: &[u8]) -> u32 {
    if body.len() > LONGEST_UNREAD {
        SHORT
    } else if age == 0 {
        TELLING
    } else {
        0
    }
}

/// What one in ten answers stays below, in nanoseconds.
#[derive(Clone, Copy, Default)]
struct Fastest {
    answers: u32,
    within: u64,
}

impl Fastest {
    /// 0 until enough answers are known.
    const fn known(self) -> u64 {
        if self.answers < FIRST { 0 } else { self.within }
    }

    const fn and(self, took: u64) -> Self {
        let within = if self.answers == 0 {
            took
        } else if took < self.within {
            // At first the shortest stands for all.
            if self.answers < FIRST {
                took
            } else {
                self.within - self.within / SHRINKING
            }
        } else if self.answers < FIRST {
            self.within
        } else {
            self.within + self.within / GROWTH + 1
        };
        Self {
            answers: self.answers.saturating_add(1),
            within,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn of(parts: usize) -> Precision {
        let precision = Precision::new((0..parts).map(|part| part * 2..part * 2 + 2));
        precision.begin(64);
        precision
    }

    fn late(precision: &Precision) -> u64 {
        precision.leeway(8).late
    }

    #[test]
    fn nothing_may_be_late_until_the_answers_of_every_part_are_known() {
        let precision = of(2);
        for _ in 0..FIRST {
            precision.learn(0, 10 * MS, 0);
            // A further step of an iteration is not what the schedule times.
            precision.learn(1, MS, 0);
        }
        assert_eq!(late(&precision), 0);
        for _ in 0..FIRST {
            precision.learn(2, 5 * MS, 0);
        }
        assert_eq!(late(&precision), 5 * MS / SHARE);
    }

    #[test]
    fn the_leeway_is_a_share_of_what_one_in_ten_answers_stays_below() {
        let precision = of(1);
        // One in twenty takes 1 ms, the others 10 to 20 ms.
        for number in 0..20_000 {
            let took = if number % 20 == 7 {
                1
            } else {
                10 + number * 7 % 11
            };
            precision.learn(0, took * MS, 0);
        }
        let learnt = late(&precision) * SHARE;
        assert!((8 * MS..12 * MS).contains(&learnt), "{learnt}");
        for _ in 0..200 {
            precision.learn(0, MS / 20, 0);
        }
        assert!(
            late(&precision) <= MS / 20 / SHARE + 100,
            "{}",
            late(&precision)
        );
        for _ in 0..2_000 {
            precision.learn(0, 10_000 * MS, 0);
        }
        assert_eq!(late(&precision), COARSEST);
    }

    #[test]
    fn answers_stay_unread_only_where_that_harms_none_and_enough_connections_are_idle() {
        let precision = of(1);
        let learn = |count, lacking| (0..count).for_each(|_| precision.learn(0, MS, lacking));
        learn(TELLING - 1, lacking_after(1, b"{}"));
        assert_eq!(precision.leeway(3).unheard, 0);
        learn(1, 0);
        assert_eq!(precision.leeway(3).unheard, UNHEARD_WITHIN);
        assert_eq!(precision.leeway(2), Leeway::default());
        learn(1, lacking_after(0, b"{}"));
        assert_eq!(precision.leeway(3).unheard, 0);
        learn(TELLING, 0);
        assert_eq!(precision.leeway(3).unheard, UNHEARD_WITHIN);
        learn(1, lacking_after(1, &vec![b' '; LONGEST_UNREAD + 1]));
        learn(TELLING, lacking_after(0, b"{}"));
        learn(TELLING, 0);
        assert_eq!(precision.leeway(3).unheard, 0);
        let one_step = Precision::new([0..1, 1..2].into_iter());
        (0..TELLING).for_each(|_| one_step.learn(1, MS, 0));
        assert_eq!(one_step.leeway(3).unheard, UNHEARD);
    }

    #[test]
    fn passes_keep_a_distance_and_are_never_before_the_slot() {
        let precision = of(1);
        assert_eq!(precision.next_pass(7, 8), (7, Leeway::default()));
        for _ in 0..FIRST {
            precision.learn(0, 10 * MS, 0);
        }
        let apart = 10 * MS / SHARE;
        let pass = |due| precision.next_pass(due, 8).0;
        assert_eq!(pass(MS), MS);
        assert_eq!(pass(MS + 1), MS + apart);
        assert_eq!(pass(MS + apart + 5), MS + 2 * apart);
        assert_eq!(pass(9 * MS), 9 * MS);
        // What few idle connections are for is handed out as it is due.
        assert_eq!(precision.next_pass(9 * MS + 1, 1).0, 9 * MS + 1);
    }
}
