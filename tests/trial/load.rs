//! Loads of users that come and go: what is found of them, by name, and what is left of them.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::support::{Foreign, Run, assize, free_port};
use crate::tested::binary;

/// Calls of each kind: more than the 300 of which a defect spoils one, of those that are measured.
const SECONDS: &str = "4s";
const RATE: &str = "500";

/// Our own server with a defect, until it is dropped.
struct Misbehaving {
    process: Child,
    base_url: String,
    smtp_port: u16,
}

impl Misbehaving {
    fn start(defect: &str) -> Self {
        let smtp_port = free_port();
        let mut process = std::process::Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--defect", defect])
            .args(["--smtp", &format!("127.0.0.1:{smtp_port}")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        Self {
            process,
            base_url: line.trim().trim_start_matches("listening at ").to_owned(),
            smtp_port,
        }
    }

    fn load(&self, more: &[&str]) -> Run {
        let mailbox = format!("listen:127.0.0.1:{}", self.smtp_port);
        let mut arguments = vec!["load", &self.base_url, "--mailbox", &mailbox];
        arguments.extend(["--rate", RATE, "--duration", SECONDS, "--warm-up", "0s"]);
        arguments.extend(["--mail-limit", "10s", "--timeout", "3s"]);
        arguments.extend(more);
        assize(&arguments)
    }
}

impl Drop for Misbehaving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn load_findings(run: &Run) -> Vec<Value> {
    run.results()["loads"][0]["findings"]
        .as_array()
        .unwrap()
        .clone()
}

/// The load fails, and a finding at must level names the requirement.
#[track_caller]
fn fails(defect: &str, requirement: &str) -> Vec<Value> {
    let run = Misbehaving::start(defect).load(&[]);
    run.assert_exit(1);
    let findings = load_findings(&run);
    let named = findings.iter().any(|found| {
        let ids = found["finding"]["requirements"].as_array();
        let names = ids.is_some_and(|ids| ids.iter().any(|id| id == requirement));
        names && found["verdict"] == "fail" && found["count"].as_u64() >= Some(1)
    });
    assert!(named, "{requirement} is not in {findings:#?}");
    assert!(run.said(requirement), "{}", run.stdout);
    assert!(run.junit().contains(requirement));
    findings
}

/// The load fails for want of answers, and says which requirements that leaves unmet.
#[track_caller]
fn fails_to_answer(defect: &str, kind: &str) {
    let run = Misbehaving::start(defect).load(&[]);
    run.assert_exit(1);
    assert!(run.said("got no whole answer"), "{}", run.stdout);
    let findings = load_findings(&run);
    assert!(!findings.is_empty());
    for found in findings {
        assert_eq!(found["transfer"], kind, "{found}");
        assert_eq!(found["verdict"], "fail", "{found}");
        let requirements = &found["finding"]["requirements"];
        assert!(requirements[0].is_string(), "{found}");
    }
}

#[test]
fn a_user_who_misses_before_any_delete() {
    fails("load-get-404", "get.alias");
}

#[test]
fn another_users_alias() {
    let findings = fails("load-gets-mixed-up", "get.alias");
    let found = findings
        .iter()
        .find(|one| one["operation"] == "lookup: get");
    let found = found.unwrap();
    assert_eq!(found["finding"]["subject"], "json /alias");
    assert!(found["example"]["url"].is_string(), "{found}");
}

#[test]
fn a_deletion_that_was_acknowledged_and_not_done() {
    let findings = fails("load-delete-forgotten", "delete.gone");
    let of_history = findings
        .iter()
        .find(|one| one["finding"]["requirements"][0] == "delete.gone" && one["verdict"] == "fail");
    let example = &of_history.unwrap()["example"];
    assert_eq!(example["status"], 200, "the reading that shows it");
}

#[test]
fn a_session_id_handed_out_twice() {
    let findings = fails("load-sessions-share-session-id", "create.unique");
    let shared = findings
        .iter()
        .find(|one| one["finding"]["subject"] == "json /sessionID");
    assert_eq!(shared.unwrap()["operation"], "lifecycle: create");
}

#[test]
fn errors_of_different_kinds_that_share_an_id() {
    let findings = fails("x-error-id-constant", "error.kinds");
    let shared = findings
        .iter()
        .find(|one| one["finding"]["requirements"][0] == "error.kinds");
    let shared = shared.unwrap();
    assert_eq!(shared["finding"]["subject"], "header x-error-id");
    assert!(
        shared["example"]["status"].as_u64() >= Some(400),
        "{shared}"
    );
}

#[test]
fn a_verification_that_was_acknowledged_and_not_done() {
    fails("load-verification-forgotten", "create.verifiable");
}

#[test]
fn a_code_that_never_came() {
    fails("load-mail-lost", "create.code");
}

#[test]
fn a_request_that_is_never_answered() {
    fails_to_answer("load-get-stalls", "timeout");
}

#[test]
fn a_connection_that_ends_in_place_of_an_answer() {
    fails_to_answer("load-get-hangs-up", "closed");
}

/// A correct server that is not ours conforms under load, and no user is left of it.
#[track_caller]
fn conforms(variant: &str) {
    let server = Foreign::start(variant, None);
    let mailbox = server.mailbox();
    let run = assize(&[
        "load",
        &server.base_url,
        "--mailbox",
        &mailbox,
        "--rate",
        "60",
        "--duration",
        "3s",
        "--warm-up",
        "500ms",
        // How fast it is on a busy machine is no matter here.
        "--slo",
        "stalls < 100%",
    ]);
    run.assert_exit(0);
    let results = run.results();
    assert_eq!(results["loads"][0]["findings"].as_array().unwrap().len(), 0);
    assert!(results["accounts"]["made"].as_u64().unwrap() > 30);
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
}

#[test]
fn a_plain_server_conforms() {
    conforms("plain");
}

#[test]
fn a_terse_server_conforms() {
    conforms("terse");
}

#[test]
fn a_generous_server_conforms() {
    conforms("generous");
}

#[test]
fn a_strict_server_conforms() {
    conforms("strict");
}

#[test]
fn users_that_a_load_leaves_standing_are_removed_after_it() {
    for scenario in ["signup", "create"] {
        let arguments = ["--rate", "50", "--duration", "2s", "--warm-up", "0s"];
        let run = assize(&[&["load", "--scenario", scenario][..], &arguments].concat());
        run.assert_exit(0);
        let results = run.results();
        let accounts = &results["accounts"];
        // A busy machine may not start them all.
        let unstarted = results["loads"][0]["unstarted"].as_u64().unwrap();
        assert_eq!(accounts["made"], 100 - unstarted, "{scenario}");
        assert_eq!(accounts["removed"], accounts["made"], "{scenario}");
        let mails = &results["loads"][0]["mails"];
        if scenario == "signup" {
            assert_eq!(mails["wait"]["count"], accounts["made"]);
            assert_eq!(mails["missing"], 0);
            assert!(run.said("mailed codes came, p50 "), "{}", run.stdout);
        } else {
            assert!(mails.is_null(), "it waits for none: {mails}");
        }
        let ledgers = run.into_folder().path().join(".assize/ledgers");
        let left = std::fs::read_dir(ledgers).map_or(0, Iterator::count);
        assert_eq!(left, 0, "a ledger is left");
    }
}

#[test]
fn without_a_mailbox_users_of_a_load_are_limited() {
    let server = Foreign::start("plain", None);
    let load = |more: &[&str]| {
        let always = ["load", &server.base_url, "--scenario", "create=1,errors=4"];
        let rate = ["--rate", "50", "--duration", "2s", "--warm-up", "0s"];
        assize(&[&always[..], &rate, more].concat())
    };
    let refused = load(&["--leave-accounts", "10"]);
    refused.assert_exit(2);
    assert!(refused.said("up to 20 accounts"), "{}", refused.stdout);
    let allowed = load(&["--leave-accounts", "20"]);
    allowed.assert_exit(0);
    let made = allowed.results()["accounts"]["made"].as_u64().unwrap();
    assert!((1..=20).contains(&made), "{made}");
    let endless = load(&["--rate", "max"]);
    endless.assert_exit(2);
}

#[test]
fn weights_that_make_no_sense_are_bad_usage() {
    for (scenario, said) in [
        ("lookup=0", "the weight in \"lookup=0\""),
        ("lookup=many", "the weight in \"lookup=many\""),
        ("lookup,nothing", "there is no scenario \"nothing\""),
    ] {
        let run = assize(&["load", "--scenario", scenario]);
        run.assert_exit(2);
        assert!(run.said(said), "{}", run.stdout);
    }
}
