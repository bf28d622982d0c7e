//! Mail catchers, played by small servers that answer in the shape of their REST APIs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use assize::engine::MailError;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{code, missing, opened, refused};

#[derive(Clone)]
struct Stored {
    id: String,
    to: Value,
    bcc: Value,
    raw: Option<String>,
}

/// The mails of a catcher, the oldest first.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<Stored>>>);

impl Shelf {
    fn add(&self, to: &[&str], bcc: &[&str], code: &str) {
        let listed = |list: &[&str]| match list {
            [] => Value::Null,
            list => list
                .iter()
                .map(|address| json!({"Name": "", "Address": address}))
                .collect(),
        };
        let mut mails = self.0.lock().unwrap();
        let id = format!("mail {}/é", mails.len());
        let raw = Some(format!("Subject: Hello\r\n\r\nCode: {code}\r\n"));
        mails.push(Stored {
            id,
            to: listed(to),
            bcc: listed(bcc),
            raw,
        });
    }

    fn raw(&self, id: &str) -> Result<String, StatusCode> {
        let mails = self.0.lock().unwrap();
        let found = mails.iter().find(|mail| mail.id == id);
        found
            .and_then(|mail| mail.raw.clone())
            .ok_or(StatusCode::NOT_FOUND)
    }
}

/// A number in the query of a request.
fn number(uri: &Uri, name: &str) -> Option<usize> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut pairs = url::form_urlencoded::parse(query);
    pairs.find_map(|(key, value)| (key == name).then(|| value.parse().ok())?)
}

async fn mailpit_list(
    State(shelf): State<Shelf>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let start = number(&uri, "start").ok_or(StatusCode::BAD_REQUEST)?;
    let limit = number(&uri, "limit").ok_or(StatusCode::BAD_REQUEST)?;
    // `me:hush` in Base64.
    if headers
        .get("authorization")
        .is_none_or(|value| value != "Basic bWU6aHVzaA==")
    {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let mails = shelf.0.lock().unwrap();
    let newest_first = mails.iter().rev().skip(start).take(limit);
    let messages: Vec<Value> = newest_first
        .map(|mail| {
            json!({
                "ID": mail.id, "MessageID": "x@y", "Read": false, "Subject": "Hello",
                "From": {"Name": "", "Address": "s@x.org"},
                "To": mail.to, "Cc": [], "Bcc": mail.bcc, "Created": "2024-01-15T12:34:56Z",
            })
        })
        .collect();
    Ok(Json(json!({
        "total": mails.len(), "count": messages.len(), "start": start, "messages": messages,
    })))
}

async fn mail_source(
    State(shelf): State<Shelf>,
    Path(id): Path<String>,
) -> Result<String, StatusCode> {
    shelf.raw(&id)
}

async fn maildev_list(State(shelf): State<Shelf>) -> Json<Value> {
    let lowercase = |list: &Value| -> Value {
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|entry| json!({"address": entry["Address"], "args": false}))
            .collect()
    };
    let mails = shelf.0.lock().unwrap();
    let listed = mails.iter().map(|mail| {
        let mut recipients = lowercase(&mail.to).as_array().cloned().unwrap_or_default();
        recipients.extend(lowercase(&mail.bcc).as_array().cloned().unwrap_or_default());
        json!({
            "id": mail.id, "subject": "Hello", "to": lowercase(&mail.to),
            "envelope": {"from": {"address": "s@x.org"}, "to": recipients},
        })
    });
    Json(listed.collect())
}

async fn serving(router: Router<Shelf>) -> (Shelf, SocketAddr) {
    let shelf = Shelf::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = listener.local_addr().unwrap();
    let router = router.with_state(shelf.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (shelf, bound)
}

async fn mailpit() -> (Shelf, SocketAddr) {
    let router = Router::new()
        .route("/base/api/v1/messages", get(mailpit_list))
        .route("/base/api/v1/message/{id}/raw", get(mail_source));
    serving(router).await
}

async fn old_maildev() -> (Shelf, SocketAddr) {
    let router = Router::new()
        .route("/email", get(maildev_list))
        .route("/email/{id}/source", get(mail_source));
    serving(router).await
}

async fn check(shelf: &Shelf, location: &str) {
    shelf.add(&["a@x.org"], &[], "999999");
    let mailbox = opened(location).await;
    shelf.add(&["a@x.org", "b@x.org"], &["c@x.org"], "111111");
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
    assert_eq!(code(&*mailbox, "b@x.org", 0).await, "111111");
    assert_eq!(code(&*mailbox, "c@x.org", 0).await, "111111");

    // One that is gone when it is fetched, then more than a page of them.
    shelf.add(&["a@x.org"], &[], "888888");
    shelf.0.lock().unwrap().last_mut().unwrap().raw = None;
    for number in 0..250 {
        shelf.add(
            &[&format!("u{number}@x.org")],
            &[],
            &(100_000 + number).to_string(),
        );
    }
    shelf.add(&["a@x.org"], &[], "222222");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "222222");
    for number in [0, 100, 249] {
        let address = format!("u{number}@x.org");
        assert_eq!(
            code(&*mailbox, &address, 0).await,
            (100_000 + number).to_string()
        );
    }
    let error = missing(&*mailbox, "a@x.org", 2).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
}

#[tokio::test]
async fn mailpit_brings_the_mails_that_come_after_opening() {
    let (shelf, server) = mailpit().await;
    check(&shelf, &format!("mailpit+http://me:hush@{server}/base/")).await;
}

#[tokio::test]
async fn maildev_of_the_second_version_brings_the_mails_that_come_after_opening() {
    let (shelf, server) = old_maildev().await;
    check(&shelf, &format!("maildev+http://{server}")).await;
}

#[tokio::test]
async fn a_catcher_that_cannot_be_used_is_found_out_at_opening() {
    let (_shelf, server) = mailpit().await;
    for (location, expected) in [
        (
            format!("mailpit+http://me:wrong@{server}/base"),
            "401 Unauthorized to /api/v1/messages",
        ),
        (
            format!("mailpit+http://me:wrong@{server}"),
            "404 Not Found to /api/v1/messages",
        ),
        (
            format!("maildev+http://me:wrong@{server}/base"),
            "404 Not Found to /email",
        ),
        ("mailpit+http://me:wrong@127.0.0.1:1".to_owned(), "refused"),
    ] {
        let error = refused(&location).await;
        assert!(
            error.contains(expected) && !error.contains("wrong"),
            "{expected}"
        );
    }
}

#[tokio::test]
async fn a_catcher_that_goes_away_is_not_the_fault_of_the_target() {
    // A runtime of its own, so that all connections end with it.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (_shelf, server) = runtime.spawn(old_maildev()).await.unwrap();
    let mailbox = opened(&format!("maildev+http://{server}")).await;
    runtime.shutdown_background();
    let error = missing(&*mailbox, "a@x.org", 0).await;
    assert!(matches!(error, MailError::Unusable { .. }), "{error}");
}
