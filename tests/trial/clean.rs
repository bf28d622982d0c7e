//! Nothing is left behind: not after a run, and not after one that was killed.

use assize::edge::reference_server::{ReferenceServer, ReferenceSettings};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Far longer than anything here takes.
const LIMIT: Duration = Duration::from_mins(1);

/// Our own server in this process, so that its accounts can be counted.
pub(crate) struct Counted {
    pub(crate) runtime: Runtime,
    pub(crate) server: ReferenceServer,
}

impl Counted {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            ReferenceServer::start(
                listener,
                ReferenceSettings::default(),
                std::future::pending(),
            )
            .unwrap()
        });
        Self { runtime, server }
    }

    pub(crate) fn accounts(&self) -> usize {
        self.server.count_accounts().unwrap()
    }
}

fn assize(folder: &std::path::Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_run_leaves_neither_account_nor_ledger() {
    let counted = Counted::start();
    let folder = tempfile::tempdir().unwrap();
    let (url, inbox) = (
        counted.server.base_url(),
        counted.server.inbox_url().unwrap(),
    );
    let arguments = ["check", &url, "--mailbox", &inbox, "--case", "create.*"];
    assert!(
        assize(folder.path(), &arguments)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(counted.accounts(), 0);
    let ledgers = std::fs::read_dir(folder.path().join("reports/ledgers")).unwrap();
    assert_eq!(ledgers.count(), 0);
    drop(counted.runtime);
}

#[test]
fn what_a_killed_run_left_is_removed_by_clean() {
    let counted = Counted::start();
    let folder = tempfile::tempdir().unwrap();
    let (url, inbox) = (
        counted.server.base_url(),
        counted.server.inbox_url().unwrap(),
    );
    let arguments = ["check", &url, "--mailbox", &inbox, "--jobs", "8"];
    let mut run = assize(folder.path(), &arguments).spawn().unwrap();
    let began = Instant::now();
    while counted.accounts() < 4 && began.elapsed() < LIMIT {
        std::thread::yield_now();
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(
        counted.accounts() > 0,
        "the run was killed too late for this test"
    );
    let ledgers = std::fs::read_dir(folder.path().join("reports/ledgers")).unwrap();
    let ledger = ledgers.map(|entry| entry.unwrap()).next().unwrap();
    let mode = ledger.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only the owner reads the ledger");

    let arguments = ["clean", "--mailbox", &inbox];
    assert!(
        assize(folder.path(), &arguments)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(counted.accounts(), 0);
    assert!(!ledger.path().exists());
    drop(counted.runtime);
}

#[test]
fn an_interrupted_run_removes_its_accounts_and_reports_what_it_did() {
    let counted = Counted::start();
    let folder = tempfile::tempdir().unwrap();
    let (url, inbox) = (
        counted.server.base_url(),
        counted.server.inbox_url().unwrap(),
    );
    let arguments = [
        "check",
        &url,
        "--mailbox",
        &inbox,
        "--jobs",
        "8",
        "--repeat",
        "50",
    ];
    let arguments = [
        &arguments[..],
        &["--junit", "junit.xml", "--json", "results.json"],
    ]
    .concat();
    let mut run = assize(folder.path(), &arguments).spawn().unwrap();
    let began = Instant::now();
    while counted.accounts() < 4 && began.elapsed() < LIMIT {
        std::thread::yield_now();
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert_eq!(counted.accounts(), 0);
    let read = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("junit.xml").contains("<error"));
    let results: serde_json::Value = serde_json::from_str(&read("results.json")).unwrap();
    assert_eq!(results["conclusion"]["outcome"], "interrupted");
    assert_eq!(results["run"]["interrupted"], true);
    drop(counted.runtime);
}
