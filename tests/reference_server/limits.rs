//! How much a client may take, and how the server ends.

use assize::edge::reference_server::{Limits, ReferenceSettings};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::Site;

/// Far longer than anything here takes; only a hanging server comes near.
const HANG: Duration = Duration::from_secs(30);
/// So short that a test need not wait, so long that a busy machine keeps it.
const SHORT: Duration = Duration::from_secs(1);

const SOUND: &str = r#"{"email":"john@doe.net","fullName":"John","alias":"j"}"#;

async fn site(limits: Limits) -> Site {
    Site::with(ReferenceSettings {
        limits,
        ..ReferenceSettings::default()
    })
    .await
}

/// A connection without a client of HTTP behind it.
struct Wire(TcpStream);

impl Wire {
    async fn open(site: &Site) -> Self {
        Self(TcpStream::connect(address(site)).await.unwrap())
    }

    async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Asks for a user that there is none of, and takes the answer.
    async fn ask(&mut self) {
        self.write(
            "GET /api/auth/v2/user/5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e HTTP/1.1\r\nhost: x\r\n\r\n",
        )
        .await;
        self.read_to("there is no such user\",\"type\":\"not-found\",\"code\":404}}")
            .await;
    }

    /// Reads until what was read ends so, and gives it.
    async fn read_to(&mut self, end: &str) -> String {
        let reading = async {
            let mut text = String::new();
            while !text.ends_with(end) {
                let mut bytes = [0; 4_096];
                let length = self.0.read(&mut bytes).await.unwrap();
                assert!(length > 0, "the connection ended after {text:?}");
                text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
            }
            text
        };
        timeout(HANG, reading).await.unwrap()
    }

    /// Reads until the server closes the connection.
    async fn read_to_end(mut self) -> String {
        let mut text = String::new();
        let reading = self.0.read_to_string(&mut text);
        timeout(HANG, reading).await.unwrap().unwrap();
        text
    }
}

fn address(site: &Site) -> String {
    let url = site.base_url.strip_prefix("http://").unwrap();
    url.split('/').next().unwrap().to_owned()
}

/// Asks for an account and holds the body back. The server is at work on it when this returns.
async fn half_a_request(site: &Site) -> Wire {
    let mut wire = Wire::open(site).await;
    let length = SOUND.len();
    wire.write(&format!(
        "POST /api/auth/v2/user HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
    ))
    .await;
    wire.read_to("HTTP/1.1 100 Continue\r\n\r\n").await;
    wire
}

#[tokio::test]
async fn headers_that_do_not_come_to_an_end_end_the_connection() {
    let site = site(Limits {
        head_time: SHORT,
        ..Limits::default()
    })
    .await;
    for begin in ["", "GET /", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let mut wire = Wire::open(&site).await;
        wire.write(begin).await;
        assert_eq!(wire.read_to_end().await, "");
    }
    site.close().await;
}

#[tokio::test]
async fn a_connection_is_kept_for_further_requests_until_it_is_idle_too_long() {
    let site = site(Limits {
        head_time: SHORT,
        ..Limits::default()
    })
    .await;
    let mut wire = Wire::open(&site).await;
    for _ in 0..10 {
        wire.ask().await;
    }
    assert_eq!(wire.read_to_end().await, "");
    site.close().await;
}

#[tokio::test]
async fn a_request_at_work_is_not_taken_for_an_idle_connection() {
    let site = site(Limits {
        head_time: SHORT,
        ..Limits::default()
    })
    .await;
    let mut wire = half_a_request(&site).await;
    for _ in 0..3 {
        // Each of these is closed when it was idle too long, and so marks the time.
        Wire::open(&site).await.read_to_end().await;
    }
    wire.write(SOUND).await;
    assert!(wire.read_to("}").await.starts_with("HTTP/1.1 200"));
    site.close().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_to_an_end_is_refused() {
    let site = site(Limits {
        body_time: SHORT,
        ..Limits::default()
    })
    .await;
    let mut wire = half_a_request(&site).await;
    wire.write(&SOUND[..10]).await;
    let answer = wire.read_to("}}").await;
    assert!(answer.starts_with("HTTP/1.1 400"));
    assert!(answer.contains("\r\nx-error: the body did not arrive whole\r\n"));
    assert_eq!(site.server.count_accounts(), Ok(0));
    site.close().await;
}

#[tokio::test]
async fn further_connections_wait_until_there_is_room() {
    let site = site(Limits {
        connections: 1,
        ..Limits::default()
    })
    .await;
    let mut first = Wire::open(&site).await;
    first.ask().await;
    let mut second = Wire::open(&site).await;
    second
        .write("GET /api/auth/v2/user HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    for _ in 0..100 {
        first.ask().await;
    }
    let early = second.0.try_read(&mut [0; 1]).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::WouldBlock);
    drop(first);
    assert!(second.read_to_end().await.starts_with("HTTP/1.1 405"));
    site.close().await;
}

#[tokio::test]
async fn a_request_under_way_is_answered_after_the_shutdown_and_an_idle_connection_is_closed() {
    let site = Site::open().await;
    let address = address(&site);
    let mut idle = Wire::open(&site).await;
    idle.ask().await;
    let silent = Wire::open(&site).await;
    let mut wire = half_a_request(&site).await;
    let server = site.stop();
    assert_eq!(idle.read_to_end().await, "");
    assert_eq!(silent.read_to_end().await, "");
    let refused = TcpStream::connect(&address).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(server.count_accounts(), Ok(0));
    wire.write(SOUND).await;
    let answer = wire.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 200"));
    assert_eq!(server.count_accounts(), Ok(1));
    timeout(HANG, server.finished()).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_server_from_ending() {
    let site = site(Limits {
        drain_time: SHORT,
        ..Limits::default()
    })
    .await;
    let wire = half_a_request(&site).await;
    let mut begun = Wire::open(&site).await;
    begun.write("GET / HTTP/1.1\r\n").await;
    let server = site.stop();
    timeout(HANG, server.finished()).await.unwrap().unwrap();
    assert_eq!(wire.read_to_end().await, "");
}
