//! The folder of a run: written whole beside its place, then renamed into it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {cause}", path.display())]
pub struct WriteError {
    path: PathBuf,
    cause: io::Error,
}

impl WriteError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self { path, cause }
    }
}

/// The folder of a run while it is being written. One that is not finished takes with it what was
/// written.
#[derive(Debug)]
pub struct RunFolder {
    partial: PathBuf,
    place: PathBuf,
    finished: bool,
}

impl RunFolder {
    /// Begins a folder for a run below `reports`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made.
    pub fn begin(reports: &Path, run: &str) -> Result<Self, WriteError> {
        fs::create_dir_all(reports).map_err(WriteError::at(reports))?;
        let partial = Self::partial(reports, run);
        fs::create_dir(&partial).map_err(WriteError::at(&partial))?;
        Ok(Self {
            partial,
            place: reports.join(run),
            finished: false,
        })
    }

    /// Where the folder of a run stands until it is finished.
    #[must_use]
    pub fn partial(reports: &Path, run: &str) -> PathBuf {
        reports.join(format!(".{run}.partial"))
    }

    /// Removes an unfinished folder, if it is there.
    pub fn remove(partial: &Path) {
        // What kept it from being finished is told already, and is told better.
        drop(fs::remove_dir_all(partial));
    }

    /// Where the folder will stand.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Opens a file that is written bit by bit.
    ///
    /// # Errors
    ///
    /// If the file cannot be made.
    pub fn open(&self, name: &str) -> Result<File, WriteError> {
        let path = self.partial.join(name);
        create(&path).map_err(WriteError::at(&path))
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    ///
    /// If the file cannot be written whole.
    pub fn write(&self, name: &str, content: &str) -> Result<(), WriteError> {
        let path = self.partial.join(name);
        create(&path)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .map_err(WriteError::at(&path))
    }

    /// Moves the whole folder to its place.
    ///
    /// # Errors
    ///
    /// If it cannot be moved.
    pub fn finish(mut self) -> Result<PathBuf, WriteError> {
        fs::rename(&self.partial, &self.place).map_err(WriteError::at(&self.place))?;
        self.finished = true;
        Ok(self.place.clone())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if !self.finished {
            Self::remove(&self.partial);
        }
    }
}

/// Writes a file whole or not at all: beside its place first, then renamed. What stands there and is
/// no file, such as a pipe or a device, is written to and stays what it is.
///
/// # Errors
///
/// If the file, or the folder that it stands in, cannot be written.
pub fn write_whole(path: &Path, content: &str) -> Result<(), WriteError> {
    if fs::metadata(path).is_ok_and(|what| !what.is_file()) {
        let opened = OpenOptions::new().write(true).open(path);
        return opened
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .map_err(WriteError::at(path));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(WriteError::at(folder))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let written = create(&partial)
        .and_then(|mut file| file.write_all(content.as_bytes()))
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The failure itself is what is told.
        drop(fs::remove_file(&partial));
    }
    written.map_err(WriteError::at(path))
}

/// Removes a file that an earlier run has left, if one stands there.
///
/// # Errors
///
/// If it cannot be removed.
pub fn remove_old(path: &Path) -> Result<(), WriteError> {
    match fs::symlink_metadata(path) {
        Ok(what) if what.is_file() => fs::remove_file(path).map_err(WriteError::at(path)),
        _ => Ok(()),
    }
}

/// Adds to the end of a file, which is made if it is not there.
///
/// # Errors
///
/// If the file cannot be written.
pub fn append(path: &Path, content: &str) -> Result<(), WriteError> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(WriteError::at(path))
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}
