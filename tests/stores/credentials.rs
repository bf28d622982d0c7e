//! Who counts as whom.

use assize::reference::{Credentials, Refusal, Secret};

use crate::world::{START, World, refusal};

fn credentials(bearer: Option<&str>, key: Option<&str>, secret: Option<&str>) -> Credentials {
    Credentials {
        bearer: bearer.map(Secret::new),
        api_key: key.map(Secret::new),
        api_secret: secret.map(Secret::new),
    }
}

#[test]
fn credentials_that_are_missing_wrong_or_half_are_refused() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let pair = world.issue_verified(&john);
        let bearer = Some(john.opened.bearer.reveal());
        let key = pair.api_key.as_ref().map(Secret::reveal);
        let secret = pair.api_secret.as_ref().map(Secret::reveal);
        let wrong = Some("wrong");
        assert_eq!(
            refusal(world.api.delete_account(&Credentials::default(), START)),
            Refusal::NoCredentials
        );
        for bad in [
            credentials(wrong, None, None),
            credentials(Some(""), None, None),
            credentials(wrong, key, secret),
            credentials(None, key, wrong),
            credentials(None, wrong, secret),
            credentials(None, key, None),
            credentials(None, None, secret),
            credentials(None, secret, key),
            credentials(bearer, key, None),
            credentials(bearer, None, secret),
            credentials(bearer, key, wrong),
            credentials(secret, None, None),
        ] {
            assert_eq!(
                refusal(world.api.delete_account(&bad, START)),
                Refusal::BadCredentials
            );
        }
        assert_eq!(world.api.count_accounts(), Ok(1));
        let both = credentials(bearer, key, secret);
        world.api.delete_account(&both, START).unwrap();
    }
}

#[test]
fn parts_of_two_accounts_prove_nothing() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let jane = world.create_verified("jane@doe.net");
        let johns = world.issue_verified(&john);
        let janes = world.issue_verified(&jane);
        for mixed in [
            Credentials {
                bearer: john.credentials.bearer.clone(),
                ..janes.clone()
            },
            Credentials {
                api_secret: johns.api_secret.clone(),
                ..janes.clone()
            },
        ] {
            assert_eq!(
                refusal(world.api.delete_account(&mixed, START)),
                Refusal::BadCredentials
            );
        }
        world.api.delete_account(&johns, START).unwrap();
        world.api.check_session(&jane.credentials, START).unwrap();
        world.api.check_key_pair(&janes, START).unwrap();
    }
}

#[test]
fn wrong_credentials_are_told_before_unverified_ones() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let key = world.issue_verified(&john);
        let second = world.open(&john.letter.to).unwrap();
        let right_pair = Credentials {
            bearer: second.credentials.bearer.clone(),
            ..key
        };
        assert_eq!(
            refusal(world.api.delete_account(&right_pair, START)),
            Refusal::SessionUnverified
        );
        let wrong_pair = Credentials {
            api_secret: Some(Secret::new("wrong")),
            ..right_pair
        };
        assert_eq!(
            refusal(world.api.delete_account(&wrong_pair, START)),
            Refusal::BadCredentials
        );
    }
}

#[test]
fn a_key_pair_is_no_session_and_a_session_no_key_pair() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let key = world.issue_verified(&john);
        assert_eq!(
            refusal(world.api.check_session(&key, START)),
            Refusal::SessionNeeded
        );
        assert_eq!(
            refusal(world.api.check_key_pair(&john.credentials, START)),
            Refusal::KeyPairNeeded
        );
    }
}
