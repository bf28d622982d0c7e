//! A program of this machine that is watched while a load goes on: a process, several of a group, or a control
//! group.

use std::fs::{read_dir, read_to_string};
use std::io;
use std::path::{Path, PathBuf};

use crate::load::{Usage, cgroup_cpu, stat_cpu, stat_group_cpu, status_number};

/// A process or a control group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A process by its number.
    Process(u32),
    /// A process group by its number: a program with all that it started.
    ProcessGroup(u32),
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
            Self::ProcessGroup(group) => process_group(*group),
            Self::ControlGroup(folder) => control_group(folder),
        }
    }

    /// What is watched, for people.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Process(pid) => format!("process {pid}"),
            Self::ProcessGroup(group) => format!("process group {group}"),
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

/// The sum over all members. Memory that they share counts for each of them.
fn process_group(group: u32) -> io::Result<Usage> {
    let mut whole: Option<Usage> = None;
    for entry in read_dir("/proc")? {
        let folder = entry?.path();
        // What is no process, or has ended meanwhile, is no member.
        let Some((_, cpu)) = read_to_string(folder.join("stat"))
            .ok()
            .and_then(|stat| stat_group_cpu(&stat))
            .filter(|(own, _)| *own == group)
        else {
            continue;
        };
        let Ok(own) = process(&folder) else { continue };
        let known = whole.unwrap_or_default();
        let add = |one: Option<u64>, other: Option<u64>| {
            one.into_iter().chain(other).reduce(|a, b| a + b)
        };
        whole = Some(Usage {
            cpu: known.cpu + cpu,
            memory: add(known.memory, own.memory),
            threads: add(known.threads, own.threads),
            descriptors: add(known.descriptors, own.descriptors),
        });
    }
    whole.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
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
