//! The shards of a check together are the check.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::fleet::{Ended, Fleet};
use crate::tested::binary;

/// A server that deletes with another status than it should.
struct Wrong(Child, String);

impl Wrong {
    fn start() -> Self {
        let mut process = Command::new(binary())
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--defect",
                "delete-status-200",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self(
            process,
            line.trim().trim_start_matches("listening at ").to_owned(),
        )
    }
}

impl Drop for Wrong {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn told(results: &Value) -> Vec<(Value, Value)> {
    let cases = results["cases"].as_array().unwrap();
    cases
        .iter()
        .map(|case| (case["id"].clone(), case["verdict"].clone()))
        .collect()
}

fn requirements(results: &Value) -> Vec<(Value, Value, Value)> {
    let all = results["requirements"].as_array().unwrap();
    let one = |one: &Value| {
        (
            one["id"].clone(),
            one["verdict"].clone(),
            one["cases"].clone(),
        )
    };
    all.iter().map(one).collect()
}

#[test]
fn four_shards_together_are_the_whole_check_case_by_case() {
    let server = Wrong::start();
    let fleet = Fleet::new();
    std::fs::remove_file(fleet.path("assize.toml")).unwrap();
    let host = server.1.trim_end_matches("/api/auth/v2");
    let mailbox = format!("{host}/inbox/{{email}}#/code");
    let check = |json: &str, more: &[&str]| -> Ended {
        let always = ["check", &server.1, "--mailbox", &mailbox, "--seed", "3"];
        let cases = [
            "--suite",
            "delete,get",
            "--evidence",
            "none",
            "--json",
            json,
        ];
        fleet.run(&[&always[..], &cases, more].concat())
    };
    let whole = check("whole.json", &[]);
    whole.assert_exit(1);
    let mut counts = Vec::new();
    for shard in 1..=4 {
        let json = format!("{shard}.json");
        check(&json, &["--shard", &format!("{shard}/4")]);
        let results = fleet.json(&json);
        assert_eq!(results["run"]["shard"]["shard"], shard);
        counts.push(results["cases"].as_array().unwrap().len());
    }
    merge(&fleet, &["3.json", "1.json", "4.json", "2.json"]).assert_exit(1);
    let (all, one) = (fleet.json("merged.json"), fleet.json("whole.json"));
    assert_eq!(told(&all), told(&one));
    assert_eq!(requirements(&all), requirements(&one));
    assert_eq!(all["totals"], one["totals"]);
    assert_eq!(all["conclusion"], one["conclusion"]);
    assert_eq!(all["accounts"]["made"], all["accounts"]["removed"]);
    let cases = told(&one).len();
    assert!(
        counts.iter().all(|count| *count < cases / 2 && *count > 5),
        "{counts:?}"
    );
    what_does_not_belong_together_is_refused(&fleet);
}

fn merge(fleet: &Fleet, shards: &[&str]) -> Ended {
    fleet.run(&[&["merge", "--json", "merged.json"][..], shards].concat())
}

fn what_does_not_belong_together_is_refused(fleet: &Fleet) {
    // The order in which shards are named changes no byte.
    let first = fleet.bytes("merged.json");
    merge(fleet, &["1.json", "2.json", "3.json", "4.json"]).assert_exit(1);
    assert!(fleet.bytes("merged.json") == first);
    let twice = merge(fleet, &["1.json", "2.json", "2.json", "4.json"]);
    twice.assert_exit(2);
    twice.assert_said("shard 2/4 is there twice");
    let whole = merge(fleet, &["whole.json", "1.json"]);
    whole.assert_exit(2);
    whole.assert_said("is no shard of a check");
    let half = merge(fleet, &["1.json", "2.json"]);
    half.assert_exit(1);
    half.assert_said("besides, shard 3/4 and shard 4/4 are missing");
    // Without a violation there is no verdict then.
    let check = [
        "check",
        "--case",
        "get.unknown*",
        "--shard",
        "1/2",
        "--json",
        "half.json",
    ];
    fleet.run(&check);
    let missing = merge(fleet, &["half.json"]);
    missing.assert_exit(3);
    missing.assert_said("shard 2/2 is missing, so its cases were not run");
    merge(fleet, &["half.json", "--allow-missing", "1"]).assert_said("INCOMPLETE: shard 2/2");
}
