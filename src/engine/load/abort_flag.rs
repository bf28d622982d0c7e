//! Stops a load from within: the collector pulls it, the workers look at it.

use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a load from within.
#[derive(Debug, Default)]
pub struct AbortFlag(AtomicBool);

impl AbortFlag {
    /// Asks the workers to end.
    pub(super) fn pull(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether they were asked to.
    pub(super) fn is_pulled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
