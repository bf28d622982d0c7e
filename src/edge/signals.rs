//! Ctrl-C and its like.

use tokio::signal::unix::{SignalKind, signal};

use crate::engine::Stopper;
use crate::model::Outcome;

/// Watches for SIGINT and SIGTERM: the first asks the engines to stop and is told by `tell`, the
/// second ends the process.
///
/// # Errors
///
/// If the signals cannot be watched.
pub fn watch(stopper: Stopper, tell: impl Fn() + Send + 'static) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        let mut asked = false;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked {
                std::process::exit(i32::from(Outcome::Interrupted.exit_code()));
            }
            asked = true;
            stopper.stop();
            tell();
        }
    });
    Ok(())
}
