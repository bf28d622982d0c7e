//! Calls that come at the same time.

use assize::reference::{CallError, Email};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use crate::world::{START, Someone, World};

const RACERS: usize = 8;
const ROUNDS: usize = 30;

/// Far longer than a deletion takes.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs `step` on several threads that start together, and counts the successes.
fn race<T>(step: impl Fn() -> Result<T, CallError> + Send + Sync + 'static) -> usize {
    let step = Arc::new(step);
    let barrier = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|_| {
            let (step, barrier) = (Arc::clone(&step), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                step().is_ok()
            })
        })
        .collect();
    racers
        .into_iter()
        .map(|racer| usize::from(racer.join().unwrap()))
        .sum()
}

#[test]
fn of_simultaneous_creations_with_one_address_one_succeeds() {
    for world in World::each().map(Arc::new) {
        for round in 0..ROUNDS {
            let shared = Arc::clone(&world);
            let email = format!("john{round}@doe.net");
            assert_eq!(race(move || shared.create(&email)), 1);
        }
        assert_eq!(world.api.count_accounts(), Ok(ROUNDS));
    }
}

#[test]
fn of_simultaneous_uses_of_one_code_one_succeeds() {
    for world in World::each().map(Arc::new) {
        for round in 0..ROUNDS {
            let john = world.create(&format!("john{round}@doe.net")).unwrap();
            let shared = Arc::clone(&world);
            assert_eq!(race(move || shared.verify(&john, START)), 1);
        }
    }
}

#[test]
fn of_simultaneous_deletions_of_one_account_one_succeeds() {
    for world in World::each().map(Arc::new) {
        for round in 0..ROUNDS {
            let john = world.create_verified(&format!("john{round}@doe.net"));
            let shared = Arc::clone(&world);
            let delete = move || shared.api.delete_account(&john.credentials, START);
            assert_eq!(race(delete), 1);
        }
        assert_eq!(world.api.count_accounts(), Ok(0));
    }
}

#[test]
fn no_session_outlives_the_account_it_was_opened_for_at_its_deletion() {
    for world in World::each().map(Arc::new) {
        for round in 0..ROUNDS {
            let email = format!("john{round}@doe.net");
            let john = world.create_verified(&email);
            let account = world.user_id(&john);
            let shared = Arc::clone(&world);
            let opener = std::thread::spawn(move || open_often(&shared, &email));
            world.api.delete_account(&john.credentials, START).unwrap();
            opener.join().unwrap();
            assert!(world.store.sessions(account).unwrap().is_empty());
        }
    }
}

/// Opens sessions until there is no account to open one of.
fn open_often(world: &World, email: &str) {
    let email = Email::parse(email).unwrap();
    let open = || -> Option<Someone> { world.open(&email).ok() };
    let began = Instant::now();
    while open().is_some() {
        assert!(began.elapsed() < LIMIT, "the account is never gone");
    }
}
