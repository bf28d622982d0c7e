//! Workers whose clocks are seconds apart begin together, and say so if they cannot know that they do.

use serde_json::Value;
use std::process::{Child, Command, Stdio};

use super::fleet::{Fleet, end};
use super::noting_server::{Manners, NotingServer};
use crate::installed::program;
use crate::tested::binary;

const RATE: [&str; 6] = ["--rate", "30", "--duration", "1s", "--slo", "stalls < 100%"];

/// A worker on a machine whose clock is off by this, as its processes see it. The times of files are the store's.
fn start(fleet: &Fleet, faketime: &Command, index: usize, off: &str) -> Child {
    let mut command = Command::new(faketime.get_program());
    let number = index.to_string();
    command
        .args(["-f", off, binary(), "work", "plan.json"])
        .args(["--store", "store", "--index", &number])
        .current_dir(fleet.path(""))
        .env("NO_FAKE_STAT", "1")
        .env("WHO", "x-worker: any")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn workers_whose_clocks_are_seconds_apart_begin_together() {
    let Some(faketime) = program("faketime", "Debian's faketime has it") else {
        return;
    };
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 3, &RATE);
    let faketime = Command::new(faketime);
    let offs = ["+3s", "-3s", "+0s"];
    let all = offs.iter().enumerate();
    let all: Vec<Child> = all
        .map(|(index, off)| start(&fleet, &faketime, index, off))
        .collect();
    for worker in all {
        end(worker).assert_exit(0);
    }
    // What each knows of its clock is what was done to it.
    for (index, off) in [-3.0, 3.0, 0.0].into_iter().enumerate() {
        let share = fleet.bytes(&format!("store/share/{index:05}.json"));
        let line = share.split(|byte| *byte == b'\n').next().unwrap();
        let share: Value = serde_json::from_slice(line).unwrap();
        let clock = &share["began"]["clock"];
        let (offset, bound) = (&clock["offset_ns"], &clock["bound_ns"]);
        let known = offset.as_f64().unwrap() / 1e9;
        let bound = bound.as_f64().unwrap() / 1e9;
        assert!(bound < 0.02, "{clock}");
        assert!(
            (known - off).abs() <= bound + 0.001,
            "worker {index}: {known} for {off}, {clock}"
        );
    }
    fleet.merge(&[]).assert_exit(0);
    let plan = fleet.json("merged.json")["run"]["plan"].clone();
    // A busy machine wakes its processes late, but not by seconds.
    assert!(plan["skew_ms"].as_f64().unwrap() < 500.0, "{plan}");
}

#[test]
fn a_clock_that_is_known_too_little_sends_nothing() {
    let server = NotingServer::start(Manners::default());
    // No file system tells its time so well.
    let fleet = Fleet::planned(
        &server.url,
        1,
        &[&RATE[..], &["--skew-limit", "0ms"]].concat(),
    );
    let worker = end(fleet.start(0));
    worker.assert_exit(3);
    worker.assert_said("and the plan allows a start within 0 ms");
    assert_eq!(server.things().len(), 0);
    let merged = fleet.merge(&[]);
    merged.assert_exit(3);
    merged.assert_said("worker 0: the clock of this machine is known to");
}
