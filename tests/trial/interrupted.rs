//! Signals: the first ends a run in order, the second at once.

use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::clean::Counted;
use crate::support::{LIMIT, wait_until};
use crate::tested::binary;

/// A run under way, with what it says on the way. One that is never over is killed.
pub(crate) struct Running {
    child: Child,
    says: BufReader<ChildStderr>,
    _ends_the_watch: Sender<()>,
}

impl Running {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::start_with(folder, arguments, &[])
    }

    pub(crate) fn start_with(
        folder: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let copies = ["--junit", "junit.xml", "--json", "results.json"];
        let mut child = Command::new(binary())
            .current_dir(folder)
            .env("CI", "true")
            .envs(environment.iter().copied())
            .args(arguments)
            .args(copies)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stderr.take().unwrap());
        let (over, is_over) = channel();
        let id = pid(&child);
        std::thread::spawn(move || {
            if is_over.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                let _is_over = kill_process(id, Signal::KILL);
            }
        });
        Self {
            child,
            says,
            _ends_the_watch: over,
        }
    }

    /// Reads on until it says something like this.
    pub(crate) fn wait_for(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            let length = self.says.read_line(&mut line).unwrap();
            assert!(length > 0, "it ended without saying {text:?}");
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(&self.child, signal);
    }

    pub(crate) fn exit_code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

fn send(child: &Child, signal: Signal) {
    kill_process(pid(child), signal).unwrap();
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap()
}

fn results(folder: &Path) -> serde_json::Value {
    let text = fs::read_to_string(folder.join("results.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn ledgers(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder.join(".assize/ledgers")).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn a_load_that_is_asked_to_stop_reports_what_it_measured_and_removes_its_users() {
    let counted = Counted::start();
    let folder = tempfile::tempdir().unwrap();
    let (url, inbox) = (
        counted.server.base_url(),
        counted.server.inbox_url().unwrap(),
    );
    let target = ["load", &url, "--mailbox", &inbox, "--users", "2"];
    let pace = ["--rate", "50/s", "--duration", "10m", "--warm-up", "0s"];
    let mut run = Running::start(folder.path(), &[&target[..], &pace].concat());
    run.wait_for("p50");
    // Two were prepared; others come and go with the load.
    assert!(counted.accounts() >= 2);
    run.signal(Signal::TERM);
    run.wait_for("once more leaves at once");
    assert_eq!(run.exit_code(), Some(130));
    assert_eq!(counted.accounts(), 0);
    assert_eq!(ledgers(folder.path()), Vec::<String>::new());
    let results = results(folder.path());
    assert_eq!(results["conclusion"]["outcome"], "interrupted");
    assert_eq!(results["run"]["interrupted"], true);
    assert!(results["loads"][0]["answered"].as_u64().unwrap() > 0);
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(junit.contains("<error") && junit.trim_end().ends_with("</testsuites>"));
    drop(counted.runtime);
}

/// The reference server as a process, which can be made to stand still.
pub(crate) struct Served {
    child: Child,
    pub(crate) base_url: String,
    pub(crate) inbox: String,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more options.
    pub(crate) fn start_with(more: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let base_url = line.trim().trim_start_matches("listening at ").to_owned();
        let origin = base_url.strip_suffix("/api/auth/v2").unwrap();
        let inbox = format!("{origin}/inbox/{{email}}#/code");
        Self {
            child,
            base_url,
            inbox,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The target stands still, so that a run which was asked to stop hangs in its last requests: the
/// second signal ends it at once, and the ledger knows all that it left behind.
#[test]
fn the_second_signal_leaves_at_once_and_the_ledger_is_whole() {
    for (verb, more) in [
        ("check", &["--case", "create.*", "--repeat", "1000"][..]),
        (
            "load",
            &["--rate", "50/s", "--duration", "10m", "--warm-up", "0s"],
        ),
    ] {
        let served = Served::start();
        let folder = tempfile::tempdir().unwrap();
        let target = [verb, &served.base_url, "--mailbox", &served.inbox];
        let patience = ["--timeout", "10m"];
        let mut run = Running::start(folder.path(), &[&target[..], &patience, more].concat());
        if verb == "load" {
            run.wait_for("load lookup");
        } else {
            let verified = |text: &String| text.contains("verified");
            let reports = folder.path().join(".assize/ledgers");
            wait_until("a verified user", || {
                reports.exists() && ledgers(folder.path()).iter().any(verified)
            });
        }
        send(&served.child, Signal::STOP);
        run.signal(Signal::INT);
        run.wait_for("once more leaves at once");
        run.signal(Signal::TERM);
        assert_eq!(run.exit_code(), Some(130), "{verb}");
        let left = ledgers(folder.path());
        assert_eq!(left.len(), 1);
        // The unfinished folder of the reports went.
        let reports = fs::read_dir(folder.path().join("reports")).unwrap();
        assert_eq!(reports.count(), 0);
        assert!(left[0].ends_with('\n') && left[0].contains("intended"));

        send(&served.child, Signal::CONT);
        let clean = Command::new(binary())
            .current_dir(folder.path())
            .args(["clean", "--mailbox", &served.inbox])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&clean.stdout);
        assert!(clean.status.success(), "{said}");
        assert_eq!(ledgers(folder.path()), Vec::<String>::new());
    }
}

/// Whenever the signal comes: before it is watched for, the process has written nothing yet.
#[test]
fn a_signal_in_the_first_moments_leaves_no_unfinished_folder() {
    const RUNS: u32 = 40;
    const APART: Duration = Duration::from_micros(1_500);
    let mut orderly = 0;
    for number in 0..RUNS {
        let folder = tempfile::tempdir().unwrap();
        let long = ["check", "--case", "create.*", "--repeat", "1000"];
        let mut run = Running::start(folder.path(), &long);
        // Nothing tells that the process is at a certain point, so that all of them are tried.
        std::thread::sleep(APART * number);
        // Not SIGINT, which what a shell starts in the background ignores until it listens to it.
        run.signal(Signal::TERM);
        let mut said = String::new();
        run.says.read_to_string(&mut said).unwrap();
        let exit_code = run.exit_code();
        assert!(matches!(exit_code, None | Some(130)), "{number}: {said}");
        orderly += u32::from(exit_code.is_some());
        let reports = fs::read_dir(folder.path().join("reports"));
        let names = reports.into_iter().flatten();
        let names: Vec<_> = names.map(|one| one.unwrap().file_name()).collect();
        let unfinished = |name: &OsString| name.to_string_lossy().ends_with(".partial");
        assert!(!names.iter().any(unfinished), "{number}: {names:?}");
    }
    println!("{orderly} of {RUNS} ended in order");
}
