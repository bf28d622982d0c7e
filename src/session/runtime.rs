//! The threads that a run works on.

use std::time::Duration;
use tokio::runtime::Builder;

use super::failure::Failure;

/// How long calls to the system that cannot be interrupted may hold up the end of a command. All that
/// matters is waited for where it is done.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Does some work on this thread.
pub(crate) fn on_this_thread<W: Future>(work: W) -> Result<W::Output, Failure> {
    within(&mut Builder::new_current_thread(), work)
}

/// Does some work on as many threads as there are processors.
pub(crate) fn on_many_threads<W: Future>(work: W) -> Result<W::Output, Failure> {
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
