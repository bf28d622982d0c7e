//! Which code verifies what, and how long.

use assize::reference::{Refusal, Rules, Verification};
use uuid::Uuid;

use crate::world::{START, World, pair, refusal, right_code, wrong_code};

#[test]
fn only_the_code_sent_for_a_session_verifies_it_and_only_once() {
    for world in World::each() {
        let john = world.create("john@doe.net").unwrap();
        let jane = world.create("jane@doe.net").unwrap();
        for code in [
            wrong_code(&john.opened, &john.letter),
            right_code(&john.opened, &jane.letter),
            Verification {
                code: Uuid::nil(),
                digits: john.letter.digits.clone(),
            },
        ] {
            assert_eq!(
                refusal(world.api.verify_session(&code, START)),
                Refusal::CodeRejected
            );
        }
        world.verify(&john, START).unwrap();
        assert_eq!(refusal(world.verify(&john, START)), Refusal::CodeRejected);
        assert_eq!(
            refusal(world.api.check_session(&jane.credentials, START)),
            Refusal::SessionUnverified
        );
    }
}

#[test]
fn a_code_expires() {
    for world in World::each() {
        let seconds = Rules::default().code_seconds;
        let john = world.create("john@doe.net").unwrap();
        world
            .verify(&john, START.after_seconds(seconds - 1))
            .unwrap();
        let jane = world.create("jane@doe.net").unwrap();
        assert_eq!(
            refusal(world.verify(&jane, START.after_seconds(seconds))),
            Refusal::CodeRejected
        );
        // Once found too old it is gone, even for a clock that was set back.
        assert_eq!(refusal(world.verify(&jane, START)), Refusal::CodeRejected);
    }
}

#[test]
fn after_five_wrong_codes_the_right_one_comes_too_late() {
    for world in World::each() {
        for (wrong, verified) in [(4, true), (5, false)] {
            let someone = world.create(&format!("john{wrong}@doe.net")).unwrap();
            for _ in 0..wrong {
                let code = wrong_code(&someone.opened, &someone.letter);
                refusal(world.api.verify_session(&code, START));
            }
            assert_eq!(world.verify(&someone, START).is_ok(), verified);
        }
    }
}

#[test]
fn codes_of_sessions_and_of_key_pairs_are_not_exchangeable() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let jane = world.create_verified("jane@doe.net");
        let (issued, letter) = world.issue(&john);
        let code = Verification {
            code: issued.verification_code_id,
            digits: letter.digits,
        };
        assert_eq!(
            refusal(world.api.verify_session(&code, START)),
            Refusal::CodeRejected
        );
        assert_eq!(
            refusal(world.api.verify_key_pair(&jane.credentials, &code, START)),
            Refusal::CodeRejected
        );
        let pair = pair(&issued);
        assert_eq!(
            refusal(world.api.check_key_pair(&pair, START)),
            Refusal::KeyPairUnverified
        );
        world
            .api
            .verify_key_pair(&john.credentials, &code, START)
            .unwrap();
        world.api.check_key_pair(&pair, START).unwrap();
    }
}
