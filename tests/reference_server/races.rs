//! Requests that come at the same time.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Reply, Site, send};

const RACERS: usize = 8;
const ROUNDS: usize = 10;

/// How many of the answers have this status; all others must have the other one.
fn count(replies: &[Reply], status: u16, other: u16) -> usize {
    assert!(
        replies
            .iter()
            .all(|reply| reply.status == status || reply.status == other)
    );
    replies
        .iter()
        .filter(|reply| reply.status == status)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_creations_with_one_address_one_succeeds() {
    let site = Site::open().await;
    for round in 0..ROUNDS {
        let email = format!("john{round}@doe.net");
        let body = json!({"email": email, "fullName": "John", "alias": "j"});
        let racers = (0..RACERS).map(|_| send(site.post("/user", &body)));
        let replies = join_all(racers).await;
        assert_eq!(count(&replies, 200, 400), 1);
    }
    assert_eq!(site.server.count_accounts(), Ok(ROUNDS));
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_deletions_of_one_account_one_succeeds() {
    let site = Site::open().await;
    let bystander = site.create_verified("jane@doe.net").await;
    for round in 0..ROUNDS {
        let john = site.create_verified(&format!("john{round}@doe.net")).await;
        let racers = (0..RACERS).map(|_| send(site.delete("/user").bearer_auth(&john.bearer)));
        let replies = join_all(racers).await;
        assert_eq!(count(&replies, 202, 401), 1);
    }
    assert_eq!(site.server.count_accounts(), Ok(1));
    let last = send(site.delete("/user").bearer_auth(&bystander.bearer)).await;
    assert_eq!(last.status, 202);
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_uses_of_one_code_one_succeeds() {
    let site = Site::open().await;
    let john = site.create("john@doe.net").await;
    let racers = (0..RACERS).map(|_| site.verify(&john));
    let replies = join_all(racers).await;
    assert_eq!(count(&replies, 202, 400), 1);
    site.close().await;
}
