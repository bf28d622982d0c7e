//! Workers whose store is a bucket of a server that is not ours.

use std::process::Child;

use super::bucket::Bucket;
use super::fleet::{Ended, Fleet, end};
use super::noting_server::{Manners, NotingServer};
use crate::support::wait_until;

const STORE: &str = "s3://things/a/run-17";

/// A plan whose workers meet in a bucket, which tells its time in whole seconds.
fn planned(
    server: &NotingServer,
    (store, bucket): (&'static str, &Bucket),
    workers: usize,
) -> Fleet {
    let fleet = Fleet::new().with_store(store, bucket.variables());
    let workers = workers.to_string();
    let plan = ["plan", &server.url, "--processes", &workers];
    let load = ["--rate", "64", "--duration", "2s", "--warm-up", "0s"];
    let rest = ["-o", "plan.json", "--suites", "own", "--seed", "5"];
    let start = ["--lead", "4s", "--beat", "1s", "--gather", "1m"];
    let slo = ["--slo", "stalls < 100%", "--skew-limit", "1s"];
    let all = [&plan[..], &load, &rest, &start, &slo].concat();
    fleet.run(&all).assert_exit(0);
    fleet
}

#[test]
fn sixteen_workers_make_one_load_over_a_bucket_that_is_busy_for_three_seconds() {
    let Some(bucket) = Bucket::start() else {
        return;
    };
    let server = NotingServer::start(Manners::default());
    let fleet = planned(&server, (STORE, &bucket), 16);
    let mut all: Vec<Child> = (0..16).map(|index| fleet.start(index)).collect();
    // Of two creates of one share one comes first.
    all.push(fleet.start(7));
    wait_until("it sends", || !server.things().is_empty());
    bucket.be_busy(3);
    let all: Vec<Ended> = all.into_iter().map(end).collect();
    for worker in &all {
        worker.assert_exit(0);
        assert!(!worker.said.contains(&bucket.secret));
    }
    let idle = all
        .iter()
        .filter(|worker| worker.said.contains("nothing was sent"));
    assert_eq!(idle.count(), 1);
    assert!(bucket.refused() > 0);
    assert_eq!(server.things().len(), 128);
    fleet.merge(&[]).assert_exit(0);
    let results = fleet.json("merged.json");
    assert_eq!(results["loads"][0]["answered"], 128);
    assert_eq!(
        results["run"]["plan"]["shares"].as_array().unwrap().len(),
        16
    );
}

#[test]
fn workers_meet_in_buckets_of_google_and_azure() {
    let google = Bucket::google().map(|bucket| ("gs://things/a/run-17", bucket));
    let azure = Bucket::azure().map(|bucket| ("az://things/a/run-17", bucket));
    for (store, bucket) in [google, azure].into_iter().flatten() {
        let server = NotingServer::start(Manners::default());
        let fleet = planned(&server, (store, &bucket), 4);
        // Of two creates of one share one comes first.
        let all = [0, 1, 2, 3, 2].map(|index| fleet.start(index));
        let all = all.map(end);
        for worker in &all {
            worker.assert_exit(0);
            assert!(!worker.said.contains(&bucket.secret), "{store}");
        }
        let mut idle = all.iter().map(|worker| &worker.said);
        assert!(
            idle.any(|said| said.contains("nothing was sent")),
            "{store}"
        );
        assert_eq!(server.things().len(), 128, "{store}");
        fleet.merge(&[]).assert_exit(0);
        assert_eq!(fleet.json("merged.json")["loads"][0]["answered"], 128);
        if store.starts_with("az") {
            let mut command = fleet.command(&["merge", "az://nothing/run"]);
            let ended: Ended = command.output().unwrap().into();
            ended.assert_exit(3);
            ended.assert_said("there is no such bucket");
            let key = ("AZURE_STORAGE_ACCOUNT_KEY", "c3dvcmRmaXNo");
            let mut command = fleet.command(&["merge", store]);
            let ended: Ended = command.env(key.0, key.1).output().unwrap().into();
            ended.assert_exit(3);
            ended.assert_said("403 AuthorizationFailure; see to AZURE_STORAGE_ACCOUNT_NAME");
            assert!(!ended.said.contains(key.1), "{}", ended.said);
        }
    }
}

#[test]
fn keys_that_are_wrong_buckets_that_are_not_there_and_stores_that_forget_conditions_are_refused() {
    let Some(bucket) = Bucket::start() else {
        return;
    };
    let server = NotingServer::start(Manners::default());
    let fleet = planned(&server, (STORE, &bucket), 1);
    let work = ["work", "plan.json", "--index", "0", "--store"];
    let refused = |store: &str, variable: (&str, &str), exit_code: i32, said: &str| {
        let mut command = fleet.command(&[&work[..], &[store]].concat());
        let ended: Ended = command.env(variable.0, variable.1).output().unwrap().into();
        ended.assert_exit(exit_code);
        ended.assert_said(said);
        for hidden in [&bucket.secret, &bucket.key, "swordfish"] {
            assert!(
                !ended.said.contains(hidden),
                "{hidden} is in {}",
                ended.said
            );
        }
    };
    for (store, variable, exit_code, said) in refusals() {
        refused(store, variable, exit_code, said);
    }
    bucket.be_forgetful();
    refused(STORE, USUAL, 2, "so two workers could take one share");
    assert_eq!(server.things().len(), 0);
}

const USUAL: (&str, &str) = ("WHO", "x-worker: 0");

/// Stores with the variable that is another one then, the exit code, and what is said.
fn refusals() -> [(
    &'static str,
    (&'static str, &'static str),
    i32,
    &'static str,
); 7] {
    let secret = ("AWS_SECRET_ACCESS_KEY", "swordfish");
    let key = ("AWS_ACCESS_KEY_ID", "AKIAswordfish");
    [
        (
            STORE,
            secret,
            3,
            "it refused with 403 SignatureDoesNotMatch; see to AWS_ACCESS_KEY_ID and",
        ),
        (STORE, key, 3, "it refused with 403 InvalidAccessKeyId"),
        (
            STORE,
            ("AWS_ALLOW_HTTP", "false"),
            3,
            "set AWS_ALLOW_HTTP=true",
        ),
        ("s3://nothing/run", USUAL, 3, "there is no such bucket"),
        (
            "s3://AKIA:swordfish@things/run",
            USUAL,
            2,
            "give them as AWS_ACCESS_KEY_ID",
        ),
        (
            "s3://things/a run",
            USUAL,
            2,
            "take letters, digits, `-`, `.`, `_` and `/`",
        ),
        (
            "ftp://things/run",
            USUAL,
            2,
            "give a folder that all workers share, or a bucket as s3://BUCKET/PREFIX, gs://",
        ),
    ]
}
