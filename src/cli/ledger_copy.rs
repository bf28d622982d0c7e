//! The ledger of a worker whose store is no folder: kept on this machine while it works, and copied to the store, where
//! it outlives the machine. It has no bearers.

use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

use crate::edge::{ledger_texts, put_ledgers, random_seed};
use crate::machines::{keep_ledgers, kept_ledgers};
use crate::session::{Failure, WorkStore};

/// A folder that is nobody else's and not there yet.
pub(super) fn own_place() -> Result<PathBuf, Failure> {
    let mark =
        random_seed().map_err(|error| Failure::Machine(format!("no randomness: {error}")))?;
    Ok(std::env::temp_dir().join(format!("assize-{}-{mark:x}", std::process::id())))
}

/// A folder of state that is this process's alone, and its ledgers' copy in a store.
pub(super) struct LedgerCopy {
    state: PathBuf,
    store: WorkStore,
    /// What the store has.
    kept: Mutex<Vec<(String, Vec<u8>)>>,
}

impl LedgerCopy {
    /// The copy of what is below a folder of state, of which nothing is in the store yet.
    pub(super) fn new(state: PathBuf, store: WorkStore) -> Self {
        Self {
            state,
            store,
            kept: Mutex::default(),
        }
    }

    /// The ledgers in a store, as a folder on this machine.
    pub(super) async fn fetched(store: WorkStore) -> Result<Self, Failure> {
        let there = kept_ledgers(store.as_ref()).await;
        let there = there.map_err(|error| Failure::Machine(error.to_string()))?;
        let state = own_place()?;
        put_ledgers(&state, &there)?;
        Ok(Self {
            state,
            store,
            kept: Mutex::new(there),
        })
    }

    /// The folder of the state.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// Makes the copy what the folder is.
    pub(super) async fn keep(&self) -> Result<(), Failure> {
        let mut kept = self.kept.lock().await;
        let now = ledger_texts(&self.state)?;
        let done = keep_ledgers(self.store.as_ref(), &kept, &now).await;
        done.map_err(|error| {
            Failure::Machine(format!(
                "{error}; what is to be removed stands in {}, for `assize clean --state` of that",
                self.state.display()
            ))
        })?;
        *kept = now;
        Ok(())
    }

    /// Makes the last copy, after which the folder is of no use.
    pub(super) async fn end(&self) -> Result<(), Failure> {
        self.keep().await?;
        // What is left of it has no secret in it, and is in the store.
        drop(std::fs::remove_dir_all(&self.state));
        Ok(())
    }
}
