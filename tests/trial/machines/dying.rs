//! Workers that die before, during and after their work, and one that is started twice.

use std::process::{Child, Command};

use super::fleet::{Fleet, end, kill};
use super::noting_server::{Manners, NotingServer};
use crate::support::wait_until;

const RATE: [&str; 6] = [
    "--rate",
    "100",
    "--duration",
    "2s",
    "--slo",
    "stalls < 100%",
];

#[test]
fn a_worker_that_dies_before_the_start_is_replaced_and_one_started_twice_sends_once() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 3, &RATE);
    let twice: Vec<Child> = vec![fleet.start(0), fleet.start(0)];
    let dying = fleet.start(1);
    fleet.wait_for("store/ready/00001-0");
    kill(dying);
    let next = fleet.start(1);
    // The last of all comes when the place of the dead is taken.
    fleet.wait_for("store/claim/00001-1");
    let others = [next, fleet.start(2)];
    let said: Vec<String> = twice
        .into_iter()
        .map(|worker| {
            let ended = end(worker);
            ended.assert_exit(0);
            ended.said
        })
        .collect();
    let idle = said
        .iter()
        .filter(|said| said.contains("another process works on share 0"));
    assert_eq!(idle.count(), 1, "{said:?}");
    for worker in others {
        end(worker).assert_exit(0);
    }
    fleet.merge(&[]).assert_exit(0);
    assert_eq!(server.things().len(), 200);
    for (worker, asked) in [("0", 67), ("1", 67), ("2", 66)] {
        assert_eq!(server.asked_by(worker), asked, "worker {worker}");
    }
    // After its end marker nothing that happens to a worker matters.
    let again = end(fleet.start(1));
    again.assert_exit(0);
    again.assert_said("share 1 is delivered already; nothing was sent");
    assert_eq!(server.things().len(), 200);
}

#[test]
fn a_worker_that_dies_while_it_sends_is_missed_and_named() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 3, &RATE);
    let staying = [fleet.start(0), fleet.start(2)];
    let dying = fleet.start(1);
    wait_until("it sends", || server.asked_by("1") > 10);
    kill(dying);
    for worker in staying {
        end(worker).assert_exit(0);
    }
    let merged = fleet.merge(&[]);
    merged.assert_exit(3);
    merged.assert_said("only 2 of 3 shares of the plan are there (worker 1: it was not delivered)");
    let results = fleet.json("merged.json");
    assert_eq!(results["run"]["plan"]["missing"], serde_json::json!([1]));
    assert_eq!(results["loads"][0]["answered"], 133);
    assert!(
        String::from_utf8(fleet.bytes("merged.xml"))
            .unwrap()
            .contains("worker 1")
    );
    // Nobody can send what it would have sent.
    let late = end(fleet.start(1));
    late.assert_exit(3);
    late.assert_said("died after the start");
    let allowed = fleet.merge(&["--allow-missing", "1"]);
    allowed.assert_exit(0);
    allowed.assert_said("INCOMPLETE: only 2 of 3 shares");
    assert_eq!(
        fleet.json("merged.json")["run"]["plan"]["allowed_missing"],
        1
    );
}

/// As an Indexed Job has it: pods come late, one is deleted, and the one that is made instead comes while the old one
/// is still ending.
#[test]
fn a_worker_that_is_told_to_stop_before_the_start_leaves_its_share_to_the_one_made_instead() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 3, &RATE);
    let first = fleet.start(0);
    let deleted = fleet.start(1);
    fleet.wait_for("store/ready/00001-0");
    let told = Command::new("kill")
        .args(["-TERM", &deleted.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    let instead = fleet.start(1);
    let deleted = end(deleted);
    deleted.assert_exit(130);
    deleted.assert_said("another process can take this share");
    fleet.wait_for("store/claim/00001-1");
    let late = fleet.start(2);
    for worker in [first, instead, late] {
        end(worker).assert_exit(0);
    }
    fleet.merge(&[]).assert_exit(0);
    assert_eq!(server.things().len(), 200);
    assert_eq!(server.asked_by("1"), 67);
}
