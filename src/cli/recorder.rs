//! Takes the events of a run: folds them into the report, and shows them as they happen.

use std::sync::{Mutex, PoisonError};

use super::progress::Progress;
use crate::report::{Event, EventSink, Report, ReportBuilder};

/// The sink of a run.
pub(super) struct Recorder {
    builder: Mutex<ReportBuilder>,
    progress: Progress,
}

impl Recorder {
    pub(super) const fn new(builder: ReportBuilder, progress: Progress) -> Self {
        Self {
            builder: Mutex::new(builder),
            progress,
        }
    }

    /// Changes what is known of the run besides its events.
    pub(super) fn amend(&self, change: impl FnOnce(&mut ReportBuilder)) {
        // A builder is whole whatever a panicking holder was doing: it only ever appends.
        change(&mut self.builder.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Ends the display and gives the report.
    pub(super) fn finish(self, report: impl FnOnce(ReportBuilder) -> Report) -> Report {
        self.progress.finish();
        report(
            self.builder
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

impl EventSink for Recorder {
    fn emit(&self, event: &Event) {
        self.amend(|builder| builder.apply(event));
        self.progress.show(event);
    }
}
