//! What several workers make together is what one process makes.

use serde_json::Value;
use std::time::Duration;

use super::fleet::Fleet;
use super::noting_server::{Manners, NotingServer};

const RATE: [&str; 6] = [
    "--rate",
    "200",
    "--duration",
    "3s",
    "--slo",
    "stalls < 100%",
];

/// What a load found, and how often.
fn findings(results: &Value) -> Vec<(Value, Value, Value)> {
    let findings = results["loads"][0]["findings"].as_array().unwrap();
    let of = |found: &Value| {
        let requirements = found["finding"]["requirements"].clone();
        (
            found["count"].clone(),
            requirements,
            found["verdict"].clone(),
        )
    };
    findings.iter().map(of).collect()
}

#[test]
fn four_workers_send_exactly_what_one_process_sends_and_find_the_same() {
    // One in sixteen is answered wrongly, whoever asks for it.
    let manners = Manners {
        wrong_for: Some('a'),
        ..Manners::default()
    };
    let (many, one) = (NotingServer::start(manners), NotingServer::start(manners));
    let fleet = Fleet::planned(&many.url, 4, &RATE);
    fleet.work(4);
    let merged = fleet.merge(&[]);
    merged.assert_exit(1);
    let alone = [
        "load",
        &one.url,
        "--suites",
        "own",
        "--seed",
        "5",
        "--warm-up",
        "0s",
    ];
    let copy = ["--json", "alone.json"];
    fleet
        .run(&[&alone[..], &RATE, &copy].concat())
        .assert_exit(1);
    // A thing's name is made from the number of its iteration, and so is the instant at which it is due.
    assert_eq!(many.things().len(), 600);
    assert_eq!(many.things(), one.things());
    for worker in ["0", "1", "2", "3"] {
        assert_eq!(many.asked_by(worker), 150, "worker {worker}");
    }
    same_results(&fleet);
    of_any_order(&fleet);
}

/// The record of all workers says what that of one process says.
fn same_results(fleet: &Fleet) {
    let (merged, alone) = (fleet.json("merged.json"), fleet.json("alone.json"));
    assert_eq!(
        merged["loads"][0]["answered"],
        alone["loads"][0]["answered"]
    );
    assert_eq!(
        merged["loads"][0]["arrivals"],
        alone["loads"][0]["arrivals"]
    );
    assert_eq!(
        merged["loads"][0]["connections"],
        alone["loads"][0]["connections"]
    );
    assert_eq!(merged["loads"][0]["queue"], alone["loads"][0]["queue"]);
    assert_eq!(findings(&merged), findings(&alone));
    assert_eq!(findings(&merged).len(), 1);
    let plan = &merged["run"]["plan"];
    assert_eq!(plan["shares"], serde_json::json!([0, 1, 2, 3]));
    assert!(
        plan["skew_ms"].is_number() && plan["skew_bound_ms"].is_number(),
        "{plan}"
    );
    let digest = assize::record::sha256(&fleet.bytes("plan.json"));
    assert_eq!(plan["sha256"], digest.as_str());
}

/// The same shares give the same bytes, whenever and in whatever order they came to the store.
fn of_any_order(fleet: &Fleet) {
    let first = fleet.bytes("merged.json");
    let junit = fleet.bytes("merged.xml");
    let shares: Vec<(String, Vec<u8>)> = (0..4)
        .map(|index| format!("store/share/{index:05}.json"))
        .map(|name| (name.clone(), fleet.bytes(&name)))
        .collect();
    for order in [[3, 1, 0, 2], [2, 3, 1, 0]] {
        for (name, _) in &shares {
            std::fs::remove_file(fleet.path(name)).unwrap();
        }
        for index in order {
            let (name, bytes): &(String, Vec<u8>) = &shares[index];
            std::fs::write(fleet.path(name), bytes).unwrap();
        }
        fleet.merge(&[]).assert_exit(1);
        assert!(fleet.bytes("merged.json") == first, "{order:?}");
        assert!(fleet.bytes("merged.xml") == junit, "{order:?}");
    }
}

#[test]
fn one_command_makes_a_load_with_several_processes_of_this_machine() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::new();
    let load = [
        "load",
        &server.url,
        "--suites",
        "own",
        "--processes",
        "3",
        "--warm-up",
        "0s",
    ];
    let rate = [
        "--rate",
        "100",
        "--duration",
        "1s",
        "--slo",
        "stalls < 100%",
    ];
    let run = fleet.run(&[&load[..], &rate, &["--json", "own.json"]].concat());
    run.assert_exit(0);
    run.assert_said("3 workers together: 100/s iterations for 1 s of asking");
    run.assert_said("3 workers began within");
    assert_eq!(server.things().len(), 100);
    let results = fleet.json("own.json");
    assert_eq!(results["loads"][0]["answered"], 100);
    assert_eq!(results["run"]["plan"]["workers"], 3);
    assert_eq!(results["loads"][0]["generator"]["threads"], 3);
    assert!(!fleet.path(".assize/machines").exists());
}

#[test]
fn a_stall_that_one_worker_meets_is_in_the_figures_of_all() {
    const STALL: Duration = Duration::from_secs(2);
    let server = NotingServer::start(Manners {
        stalls: Some(("2", 20, STALL)),
        wrong_once: true,
        ..Manners::default()
    });
    let fleet = Fleet::planned(&server.url, 4, &["--rate", "200", "--duration", "4s"]);
    fleet.work(4);
    let merged = fleet.merge(&[]);
    // What one worker of four saw once is one finding, and decides.
    merged.assert_exit(1);
    let results = fleet.json("merged.json");
    assert_eq!(findings(&results).len(), 1);
    assert_eq!(findings(&results)[0].0, 1);
    // Of 800 requests 100 were due in the stall, evenly: at the 99th percentile 8 waited longer, 20 ms apart.
    let response = &results["loads"][0]["operations"][0]["response"];
    let of = |name: &str| response[name].as_f64().unwrap() / 1e6;
    for (name, expected) in [("max_us", 2.0), ("p999_us", 2.0), ("p99_us", 1.84)] {
        let (measured, late) = (of(name), 0.4);
        assert!(
            (expected - 0.03..expected + late).contains(&measured),
            "{name} {measured} for {expected}: {response}"
        );
    }
}
