//! What a worker that died has left is swept from the store.

use super::bucket::Bucket;
use super::fleet::{Fleet, has_text, kill};
use crate::clean::Counted;
use crate::support::wait_until;

#[test]
fn users_of_a_worker_that_died_are_removed_by_clean_and_their_bearers_are_not_in_the_store() {
    swept(&Fleet::new(), |fleet| {
        let store = fleet.path("store");
        assert!(has_text(&store, "@assize.example"));
        assert!(!has_text(&store, "verified"), "a line with a bearer");
    });
}

#[test]
fn users_of_a_worker_that_died_with_its_machine_are_removed_by_the_ledger_in_the_bucket() {
    let Some(bucket) = Bucket::start() else {
        return;
    };
    let fleet = Fleet::new().with_store("s3://things/run", bucket.variables());
    swept(&fleet, |fleet| {
        // Nothing of it is on this machine but what the worker itself left where its machine keeps such things.
        let listed = fleet.run(&["clean", "--list"]);
        listed.assert_said("no run has left an account behind");
    });
}

/// A worker dies while it has users; what its store knows is enough to remove them.
fn swept(fleet: &Fleet, looked_at: impl Fn(&Fleet)) {
    let counted = Counted::start();
    std::fs::remove_file(fleet.path("assize.toml")).unwrap();
    let url = counted.server.base_url();
    let inbox = format!(
        "{}/inbox/{{email}}#/code",
        url.trim_end_matches("/api/auth/v2")
    );
    let plan = [
        "plan",
        &url,
        "--processes",
        "2",
        "-o",
        "plan.json",
        "--users",
        "4",
    ];
    let load = [
        "--mailbox",
        &inbox,
        "--scenario",
        "lookup",
        "--beat",
        "100ms",
    ];
    fleet.run(&[&plan[..], &load].concat()).assert_exit(0);
    // The other never comes, so this one waits with its two users.
    let worker = fleet.start(0);
    let store = fleet.store().to_owned();
    wait_until("its ledger has both", || {
        let listed = fleet.run(&["clean", &store, "--list"]);
        listed.said.matches("its code must be mailed").count() == 2
    });
    assert_eq!(counted.accounts(), 2);
    kill(worker);
    looked_at(fleet);
    let cleaned = fleet.run(&["clean", &store, "--mailbox", &inbox]);
    cleaned.assert_exit(0);
    cleaned.assert_said("2 accounts removed, none is left");
    assert_eq!(counted.accounts(), 0);
    let again = fleet.run(&["clean", &store]);
    again.assert_exit(0);
    again.assert_said("no run has left an account behind");
    drop(counted.runtime);
}
