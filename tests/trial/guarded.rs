//! What keeps a run from doing harm by accident. `0.0.0.0` is this machine, too, but not its loopback:
//! for these tests it is a host somewhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::misbehaving::{elsewhere, start_with};
use crate::tested::binary;
use crate::watched::watch;

/// A target, and whether anybody has connected to it.
fn target() -> (String, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&asked);
    let count = move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        None
    };
    (start_with(Arc::new(count), false), asked)
}

const LOAD: [&str; 9] = [
    "--accept-invalid",
    "--scenario",
    "poison",
    "--duration",
    "1s",
    "--warm-up",
    "0s",
    "--rate",
    "20/s",
];

#[test]
fn no_load_leaves_for_a_host_that_was_not_named() {
    let (url, asked) = target();
    let url = url.replace("127.0.0.1", "0.0.0.0");
    let run = watch(&[&["load", &url], &LOAD[..]].concat());
    assert_eq!(run.exit_code, 2, "{}", run.results);
    let sentence = run.results["conclusion"]["sentence"].to_string();
    assert!(sentence.contains("--allow-load 0.0.0.0"), "{sentence}");
    assert_eq!(asked.load(Ordering::Relaxed), 0, "somebody connected");
    let other = watch(&[&["load", &url, "--allow-load", "127.0.0.1"], &LOAD[..]].concat());
    assert_eq!((other.exit_code, asked.load(Ordering::Relaxed)), (2, 0));
    let named = watch(&[&["load", &url, "--allow-load", "0.0.0.0"], &LOAD[..]].concat());
    assert_eq!(named.exit_code, 0, "{}", named.results);
}

#[test]
fn a_host_somewhere_else_is_checked_gently_and_plain_http_is_warned_of() {
    let (url, _) = target();
    let local = watch(&["check", &url]);
    assert_eq!(
        (local.exit_code, &local.results["run"]["jobs"]),
        (0, &4.into())
    );
    assert!(!local.results["notices"].to_string().contains("plain HTTP"));

    let url = url.replace("127.0.0.1", "0.0.0.0");
    let gentle = watch(&["check", &url]);
    assert_eq!(
        (gentle.exit_code, &gentle.results["run"]["jobs"]),
        (0, &2.into())
    );
    let notices = gentle.results["notices"].to_string();
    for warning in ["plain HTTP", "no more than 10 times a second"] {
        assert!(notices.contains(warning), "{notices}");
    }
    // One request to see that somebody is there and eight of the cases: eight pauses.
    assert!(
        gentle.took >= Duration::from_millis(800),
        "{:?}",
        gentle.took
    );
    let quick = watch(&["check", &url, "--request-rate", "0", "--jobs", "4"]);
    assert_eq!(quick.results["run"]["jobs"], 4);
    assert!(
        !quick.results["notices"]
            .to_string()
            .contains("times a second")
    );
}

#[test]
fn a_host_somewhere_else_gets_no_more_accounts_than_allowed() {
    let (url, _) = target();
    let url = url.replace("127.0.0.1", "0.0.0.0");
    let arguments = [
        "check",
        &url,
        "--mailbox",
        "exec:true",
        "--most-accounts",
        "3",
    ];
    let run = crate::support::assize(&arguments);
    run.assert_exit(2);
    assert!(run.said("--most-accounts"), "{}", run.stdout);
    assert_eq!(run.results()["accounts"]["made"], 0);
}

#[test]
fn nobody_is_followed_to_another_host() {
    let (trap, asked) = target();
    let place = trap.trim_end_matches("/api").to_owned();
    let url = start_with(Arc::new(move |_| Some(elsewhere(&place))), false);
    let check = watch(&["check", &url]);
    let load = watch(&[&["load", &url], &LOAD[..]].concat());
    assert_eq!((check.exit_code, load.exit_code), (1, 1));
    assert_eq!(asked.load(Ordering::Relaxed), 0, "somebody followed");
}

#[test]
fn a_dry_run_prints_the_requests_and_sends_none() {
    let (url, asked) = target();
    let dry = |verb: &str, more: &[&str]| {
        let common = [verb, &url, "--dry-run", "--seed", "1"];
        std::process::Command::new(binary())
            .current_dir(tempfile::tempdir().unwrap().path())
            .args(common)
            .args(more)
            .output()
            .unwrap()
    };
    let check = dry("check", &[]);
    let text = String::from_utf8(check.stdout).unwrap();
    assert_eq!(check.status.code(), Some(0));
    for part in [
        format!("  POST {url}/user\n"),
        format!("  GET {url}/user/${{known.id}}\n    Authorization: Bearer ${{known.bearer}}\n"),
        format!("  DELETE {url}/user\n"),
        "create.alias".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} is not in:\n{text}");
    }
    // Of what the seed decides nothing is left open.
    assert!(!text.contains("${email}"), "{text}");
    let load = dry(
        "load",
        &["--rate", "20/s", "--duration", "3s", "--warm-up", "1s"],
    );
    let text = String::from_utf8(load.stdout).unwrap();
    assert!(text.contains("20/s iterations for 4 s"), "{text}");
    assert_eq!(asked.load(Ordering::Relaxed), 0, "somebody connected");
}
