//! What callers are told.

use assize::reference::Acknowledged;
use serde_json::{Value, json};

use crate::world::{START, World};

/// The names of an object's members in alphabetical order, with a space between.
fn names(value: &Value) -> String {
    let mut names: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn a_session_is_answered_with_the_members_of_the_public_pages() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let opened = serde_json::to_value(&john.opened).unwrap();
        let expected = "bearer expireAt ip sessionID userAgent verificationCodeID";
        assert_eq!(names(&opened), expected);
        assert_eq!(opened["expireAt"], json!(1_700_086_400));
        let checked = world.api.check_session(&john.credentials, START).unwrap();
        let checked = serde_json::to_value(checked).unwrap();
        let expected =
            "alias expireAt fullName groups ip roles sessionID userAgent userID verified";
        assert_eq!(names(&checked), expected);
        assert_eq!(checked["verified"], json!(true));
        assert_eq!(checked["userAgent"], json!("tests"));
    }
}

#[test]
fn a_key_pair_is_answered_with_the_members_of_the_public_pages() {
    for world in World::each() {
        let john = world.create_verified("john@doe.net");
        let (issued, _) = world.issue(&john);
        let issued = serde_json::to_value(issued).unwrap();
        let expected = "apiKey apiSecret expireAt keyID keyName verificationCodeID verified";
        assert_eq!(names(&issued), expected);
        assert_eq!(issued["verified"], json!(false));
        assert_eq!(issued["expireAt"], json!(1_700_172_800));
        let key = world.issue_verified(&john);
        let checked = world.api.check_key_pair(&key, START).unwrap();
        let checked = serde_json::to_value(checked).unwrap();
        let expected =
            "apiKey expireAt groups keyID keyName roles userAlias userID userName verified";
        assert_eq!(names(&checked), expected);
        assert_eq!(checked["verified"], json!(true));
        let list = world.api.list_key_pairs(&john.credentials, START).unwrap();
        let list = serde_json::to_value(list).unwrap();
        let expected = "apiKey expireAt keyID keyName verified";
        assert_eq!(names(&list["keys"][1]), expected);
    }
}

#[test]
fn an_acknowledgement_says_so() {
    assert_eq!(
        serde_json::to_value(Acknowledged::default()).unwrap(),
        json!({"message": "acknowledged"})
    );
}

#[test]
fn no_two_accounts_share_a_secret_or_an_identifier() {
    for world in World::each() {
        let mut seen = std::collections::HashSet::new();
        for round in 0..100 {
            let someone = world.create(&format!("john{round}@doe.net")).unwrap();
            assert!(seen.insert(someone.opened.bearer.reveal().to_owned()));
            assert!(seen.insert(someone.opened.session_id.to_string()));
            assert!(seen.insert(someone.opened.verification_code_id.to_string()));
        }
    }
}
