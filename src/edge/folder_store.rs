//! A shared folder as a store: a volume that all workers see.

use async_trait::async_trait;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::load::{monotonic_nanos, wall_nanos};
use crate::machines::{MachineClock, SharedStore, StoreError, StoreTime, StoredObject};

/// File systems note times as of the last tick of their kernel's clock, which is 100 to 1000 times a second.
const TICK: u64 = 10_000_000;

/// A shared folder as a store.
#[derive(Debug)]
pub struct FolderStore {
    folder: PathBuf,
    /// Tells files of this process that are not in their place yet from one another.
    next: AtomicU64,
}

impl FolderStore {
    /// A store in a folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let store = Self::at(folder);
        fs::create_dir_all(folder).map_err(|error| store.refused(&error))?;
        Ok(store)
    }

    /// A store in a folder that should be there.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            next: AtomicU64::new(0),
        }
    }

    fn refused(&self, cause: &io::Error) -> StoreError {
        StoreError {
            store: self.name(),
            cause: cause.to_string(),
        }
    }

    /// Writes a file beside its place. Its name is nobody else's: processes of one number on two machines differ
    /// in when they began.
    fn beside(&self, path: &Path, content: &[u8]) -> io::Result<PathBuf> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let partial = path.with_file_name(format!(
            ".{name}.{}.{number}.{:x}.partial",
            process::id(),
            wall_nanos()
        ));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&partial)?;
        file.write_all(content)?;
        file.sync_all()?;
        Ok(partial)
    }

    fn create_now(&self, key: &str, content: &[u8]) -> io::Result<bool> {
        let path = self.folder.join(key);
        if path.exists() {
            return Ok(false);
        }
        let partial = self.beside(&path, content)?;
        // Only one of several links to a name succeeds, over NFS too.
        let linked = fs::hard_link(&partial, &path);
        fs::remove_file(&partial)?;
        match linked {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn replace_now(&self, key: &str, content: &[u8]) -> io::Result<()> {
        let path = self.folder.join(key);
        let partial = self.beside(&path, content)?;
        fs::rename(&partial, &path)
    }

    fn list_now(&self, folder: &str) -> io::Result<Vec<StoredObject>> {
        let entries = match fs::read_dir(self.folder.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut objects = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            // What was replaced between the two calls is there again under the same name.
            let path = entry.path();
            let Some(version) = none_if_gone(fs::metadata(path))?.map(|file| {
                use std::os::unix::fs::MetadataExt;
                format!("{}.{}.{}", file.mtime(), file.mtime_nsec(), file.ino())
            }) else {
                continue;
            };
            objects.push(StoredObject { name, version });
        }
        objects.sort();
        Ok(objects)
    }

    fn stamp_now(&self, key: &str) -> io::Result<StoreTime> {
        let path = self.folder.join(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        file.write_all(b"?")?;
        file.sync_all()?;
        let written = file.metadata()?.modified()?;
        Ok(StoreTime {
            nanos: nanos_since_1970(written),
            granularity: TICK,
        })
    }
}

fn none_if_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

fn nanos_since_1970(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Files are small and few, and nothing else is waited for meanwhile, so calls may hold up their thread.
#[async_trait]
impl SharedStore for FolderStore {
    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    async fn create(&self, key: &str, content: &[u8]) -> Result<bool, StoreError> {
        self.create_now(key, content)
            .map_err(|error| self.refused(&error))
    }

    async fn replace(&self, key: &str, content: &[u8]) -> Result<(), StoreError> {
        self.replace_now(key, content)
            .map_err(|error| self.refused(&error))
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        none_if_gone(fs::read(self.folder.join(key))).map_err(|error| self.refused(&error))
    }

    async fn list(&self, folder: &str) -> Result<Vec<StoredObject>, StoreError> {
        self.list_now(folder).map_err(|error| self.refused(&error))
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let removed = none_if_gone(fs::remove_file(self.folder.join(key)));
        removed.map(drop).map_err(|error| self.refused(&error))
    }

    async fn stamp(&self, key: &str) -> Result<StoreTime, StoreError> {
        self.stamp_now(key).map_err(|error| self.refused(&error))
    }
}

/// The clocks of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl MachineClock for SystemClock {
    fn wall(&self) -> u64 {
        wall_nanos()
    }

    fn monotonic(&self) -> u64 {
        monotonic_nanos()
    }

    async fn sleep(&self, duration: std::time::Duration) {
        tokio::time::sleep(duration).await;
    }
}
