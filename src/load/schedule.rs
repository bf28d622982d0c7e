//! When each iteration of an open model is due.

use std::sync::Arc;

use super::poisson::Poisson;
use super::profile::{Profile, Spacing};
use super::rate::Rate;
use super::shape::Shape;

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
    /// All slots, for the only worker.
    pub const ALL: Self = Self {
        worker: 0,
        workers: 1,
    };

    /// The share of a thread of this worker, which has so many, numbered from 0: the threads of all workers
    /// have each slot once.
    #[must_use]
    pub const fn of_thread(self, thread: u64, threads: u64) -> Self {
        Self {
            worker: self.worker.saturating_mul(threads).saturating_add(thread),
            workers: self.workers.saturating_mul(threads),
        }
    }

    /// The number of this worker's slot with this position among its own.
    #[must_use]
    pub const fn index(self, position: u64) -> u64 {
        position
            .saturating_mul(self.workers)
            .saturating_add(self.worker)
    }

    /// How many of so many things are this worker's, where all are dealt out in turn.
    #[must_use]
    pub fn part_of(self, count: usize) -> usize {
        let part = self.count_below(u64::try_from(count).unwrap_or(u64::MAX));
        usize::try_from(part).unwrap_or(usize::MAX)
    }

    /// How many of the indices below this one are this worker's.
    #[must_use]
    pub const fn count_below(self, index: u64) -> u64 {
        index.saturating_sub(self.worker).div_ceil(self.workers)
    }
}

/// The slots of one worker, from the beginning of the load to its end.
#[derive(Clone, Debug)]
pub struct Schedule {
    law: Law,
    share: Share,
    end: u64,
}

/// What says when an arrival is due.
#[derive(Clone, Debug)]
enum Law {
    Constant(Rate),
    Even(Arc<Shape>),
    Random(Arc<Shape>, Poisson),
}

impl Schedule {
    /// The slots of a worker's share, before `end` in nanoseconds; none in a closed model, where
    /// nothing is scheduled.
    #[must_use]
    pub fn new(profile: &Profile, share: Share, end: u64) -> Option<Self> {
        let law = match profile {
            Profile::Closed => return None,
            Profile::Constant(rate) => Law::Constant(*rate),
            Profile::Shaped { shape, spacing, .. } => match spacing {
                Spacing::Even => Law::Even(Arc::clone(shape)),
                Spacing::Poisson { seed } => Law::Random(Arc::clone(shape), Poisson::new(*seed)),
            },
        };
        Some(Self { law, share, end })
    }

    /// The slot with this position among the worker's own, from 0; none at the end or after it.
    #[must_use]
    pub fn slot(&self, position: u64) -> Option<Slot> {
        let index = self.share.index(position);
        let due = match &self.law {
            Law::Constant(rate) => Some(rate.due(index)),
            Law::Even(shape) => shape.due(index),
            Law::Random(shape, poisson) => shape.reached(poisson.position(index)),
        };
        let due = due.filter(|due| *due < self.end)?;
        Some(Slot { index, due })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Stages;
    use proptest::prelude::*;
    use std::time::Duration;

    fn share(worker: u64, workers: u64) -> Share {
        Share { worker, workers }
    }

    fn all_slots(profile: &Profile, workers: u64, end: u64) -> Vec<Slot> {
        let mut slots: Vec<Slot> = (0..workers)
            .flat_map(|worker| {
                let schedule = Schedule::new(profile, share(worker, workers), end).unwrap();
                (0..).map_while(move |position| schedule.slot(position))
            })
            .collect();
        slots.sort_by_key(|slot| slot.index);
        slots
    }

    proptest! {
        #[test]
        fn the_workers_together_have_every_slot_once(
            per_second in 1_u64..5_000,
            workers in 1_u64..9,
            end in 1_u64..2_000_000_000,
        ) {
            let rate = Rate::per_second(per_second).unwrap();
            let most = per_second * 2;
            let expected: Vec<Slot> = (0..=most)
                .map(|index| Slot { index, due: rate.due(index) })
                .filter(|slot| slot.due < end)
                .collect();
            prop_assert_eq!(all_slots(&Profile::Constant(rate), workers, end), expected);
        }

        #[test]
        fn the_threads_of_several_processes_have_every_slot_once(
            processes in 1_u64..6,
            threads in 1_u64..5,
            per_second in 1_u64..3_000,
        ) {
            let profile = Profile::Constant(Rate::per_second(per_second).unwrap());
            let mut slots: Vec<Slot> = (0..processes)
                .flat_map(|worker| (0..threads).map(move |thread| (worker, thread)))
                .flat_map(|(worker, thread)| {
                    let of = share(worker, processes).of_thread(thread, threads);
                    let schedule = Schedule::new(&profile, of, 1_000_000_000).unwrap();
                    (0..).map_while(move |position| schedule.slot(position)).collect::<Vec<_>>()
                })
                .collect();
            slots.sort_by_key(|slot| slot.index);
            prop_assert_eq!(slots, all_slots(&profile, 1, 1_000_000_000));
        }

        #[test]
        fn the_number_of_workers_changes_no_arrival(
            workers in 1_u64..9,
            seed: u64,
            poisson: bool,
        ) {
            let stages: Stages = "ramp 10..900 over 700ms, spike 2000 for 100ms, hold 200ms".parse().unwrap();
            let spacing = if poisson { Spacing::Poisson { seed } } else { Spacing::Even };
            let profile = Profile::shaped(&stages, Duration::from_millis(100), spacing).unwrap();
            let all = all_slots(&profile, workers, 1_050_000_000);
            prop_assert_eq!(&all, &all_slots(&profile, 1, 1_050_000_000));
            prop_assert!(all.is_sorted_by_key(|slot| slot.due));
            prop_assert!(all.iter().enumerate().all(|(index, slot)| slot.index == index as u64));
        }
    }

    /// 318.5 + 200 + 180 arrivals are expected; their number has a standard deviation of 26.
    #[test]
    fn random_arrivals_follow_the_rate() {
        let stages: Stages = "ramp 10..900 over 700ms, spike 2000 for 100ms, hold 200ms"
            .parse()
            .unwrap();
        let mut sums = (0, 0);
        for seed in 0..100 {
            let spacing = Spacing::Poisson { seed };
            let profile = Profile::shaped(&stages, Duration::ZERO, spacing).unwrap();
            let slots = all_slots(&profile, 1, 1_000_000_000);
            let spike = 700_000_000..800_000_000;
            sums.0 += slots.len();
            sums.1 += slots
                .iter()
                .filter(|slot| spike.contains(&slot.due))
                .count();
        }
        // Five standard deviations of the sum of a hundred, which is ten times that of one.
        assert!(sums.0.abs_diff(69_850) < 5 * 265, "{}", sums.0);
        assert!(sums.1.abs_diff(20_000) < 5 * 142, "{}", sums.1);
    }
}
