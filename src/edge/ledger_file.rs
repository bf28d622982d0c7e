//! The ledger as a file that only the owner reads: bearers stand in it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::users_api::{AccountNumber, Ledger, LedgerLine, OpenAccount, open_accounts};

/// The folder of ledgers, below that of the state.
const FOLDER: &str = "ledgers";
/// Keeps the folder of the state out of a repository that it stands in: bearers are in it.
const IGNORE: (&str, &str) = (".gitignore", "*\n");
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// What a ledger begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    /// The run that writes it.
    pub run: String,
    /// The base URL of the target.
    pub target: String,
}

/// A ledger that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system refuses.
    #[error("cannot use the ledger {}: {cause}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file is not a ledger.
    #[error("{} is not a ledger: {cause}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: serde_json::Error,
    },
}

impl LedgerError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { path, cause }
    }
}

/// The ledger of a run while it is written.
#[derive(Debug)]
pub struct LedgerFile {
    path: PathBuf,
    head: LedgerHead,
    next: AtomicU64,
    /// Whether bearers are kept, so that an account can be removed without its mails.
    bearers: bool,
    state: Mutex<LedgerState>,
}

#[derive(Debug)]
struct LedgerState {
    file: File,
    lines: Vec<LedgerLine>,
    failure: Option<io::Error>,
}

impl LedgerFile {
    /// The same in a folder that others may see, too: it has no bearers.
    ///
    /// # Errors
    ///
    /// If the file cannot be made.
    pub fn begin_without_bearers(state: &Path, head: LedgerHead) -> Result<Self, LedgerError> {
        let begun = Self::begin(state, head)?;
        Ok(Self {
            bearers: false,
            ..begun
        })
    }

    /// Begins the ledger of a run below the folder of the state.
    ///
    /// # Errors
    ///
    /// If the file cannot be made.
    pub fn begin(state: &Path, head: LedgerHead) -> Result<Self, LedgerError> {
        let folder = made_folder(state)?;
        let (name, text) = IGNORE;
        let ignore = state.join(name);
        if !ignore.exists() {
            fs::write(&ignore, text).map_err(LedgerError::file(&ignore))?;
        }
        let path = folder.join(format!("{}.jsonl", head.run));
        let mut file = new_file(&path)?;
        write_line(&mut file, &head).map_err(LedgerError::file(&path))?;
        Ok(Self {
            path,
            head,
            next: AtomicU64::new(1),
            bearers: true,
            state: Mutex::new(LedgerState {
                file,
                lines: Vec::new(),
                failure: None,
            }),
        })
    }

    /// Closes the ledger and gives the accounts that are still open. Without any it is removed; otherwise
    /// those alone are kept.
    ///
    /// # Errors
    ///
    /// If a line could not be written, or the file cannot be removed or replaced.
    pub fn close(&self) -> Result<BTreeMap<AccountNumber, OpenAccount>, LedgerError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cause) = state.failure.take() {
            let path = self.path.clone();
            return Err(LedgerError::File { path, cause });
        }
        let open = open_accounts(&state.lines);
        if open.is_empty() {
            fs::remove_file(&self.path).map_err(LedgerError::file(&self.path))?;
        } else {
            self.keep(&open)?;
        }
        Ok(open)
    }
}

impl LedgerFile {
    /// Replaces the file, in one step, by one of the accounts that are still open.
    fn keep(&self, open: &BTreeMap<AccountNumber, OpenAccount>) -> Result<(), LedgerError> {
        let whole = self.path.with_extension("partial");
        // What an earlier try left is of no use.
        match fs::remove_file(&whole) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(LedgerError::file(&whole)(error));
            }
            _ => {}
        }
        let mut file = new_file(&whole)?;
        let unwritten = LedgerError::file;
        write_line(&mut file, &self.head).map_err(unwritten(&whole))?;
        for (number, account) in open {
            for line in account.lines(*number) {
                write_line(&mut file, &line).map_err(unwritten(&whole))?;
            }
        }
        fs::rename(&whole, &self.path).map_err(unwritten(&self.path))
    }
}

/// A file that was not there and that only the owner reads.
fn new_file(path: &Path) -> Result<File, LedgerError> {
    OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(LedgerError::file(path))
}

impl Ledger for LedgerFile {
    fn next_number(&self) -> AccountNumber {
        AccountNumber(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn write(&self, line: &LedgerLine) {
        if !self.bearers && matches!(line, LedgerLine::Verified { .. }) {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let written = write_line(&mut state.file, line);
        if let Err(error) = written {
            state.failure.get_or_insert(error);
        }
        state.lines.push(line.clone());
    }

    fn has_failed(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failure.is_some()
    }
}

/// One write for one line: a line is in the file whole or not at all, even after `kill -9`.
fn write_line(file: &mut File, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

/// A ledger that a run has left behind.
#[derive(Clone, Debug)]
pub struct LeftLedger {
    /// The file.
    pub path: PathBuf,
    /// What it begins with.
    pub head: LedgerHead,
    /// The accounts that may still exist, by number.
    pub accounts: BTreeMap<AccountNumber, OpenAccount>,
    lines: Vec<LedgerLine>,
}

/// The ledgers below a folder of state, oldest first; only that of one run if it is named.
///
/// # Errors
///
/// If one cannot be read. A line that was cut off by a crash is passed over.
pub fn left_ledgers(state: &Path, run: Option<&str>) -> Result<Vec<LeftLedger>, LedgerError> {
    let named = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default();
        run.is_none_or(|run| name == run)
    };
    let paths = ledger_paths(state)?.into_iter();
    paths.filter(named).map(read).collect()
}

/// The files of ledgers below a folder of state, oldest first.
fn ledger_paths(state: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let folder = state.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(LedgerError::file(&folder)(cause)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(LedgerError::file(&folder))?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The ledgers below a folder of state as they are: the names of their files, and their texts.
///
/// # Errors
///
/// If one cannot be read.
pub fn ledger_texts(state: &Path) -> Result<Vec<(String, Vec<u8>)>, LedgerError> {
    let paths = ledger_paths(state)?.into_iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match fs::read(&path) {
            // It was removed since, with its last account.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => Ok(Some((
                name.into_owned(),
                read.map_err(LedgerError::file(&path))?,
            ))),
        }
    });
    let texts: Vec<Option<_>> = paths.collect::<Result<_, LedgerError>>()?;
    Ok(texts.into_iter().flatten().collect())
}

/// Puts ledgers from elsewhere below a folder of state.
///
/// # Errors
///
/// If one cannot be written.
pub fn put_ledgers(state: &Path, ledgers: &[(String, Vec<u8>)]) -> Result<(), LedgerError> {
    let folder = made_folder(state)?;
    for (name, text) in ledgers {
        // A name from elsewhere must not lead out of the folder.
        let Some(name) = Path::new(name).file_name() else {
            continue;
        };
        let path = folder.join(name);
        let written = new_file(&path)?.write_all(text);
        written.map_err(LedgerError::file(&path))?;
    }
    Ok(())
}

/// The folder of ledgers below a folder of state, for the owner only.
fn made_folder(state: &Path) -> Result<PathBuf, LedgerError> {
    let folder = state.join(FOLDER);
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(&folder)
        .map_err(LedgerError::file(&folder))?;
    Ok(folder)
}

fn read(path: PathBuf) -> Result<LeftLedger, LedgerError> {
    let text = fs::read_to_string(&path).map_err(LedgerError::file(&path))?;
    LeftLedger::parse(path, &text)
}

impl LeftLedger {
    /// The ledger with this text.
    #[doc(hidden)]
    pub fn parse(path: PathBuf, text: &str) -> Result<Self, LedgerError> {
        let mut lines = text.lines();
        let head = serde_json::from_str(lines.next().unwrap_or_default()).map_err(|cause| {
            LedgerError::Content {
                path: path.clone(),
                cause,
            }
        })?;
        let lines: Vec<LedgerLine> = lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        Ok(Self {
            accounts: open_accounts(&lines),
            path,
            head,
            lines,
        })
    }

    /// Removes the ledger, and with it all that is known of its accounts.
    ///
    /// # Errors
    ///
    /// If the file cannot be removed.
    pub fn forget(&self) -> Result<(), LedgerError> {
        fs::remove_file(&self.path).map_err(LedgerError::file(&self.path))
    }

    /// Opens the ledger again, to strike off what can be removed now.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub fn reopen(&self) -> Result<LedgerFile, LedgerError> {
        let file = OpenOptions::new()
            .append(true)
            .open(&self.path)
            .map_err(LedgerError::file(&self.path))?;
        let highest = self.accounts.keys().map(|number| number.0).max();
        Ok(LedgerFile {
            path: self.path.clone(),
            head: self.head.clone(),
            next: AtomicU64::new(highest.unwrap_or_default().saturating_add(1)),
            bearers: true,
            state: Mutex::new(LedgerState {
                file,
                lines: self.lines.clone(),
                failure: None,
            }),
        })
    }
}
