//! The runtime of a command, and its ear for Ctrl-C.

use tokio::runtime::{Builder, Runtime};

use super::console;
use super::failure::Failure;
use crate::edge::watch_signals;
use crate::engine::{Stop, stop_signal};

/// What is said when the first signal comes.
const STOPPING: &str =
    "\nstopping: what is under way is ended in order; once more leaves at once\n";

/// A runtime on the calling thread.
pub(super) fn single_threaded() -> Result<Runtime, Failure> {
    build(&mut Builder::new_current_thread())
}

/// A runtime with threads of its own.
pub(super) fn multi_threaded() -> Result<Runtime, Failure> {
    build(&mut Builder::new_multi_thread())
}

fn build(builder: &mut Builder) -> Result<Runtime, Failure> {
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::Machine(format!("cannot start the runtime: {error}")))
}

/// The wish to stop, given by SIGINT and SIGTERM. To be called within a runtime.
pub(super) fn stop_on_signals() -> Result<Stop, Failure> {
    let (stopper, stop) = stop_signal();
    watch_signals(stopper, || console::note(STOPPING))
        .map_err(|error| Failure::Machine(format!("cannot watch for signals: {error}")))?;
    Ok(stop)
}
