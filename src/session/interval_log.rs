//! The log of a load's seconds, written as they pass.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use super::listener::Listener;
use crate::record::{Event, LoadSecond};
use crate::report::hlog;

/// Writes the seconds of a load with their histograms.
pub(crate) struct IntervalLog(Mutex<LogState>);

/// How far the log is.
enum LogState {
    /// Nothing was logged yet.
    Empty(Box<dyn Write + Send>),
    /// Under way.
    Open(Box<dyn Write + Send>),
    /// It could not be written.
    Failed(io::Error),
    /// Closed.
    Ended,
}

impl IntervalLog {
    /// A log of which nothing is written yet. Writes little at a time.
    pub(crate) fn new(file: impl Write + Send + 'static) -> Self {
        Self(Mutex::new(LogState::Empty(Box::new(file))))
    }

    fn advance(&self, step: impl FnOnce(LogState) -> LogState) {
        // It is whole whatever a panicking holder was doing: it only ever grows.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = step(std::mem::replace(&mut *state, LogState::Ended));
    }
}

impl Listener for IntervalLog {
    fn hear(&self, event: &Event) {
        if let Event::LoadSecond(second) = event {
            self.advance(|state| state.add(second));
        }
    }

    fn finish(&self) -> Result<Option<String>, String> {
        let mut ended = Ok(());
        self.advance(|state| {
            ended = state.end();
            LogState::Ended
        });
        ended
            .map(|()| None)
            .map_err(|error| format!("cannot write the interval log of the load: {error}"))
    }
}

impl LogState {
    fn add(self, second: &LoadSecond) -> Self {
        let (mut file, head) = match self {
            Self::Empty(file) => (file, hlog::header(second.measured_from)),
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
