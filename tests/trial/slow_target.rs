//! A target that takes its time: how much is asked of it, how much at once, and what a user is told.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{Foreign, Run, assize};

/// Seconds before each answer.
const DELAY: &str = "0.05";

fn slow() -> Foreign {
    Foreign::start_without_mail("plain", &["--delay", DELAY])
}

/// How many requests the target got, and how many at once at the most.
fn counts(server: &Foreign) -> (u64, u64) {
    let host = server.base_url.trim_start_matches("http://");
    let host = host.split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /counts HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let counts: Value = serde_json::from_str(body).unwrap();
    let of = |name: &str| counts[name].as_u64().unwrap();
    (of("all"), of("at_once"))
}

fn check(server: &Foreign, more: &[&str]) -> Run {
    let mailbox = server.mail_endpoint();
    let common = ["check", &server.base_url, "--mailbox", &mailbox];
    assize(&[&common, more].concat())
}

#[test]
fn a_check_asks_for_no_more_than_it_needs_and_keeps_the_target_busy() {
    let server = slow();
    let run = check(&server, &["--jobs", "4", "--burst", "8"]);
    run.assert_exit(0);
    let (all, at_once) = counts(&server);
    assert!(all <= 2_700, "{all} requests");
    assert_eq!(at_once, 8, "twice as many as cases that are judged");
    let results = run.results();
    let made = results["accounts"]["made"].as_u64().unwrap();
    assert!(made <= 240, "{made} accounts");
    assert_eq!(results["accounts"]["removed"], made);
}

#[test]
fn a_target_that_takes_its_time_is_asked_for_more_at_once_and_no_more_a_second() {
    let server = Foreign::start_without_mail("plain", &["--delay", "0.3"]);
    let run = check(&server, &["--suite", "get", "--burst", "8"]);
    run.assert_exit(0);
    let (_, at_once) = counts(&server);
    assert!((9..=32).contains(&at_once), "{at_once}");
    assert!(
        run.said("cases are judged at once from now on"),
        "{}",
        run.stdout
    );
}

#[test]
fn with_one_job_one_thing_is_done_at_a_time() {
    let server = slow();
    let run = check(&server, &["--jobs", "1", "--case", "delete.bad-*"]);
    run.assert_exit(0);
    assert_eq!(counts(&server).1, 1);
}

#[test]
fn a_user_is_told_how_long_a_slow_target_will_take_and_no_other() {
    let slow = Foreign::start_without_mail("plain", &["--delay", "0.2"]);
    let cases = ["--jobs", "1", "--case", "get.malformed-id.*"];
    let told = "s an answer so far; the check will take about";
    let run = check(&slow, &cases);
    run.assert_exit(0);
    let line = run.stderr.lines().find(|line| line.contains(told));
    let line = line.unwrap_or_else(|| panic!("{}", run.stderr));
    let words: Vec<&str> = line.split_whitespace().collect();
    let seconds: f64 = words[words.len() - 2].parse().unwrap();
    let took = run.results()["run"]["duration_ms"].as_f64().unwrap() / 1e3;
    assert!(
        (took / 3.0..took * 3.0).contains(&seconds),
        "{line}, it took {took}"
    );

    let quick = Foreign::start_without_mail("plain", &[]);
    assert!(!check(&quick, &cases).stderr.contains(told));
}
