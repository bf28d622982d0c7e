//! When each iteration of an open model is due.

use super::rate::Rate;

/// One iteration: its number over all workers, and when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The number of the iteration, from 0.
    pub index: u64,
    /// When it is due, in nanoseconds.
    pub due: u64,
}

/// Which of the slots are one worker's: those whose index leaves `worker` when divided by `workers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The worker, from 0 to below `workers`.
    pub worker: u64,
    /// All workers; at least 1.
    pub workers: u64,
}

impl Share {
    /// The number of this worker's slot with this position among its own.
    #[must_use]
    pub const fn index(self, position: u64) -> u64 {
        position
            .saturating_mul(self.workers)
            .saturating_add(self.worker)
    }

    /// How many of the slots below `index` are this worker's.
    #[must_use]
    pub const fn count_below(self, index: u64) -> u64 {
        index.saturating_sub(self.worker).div_ceil(self.workers)
    }
}

/// The slots of one worker, from the beginning of the load to its end.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    rate: Rate,
    share: Share,
    end: u64,
}

impl Schedule {
    /// The slots of a worker's share at a constant rate, before `end` in nanoseconds.
    #[must_use]
    pub const fn new(rate: Rate, share: Share, end: u64) -> Self {
        Self { rate, share, end }
    }

    /// The slot with this position among the worker's own, from 0; none at the end or after it.
    #[must_use]
    pub fn slot(&self, position: u64) -> Option<Slot> {
        let index = self.share.index(position);
        let due = self.rate.due(index);
        (due < self.end).then_some(Slot { index, due })
    }

    /// How many of the worker's slots are due before a time and before the end.
    #[must_use]
    pub fn count_before(&self, at: u64) -> u64 {
        self.share
            .count_below(self.rate.count_before(at.min(self.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(worker: u64, workers: u64) -> Share {
        Share { worker, workers }
    }

    proptest! {
        #[test]
        fn the_workers_together_have_every_slot_once(
            per_second in 1_u64..5_000,
            workers in 1_u64..9,
            end in 1_u64..2_000_000_000,
        ) {
            let rate = Rate::per_second(per_second).unwrap();
            let mut slots: Vec<Slot> = (0..workers)
                .flat_map(|worker| {
                    let schedule = Schedule::new(rate, share(worker, workers), end);
                    (0..).map_while(move |position| schedule.slot(position))
                })
                .collect();
            slots.sort_by_key(|slot| slot.index);
            let most = per_second * 2;
            let expected: Vec<Slot> = (0..=most)
                .map(|index| Slot { index, due: rate.due(index) })
                .filter(|slot| slot.due < end)
                .collect();
            prop_assert_eq!(slots, expected);
        }

        #[test]
        fn counts_agree_with_the_slots_themselves(
            per_second in 1_u64..5_000,
            worker in 0_u64..4,
            end in 1_u64..2_000_000_000,
            at in 0_u64..3_000_000_000,
        ) {
            let rate = Rate::per_second(per_second).unwrap();
            let schedule = Schedule::new(rate, share(worker, 4), end);
            let counted = (0..)
                .map_while(|position| schedule.slot(position))
                .filter(|slot| slot.due < at)
                .count();
            prop_assert_eq!(schedule.count_before(at), counted as u64);
        }
    }
}
