//! The one gate of a run's events: into the record, and masked to whoever listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::held_events::HeldEvents;
use super::listener::Listener;
use crate::model::Redactor;
use crate::record::{Event, EventSink, EvidencePolicy, RecordBuilder};

/// The sink of a run.
pub(crate) struct EventRecorder {
    builder: Mutex<RecordBuilder>,
    listeners: Vec<Box<dyn Listener>>,
    held: Mutex<HeldEvents>,
    evidence: EvidencePolicy,
    redactor: Arc<Redactor>,
}

impl EventRecorder {
    /// A recorder that keeps the exchanges which a policy lets it keep.
    pub(super) fn new(
        builder: RecordBuilder,
        listeners: Vec<Box<dyn Listener>>,
        (evidence, redactor): (EvidencePolicy, Arc<Redactor>),
    ) -> Self {
        Self {
            builder: Mutex::new(builder),
            listeners,
            held: Mutex::default(),
            evidence,
            redactor,
        }
    }

    /// Changes what is known of the run besides its events.
    pub(crate) fn amend<T>(&self, change: impl FnOnce(&mut RecordBuilder) -> T) -> T {
        change(&mut lock(&self.builder))
    }

    /// Lets the listeners go, and gives what was folded.
    pub(super) fn finish(&self) -> RecordBuilder {
        let held = lock(&self.held).release();
        self.show(&held);
        for listener in &self.listeners {
            match listener.finish() {
                Ok(None) => {}
                Ok(Some(text)) => self.emit(&Event::Notice(text)),
                Err(text) => self.emit(&Event::broken(text)),
            }
        }
        lock(&self.builder).clone()
    }

    /// Shows events, each with every secret masked that is known by now.
    fn show(&self, events: &[Event]) {
        for event in events {
            let event = event.masked(&self.redactor);
            for listener in &self.listeners {
                listener.hear(&event);
            }
        }
    }
}

impl EventSink for EventRecorder {
    fn emit(&self, event: &Event) {
        let event = self.evidence.of(event);
        let event = event.as_ref();
        // The record is masked as a whole, once all secrets are known.
        self.amend(|builder| builder.apply(event));
        // Under the lock, so that what is shown keeps its order.
        let mut held = lock(&self.held);
        self.show(&held.take(event));
    }
}

/// A record is whole whatever a panicking holder was doing: it only ever grows.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
