//! Accounts, sessions and key pairs from their beginning to their end.

use assize::reference::{Refusal, Rules, Verification};
use uuid::Uuid;

use crate::world::{START, World, pair, refusal};

#[test]
fn an_account_lives_from_creation_to_deletion() {
    for world in World::each() {
        let john = world.create("john@doe.net").unwrap();
        assert_eq!(world.api.count_accounts(), Ok(1));
        assert_eq!(john.letter.digits.reveal().len(), 6);
        assert_eq!(
            refusal(world.api.check_session(&john.credentials, START)),
            Refusal::SessionUnverified
        );
        world.verify(&john, START).unwrap();
        let id = world.user_id(&john);
        assert_eq!(world.api.user(id).unwrap().alias, "johny");
        world.api.delete_account(&john.credentials, START).unwrap();
        assert_eq!(refusal(world.api.user(id)), Refusal::UnknownUser);
        assert_eq!(
            refusal(world.api.delete_account(&john.credentials, START)),
            Refusal::BadCredentials
        );
        assert_eq!(world.api.count_accounts(), Ok(0));
    }
}

#[test]
fn an_address_has_one_account_in_any_letter_case_and_an_alias_may_have_many() {
    for world in World::each() {
        world.create("john@doe.net").unwrap();
        assert_eq!(refusal(world.create("John@DOE.net")), Refusal::EmailTaken);
        world.create("jane@doe.net").unwrap();
    }
}

#[test]
fn a_deleted_address_is_free_again() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        world.api.delete_account(&john.credentials, START).unwrap();
        world.create("john@doe.net").unwrap();
    }
}

#[test]
fn deletion_takes_everything_that_belonged_to_the_account() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let key = world.issue_verified(&john);
        let second = world.open(&john.letter.to).unwrap();
        world.api.delete_account(&key, START).unwrap();
        for credentials in [&john.credentials, &second.credentials, &key] {
            assert_eq!(
                refusal(world.api.delete_account(credentials, START)),
                Refusal::BadCredentials
            );
        }
        assert_eq!(refusal(world.verify(&second, START)), Refusal::CodeRejected);
        assert_eq!(refusal(world.open(&john.letter.to)), Refusal::UnknownUser);
    }
}

#[test]
fn sessions_and_key_pairs_expire() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let key = world.issue_verified(&john);
        let day = Rules::default().session_seconds;
        let last = START.after_seconds(day - 1);
        world.api.check_session(&john.credentials, last).unwrap();
        assert_eq!(
            refusal(
                world
                    .api
                    .check_session(&john.credentials, START.after_seconds(day))
            ),
            Refusal::BadCredentials
        );
        world.api.extend_session(&john.credentials, last).unwrap();
        world
            .api
            .check_session(&john.credentials, START.after_seconds(2 * day - 2))
            .unwrap();
        let two_days = 2 * 86_400;
        world
            .api
            .check_key_pair(&key, START.after_seconds(two_days - 1))
            .unwrap();
        assert_eq!(
            refusal(
                world
                    .api
                    .check_key_pair(&key, START.after_seconds(two_days))
            ),
            Refusal::BadCredentials
        );
    }
}

#[test]
fn sessions_are_listed_and_closed_by_their_owner_alone() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let jane = world.create_verified("jane@doe.net");
        let second = world.open(&john.letter.to).unwrap();
        let list = world.api.list_sessions(&john.credentials, START).unwrap();
        let listed: Vec<(Uuid, bool, bool)> = list
            .sessions
            .iter()
            .map(|session| (session.session_id, session.verified, session.current))
            .collect();
        assert_eq!(
            listed,
            [
                (john.opened.session_id, true, true),
                (second.opened.session_id, false, false)
            ]
        );
        assert_eq!(
            refusal(
                world
                    .api
                    .close_session(&jane.credentials, second.opened.session_id, START)
            ),
            Refusal::UnknownSession
        );
        world
            .api
            .close_session(&john.credentials, second.opened.session_id, START)
            .unwrap();
        assert_eq!(refusal(world.verify(&second, START)), Refusal::CodeRejected);
        world
            .api
            .close_session(&john.credentials, john.opened.session_id, START)
            .unwrap();
        assert_eq!(
            refusal(world.api.check_session(&john.credentials, START)),
            Refusal::BadCredentials
        );
    }
}

#[test]
fn key_pairs_are_listed_and_removed_by_their_owner_alone() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let jane = world.create_verified("jane@doe.net");
        let (issued, letter) = world.issue(&john);
        let list = world.api.list_key_pairs(&john.credentials, START).unwrap();
        assert_eq!(list.keys, std::slice::from_ref(&issued.pair));
        let id = issued.pair.key_id;
        assert_eq!(
            refusal(world.api.remove_key_pair(&jane.credentials, id, START)),
            Refusal::UnknownKeyPair
        );
        world
            .api
            .remove_key_pair(&john.credentials, id, START)
            .unwrap();
        assert_eq!(
            refusal(world.api.check_key_pair(&pair(&issued), START)),
            Refusal::BadCredentials
        );
        let code = Verification {
            code: issued.verification_code_id,
            digits: letter.digits,
        };
        assert_eq!(
            refusal(world.api.verify_key_pair(&john.credentials, &code, START)),
            Refusal::CodeRejected
        );
    }
}
