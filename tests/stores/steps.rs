//! The promises of single steps that no call of the API comes to depend on alone.

use assize::reference::{
    AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Opens, Secret, SessionRecord,
};
use uuid::Uuid;

use crate::world::{START, World};

const JOHN: Uuid = Uuid::from_u128(1);
const JANE: Uuid = Uuid::from_u128(2);

fn account(id: Uuid, email: &str) -> AccountRecord {
    AccountRecord {
        id,
        email: Email::parse(email).unwrap(),
        full_name: "John\0 Doe\r\n".to_owned(),
        alias: "Жόν🦀\0\u{301}'\"\\%_".to_owned(),
    }
}

fn session(account: Uuid, number: u128) -> SessionRecord {
    SessionRecord {
        id: Uuid::from_u128(number),
        account,
        bearer: Digest::of(&Secret::new(format!("bearer {number}"))),
        verified: false,
        expires: START.after_seconds(100),
        ip: "::1".to_owned(),
        user_agent: "tests\0".to_owned(),
    }
}

fn key_pair(account: Uuid, number: u128) -> KeyPair {
    KeyPair {
        id: Uuid::from_u128(number),
        account,
        name: "key".to_owned(),
        api_key: Secret::new(format!("key {number}")),
        secret: Digest::of(&Secret::new(format!("secret {number}"))),
        verified: false,
        expires: Moment::from_unix(i64::MAX),
    }
}

fn code(account: Uuid, opens: Opens, number: u128) -> Code {
    Code {
        id: Uuid::from_u128(number),
        account,
        opens,
        digits: Secret::new("000123"),
        expires: START.after_seconds(10),
        attempts_left: 3,
    }
}

fn add(world: &World, id: Uuid, email: &str, number: u128) -> bool {
    let session = session(id, number);
    let code = code(id, Opens::Session(session.id), number);
    let account = account(id, email);
    world.store.add_account(account, session, code).unwrap()
}

#[test]
fn what_is_kept_comes_back_byte_for_byte() {
    for world in World::each() {
        assert!(add(&world, JOHN, "John@doe.net", 10));
        let given = account(JOHN, "John@doe.net");
        let bearer = session(JOHN, 10).bearer;
        let (session, kept) = world.store.session(&bearer).unwrap().unwrap();
        assert_eq!(kept.id, given.id);
        assert_eq!(kept.email.as_given(), "John@doe.net");
        assert_eq!(kept.full_name, given.full_name);
        assert_eq!(kept.alias, given.alias);
        assert_eq!(session.user_agent, "tests\0");
        assert_eq!(session.expires, START.after_seconds(100));
        assert!(!session.verified);
        let pair = key_pair(JOHN, 11);
        let sent = code(JOHN, Opens::KeyPair(pair.id), 11);
        assert!(world.store.add_key_pair(pair, sent).unwrap());
        let (pair, _) = world
            .store
            .key_pair(&Secret::new("key 11"))
            .unwrap()
            .unwrap();
        assert_eq!(pair.secret, Digest::of(&Secret::new("secret 11")));
        assert_eq!(pair.expires, Moment::from_unix(i64::MAX));
    }
}

#[test]
fn a_second_account_of_an_address_is_not_added_and_neither_is_its_session() {
    for world in World::each() {
        assert!(add(&world, JOHN, "john@doe.net", 10));
        assert!(!add(&world, JANE, "JOHN@doe.net", 20));
        assert_eq!(world.store.count_accounts(), Ok(1));
        assert!(world.store.account(JANE).unwrap().is_none());
        assert!(
            world
                .store
                .session(&session(JANE, 20).bearer)
                .unwrap()
                .is_none()
        );
        assert_eq!(try_code(&world, 20, Attempt::Counted), Attempt::Ignored);
    }
}

#[test]
fn nothing_is_added_to_an_account_that_is_gone() {
    for world in World::each() {
        let session = session(JOHN, 10);
        let sent = code(JOHN, Opens::Session(session.id), 10);
        assert!(!world.store.add_session(session, sent).unwrap());
        let pair = key_pair(JOHN, 11);
        let sent = code(JOHN, Opens::KeyPair(pair.id), 11);
        assert!(!world.store.add_key_pair(pair, sent).unwrap());
        assert!(world.store.sessions(JOHN).unwrap().is_empty());
        assert!(world.store.key_pairs(JOHN).unwrap().is_empty());
        for number in [10, 11] {
            assert_eq!(try_code(&world, number, Attempt::Counted), Attempt::Ignored);
        }
    }
}

#[test]
fn nothing_of_another_account_is_extended_or_removed() {
    for world in World::each() {
        add(&world, JOHN, "john@doe.net", 10);
        add(&world, JANE, "jane@doe.net", 20);
        let janes = session(JANE, 20);
        let far = START.after_seconds(1_000);
        assert!(!world.store.extend_session(JOHN, janes.id, far).unwrap());
        assert!(!world.store.remove_session(JOHN, janes.id).unwrap());
        assert_eq!(
            world.store.sessions(JANE).unwrap()[0].expires,
            janes.expires
        );
        assert!(world.store.remove_account(JOHN).unwrap());
        assert!(!world.store.remove_account(JOHN).unwrap());
        assert!(world.store.account(JANE).unwrap().is_some());
        assert_eq!(try_code(&world, 20, Attempt::Accepted), Attempt::Accepted);
        assert!(world.store.sessions(JANE).unwrap()[0].verified);
    }
}

#[test]
fn a_code_is_as_its_last_attempt_left_it() {
    for world in World::each() {
        add(&world, JOHN, "john@doe.net", 10);
        for left in [3, 2, 1, 0, 0] {
            let attempt = world.store.attempt(Uuid::from_u128(10), &|code| {
                assert_eq!(code.attempts_left, left);
                assert_eq!(code.account, JOHN);
                assert_eq!(code.digits.reveal(), "000123");
                Attempt::Counted
            });
            assert_eq!(attempt, Ok(Attempt::Counted));
        }
        assert_eq!(try_code(&world, 10, Attempt::Ignored), Attempt::Ignored);
        assert_eq!(try_code(&world, 10, Attempt::Discarded), Attempt::Discarded);
        assert_eq!(try_code(&world, 10, Attempt::Accepted), Attempt::Ignored);
        assert!(!world.store.sessions(JOHN).unwrap()[0].verified);
    }
}

fn try_code(world: &World, number: u128, verdict: Attempt) -> Attempt {
    let id = Uuid::from_u128(number);
    world.store.attempt(id, &|_| verdict).unwrap()
}
