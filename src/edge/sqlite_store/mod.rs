//! Accounts that outlast the process: a [`Store`](crate::reference::Store) in one `SQLite` file.
//!
//! Keeps what it is given and decides no rule of the API. What a step answered is in the file, also
//! after `kill -9`; a power failure may take the last moments, but leaves no half of a step.

mod migration;
mod opening;
mod steps;
mod values;

use rusqlite::Connection;
use std::path::Path;
use std::sync::Mutex;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::reference::StoreFault;

pub use opening::{DataFileError, DataFileFault};

/// Keeps everything in one file, which no other process can use meanwhile.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens a data file, or creates it, for its owner's eyes alone. A file of an older schema is
    /// brought up to date.
    ///
    /// # Errors
    ///
    /// See [`DataFileFault`]. A file that is not ours is left as it is.
    pub fn open(path: &Path) -> Result<Self, DataFileError> {
        let connection = opening::open(path).map_err(|fault| DataFileError {
            path: path.to_owned(),
            fault,
        })?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// Does one step. Steps wait for each other, each some ten microseconds, or milliseconds when
    /// the disk is written to.
    fn step<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreFault> {
        beside_the_tasks(|| {
            let mut connection = self
                .connection
                .lock()
                .map_err(|_| StoreFault("a step ended half done".to_owned()))?;
            work(&mut connection).map_err(|error| StoreFault(error.to_string()))
        })
    }
}

/// Runs what may wait for a disk, while the tasks of this thread go on elsewhere. A runtime of one
/// thread has no elsewhere: there everything waits.
fn beside_the_tasks<T>(work: impl FnOnce() -> T) -> T {
    let elsewhere = Handle::try_current()
        .is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if elsewhere {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}
