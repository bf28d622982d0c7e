//! Events that wait before they are shown, since a secret may stand in them that is not known yet.
//!
//! A target that gives away what belongs to another case gives it away while that case runs. So what quotes
//! the target waits until every case that ran beside it has ended, and all their secrets are known.

use std::collections::BTreeSet;

use crate::model::CaseId;
use crate::record::Event;

/// Events that wait, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct HeldEvents {
    running: BTreeSet<CaseId>,
    waiting: Vec<WaitingEvent>,
}

/// An event, and the cases whose end it waits for.
#[derive(Debug)]
struct WaitingEvent {
    event: Event,
    until: BTreeSet<CaseId>,
}

impl HeldEvents {
    /// Takes an event and gives those that can be shown by now. The order of those that wait for the same
    /// is kept; what quotes nobody waits for nothing.
    pub(crate) fn take(&mut self, event: &Event) -> Vec<Event> {
        match event {
            Event::CaseStarted(id) => {
                self.running.insert(id.clone());
            }
            Event::CaseFinished(case) => {
                self.running.remove(&case.id);
                for waiting in &mut self.waiting {
                    waiting.until.remove(&case.id);
                }
            }
            // No case runs any more, and the accounts of all are gone: nothing is learnt later.
            Event::TornDown(_) => self.running.clear(),
            _ => {}
        }
        let waiting = WaitingEvent {
            event: event.clone(),
            until: if event.quotes_the_target() {
                self.running.clone()
            } else {
                BTreeSet::new()
            },
        };
        self.waiting.push(waiting);
        let running = &self.running;
        let can_be_shown =
            |waiting: &mut WaitingEvent| waiting.until.is_empty() || running.is_empty();
        let shown = self.waiting.extract_if(.., can_be_shown);
        shown.map(|waiting| waiting.event).collect()
    }

    /// Gives all that still wait.
    pub(crate) fn release(&mut self) -> Vec<Event> {
        let all = self.waiting.drain(..);
        all.map(|waiting| waiting.event).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(id: &str) -> Event {
        Event::CaseStarted(CaseId::new(id))
    }

    fn notice(text: &str) -> Event {
        Event::Notice(text.to_owned())
    }

    fn shown(events: &[Event]) -> Vec<String> {
        let told = events.iter().map(|event| match event {
            Event::CaseStarted(id) => id.to_string(),
            Event::Notice(text) => text.clone(),
            _ => "torn down".to_owned(),
        });
        told.collect()
    }

    #[test]
    fn what_quotes_the_target_waits_for_the_cases_that_run_beside_it() {
        let mut held = HeldEvents::default();
        assert_eq!(shown(&held.take(&notice("early"))), ["early"]);
        assert_eq!(shown(&held.take(&started("a"))), ["a"]);
        assert!(held.take(&notice("during a")).is_empty());
        assert_eq!(shown(&held.take(&started("b"))), ["b"], "it quotes nobody");
        let accounts = crate::record::Accounts::default();
        let all = held.take(&Event::TornDown(accounts));
        assert_eq!(shown(&all), ["during a", "torn down"]);
        held.take(&started("c"));
        held.take(&notice("late"));
        assert_eq!(shown(&held.release()), ["late"]);
    }
}
