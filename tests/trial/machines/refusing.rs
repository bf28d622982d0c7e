//! What is not of the plan is refused, and no secret comes into a plan or a store.

use super::fleet::{Fleet, end, has_text};
use super::noting_server::{Manners, NotingServer};

const RATE: [&str; 6] = ["--rate", "20", "--duration", "1s", "--slo", "stalls < 100%"];

#[test]
fn shares_that_are_cut_doubled_or_of_another_plan_are_refused_with_a_sentence() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 2, &RATE);
    fleet.work(2);
    fleet.merge(&[]).assert_exit(0);
    let (zero, one) = ("store/share/00000.json", "store/share/00001.json");
    let whole = fleet.bytes(one);
    let first = fleet.bytes(zero);
    let put = |name: &str, bytes: &[u8]| std::fs::write(fleet.path(name), bytes).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let changed = text.replacen("\"answered\":10", "\"answered\":11", 1);
    let (record, _) = text.split_once('\n').unwrap();
    assert_ne!(changed, text);
    for (bytes, said) in [
        (
            &whole[..whole.len() / 2],
            "share/00001.json is not whole: it was cut off",
        ),
        (record.as_bytes(), "share/00001.json is not whole"),
        (changed.as_bytes(), "share/00001.json is not whole"),
        (&first, "share/00001.json is a copy of share 0"),
    ] {
        put(one, bytes);
        let merged = fleet.merge(&[]);
        merged.assert_exit(3);
        merged.assert_said(said);
        assert_eq!(fleet.json("merged.json")["loads"][0]["answered"], 10);
    }
    put(one, &whole);
    put("store/share/00001-copy.json", &whole);
    let doubled = fleet.merge(&["--allow-missing", "2"]);
    doubled.assert_exit(3);
    doubled.assert_said("00001-copy.json; a share that is there twice is refused");
    std::fs::remove_file(fleet.path("store/share/00001-copy.json")).unwrap();
    // A share of another plan, made elsewhere.
    let other = Fleet::planned(&server.url, 1, &RATE);
    other.work(1);
    put(zero, &other.bytes(zero));
    let foreign = fleet.merge(&[]);
    foreign.assert_exit(3);
    foreign.assert_said("share/00000.json belongs to another plan");
}

#[test]
fn workers_of_another_plan_suite_or_version_are_refused_before_they_send() {
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 1, &RATE);
    std::fs::create_dir(fleet.path("store")).unwrap();
    std::fs::write(fleet.path("store/plan.json"), "{}\n").unwrap();
    let other = end(fleet.start(0));
    other.assert_exit(2);
    other.assert_said("the store store is that of another plan");
    std::fs::remove_dir_all(fleet.path("store")).unwrap();
    let plan = String::from_utf8(fleet.bytes("plan.json")).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    for (from, to, said) in changes(&version) {
        assert!(plan.contains(from), "{from}");
        std::fs::write(fleet.path("plan.json"), plan.replace(from, to)).unwrap();
        let refused = end(fleet.start(0));
        refused.assert_exit(2);
        refused.assert_said(said);
    }
    std::fs::write(fleet.path("plan.json"), &plan).unwrap();
    let none = end(fleet.start(7));
    none.assert_exit(2);
    none.assert_said("so there is none with index 7");
    let suite = String::from_utf8(fleet.bytes("own/things.yaml")).unwrap();
    std::fs::write(fleet.path("own/things.yaml"), suite.replace("200", "201")).unwrap();
    let changed = end(fleet.start(0));
    changed.assert_exit(2);
    changed.assert_said("the suites in own are not those of the plan");
    assert_eq!(server.things().len(), 0);
    assert!(!fleet.path("store").exists());
}

/// Changes of a plan by hand, and what is said of them.
fn changes(version: &str) -> [(&str, &str, &str); 6] {
    [
        (version, "\"version\": \"0.0.1\"", "assize 0.0.1 made it"),
        (
            "assize/plan/1",
            "assize/plan/9",
            "its format is \"assize/plan/9\"",
        ),
        (
            "\"rate\"",
            "\"raet\"",
            "unknown key `raet`; did you mean `rate`?",
        ),
        (
            "\"seed\": 5,",
            "",
            "its options have no `seed`, which must be the same for all",
        ),
        (
            "\"seed\": 5,",
            "\"seed\": 5, \"find-max\": true,",
            "--find-max searches load after load",
        ),
        ("\"threads\": 1", "\"threads\": 65", "who have 65 threads"),
    ]
}

#[test]
fn a_plan_names_where_a_secret_is_and_never_has_it() {
    const SECRET: &str = "s3cret-of-a-worker";
    let server = NotingServer::start(Manners::default());
    let fleet = Fleet::planned(&server.url, 1, &RATE);
    let plan = fleet.json("plan.json");
    assert_eq!(plan["options"]["header"], serde_json::json!({"env": "WHO"}));
    let with = |option: &str| {
        fleet.run(&[
            "plan",
            &server.url,
            "--suites",
            "own",
            "--processes",
            "1",
            "--basic",
            option,
        ])
    };
    let refused = with(&format!("user:{SECRET}"));
    refused.assert_exit(2);
    refused.assert_said("set the variable ASSIZE_BASIC here and for every worker");
    assert!(!refused.said.contains(SECRET), "{}", refused.said);
    let worker = fleet
        .command(&["work", "plan.json", "--store", "store", "--index", "0"])
        .env("WHO", format!("x-worker: {SECRET}"))
        .output()
        .unwrap();
    assert!(worker.status.success());
    assert_eq!(server.asked_by(SECRET), 20);
    assert!(!has_text(&fleet.path("store"), SECRET));
    let unset = fleet
        .command(&["work", "plan.json", "--store", "other", "--index", "0"])
        .env_remove("WHO")
        .output()
        .unwrap();
    assert_eq!(unset.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unset.stderr).contains("the variable WHO is not set"));
}

#[test]
fn what_one_worker_cannot_tell_has_no_place_in_a_plan() {
    let fleet = Fleet::new();
    let plan = |more: &[&str]| {
        let always = ["plan", "--suites", "own", "--processes", "4"];
        fleet.run(&[&always[..], more].concat())
    };
    let here = "http://127.0.0.1:9";
    for (more, said) in [
        (&[][..], "a plan is for a target that all workers reach"),
        (&[here, "--find-max"], "--find-max searches load after load"),
        (
            &[here, "--abort-on-slo"],
            "each worker of a plan sees its own share only",
        ),
        (&[here, "--connections", "3"], "who have 4 threads"),
        (&["http://192.0.2.1/"], "add --allow-load 192.0.2.1"),
    ] {
        let refused = plan(more);
        refused.assert_exit(2);
        refused.assert_said(said);
    }
    let named = plan(&[
        "http://no-such.invalid/",
        "--allow-load",
        "no-such.invalid",
        "--rate",
        "2000",
    ]);
    named.assert_exit(0);
    named.assert_said("4 workers together: 2000/s iterations");
}
