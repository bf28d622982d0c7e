//! A program of this machine that is watched while a load goes on: a process, or a control group.

use std::fs::{read_dir, read_to_string};
use std::io;
use std::path::{Path, PathBuf};

use crate::load::{Usage, cgroup_cpu, stat_cpu, status_number};

/// A process or a control group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A process by its number.
    Process(u32),
    /// A control group (version 2) by its folder.
    ControlGroup(PathBuf),
}

impl Watched {
    /// What it uses now.
    ///
    /// # Errors
    ///
    /// If it is not there, or this system does not tell.
    pub fn usage(&self) -> io::Result<Usage> {
        match self {
            Self::Process(pid) => process(&PathBuf::from(format!("/proc/{pid}"))),
            Self::ControlGroup(folder) => control_group(folder),
        }
    }

    /// What is watched, for people.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Process(pid) => format!("process {pid}"),
            Self::ControlGroup(folder) => format!("control group {}", folder.display()),
        }
    }
}

fn process(folder: &Path) -> io::Result<Usage> {
    let stat = read_to_string(folder.join("stat"))?;
    let status = read_to_string(folder.join("status"))?;
    // Of another user's process the descriptors are not shown.
    let descriptors = read_dir(folder.join("fd")).ok();
    Ok(Usage {
        cpu: stat_cpu(&stat).ok_or_else(unexpected)?,
        memory: status_number(&status, "VmRSS").map(|kib| kib * 1024),
        threads: status_number(&status, "Threads"),
        descriptors: descriptors.and_then(|entries| u64::try_from(entries.count()).ok()),
    })
}

fn control_group(folder: &Path) -> io::Result<Usage> {
    let cpu = read_to_string(folder.join("cpu.stat"))?;
    // Controllers that are not enabled have no file.
    let number = |file: &str| {
        let text = read_to_string(folder.join(file)).ok()?;
        text.trim().parse().ok()
    };
    Ok(Usage {
        cpu: cgroup_cpu(&cpu).ok_or_else(unexpected)?,
        memory: number("memory.current"),
        threads: number("pids.current"),
        descriptors: None,
    })
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the system tells no CPU time")
}
