//! The events of a run as lines of JSON, as they happen.

use super::listener::Listener;
use crate::record::{Event, RunInfo};
use crate::report::{began_line, event_line};

/// Hands the events on, a line each.
pub(crate) struct EventStream<W>(W);

impl<W: Fn(&str) + Send + Sync> EventStream<W> {
    /// Begins a stream with its first line. The last one is for whoever has the record and its files.
    pub(crate) fn begin(info: &RunInfo, write: W) -> Self {
        write(&began_line(info));
        Self(write)
    }
}

impl<W: Fn(&str) + Send + Sync> Listener for EventStream<W> {
    fn hear(&self, event: &Event) {
        (self.0)(&event_line(event));
    }
}
