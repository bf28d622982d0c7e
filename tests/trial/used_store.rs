//! A server that gives an alias to one user alone, and that earlier runs have left users at.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Foreign, Run, assize, assize_in, violated};
use crate::tested::binary;

fn check(server: &Foreign, more: &[&str]) -> Run {
    let mailbox = server.mail_endpoint();
    let common = ["check", &server.base_url, "--mailbox", &mailbox];
    assize(&[&common, more].concat())
}

/// The cases of a verdict, by their ids.
fn of_verdict(run: &Run, verdict: &str) -> Vec<String> {
    let results = run.results();
    let cases = results["cases"].as_array().unwrap().iter();
    let ids = cases.filter(|case| case["verdict"] == verdict);
    ids.map(|case| case["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Kills a run of this seed in the middle of its cases, so that the users of some of them stay behind.
fn leave_users_behind(server: &Foreign, seed: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = server.mail_endpoint();
    let mut run = Command::new(binary())
        .current_dir(folder.path())
        .args(["check", &server.base_url, "--mailbox", &mailbox])
        .args([
            "--seed",
            seed,
            "--case",
            "get.alias.*",
            "--format",
            "ndjson",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stdout.take().unwrap()).lines();
    let begun = |line: &String| line.contains("case-finished");
    lines
        .find(|line| line.as_ref().is_ok_and(begun))
        .unwrap()
        .unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(has_ledger(folder.path()), "no user was left behind");
}

fn has_ledger(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        path.to_string_lossy().contains("ledger") || (path.is_dir() && has_ledger(&path))
    })
}

/// As green as a first run: what it passed passes, but for the few aliases that are the same in each run,
/// whose cases say that they are taken.
#[track_caller]
fn assert_as_good(run: &Run, first: &Run) {
    run.assert_exit(0);
    let passed = of_verdict(run, "pass");
    let results = run.results();
    let cases = results["cases"].as_array().unwrap();
    for id in of_verdict(first, "pass") {
        let case = cases.iter().find(|case| case["id"] == *id).unwrap();
        let taken = case["reason"]["kind"] == "taken" && FIXED.contains(&id.as_str());
        assert!(taken || passed.contains(&id), "{case:#}");
    }
    assert_eq!(results["totals"]["warn"], first.results()["totals"]["warn"]);
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
}

/// The cases whose alias leaves no room for more than its form.
const FIXED: [&str; 4] = [
    "get.alias.word",
    "user.life.word",
    "create.alias.empty",
    "create.alias.blank",
];

#[test]
fn runs_of_one_seed_after_each_other_after_a_kill_and_at_once_are_all_green() {
    let server = Foreign::start_without_mail("unique", &[]);
    let first = check(&server, &["--seed", "7"]);
    first.assert_exit(0);
    let again = check(&server, &["--seed", "7"]);
    assert_as_good(&again, &first);
    assert_eq!(again.results()["totals"], first.results()["totals"]);

    leave_users_behind(&server, "7");
    assert_as_good(&check(&server, &["--seed", "7"]), &first);

    let at_once: Vec<Run> = std::thread::scope(|scope| {
        let runs = [(); 3].map(|()| scope.spawn(|| check(&server, &["--seed", "7"])));
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for run in &at_once {
        assert_as_good(run, &first);
    }
}

#[test]
fn a_defect_is_found_on_a_used_store_as_on_a_fresh_one() {
    let server = Foreign::start_without_mail("unique", &["--defect", "alias-html-escaped"]);
    let only = ["--seed", "7", "--case", "get.alias*"];
    let first = check(&server, &only);
    first.assert_exit(1);
    assert_eq!(violated(&first.results()), ["get.alias"]);
    leave_users_behind(&server, "7");
    let again = check(&server, &only);
    assert_eq!(of_verdict(&again, "fail"), of_verdict(&first, "fail"));

    let failed = of_verdict(&again, "fail");
    let run = again.results()["run"]["id"].as_str().unwrap().to_owned();
    let mailbox = server.mail_endpoint();
    let options = ["check", "--mailbox", &mailbox, "--rerun-failed", &run];
    let rerun = assize_in(again.into_folder(), &options);
    assert_eq!(of_verdict(&rerun, "fail"), failed);
}

/// Makes a user as anybody might.
fn make_user(server: &Foreign, alias: &str) {
    let address = server.base_url.trim_start_matches("http://");
    let (host, path) = address.split_once('/').unwrap();
    let body = json!({"email": "somebody@example.com", "fullName": "Some Body", "alias": alias});
    let body = body.to_string();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /{path}/user HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_case_whose_alias_somebody_has_says_so() {
    let server = Foreign::start_without_mail("unique", &[]);
    make_user(&server, "null");
    let run = check(&server, &["--case", "get.alias.word,get.alias.latin"]);
    assert_eq!(of_verdict(&run, "pass"), ["get.alias.latin"]);
    let results = run.results();
    let is_word = |case: &&Value| case["id"] == "get.alias.word";
    let case = results["cases"].as_array().unwrap().iter().find(is_word);
    let reason = &case.unwrap()["reason"];
    assert_eq!(reason["kind"], "taken");
    assert!(
        run.said("is already taken at this target"),
        "{}",
        run.stdout
    );
    assert!(run.said("this alias is taken"), "{}", run.stdout);
}

#[test]
fn a_tag_that_no_name_could_have_is_refused() {
    let run = assize(&["check", "--run-tag", "Not a tag"]);
    run.assert_exit(2);
    assert!(run.stderr.contains("--run-tag"), "{}", run.stderr);
}
