//! The runtime of a command, and its ear for Ctrl-C.

use std::time::Duration;
use tokio::runtime::Builder;

use super::console;
use super::failure::Failure;
use crate::edge::watch_signals;
use crate::engine::{Stop, stop_signal};

/// What is said when the first signal comes.
const STOPPING: &str =
    "\nstopping: what is under way is ended in order; once more leaves at once\n";

/// How long calls to the system that cannot be interrupted may hold up the end of a command. All that
/// matters is waited for where it is done.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Does some work on this thread.
pub(super) fn on_this_thread<W: Future>(work: W) -> Result<W::Output, Failure> {
    within(&mut Builder::new_current_thread(), work)
}

/// Does some work on as many threads as there are processors.
pub(super) fn on_many_threads<W: Future>(work: W) -> Result<W::Output, Failure> {
    within(&mut Builder::new_multi_thread(), work)
}

fn within<W: Future>(builder: &mut Builder, work: W) -> Result<W::Output, Failure> {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Failure::Machine(format!("cannot start the runtime: {error}")))?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(CLOSING_TIME);
    Ok(done)
}

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
