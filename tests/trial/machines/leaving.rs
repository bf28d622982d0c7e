//! What a worker that died has left is swept from the store.

use super::fleet::{Fleet, has_text, kill};
use crate::clean::Counted;
use crate::support::wait_until;

#[test]
fn users_of_a_worker_that_died_are_removed_by_clean_and_their_bearers_are_not_in_the_store() {
    let counted = Counted::start();
    let fleet = Fleet::new();
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
    wait_until("it is ready", || fleet.path("store/ready/00000-0").exists());
    assert_eq!(counted.accounts(), 2);
    kill(worker);
    let store = fleet.path("store");
    assert!(has_text(&store, "@assize.example"));
    assert!(!has_text(&store, "verified"), "a line with a bearer");
    let cleaned = fleet.run(&["clean", "store", "--mailbox", &inbox]);
    cleaned.assert_exit(0);
    cleaned.assert_said("2 accounts removed, none is left");
    assert_eq!(counted.accounts(), 0);
    drop(counted.runtime);
}
