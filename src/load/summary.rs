//! Merges the seconds of all workers, and all seconds into totals.

use std::collections::BTreeMap;

use super::effort::Efforts;
use super::recorder::Interval;
use super::tally::Tally;

/// Merges the seconds of all workers, and all seconds of the measurement into totals.
#[derive(Debug)]
pub struct Summary {
    workers: usize,
    pending: BTreeMap<i64, (usize, Interval)>,
    totals: Vec<Tally>,
    efforts: Efforts,
}

/// What came of adding one worker's second.
#[derive(Debug)]
pub enum Merged {
    /// Other workers have yet to bring theirs. The memory of this one is free again.
    Waiting(Option<Interval>),
    /// That was the last: the second of all workers together, and memory that is free again.
    Complete(Interval, Option<Interval>),
}

impl Summary {
    /// A summary of this many workers and operations.
    #[must_use]
    pub fn new(workers: usize, operations: usize) -> Self {
        Self {
            workers,
            pending: BTreeMap::new(),
            totals: vec![Tally::default(); operations],
            efforts: Efforts::default(),
        }
    }

    /// Adds a second of one worker. Every worker brings each of its seconds once, in order.
    pub fn add(&mut self, interval: Interval) -> Merged {
        let second = interval.second;
        let (brought, merged, spare) = match self.pending.remove(&second) {
            None => (1, interval, None),
            Some((brought, mut merged)) => {
                merged.add(&interval);
                (brought + 1, merged, Some(interval))
            }
        };
        if brought < self.workers {
            self.pending.insert(second, (brought, merged));
            return Merged::Waiting(spare);
        }
        self.total(&merged);
        Merged::Complete(merged, spare)
    }

    /// The seconds that only some workers brought, as at the end of a load that was stopped.
    pub fn incomplete(&mut self) -> Vec<Interval> {
        let rest: Vec<Interval> = std::mem::take(&mut self.pending)
            .into_values()
            .map(|(_, interval)| interval)
            .collect();
        for interval in &rest {
            self.total(interval);
        }
        rest
    }

    fn total(&mut self, interval: &Interval) {
        if interval.second >= 0 {
            for (total, tally) in self.totals.iter_mut().zip(&interval.tallies) {
                total.add(tally);
            }
            self.efforts.add(&interval.effort);
        }
    }

    /// Everything of the measurement so far, each operation by itself.
    #[must_use]
    pub fn totals(&self) -> &[Tally] {
        &self.totals
    }

    /// The same to keep, once nothing more is added.
    #[must_use]
    pub fn take_totals(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.totals)
    }

    /// What the generator had of its machine in the measurement so far.
    #[must_use]
    pub const fn efforts(&self) -> &Efforts {
        &self.efforts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Reply, Sample};

    fn interval(second: i64, answers: u64) -> Interval {
        let mut interval = Interval::new(1);
        interval.second = second;
        interval.effort.threads.cpu = 5;
        for finished in 0..answers {
            interval.tallies[0].record(&Sample {
                operation: 0,
                due: 0,
                started: 0,
                finished,
                reply: Reply::Answered {
                    status: 200,
                    conforming: finished % 2 == 0,
                },
            });
        }
        interval
    }

    #[test]
    fn a_second_is_complete_when_all_workers_brought_it() {
        let mut summary = Summary::new(2, 1);
        assert!(matches!(summary.add(interval(0, 3)), Merged::Waiting(None)));
        assert!(matches!(summary.add(interval(1, 1)), Merged::Waiting(None)));
        let Merged::Complete(merged, Some(_)) = summary.add(interval(0, 4)) else {
            panic!("both workers brought second 0");
        };
        assert_eq!((merged.second, merged.tallies[0].answered), (0, 7));
        assert_eq!(summary.totals()[0].answered, 7);
        assert_eq!(summary.incomplete().len(), 1);
        let totals = &summary.totals()[0];
        assert_eq!((totals.answered, totals.conforming), (8, 5));
        assert_eq!(totals.response().count(), 8);
        assert_eq!(summary.efforts().threads.cpu, 15);
    }

    #[test]
    fn the_warm_up_is_told_but_not_totalled() {
        let mut summary = Summary::new(1, 1);
        let Merged::Complete(merged, None) = summary.add(interval(-1, 3)) else {
            panic!("there is one worker");
        };
        assert_eq!(merged.tallies[0].answered, 3);
        let cpu = summary.efforts().threads.cpu;
        assert_eq!((summary.totals()[0].answered, cpu), (0, 0));
    }
}
