//! Servers whose sessions last for seconds, and servers where a user may read only its own record.

use crate::support::{Foreign, Run, assize};

fn load(server: &Foreign, more: &[&str]) -> Run {
    let mailbox = server.mailbox();
    let mut arguments = vec!["load", &server.base_url, "--mailbox", &mailbox];
    arguments.extend(["--warm-up", "0s", "--rate", "40", "--slo", "stalls <= 100%"]);
    arguments.extend(more);
    assize(&arguments)
}

#[track_caller]
fn is_green(run: &Run) {
    run.assert_exit(0);
    let results = run.results();
    let accounts = &results["accounts"];
    assert_eq!(accounts["made"], accounts["removed"], "some are left");
    if let Some(load) = results["loads"][0].as_object() {
        assert_eq!(load["conforming"], load["answered"]);
        assert!(load["answered"].as_u64().unwrap() > 100);
    }
}

/// Three lives of a session, of users that are made before the load: extended where that can be done, else with
/// new sessions.
#[test]
fn a_load_outlasts_the_sessions_of_its_users() {
    std::thread::scope(|scope| {
        for variant in ["plain", "fleeting"] {
            scope.spawn(move || {
                let server = Foreign::start_with(variant, &["--session-life", "6"]);
                let life = ["--duration", "18s", "--users", "4"];
                is_green(&load(
                    &server,
                    &[&life[..], &["--scenario", "lookup"]].concat(),
                ));
            });
        }
    });
}

/// In a run of all cases many wait longer for their turn than such a session lives.
#[test]
fn a_check_outlasts_its_sessions() {
    for (variant, life) in [("plain", "10"), ("fleeting", "40")] {
        let server = Foreign::start_with(variant, &["--session-life", life]);
        let run = server.check(&[]);
        is_green(&run);
        assert_eq!(run.results()["totals"]["fail"], 0);
        assert!(run.results()["totals"]["pass"].as_u64().unwrap() >= 90);
    }
}

#[test]
fn where_users_may_read_themselves_alone_check_and_load_agree() {
    let server = Foreign::start("private", None);
    is_green(&server.check(&[]));
    let scenarios = ["--scenario", "lookup=2,lifecycle=1,errors=1"];
    is_green(&load(
        &server,
        &[&scenarios[..], &["--duration", "4s"]].concat(),
    ));
}
