//! The ear of a command for Ctrl-C.

use super::console;
use crate::edge::watch_signals;
use crate::engine::{Stop, stop_signal};
use crate::session::Failure;

/// What is said when the first signal comes.
const STOPPING: &str =
    "\nstopping: what is under way is ended in order; once more leaves at once\n";

/// The wish to stop, given by SIGINT and SIGTERM from now on.
pub(super) fn stop_on_signals() -> Result<Stop, Failure> {
    stop_or_leave(|| ())
}

/// The same; what a second signal leaves behind is removed by `leave`.
pub(super) fn stop_or_leave(leave: impl Fn() + Send + 'static) -> Result<Stop, Failure> {
    let (stopper, stop) = stop_signal();
    watch_signals(stopper, || console::note(STOPPING), leave)
        .map_err(|error| Failure::Machine(format!("cannot watch for signals: {error}")))?;
    Ok(stop)
}
