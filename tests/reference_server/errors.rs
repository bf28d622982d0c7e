//! Every answer that is no success.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

use crate::support::{Reply, Site, send, with_pair};

const UNKNOWN: &str = "5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e";

/// Checks what every error answer carries, and gives its identifier.
fn error_id(reply: &Reply) -> Uuid {
    let text = reply.headers["x-error"].to_str().unwrap();
    assert!(!text.trim().is_empty());
    assert_eq!(reply.body["error"]["message"], json!(text));
    assert_eq!(reply.body["error"]["code"], json!(reply.status.as_u16()));
    reply.headers["x-error-id"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

async fn refused(request: RequestBuilder, status: u16, what: &str) -> Uuid {
    let reply = send(request).await;
    assert_eq!(reply.status, status, "{what}");
    error_id(&reply)
}

const SOUND: &str = r#"{"email":"j@doe.net","fullName":"J","alias":"j"}"#;

/// Posts a body to every route that reads one without credentials.
async fn refused_everywhere(site: &Site, body: &[u8], what: &str) {
    for (method, path) in [
        (Method::POST, "/user"),
        (Method::POST, "/session"),
        (Method::PUT, "/session/verification"),
    ] {
        let request = site.request(method, path).body(body.to_vec());
        refused(request, 400, what).await;
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let site = Site::open().await;
    let bodies: [&[u8]; 13] = [
        b"",
        b" ",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\"text\"",
        &SOUND.as_bytes()[..SOUND.len() - 1],
        &[SOUND, "x"].concat().into_bytes(),
        &[SOUND, SOUND].concat().into_bytes(),
        &["[", SOUND, "]"].concat().into_bytes(),
        &[r#"{"alias":"#, &"[".repeat(20_000)].concat().into_bytes(),
        b"{\"email\":\"j\xff@doe.net\",\"fullName\":\"J\",\"alias\":\"j\"}",
    ];
    for (index, body) in bodies.into_iter().enumerate() {
        refused_everywhere(&site, body, &format!("body {index}")).await;
    }
    assert_eq!(site.server.count_accounts(), Ok(0));
    site.close().await;
}

#[tokio::test]
async fn objects_that_ask_for_no_sound_account_are_refused() {
    let site = Site::open().await;
    let long = SOUND.replace(
        r#""alias":"j""#,
        &format!(r#""alias":"{}""#, "j".repeat(129)),
    );
    for body in [
        "{}",
        r#"{"email":"j@doe.net","email":"k@doe.net","fullName":"J","alias":"j"}"#,
        r#"{"email":"jdoe.net","fullName":"J","alias":"j"}"#,
        r#"{"email":"j@doe.net","alias":"j"}"#,
        r#"{"email":"j@doe.net","fullName":"J","alias":null}"#,
        r#"{"email":"j@doe.net","fullName":["J"],"alias":"j"}"#,
        r#"{"email":"j@doe.net","fullName":"J","alias":" "}"#,
        r#"{"email":"j@doe.net","fullName":"J","alias":"\ud800"}"#,
        &long,
    ] {
        let request = site.request(Method::POST, "/user").body(body.to_owned());
        refused(request, 400, body).await;
    }
    assert_eq!(site.server.count_accounts(), Ok(0));
    site.close().await;
}

#[tokio::test]
async fn a_body_of_64_kibibytes_is_read_and_a_larger_one_refused() {
    let site = Site::open().await;
    let spaces = 64 * 1024 - SOUND.len();
    let largest = [SOUND, &" ".repeat(spaces)].concat();
    let read = site.request(Method::POST, "/user").body(largest);
    assert_eq!(send(read).await.status, 200);
    for spaces in [spaces + 1, 4 * 1024 * 1024] {
        let larger = [SOUND, &" ".repeat(spaces)].concat();
        refused_everywhere(&site, larger.as_bytes(), "too large").await;
    }
    site.close().await;
}

#[tokio::test]
async fn a_body_declared_as_something_else_is_refused() {
    let site = Site::open().await;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "json",
        "é",
    ] {
        let request = site
            .request(Method::POST, "/user")
            .header("content-type", media_type)
            .body(SOUND);
        refused(request, 400, media_type).await;
    }
    site.close().await;
}

#[tokio::test]
async fn unknown_routes_wrong_methods_and_unreadable_paths_are_refused() {
    let site = Site::open().await;
    for (method, path, status) in [
        (Method::GET, "", 404),
        (Method::GET, "/", 404),
        (Method::GET, "/users", 404),
        (Method::GET, "/user/", 404),
        (Method::GET, "/User/1", 404),
        (Method::GET, "/user/1/2", 404),
        (Method::GET, "/../v2/nowhere", 404),
        (Method::GET, "/user/%ff", 400),
        (Method::GET, "/user/%00", 400),
        (Method::GET, "/user/1", 400),
        (Method::GET, "/user/5f35d2c456334b16bbf05ca22ef8ea2e", 400),
        (Method::GET, "/user/..%2f..%2fetc%2fpasswd", 400),
        (
            Method::GET,
            "/user/5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e",
            404,
        ),
        (Method::GET, "/user/by-email", 400),
        (Method::GET, "/user/by-email?email=x", 400),
        (Method::GET, "/user/by-email?email=a%40b", 401),
        (Method::GET, "/user", 405),
        (Method::PUT, "/user", 405),
        (Method::PATCH, "/user", 405),
        (Method::OPTIONS, "/user", 405),
        (Method::TRACE, "/user", 405),
        (Method::POST, "/sessions", 405),
        (Method::POST, "/openapi.json", 405),
        (Method::from_bytes(b"BREW").unwrap(), "/user", 405),
    ] {
        refused(site.request(method, path), status, path).await;
    }
    let origin = site.server.base_url().replace("/api/auth/v2", "");
    for (path, status) in [
        ("/", 404),
        ("/inbox/none%40doe.net", 404),
        ("/inbox/none", 400),
    ] {
        refused(site.client.get(format!("{origin}{path}")), status, path).await;
    }
    site.close().await;
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let site = Site::open().await;
    let reply = send(site.request(Method::PATCH, "/user")).await;
    let allowed = reply.headers["allow"].to_str().unwrap();
    let mut methods: Vec<&str> = allowed.split(',').collect();
    methods.sort_unstable();
    assert_eq!(methods, ["DELETE", "POST"]);
    site.close().await;
}

#[tokio::test]
async fn an_error_to_a_head_request_has_the_headers_and_no_body() {
    let site = Site::open().await;
    let request = site.request(Method::HEAD, &format!("/user/{UNKNOWN}"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert!(response.headers().contains_key("x-error"));
    assert!(response.headers().contains_key("x-error-id"));
    assert!(response.bytes().await.unwrap().is_empty());
    site.close().await;
}

#[tokio::test]
async fn credentials_that_are_missing_or_wrong_are_refused_everywhere() {
    let site = Site::open().await;
    let code = json!({"verificationCodeID": UNKNOWN, "code": "123456"});
    let calls = || {
        [
            site.delete("/user"),
            site.get("/session"),
            site.get("/sessions"),
            site.put("/session/extend", &json!({})),
            site.delete(&format!("/session/{UNKNOWN}")),
            site.post("/keypair", &json!({"name": "n", "days": 1})),
            site.put("/keypair/verification", &code),
            site.get("/keypair"),
            site.get("/keypairs"),
            site.delete(&format!("/keypair/{UNKNOWN}")),
            site.get("/user/by-email?email=a%40b"),
        ]
    };
    let mut ids = HashSet::new();
    let mut refusals = 0;
    let wrong: [&[(&str, &str)]; 11] = [
        &[],
        &[("authorization", "")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer wrong")],
        &[("authorization", "Bearer \u{e9}")],
        &[("authorization", "Basic d3Jvbmc6d3Jvbmc=")],
        &[("api-key", "wrong")],
        &[("api-secret", "wrong")],
        &[("api-key", "wrong"), ("api-secret", "wrong")],
        &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
    ];
    for headers in wrong {
        for mut request in calls() {
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            ids.insert(refused(request, 401, &format!("{headers:?}")).await);
            refusals += 1;
        }
    }
    assert_eq!(ids.len(), refusals, "an x-error-id occurred twice");
    site.close().await;
}

#[tokio::test]
async fn right_credentials_beside_wrong_ones_do_not_count() {
    let site = Site::open().await;
    let john = site.create_verified("john@doe.net").await;
    let pair = site.issue_verified(&john).await;
    let bearer = format!("Bearer {}", john.bearer);
    let wrong: [&[(&str, &str)]; 7] = [
        &[("api-key", &pair.key)],
        &[("api-secret", &pair.secret)],
        &[("api-key", &pair.key), ("api-secret", "wrong")],
        &[("authorization", &bearer), ("api-key", &pair.key)],
        &[("authorization", &bearer), ("authorization", &bearer)],
        &[
            ("authorization", "Bearer wrong"),
            ("api-key", &pair.key),
            ("api-secret", &pair.secret),
        ],
        &[("authorization", &pair.secret)],
    ];
    for (index, headers) in wrong.into_iter().enumerate() {
        let mut request = site.delete("/user");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        refused(request, 401, &format!("credentials {index}")).await;
    }
    assert_eq!(site.server.count_accounts(), Ok(1));
    let both = with_pair(site.delete("/user"), &pair).bearer_auth(&john.bearer);
    assert_eq!(send(both).await.status, 202);
    site.close().await;
}

#[tokio::test]
async fn the_unverified_are_forbidden_everything() {
    let site = Site::open().await;
    let john = site.create("john@doe.net").await;
    for request in [
        site.delete("/user"),
        site.get("/session"),
        site.get("/sessions"),
        site.put("/session/extend", &json!({})),
        site.post("/keypair", &json!({"name": "n", "days": 1})),
        site.get("/keypairs"),
        site.get("/user/by-email?email=a%40b"),
    ] {
        refused(request.bearer_auth(&john.bearer), 403, "unverified").await;
    }
    assert_eq!(site.server.count_accounts(), Ok(1));
    site.close().await;
}

#[tokio::test]
async fn a_challenge_goes_with_every_401() {
    let site = Site::open().await;
    let reply = send(site.delete("/user")).await;
    assert_eq!(reply.headers["www-authenticate"], "Bearer");
    site.close().await;
}
