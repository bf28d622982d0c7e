//! Nothing is left behind: not after a run, and not after one that was killed.

use crate::tested::binary;
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
    let mut command = Command::new(binary());
    command
        .current_dir(folder)
        .env_remove("XDG_STATE_HOME")
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
    let ledgers = std::fs::read_dir(folder.path().join(".assize/ledgers")).unwrap();
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
    let ledgers = std::fs::read_dir(folder.path().join(".assize/ledgers")).unwrap();
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

/// Without a mailbox nobody can remove them, so the ledger knows them until they are forgotten.
#[test]
fn accounts_that_can_never_be_removed_are_listed_and_forgotten() {
    let counted = Counted::start();
    let folder = tempfile::tempdir().unwrap();
    let url = counted.server.base_url();
    let check = ["check", &url, "--case", "create.u*"];
    assert!(assize(folder.path(), &check).status().unwrap().success());
    assert!(counted.accounts() > 1);
    let ledgers = std::fs::read_dir(folder.path().join(".assize/ledgers")).unwrap();
    let ledger = ledgers.map(|entry| entry.unwrap()).next().unwrap();
    let kept = std::fs::read_to_string(ledger.path()).unwrap();
    // A head, and a line for each.
    assert_eq!(kept.lines().count(), 1 + counted.accounts(), "{kept}");
    let ignored = std::fs::read_to_string(folder.path().join(".assize/.gitignore"));
    assert_eq!(ignored.unwrap(), "*\n");

    let clean = |arguments: &[&str]| {
        let arguments = [&["clean"], arguments].concat();
        let output = assize(folder.path(), &arguments)
            .stdout(Stdio::piped())
            .output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = clean(&[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("clean --forget"), "{said}");
    let named = |said: &str| {
        said.matches("@assize.example (its code must be mailed)")
            .count()
    };
    assert_eq!(named(&said), counted.accounts(), "{said}");
    let (code, listed) = clean(&["--list"]);
    assert_eq!(
        (code, named(&listed)),
        (Some(0), counted.accounts()),
        "{listed}"
    );
    assert!(listed.contains(&url));
    let (code, forgotten) = clean(&["--forget"]);
    assert_eq!((code, named(&forgotten)), (Some(0), counted.accounts()));
    assert!(!ledger.path().exists());
    assert_eq!(
        clean(&[]),
        (Some(0), "no run has left an account behind\n".to_owned())
    );
    drop(counted.runtime);
}

#[test]
fn the_state_stands_where_the_user_keeps_it() {
    let counted = Counted::start();
    let url = counted.server.base_url();
    let home = tempfile::tempdir().unwrap();
    let projects = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for project in &projects {
        let run = assize(project.path(), &["check", &url, "--case", "create.user"])
            .env("XDG_STATE_HOME", home.path())
            .status();
        assert!(run.unwrap().success());
        assert!(!project.path().join(".assize").exists());
    }
    // Each project has its own.
    let folders = std::fs::read_dir(home.path().join("assize")).unwrap();
    assert_eq!(folders.count(), 2);
    for project in &projects {
        let listed = assize(project.path(), &["clean", "--list"])
            .env("XDG_STATE_HOME", home.path())
            .stdout(Stdio::piped())
            .output();
        let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
        assert_eq!(listed.matches("@assize.example").count(), 1, "{listed}");
    }
    let given = projects[0].path().join("given");
    let given = given.to_str().unwrap();
    let check = ["check", &url, "--case", "create.user", "--state", given];
    assert!(
        assize(projects[0].path(), &check)
            .status()
            .unwrap()
            .success()
    );
    assert!(projects[0].path().join("given/ledgers").exists());
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
