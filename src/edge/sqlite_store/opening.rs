//! From a path to a connection that is ready for steps.

use rusqlite::{Connection, ErrorCode};
use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::migration::{self, MIGRATIONS};

/// Codes and key halves are in the file: its owner reads and writes it, nobody else does either.
const MODE: u32 = 0o600;
/// How long to wait for a process that has the file: one that is just ending gets out of the way.
const LOCK_TIME: Duration = Duration::from_secs(1);
/// Prepared statements that are kept: more than there are different ones.
const STATEMENTS: usize = 64;

/// A data file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("open the data file {}: {fault}", path.display())]
pub struct DataFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub fault: DataFileFault,
}

/// Why a data file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFileFault {
    /// The system does not let us have it.
    #[error("{0}")]
    Unusable(#[from] io::Error),
    /// Another process has it open.
    #[error("another process is using it")]
    Locked,
    /// It is no database at all.
    #[error("it is not an SQLite database")]
    NotADatabase,
    /// It is a database, but not one of assize.
    #[error("it is a database of another program")]
    Foreign,
    /// It was written by a version of assize that came after this one.
    #[error(
        "a newer version of assize wrote it: its schema is {found}, and this one knows {known}"
    )]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The database engine failed.
    #[error("{0}")]
    Engine(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for DataFileFault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            _ => Self::Engine(error),
        }
    }
}

pub(super) fn open(path: &Path) -> Result<Connection, DataFileFault> {
    create(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(LOCK_TIME)?;
    // With one process the memory of that process can hold what several would share in a file.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    migration::recognise(&mut connection, MIGRATIONS)?;
    restrict(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // The log is written at each step and forced to the disk only when it is folded into the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    migration::migrate(&mut connection, MIGRATIONS)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Makes an empty file of the right mode, since the engine would make one that all may read.
fn create(path: &Path) -> io::Result<()> {
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path);
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Takes a file, and the log that was opened with it, from all but its owner.
fn restrict(path: &Path) -> io::Result<()> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    for file in [path, Path::new(&log)] {
        match std::fs::set_permissions(file, Permissions::from_mode(MODE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            // A log that is not there yet takes the mode of its file.
            _ => {}
        }
    }
    Ok(())
}
