//! The ids of a worker's latest refusals: those of different statuses never share one.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::model::{Answer, Finding, Level, Mismatch, RequirementId};

/// The requirement that errors of different kinds share no id.
const KINDS: &str = "error.kinds";

/// So many ids are kept: those that were given about the time of an answer.
const WINDOW: usize = 1024;

/// The ids that were given of late, each with the status that it came with first.
#[derive(Debug, Default)]
pub(super) struct RecentErrorIds {
    status_of: HashMap<Rc<[u8]>, u16>,
    latest: VecDeque<Rc<[u8]>>,
}

impl RecentErrorIds {
    /// Takes an id in place of the oldest. The status that it came with before, if that was another.
    fn meet(&mut self, id: &[u8], status: u16) -> Option<u16> {
        if let Some(before) = self.status_of.get(id) {
            return (*before != status).then_some(*before);
        }
        if self.latest.len() == WINDOW
            && let Some(oldest) = self.latest.pop_front()
        {
            self.status_of.remove(&oldest);
        }
        let id: Rc<[u8]> = id.into();
        self.latest.push_back(Rc::clone(&id));
        self.status_of.insert(id, status);
        None
    }
}

impl<C: LoadClock, D: Connector> Worker<'_, C, D> {
    /// What is to be said of a refusal that shares its id with one of another status. Whether there is no id,
    /// or a blank one, is for the expectations to judge.
    pub(super) fn shared_error_id(&self, answer: &impl Answer) -> Option<Finding> {
        let id = answer.header("x-error-id").next()?.trim_ascii();
        if id.is_empty() {
            return None;
        }
        let mut ids = self.error_ids.borrow_mut();
        let before = ids.meet(id, answer.status())?;
        let kinds = RequirementId::new(KINDS);
        let is_judged = self.job.scenario.requirements.contains(&kinds);
        is_judged.then(|| {
            let mismatch = Mismatch::new(
                "header x-error-id",
                "one that no error of another kind has",
                format!("the one that another request was refused with by {before}"),
            );
            mismatch.finding(&[kinds], Level::Must, &self.job.scenario.place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_come_again_with_its_status_and_with_no_other() {
        let mut ids = RecentErrorIds::default();
        assert_eq!(ids.meet(b"a", 400), None);
        assert_eq!(ids.meet(b"a", 400), None);
        assert_eq!(ids.meet(b"b", 401), None);
        assert_eq!(ids.meet(b"a", 401), Some(400));
        assert_eq!(ids.meet(b"b", 404), Some(401));
    }

    #[test]
    fn no_more_than_the_latest_are_kept() {
        let mut ids = RecentErrorIds::default();
        for number in 0..=WINDOW {
            assert_eq!(ids.meet(number.to_string().as_bytes(), 400), None);
        }
        assert_eq!(ids.meet(b"1", 401), Some(400));
        assert_eq!(ids.meet(b"0", 401), None, "it was forgotten");
        assert_eq!(ids.status_of.len(), WINDOW);
        assert_eq!(ids.latest.len(), WINDOW);
    }
}
