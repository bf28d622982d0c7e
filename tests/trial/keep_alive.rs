//! Connections that the target closes while they are idle, and those that it closes in place of an answer.

use serde_json::Value;
use std::sync::Arc;

use crate::gateway::{Way, gateway};
use crate::interrupted::Served;
use crate::nginx::Nginx;
use crate::support::{Run, assize};

/// Loads the server at this URL, whose mails come to the inbox.
fn load(url: &str, served: &Served, more: &[&str]) -> Run {
    let mut arguments = vec!["load", url, "--mailbox", &served.inbox];
    arguments.extend(["--warm-up", "0s", "--slo", "stalls <= 100%"]);
    arguments.extend(more);
    assize(&arguments)
}

/// All requests without an answer.
fn unanswered(results: &Value) -> u64 {
    let operations = results["loads"][0]["operations"].as_array().unwrap();
    let errors = operations
        .iter()
        .map(|one| one["errors"].as_object().unwrap());
    errors
        .flat_map(|kinds| kinds.values())
        .map(|count| count.as_u64().unwrap())
        .sum()
}

#[track_caller]
fn conforms(run: &Run) {
    run.assert_exit(0);
    let results = run.results();
    let load = &results["loads"][0];
    assert_eq!(unanswered(&results), 0);
    assert_eq!(load["conforming"], load["answered"]);
    assert!(load["answered"].as_u64().unwrap() >= 20, "{load}");
    let resent = load["resent"].as_u64().unwrap();
    assert_eq!(run.said("sent again"), resent > 0, "{}", run.stdout);
    assert_eq!(run.junit().contains("load.resent"), resent > 0);
}

/// Connections take turns, so that at 32 a second each of 64 is idle for two seconds between two requests: for
/// just as long as nginx keeps it. A user who thinks that long meets the same.
#[test]
fn an_idle_close_that_crosses_a_request_is_nobodys_fault() {
    let served = Served::start();
    std::thread::scope(|scope| {
        for (timeout, rate) in [("2s", "32"), ("1s", "64")] {
            let keep = format!("keepalive_timeout {timeout};");
            let Some(nginx) = Nginx::start(&served.base_url, &keep) else {
                return;
            };
            let nginx = Arc::new(nginx);
            for scenario in ["create", "lookup"] {
                for shape in [
                    ["--rate", rate, "--connections", "64"],
                    ["--think", timeout, "--connections", "24"],
                ] {
                    let (nginx, served) = (Arc::clone(&nginx), &served);
                    scope.spawn(move || {
                        let mut arguments = vec!["--scenario", scenario, "--duration", "7s"];
                        arguments.extend(shape);
                        if shape[0] == "--think" {
                            arguments.extend(["--rate", "max"]);
                        }
                        conforms(&load(&nginx.base_url, served, &arguments));
                    });
                }
            }
        }
    });
}

#[test]
fn a_server_that_closes_after_each_answer_without_saying_so_conforms_and_is_told() {
    let served = Served::start();
    let url = gateway(&served.base_url, |_| Way::PassAndClose);
    for shape in [
        &[
            "--rate",
            "max",
            "--connections",
            "4",
            "--scenario",
            "create",
        ][..],
        &["--rate", "200", "--scenario", "create=1,lookup=1"],
    ] {
        let mut arguments = vec!["--duration", "2s"];
        arguments.extend(shape);
        let run = load(&url, &served, &arguments);
        conforms(&run);
        assert!(
            run.said("closes each connection after its first answer"),
            "{}",
            run.stdout
        );
    }
}

/// It says that it keeps a connection for one second, and drops what comes over one that was idle longer.
#[test]
fn what_a_server_says_of_keeping_connections_is_heeded() {
    let served = Served::start();
    let url = gateway(&served.base_url, |_| Way::PassAndAnnounce);
    let arguments = ["--scenario", "lookup", "--rate", "8", "--duration", "4s"];
    let run = load(
        &url,
        &served,
        &[&arguments[..], &["--connections", "8"]].concat(),
    );
    conforms(&run);
    assert_eq!(run.results()["loads"][0]["resent"], 0);
}

/// Requests that are read and dropped are the target's fault, however long their connections were idle.
#[test]
fn a_server_that_drops_one_request_in_a_few_is_found_at_any_rate() {
    let served = Served::start();
    for (every, rate, seconds) in [(200, "400", "3s"), (20, "50", "6s")] {
        for scenario in ["lookup", "create"] {
            // The users of the load are made before.
            let url = gateway(&served.base_url, move |number| {
                if number > 100 && number % every == 0 {
                    Way::Drop
                } else {
                    Way::Pass
                }
            });
            let arguments = [
                "--scenario",
                scenario,
                "--rate",
                rate,
                "--duration",
                seconds,
            ];
            let run = load(&url, &served, &arguments);
            run.assert_exit(1);
            assert!(unanswered(&run.results()) > 0);
        }
    }
}
