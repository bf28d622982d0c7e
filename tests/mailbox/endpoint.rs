//! An endpoint of the target that tells codes, played by a small server.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use assize::engine::MailError;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use super::{code, missing, opened, unusable};

/// What the endpoint answers for each address, in order; the last answer for ever.
type Answers = Arc<Mutex<HashMap<String, Vec<(u16, &'static str)>>>>;

async fn answer(
    State(answers): State<Answers>,
    Path(address): Path<String>,
) -> (StatusCode, String) {
    let mut answers = answers.lock().unwrap();
    let Some(left) = answers.get_mut(&address) else {
        return (StatusCode::NOT_FOUND, String::new());
    };
    let (status, body) = if left.len() > 1 {
        left.remove(0)
    } else {
        left[0]
    };
    (StatusCode::from_u16(status).unwrap(), body.to_owned())
}

async fn serving(address: &str, list: &[(u16, &'static str)]) -> SocketAddr {
    let answers = Answers::default();
    answers
        .lock()
        .unwrap()
        .insert(address.to_owned(), list.to_vec());
    let router = Router::new()
        .route("/codes/{address}", get(answer))
        .with_state(answers);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bound = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    bound
}

#[tokio::test]
async fn a_code_is_waited_for_until_the_endpoint_tells_it() {
    let address = "ann+1/ü@x.org";
    let list = [
        (404, ""),
        (204, ""),
        (200, "{}"),
        (503, ""),
        (200, r#"{"c":["x","052417"]}"#),
    ];
    let server = serving(address, &list).await;
    let mailbox = opened(&format!("http://{server}/codes/{{email}}#/c/1")).await;
    assert_eq!(code(&*mailbox, address, 0).await, "052417");
}

#[tokio::test]
async fn a_later_code_is_one_that_was_not_handed_out() {
    let list = [(200, r#""1""#), (200, r#""1""#), (200, r#""2""#)];
    let server = serving("a@x.org", &list).await;
    let mailbox = opened(&format!("http://{server}/codes/{{email}}#")).await;
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "1");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "2");
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "1");
    let error = missing(&*mailbox, "a@x.org", 2).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
}

#[tokio::test]
async fn of_an_array_the_ordinal_chooses() {
    let list = [(200, r#"{"all":["1"]}"#), (200, r#"{"all":["1","1"]}"#)];
    let server = serving("a@x.org", &list).await;
    let mailbox = opened(&format!("http://{server}/codes/{{email}}#/all")).await;
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "1");
}

#[tokio::test]
async fn a_number_gets_its_leading_zeros_back() {
    let list = [(200, r#"{"code":12345}"#), (200, r#"{"code":7}"#)];
    let server = serving("a@x.org", &list).await;
    let mailbox = opened(&format!("http://{server}/codes/{{email}}#/code")).await;
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "012345");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "000007");
}

#[tokio::test]
async fn what_the_endpoint_says_is_told_without_its_secrets() {
    for (status, body, expected) in [
        (401, "", "it answers 401 Unauthorized"),
        (302, "", "redirects are not followed"),
        (200, "<html>", "its answer is not JSON"),
        (500, "", "it answers 500"),
    ] {
        let server = serving("a@x.org", &[(status, body)]).await;
        let location = format!("http://me:hush@{server}/codes/{{email}}?key=hush#/code");
        let shown = unusable(&*opened(&location).await, "a@x.org").await;
        assert!(
            shown.contains(expected) && !shown.contains("hush"),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_no_fault_of_the_target() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    drop(listener);
    let mailbox = opened(&format!("http://{server}/{{email}}?key=hush#")).await;
    let shown = unusable(&*mailbox, "a@x.org").await;
    assert!(
        shown.contains("refused") && !shown.contains("hush"),
        "{shown}"
    );
}
