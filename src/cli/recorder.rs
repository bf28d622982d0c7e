//! Takes the events of a run: folds them into the report, logs the seconds of a load, and shows what
//! happens as it happens.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::console;
use super::held_events::HeldEvents;
use super::progress::Progress;
use crate::model::Redactor;
use crate::record::{Event, EventSink, EvidencePolicy, LoadSecond, RecordBuilder};
use crate::report::{event_line, hlog};

/// The sink of a run.
pub(super) struct EventRecorder {
    builder: Mutex<RecordBuilder>,
    log: Mutex<IntervalLog>,
    progress: Progress,
    held: Mutex<HeldEvents>,
    stream: bool,
    evidence: EvidencePolicy,
    redactor: Arc<Redactor>,
}

impl EventRecorder {
    /// A recorder that logs the seconds of a load to a file, if there is one, and prints the events as
    /// lines of JSON if `stream` is set.
    pub(super) fn new(
        builder: RecordBuilder,
        log: Option<File>,
        progress: Progress,
        stream: bool,
        (evidence, redactor): (EvidencePolicy, Arc<Redactor>),
    ) -> Self {
        Self {
            builder: Mutex::new(builder),
            log: Mutex::new(log.map_or(IntervalLog::Ended, IntervalLog::Empty)),
            progress,
            held: Mutex::default(),
            stream,
            evidence,
            redactor,
        }
    }

    /// Changes what is known of the run besides its events.
    pub(super) fn amend<T>(&self, change: impl FnOnce(&mut RecordBuilder) -> T) -> T {
        change(&mut lock(&self.builder))
    }

    /// Ends the display and the log, and gives what was folded.
    pub(super) fn finish(&self) -> RecordBuilder {
        let held = lock(&self.held).release();
        self.show(&held);
        self.progress.finish();
        let ended = std::mem::replace(&mut *lock(&self.log), IntervalLog::Ended).end();
        if let Err(error) = ended {
            let text = format!("cannot write the interval log of the load: {error}");
            self.emit(&Event::broken(text));
        }
        lock(&self.builder).clone()
    }
}

impl EventRecorder {
    /// Shows events, each with every secret masked that is known by now.
    fn show(&self, events: &[Event]) {
        for event in events {
            let event = event.masked(&self.redactor);
            if self.stream {
                console::print(&event_line(&event));
            }
            self.progress.show(&event);
        }
    }
}

impl EventSink for EventRecorder {
    fn emit(&self, event: &Event) {
        let event = self.evidence.of(event);
        let event = event.as_ref();
        // The report is masked as a whole, once all secrets are known.
        self.amend(|builder| builder.apply(event));
        if let Event::LoadSecond(second) = event {
            let mut log = lock(&self.log);
            *log = std::mem::replace(&mut *log, IntervalLog::Ended).add(second);
        }
        // Under the lock, so that what is shown keeps its order.
        let mut held = lock(&self.held);
        self.show(&held.take(event));
    }
}

/// A report and a log are whole whatever a panicking holder was doing: they only ever grow.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The interval log of a load.
enum IntervalLog {
    /// Nothing was logged yet.
    Empty(File),
    /// Under way.
    Open(BufWriter<File>),
    /// It could not be written.
    Failed(io::Error),
    /// Closed.
    Ended,
}

impl IntervalLog {
    fn add(self, second: &LoadSecond) -> Self {
        let (mut file, head) = match self {
            Self::Empty(file) => (BufWriter::new(file), hlog::header(second.measured_from)),
            Self::Open(file) => (file, String::new()),
            Self::Failed(_) | Self::Ended => return self,
        };
        let text = head + &hlog::lines(second);
        match file.write_all(text.as_bytes()) {
            Ok(()) => Self::Open(file),
            Err(error) => Self::Failed(error),
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Open(mut file) => file.flush(),
            Self::Failed(error) => Err(error),
            Self::Empty(_) | Self::Ended => Ok(()),
        }
    }
}
