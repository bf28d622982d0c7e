//! A program of the user that prints the codes of an address.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::asking::{CodeSource, SourceAnswer};
use super::delivered_codes::CodesShown;
use super::location::ProgramLocation;
use super::trouble::MailboxTrouble;

/// The environment variable that holds the recipient, which is also the last argument.
const EMAIL_VARIABLE: &str = "ASSIZE_EMAIL";

/// The environment variable that says which code to the recipient is wanted, from 0.
const ORDINAL_VARIABLE: &str = "ASSIZE_ORDINAL";

/// What a program prints beyond this is not read: a code is short.
const MOST_BYTES: u64 = 64 * 1024;

/// What a message quotes of a complaint, in characters.
const LONGEST_COMPLAINT: usize = 200;

/// A program that prints codes.
#[derive(Debug)]
pub(super) struct Program {
    location: ProgramLocation,
    name: String,
}

impl Program {
    /// # Errors
    ///
    /// If there is no such program.
    pub(super) fn new(location: ProgramLocation, name: String) -> Result<Self, MailboxTrouble> {
        find(&location.program)?;
        Ok(Self { location, name })
    }

    fn start(&self, address: &str, ordinal: usize) -> io::Result<Child> {
        Command::new(&self.location.program)
            .args(&self.location.arguments)
            .arg(address)
            .env(EMAIL_VARIABLE, address)
            .env(ORDINAL_VARIABLE, ordinal.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that what it started can be ended with it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

#[async_trait]
impl CodeSource for Program {
    async fn ask(&self, address: &str, ordinal: usize) -> SourceAnswer {
        let child = match self.start(address, ordinal) {
            Ok(child) => child,
            Err(error) => {
                return SourceAnswer::PermanentError(format!("it cannot be started: {error}"));
            }
        };
        match run(child).await {
            Ok(Run {
                status, printed, ..
            }) if status.success() => shown(&printed),
            Ok(Run {
                status, complaint, ..
            }) => failed(status, &complaint),
            Err(error) => SourceAnswer::Trouble(format!("what it prints cannot be read: {error}")),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Looks whether a program could be started: a path as it is, a mere name in `PATH`.
fn find(program: &str) -> Result<(), MailboxTrouble> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let files: Vec<PathBuf> = if program.contains('/') {
        vec![PathBuf::from(program)]
    } else {
        std::env::split_paths(&path)
            .map(|folder| folder.join(program))
            .collect()
    };
    let mut found = files.iter().filter_map(|file| file.metadata().ok());
    if found
        .clone()
        .any(|file| file.is_file() && file.mode() & 0o111 != 0)
    {
        return Ok(());
    }
    Err(match found.next() {
        Some(_) => MailboxTrouble::NotExecutable,
        None => MailboxTrouble::NoSuchProgram,
    })
}

/// What came of a program.
#[derive(Debug)]
struct Run {
    status: ExitStatus,
    printed: String,
    complaint: String,
}

/// Waits for a program and reads what it prints. Dropped before, it ends the program and whatever
/// the program started.
async fn run(mut child: Child) -> io::Result<Run> {
    let group = Group::of(&child);
    let output = read(child.stdout.take());
    let complaint = read(child.stderr.take());
    let (printed, complaint, status) = tokio::try_join!(output, complaint, child.wait())?;
    group.has_ended();
    Ok(Run {
        status,
        printed,
        complaint,
    })
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MOST_BYTES).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One line is the latest code, several are all of them.
fn shown(printed: &str) -> SourceAnswer {
    let lines = printed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let mut codes: Vec<String> = lines.map(str::to_owned).collect();
    match codes.len() {
        0 => SourceAnswer::NotYet,
        1 => SourceAnswer::CodesShown(CodesShown::Latest(codes.remove(0))),
        _ => SourceAnswer::CodesShown(CodesShown::All(codes)),
    }
}

/// A program that fails without a word has found nothing, as grep does; one that complains is in
/// trouble.
fn failed(status: ExitStatus, complaint: &str) -> SourceAnswer {
    let mut lines = complaint.lines().map(str::trim);
    let Some(line) = lines.find(|line| !line.is_empty()) else {
        return SourceAnswer::NotYet;
    };
    let line = line.chars().filter(|letter| !letter.is_control());
    let line: String = line.take(LONGEST_COMPLAINT).collect();
    SourceAnswer::Trouble(format!("it ends with {status}: {line}"))
}

/// A program and what it started. Ends them when dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It fails if all of them have ended by themselves, as wanted.
            let _ended = kill_process_group(group, Signal::KILL);
        }
    }
}
