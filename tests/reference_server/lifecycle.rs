//! Users, sessions and key pairs from their beginning to their end.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::{Site, opened, send, with_pair};

#[tokio::test]
async fn a_user_is_created_verified_read_and_deleted() {
    let site = Site::open().await;
    let body = json!({"email": "john@doe.net", "fullName": "John Doe", "alias": "Жόν🦀\u{0}\"\\"});
    let created = send(site.post("/user", &body)).await;
    assert_eq!(created.status, 200);
    assert_eq!(created.text("ip"), "127.0.0.1");
    assert_eq!(created.text("userAgent"), "reference-tests/1");
    assert!(created.body["expireAt"].is_i64());
    let john = opened("john@doe.net", &created);

    let early = send(site.get("/session").bearer_auth(&john.bearer)).await;
    assert_eq!(early.status, 403);
    assert_eq!(
        site.verify(&john).await.body,
        json!({"message": "acknowledged"})
    );

    let id = site.user_id(&john).await;
    let read = send(site.get(&format!("/user/{id}"))).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.body, json!({"alias": body["alias"]}));

    let deleted = send(site.delete("/user").bearer_auth(&john.bearer)).await;
    assert_eq!(deleted.status, 202);
    assert_eq!(deleted.body, json!({"message": "acknowledged"}));
    assert_eq!(send(site.get(&format!("/user/{id}"))).await.status, 404);
    let again = send(site.delete("/user").bearer_auth(&john.bearer)).await;
    assert_eq!(again.status, 401);
    assert_eq!(site.server.count_accounts(), Ok(0));
    site.close().await;
}

#[tokio::test]
async fn a_key_pair_alone_deletes_its_account_and_no_other() {
    let site = Site::open().await;
    let john = site.create_verified("john@doe.net").await;
    let jane = site.create_verified("jane@doe.net").await;
    let johns = site.issue_verified(&john).await;
    let janes = site.issue_verified(&jane).await;

    let checked = send(with_pair(site.get("/keypair"), &johns)).await;
    assert_eq!(checked.status, 200);
    assert_eq!(checked.text("userName"), "John Doe");
    assert_eq!(checked.text("userID"), site.user_id(&john).await);

    let mixed = with_pair(site.delete("/user"), &johns).bearer_auth(&jane.bearer);
    assert_eq!(send(mixed).await.status, 401);
    let halves = site
        .delete("/user")
        .header("api-key", &johns.key)
        .header("api-secret", &janes.secret);
    assert_eq!(send(halves).await.status, 401);
    assert_eq!(site.server.count_accounts(), Ok(2));

    assert_eq!(
        send(with_pair(site.delete("/user"), &johns)).await.status,
        202
    );
    assert_eq!(
        send(with_pair(site.get("/keypair"), &johns)).await.status,
        401
    );
    assert_eq!(
        send(with_pair(site.get("/keypair"), &janes)).await.status,
        200
    );
    site.close().await;
}

#[tokio::test]
async fn sessions_are_opened_listed_extended_and_closed() {
    let site = Site::open().await;
    let first = site.create_verified("john@doe.net").await;
    let reply = send(site.post("/session", &json!({"email": "john@doe.net"}))).await;
    assert_eq!(reply.status, 200);
    let second = opened("john@doe.net", &reply);
    assert_eq!(site.verify(&second).await.status, 202);
    assert_eq!(site.user_id(&second).await, site.user_id(&first).await);

    let listed = send(site.get("/sessions").bearer_auth(&second.bearer)).await;
    let current: Vec<&Value> = listed.body["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| &session["current"])
        .collect();
    assert_eq!(current, [&json!(false), &json!(true)]);

    let extended = site.put("/session/extend", &json!({}));
    assert_eq!(send(extended.bearer_auth(&first.bearer)).await.status, 202);
    let close = site.delete(&format!("/session/{}", reply.text("sessionID")));
    assert_eq!(send(close.bearer_auth(&first.bearer)).await.status, 202);
    let closed = send(site.get("/session").bearer_auth(&second.bearer)).await;
    assert_eq!(closed.status, 401);
    let open = send(site.get("/session").bearer_auth(&first.bearer)).await;
    assert_eq!(open.status, 200);
    site.close().await;
}

#[tokio::test]
async fn key_pairs_are_listed_and_removed() {
    let site = Site::open().await;
    let john = site.create_verified("john@doe.net").await;
    let pair = site.issue_verified(&john).await;
    let listed = send(site.get("/keypairs").bearer_auth(&john.bearer)).await;
    assert_eq!(listed.body["keys"][0]["keyID"], json!(pair.id));
    assert_eq!(listed.body["keys"][0]["verified"], json!(true));
    let remove = site.delete(&format!("/keypair/{}", pair.id));
    assert_eq!(send(remove.bearer_auth(&john.bearer)).await.status, 202);
    assert_eq!(
        send(with_pair(site.get("/keypair"), &pair)).await.status,
        401
    );
    site.close().await;
}

#[tokio::test]
async fn a_user_is_found_by_an_address_in_any_letter_case() {
    let site = Site::open().await;
    let john = site.create_verified("john+tag@doe.net").await;
    let path = "/user/by-email?email=John%2Btag%40DOE.net";
    let found = send(site.get(path).bearer_auth(&john.bearer)).await;
    assert_eq!(found.body, json!({"userID": site.user_id(&john).await}));
    site.close().await;
}

#[tokio::test]
async fn the_inbox_tells_the_latest_code_and_all_in_order() {
    let site = Site::open().await;
    let john = site.create("john@doe.net").await;
    let first = site.inbox("john@doe.net").await;
    send(site.post("/session", &json!({"email": "john@doe.net"}))).await;
    let both = site.inbox("john@doe.net").await;
    assert!(both.body["codes"][0] == first.body["code"]);
    assert!(both.body["codes"][1] == both.body["code"]);
    assert_eq!(both.body["codes"].as_array().unwrap().len(), 2);
    let body = json!({"verificationCodeID": john.code_id, "code": first.text("code")});
    assert_eq!(
        send(site.put("/session/verification", &body)).await.status,
        202
    );
    site.close().await;
}

#[tokio::test]
async fn the_bearer_scheme_has_no_letter_case_and_a_body_needs_no_declared_type() {
    let site = Site::open().await;
    let body = r#"{"email":"john@doe.net","fullName":"John","alias":"j"}"#;
    let undeclared = site.request(reqwest::Method::POST, "/user").body(body);
    let created = send(undeclared).await;
    assert_eq!(created.status, 200);
    let john = opened("john@doe.net", &created);
    site.verify(&john).await;
    let lower = site
        .get("/session")
        .header("authorization", format!("bearer {}", john.bearer));
    assert_eq!(send(lower).await.status, 200);
    let with_charset = site
        .request(reqwest::Method::POST, "/session")
        .header(CONTENT_TYPE, "Application/JSON; charset=utf-8")
        .body(r#"{"email":"john@doe.net"}"#);
    assert_eq!(send(with_charset).await.status, 200);
    site.close().await;
}

#[tokio::test]
async fn a_client_that_calls_itself_nothing_is_told_something() {
    let site = Site::open().await;
    let body = json!({"email": "john@doe.net", "fullName": "John", "alias": "j"});
    let created = send(site.post("/user", &body).header("user-agent", "")).await;
    assert_eq!(created.text("userAgent"), "unknown");
    site.close().await;
}
