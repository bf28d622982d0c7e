//! What has expired goes by itself.

use assize::reference::{Attempt, Email, Moment, Refusal, Rules};
use uuid::Uuid;

use crate::world::{START, Someone, World, refusal};

const DAY: u32 = 24 * 60 * 60;

fn code_is_kept(world: &World, of: &Someone) -> bool {
    let look = world
        .store
        .attempt(of.opened.verification_code_id, &|_| Attempt::Counted);
    look.unwrap() == Attempt::Counted
}

fn session_ids(world: &World, account: Uuid) -> Vec<Uuid> {
    let sessions = world.store.sessions(account).unwrap();
    sessions.iter().map(|session| session.id).collect()
}

#[test]
fn only_what_has_expired_is_swept_and_no_more_than_asked_for() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let account = world.user_id(&john);
        let mut opened = vec![john.opened.session_id];
        for second in 1..=4 {
            let someone = world.open_at(&john.letter.to, START.after_seconds(second));
            opened.push(someone.unwrap().opened.session_id);
        }
        let rules = Rules::default();
        // The first code was used; the next two have expired, the others have not.
        let now = START.after_seconds(rules.code_seconds + 2);
        assert_eq!(world.store.sweep(now, 1), Ok(1));
        assert_eq!(world.store.sweep(now, 10), Ok(1));
        assert_eq!(world.store.sweep(now, 10), Ok(0));
        assert_eq!(session_ids(&world, account), opened);
        // Now two more codes, and the first two sessions.
        let now = START.after_seconds(rules.session_seconds + 1);
        assert_eq!(world.store.sweep(now, 1), Ok(2));
        assert_eq!(session_ids(&world, account), opened[1..]);
        assert_eq!(world.store.sweep(now, 10), Ok(2));
        assert_eq!(session_ids(&world, account), opened[2..]);
        assert_eq!(world.store.sweep(now, 10), Ok(0));
    }
}

#[test]
fn a_session_that_was_extended_stays_until_its_new_end() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let later = START.after_seconds(DAY - 1);
        world.api.extend_session(&john.credentials, later).unwrap();
        let first_end = START.after_seconds(DAY);
        assert_eq!(world.store.sweep(first_end, 10), Ok(0));
        world
            .api
            .check_session(&john.credentials, first_end)
            .unwrap();
        let end = later.after_seconds(DAY);
        assert_eq!(world.store.sweep(end, 10), Ok(1));
        // For a clock set back, too: it is gone, not only old.
        assert_eq!(
            refusal(world.api.check_session(&john.credentials, START)),
            Refusal::BadCredentials
        );
    }
}

#[test]
fn the_code_of_a_swept_session_goes_with_it_and_those_of_key_pairs_by_themselves() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let (issued, _) = world.issue(&john);
        let second = world.open(&john.letter.to).unwrap();
        assert!(code_is_kept(&world, &second));
        let end = START.after_seconds(DAY);
        // Both sessions; the code of the second goes with it, that of the key pair by itself.
        assert_eq!(world.store.sweep(end, 10), Ok(3));
        assert!(!code_is_kept(&world, &second));
        let gone = world
            .store
            .attempt(issued.verification_code_id, &|_| Attempt::Counted);
        assert_eq!(gone, Ok(Attempt::Ignored));
        let again = world.open_at(&john.letter.to, end).unwrap();
        world.verify(&again, end).unwrap();
        let pairs = world.api.list_key_pairs(&again.credentials, end).unwrap();
        assert_eq!(pairs.keys.len(), 1);
    }
}

#[test]
fn what_was_removed_before_its_time_is_not_swept_again() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let second = world.open(&john.letter.to).unwrap();
        world
            .api
            .close_session(&john.credentials, second.opened.session_id, START)
            .unwrap();
        let jane = world.create_verified("jane@doe.net");
        world.issue(&jane);
        world.api.delete_account(&jane.credentials, START).unwrap();
        // Only John's first session is left; its code was used.
        let end = START.after_seconds(DAY);
        assert_eq!(world.store.sweep(end, 10), Ok(1));
    }
}

#[test]
fn a_server_of_many_days_keeps_what_it_needs_and_no_more() {
    const A_DAY: u32 = 20;
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let account = world.user_id(&john);
        for day in 0..30 {
            for hour in 0..A_DAY {
                let now = START.after_seconds(day * DAY + hour * (DAY / A_DAY));
                let someone = world.open_at(&john.letter.to, now).unwrap();
                if hour % 2 == 0 {
                    world.verify(&someone, now).unwrap();
                }
            }
        }
        // A day's sessions have not expired; a few more may not be swept yet.
        let kept = session_ids(&world, account).len();
        assert!(kept <= A_DAY as usize + 1, "{kept} sessions are kept");
        let end = Moment::from_unix(START.as_unix() + i64::from(60 * DAY));
        let swept = world.store.sweep(end, usize::MAX >> 1).unwrap();
        assert!(swept <= kept + 2, "{swept} things were kept");
    }
}

#[test]
fn every_kind_of_addition_sweeps() {
    let end = START.after_seconds(DAY);
    for world in World::each() {
        let keeper = world.create_verified("keeper@doe.net");
        let extended = START.after_seconds(DAY - 1);
        world
            .api
            .extend_session(&keeper.credentials, extended)
            .unwrap();
        let additions: [&dyn Fn(); 3] = [
            &|| drop(world.create_at("new@doe.net", end).unwrap()),
            &|| drop(world.open_at(&keeper.letter.to, end).unwrap()),
            &|| drop(world.issue_at(&keeper, end)),
        ];
        for (number, addition) in additions.into_iter().enumerate() {
            let email = Email::parse(&format!("john{number}@doe.net")).unwrap();
            let john = world.create_verified(email.as_given());
            let account = world.user_id(&john);
            addition();
            assert!(session_ids(&world, account).is_empty(), "{number}");
        }
    }
}
