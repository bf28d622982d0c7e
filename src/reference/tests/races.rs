//! Calls that come at the same time.

use std::sync::{Arc, Barrier};

use super::*;

/// Runs `step` on several threads that start together, and counts the successes.
fn race<T>(step: impl Fn() -> Result<T, Failure> + Send + Sync + 'static) -> usize {
    const RACERS: usize = 8;
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
fn of_simultaneous_calls_exactly_one_succeeds() {
    let world = Arc::new(World::new());
    for round in 0..50 {
        let email = format!("john{round}@doe.net");
        let shared = Arc::clone(&world);
        assert_eq!(race(move || shared.create(&email)), 1);

        let email = Email::parse(&format!("jane{round}@doe.net")).unwrap();
        let jane = world.create(email.as_given()).unwrap();
        let credentials = jane.credentials.clone();
        let shared = Arc::clone(&world);
        assert_eq!(race(move || shared.verify(&jane, START)), 1);
        let shared = Arc::clone(&world);
        assert_eq!(
            race(move || shared.api.delete_account(&credentials, START)),
            1
        );
    }
    assert_eq!(world.api.count_accounts(), Ok(50));
}
