//! Iterations that were due and never started.

use crate::load::{Slot, Times};

use super::part::ScenarioMix;

/// Counts the iterations that found the queue full, by the part whose turn it was.
///
/// When each was due is kept in a histogram, since there may be millions: how long a user has waited for
/// it in vain is known at the end of the load only.
pub(super) struct TurnedAway {
    mix: ScenarioMix,
    /// The number of the load's first iteration.
    first: u64,
    due: Vec<Times>,
}

impl TurnedAway {
    /// Counts for a load of these parts that begins with the iteration of this number.
    pub(super) fn new(mix: ScenarioMix, first: u64) -> Self {
        let due = vec![Times::default(); mix.parts()];
        Self { mix, first, due }
    }

    /// The part whose turn an iteration is.
    pub(super) fn part_of(&self, slot: Slot) -> usize {
        self.mix.of(self.first.wrapping_add(slot.index)).0
    }

    /// Counts an iteration that found the queue full.
    pub(super) fn count(&mut self, slot: Slot) {
        let part = self.part_of(slot);
        if let Some(due) = self.due.get_mut(part) {
            due.record(slot.due);
        }
    }

    /// Each part with the times at which its iterations were due, to three significant digits, and how many
    /// there are of each.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, (u64, u64))> {
        let parts = self.due.iter().enumerate();
        parts.flat_map(|(part, due)| due.recorded().map(move |recorded| (part, recorded)))
    }

    /// How many there are.
    pub(super) fn total(&self) -> u64 {
        self.due.iter().map(Times::count).sum()
    }
}

/// A request that is under way. If its connection is given up before it has ended, as at the end of a load
/// that was stopped, it is counted as cut off.
pub(super) struct UnderWay<'a> {
    request: Option<CutOff>,
    cut_off: &'a std::cell::RefCell<Vec<CutOff>>,
}

/// A request of which nobody knows whether it would have been answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct CutOff {
    pub(super) operation: usize,
    pub(super) due: u64,
}

impl<'a> UnderWay<'a> {
    /// A request that is sent now.
    pub(super) const fn new(request: CutOff, cut_off: &'a std::cell::RefCell<Vec<CutOff>>) -> Self {
        Self {
            request: Some(request),
            cut_off,
        }
    }

    /// It has ended.
    pub(super) fn end(mut self) {
        self.request = None;
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(request) = self.request {
            self.cut_off.borrow_mut().push(request);
        }
    }
}
