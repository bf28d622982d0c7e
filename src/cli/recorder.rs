//! Takes the events of a run: folds them into the report, logs the seconds of a load, and shows what
//! happens as it happens.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::console;
use super::progress::Progress;
use crate::model::{Outcome, Redactor};
use crate::report::{Event, EventSink, LoadSecond, ReportBuilder, Trouble, event_line, hlog};

/// The sink of a run.
pub(super) struct Recorder {
    builder: Mutex<ReportBuilder>,
    log: Mutex<IntervalLog>,
    progress: Progress,
    stream: bool,
    redactor: Arc<Redactor>,
}

impl Recorder {
    /// A recorder that logs the seconds of a load to a file, if there is one, and prints the events as
    /// lines of JSON if `stream` is set.
    pub(super) fn new(
        builder: ReportBuilder,
        log: Option<File>,
        progress: Progress,
        stream: bool,
        redactor: Arc<Redactor>,
    ) -> Self {
        Self {
            builder: Mutex::new(builder),
            log: Mutex::new(log.map_or(IntervalLog::Ended, IntervalLog::Empty)),
            progress,
            stream,
            redactor,
        }
    }

    /// Changes what is known of the run besides its events.
    pub(super) fn amend<T>(&self, change: impl FnOnce(&mut ReportBuilder) -> T) -> T {
        change(&mut lock(&self.builder))
    }

    /// Ends the display and the log, and gives what was folded.
    pub(super) fn finish(&self) -> ReportBuilder {
        self.progress.finish();
        let ended = std::mem::replace(&mut *lock(&self.log), IntervalLog::Ended).end();
        if let Err(error) = ended {
            self.emit(&Event::Trouble(Trouble {
                outcome: Outcome::Broken,
                text: format!("cannot write the interval log of the load: {error}"),
            }));
        }
        lock(&self.builder).clone()
    }
}

impl Recorder {
    /// The event with secrets masked in what comes straight from an error. Results of cases and loads
    /// are masked where they are made.
    fn masked<'a>(&self, event: &'a Event) -> Cow<'a, Event> {
        match event {
            Event::Notice(text) => Cow::Owned(Event::Notice(self.redactor.text(text))),
            Event::Trouble(trouble) => Cow::Owned(Event::Trouble(Trouble {
                text: self.redactor.text(&trouble.text),
                ..trouble.clone()
            })),
            other => Cow::Borrowed(other),
        }
    }
}

impl EventSink for Recorder {
    fn emit(&self, event: &Event) {
        let event = self.masked(event);
        let event = event.as_ref();
        self.amend(|builder| builder.apply(event));
        if let Event::LoadSecond(second) = event {
            let mut log = lock(&self.log);
            *log = std::mem::replace(&mut *log, IntervalLog::Ended).add(second);
        }
        if self.stream {
            console::print(&event_line(event));
        }
        self.progress.show(event);
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
