//! Ctrl-C and its like.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::engine::Stopper;
use crate::model::Outcome;

/// Watches for SIGINT and SIGTERM from now on and for as long as the process lasts: the first asks the
/// engines to stop and is told by `tell`, the second ends the process once `leave` is done. Both happen
/// in a thread of their own, whatever holds up the others.
///
/// # Errors
///
/// If the signals cannot be watched.
pub fn watch(
    stopper: Stopper,
    tell: impl Fn() + Send + 'static,
    leave: impl Fn() + Send + 'static,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        (interrupt, signal(SignalKind::terminate())?)
    };
    let watching = async move {
        let mut asked = false;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked {
                leave();
                std::process::exit(i32::from(Outcome::Interrupted.exit_code()));
            }
            asked = true;
            stopper.stop();
            tell();
        }
    };
    let thread = thread::Builder::new().name("signals".to_owned());
    thread.spawn(move || runtime.block_on(watching))?;
    Ok(())
}
