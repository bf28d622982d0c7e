//! What one worker has done, once its load is over.

use super::failures::Failures;
use super::history::LeftoverUsers;
use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::load::{Mails, StageTallies};

/// What one worker has done, besides its seconds.
#[derive(Debug)]
pub struct WorkerResult {
    /// What was not as expected.
    pub(super) kinds: Failures,
    /// Slots of the measurement that were due but never started.
    pub(super) unstarted: u64,
    /// Of those, the ones that found the queue full.
    pub(super) refused: u64,
    /// Requests of the measurement that were under way when the load was stopped.
    pub(super) cut_off: u64,
    /// The stages of the profile.
    pub(super) stages: StageTallies,
    /// Answers within the measurement that were judged in full.
    pub(super) judged: u64,
    /// The mailed codes that were awaited within the measurement.
    pub(super) mails: Mails,
    /// When the worker was stopped early, if it was.
    pub(super) stopped: Option<u64>,
    /// The users that it made, as far as they are not known to be gone.
    pub(super) leftover: LeftoverUsers,
}

impl<C: LoadClock, D: Connector> Worker<'_, C, D> {
    /// Counts what has not ended or never started, and ends the last second.
    pub(super) fn end(self) -> WorkerResult {
        let stopped = self.pace.stopped();
        let at = stopped.unwrap_or_else(|| self.timeline.end());
        self.turn_seconds(at);
        self.count_effort(at);
        let cut_off = self.count_cut_off();
        let begins_with = |part: usize| {
            let part = self.job.parts.get(part);
            part.map_or(0, |part| part.operations.start)
        };
        // Who was turned away is not better off than who was given up on at the time limit.
        let limit = self.job.settings.timeout_nanos();
        let (turned_away, left) = self.pace.into_unstarted();
        let mut recorder = self.recorder.into_inner();
        for (part, (due, count)) in turned_away.each() {
            let at_least = at.saturating_sub(due).max(limit);
            recorder.record_unstarted(begins_with(part), due, at_least, count);
        }
        for (part, slot) in &left {
            let at_least = at.saturating_sub(slot.due);
            recorder.record_unstarted(begins_with(*part), slot.due, at_least, 1);
        }
        let (last, stages) = recorder.finish(at);
        // Nobody listens any more only if the collector has panicked, and then it is told anyway.
        drop(self.intervals.send(last));
        self.secrets.into_inner().teach(&self.job.redactor);
        let refused = turned_away.total();
        WorkerResult {
            kinds: self.kinds.into_inner(),
            unstarted: refused + u64::try_from(left.len()).unwrap_or(u64::MAX),
            refused,
            cut_off,
            stages,
            judged: self.judging.in_full(),
            mails: self.mails.into_inner(),
            stopped,
            leftover: self.history.into_leftover(),
        }
    }

    /// Counts the requests that were given up on when the load was stopped, with as long as they lasted.
    fn count_cut_off(&self) -> u64 {
        let now = self.clock.now();
        let mut recorder = self.recorder.borrow_mut();
        let requests = self.cut_off.take().into_iter();
        let measured = requests.filter(|request| {
            let lasted = now.saturating_sub(request.due);
            recorder.record_cut_off(request.operation, request.due, lasted)
        });
        u64::try_from(measured.count()).unwrap_or(u64::MAX)
    }
}
