//! A resolver of host names that does not answer, at first or later: no run hangs in it.

use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;

use crate::interrupted::Running;
use crate::misbehaving::start_with;
use crate::support::wait_until;
use crate::watched::{Watched, watch_with};

/// How long a run may take whose limits are a second or two, on a busy machine.
const IN_TIME: Duration = Duration::from_secs(25);
const LIMITS: [&str; 2] = ["--connect-timeout", "1s"];
const SAYS: &str = "name resolution did not answer within";

/// The resolver, built once.
static RESOLVER: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("slow_resolver.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/targets/slow_resolver.c");
    // Rust itself links with it, so that no test can be without.
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    assert!(built.unwrap().success());
    (folder, library)
});

/// Such a resolver for a run, which answers so many questions.
fn resolver(answers: &'static str) -> [(&'static str, &'static str); 2] {
    [
        ("LD_PRELOAD", RESOLVER.1.to_str().unwrap()),
        ("RESOLVER_ANSWERS", answers),
    ]
}

#[track_caller]
fn assert_broken(run: &Watched, name: &str) {
    let sentence = run.results["conclusion"]["sentence"].to_string();
    assert_eq!(run.inconsistencies(), Vec::<String>::new(), "{sentence}");
    assert_eq!(run.exit_code, 3, "{sentence}");
    assert!(
        sentence.contains(SAYS) && sentence.contains(name),
        "{sentence}"
    );
    assert!(run.took < IN_TIME, "it took {:?}", run.took);
}

#[test]
fn a_target_whose_name_nobody_resolves_is_said_to_be_so_in_time() {
    let url = "http://slow.example/api";
    let poison = ["--scenario", "poison"];
    let allowed = ["--allow-load", "slow.example"];
    for command in [
        vec!["check", url],
        [&["load", url], &poison[..]].concat(),
        [&["load", url], &poison[..], &allowed].concat(),
        [&["run", url], &poison[..], &allowed].concat(),
    ] {
        let run = watch_with(&[&command[..], &LIMITS].concat(), &resolver("0"));
        assert_broken(&run, "slow.example");
    }
}

#[test]
fn a_mailbox_whose_name_nobody_resolves_is_said_to_be_so_in_time() {
    let url = start_with(Arc::new(|_| None), false);
    for mailbox in [
        "imap://user:password@slow.example/INBOX",
        "imaps://user:password@slow.example/INBOX",
        "mailpit+http://slow.example:8025",
        "maildev+https://slow.example:1080",
        "listen:slow.example:2525",
    ] {
        let run = watch_with(&["check", &url, "--mailbox", mailbox], &resolver("0"));
        assert_broken(&run, "slow.example");
    }
}

/// The first answers are for what is asked before anything is sent.
#[test]
fn a_resolver_that_falls_silent_later_breaks_what_needs_it() {
    let url = start_with(Arc::new(|_| None), false).replace("127.0.0.1", "slow.example");
    let cases = ["--jobs", "1", "--case", "hostile.poison,hostile.other"];
    let run = watch_with(
        &[&["check", &url], &cases[..], &LIMITS].concat(),
        &resolver("2"),
    );
    assert_eq!(run.inconsistencies(), Vec::<String>::new());
    assert_eq!(run.exit_code, 3);
    let text = run.results["cases"][0]["reason"]["text"].to_string();
    assert!(
        text.contains(SAYS) && text.contains("slow.example"),
        "{text}"
    );
    assert!(run.took < IN_TIME, "it took {:?}", run.took);

    let load = ["load", &url, "--scenario", "poison"];
    let load = [&load[..], &LIMITS].concat();
    let run = watch_with(&load, &resolver("2"));
    assert_broken(&run, "slow.example");
}

#[test]
fn a_run_that_waits_for_a_name_can_be_interrupted() {
    let url = start_with(Arc::new(|_| None), false).replace("127.0.0.1", "slow.example");
    let patience = [
        "check",
        &url,
        "--connect-timeout",
        "10m",
        "--timeout",
        "10m",
    ];
    // Not SIGINT as long as nobody listens: what a shell starts in the background ignores it until then.
    for (answers, signal, exit_code) in [("0", Signal::TERM, None), ("1", Signal::INT, Some(130))] {
        let folder = tempfile::tempdir().unwrap();
        let run = Running::start_with(folder.path(), &patience, &resolver(answers));
        // The first name is asked for before anything is written, and the second when all is ready.
        let ledgers = folder.path().join(".assize/ledgers");
        wait_until("a ledger", || answers == "0" || ledgers.exists());
        run.signal(signal);
        assert_eq!(run.exit_code(), exit_code);
        let left = std::fs::read_dir(folder.path().join("reports"));
        let mut left = left
            .into_iter()
            .flatten()
            .map(|one| one.unwrap().file_name());
        assert!(left.all(|name| !name.to_string_lossy().ends_with(".partial")));
    }
}
