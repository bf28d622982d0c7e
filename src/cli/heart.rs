//! The signs of life of a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::ledger_copy::LedgerCopy;
use crate::machines::{Claim, StartRules, beat};
use crate::session::{Failure, WorkStore, on_this_thread};

/// Gives signs of life, whatever else this process does.
pub(super) struct Heart {
    is_over: Arc<AtomicBool>,
}

impl Heart {
    /// Begins to give signs of life for a claim, until the share may be somebody else's. With each of them the ledger is
    /// copied to where it outlives this machine.
    pub(super) fn begin(
        store: WorkStore,
        rules: StartRules,
        own: Claim,
        ledger: Option<Arc<LedgerCopy>>,
        is_withdrawn: impl Fn() -> bool + Send + 'static,
    ) -> Result<Self, Failure> {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let life = move || {
            let beats = async {
                let mut number = 0_u64;
                while !over.load(Ordering::Relaxed) {
                    if !is_withdrawn() {
                        // A sign that cannot be given is one that others miss; that is how they hear of it.
                        drop(beat(store.as_ref(), &own, number).await);
                    }
                    if let Some(ledger) = &ledger {
                        // What cannot be copied now is copied with the next sign, or told at the end.
                        drop(ledger.keep().await);
                    }
                    number += 1;
                    tokio::time::sleep(rules.beat()).await;
                }
            };
            drop(on_this_thread(beats));
        };
        thread::Builder::new()
            .name("signs of life".to_owned())
            .spawn(life)
            .map_err(|error| Failure::Machine(format!("cannot start a thread: {error}")))?;
        Ok(Self { is_over })
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
