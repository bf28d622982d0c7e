//! A store that stays busy, on a socket of its own.

use super::*;
use std::io::{Read, Write};
use std::net::TcpListener;

/// A store that is always busy is waited for so long, and no longer; what it said is told, the keys are not.
#[test]
fn a_store_that_stays_busy_is_given_up_with_a_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _read = stream.read(&mut request).unwrap();
            let answer =
                b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).unwrap();
        }
    });
    let url = "s3://things/run".parse().unwrap();
    let bucket = AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_allow_http(true)
        .with_access_key_id("AKIA7")
        .with_secret_access_key("hidden");
    let store = BucketStore::of(
        &url,
        BucketBuilder::Amazon(bucket),
        Duration::from_millis(400),
    )
    .unwrap();
    let caller = Builder::new_current_thread().build().unwrap();
    let error = caller
        .block_on(store.create("claim/1", b""))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot use the store s3://things/run: it answered 503 for "),
        "{error}"
    );
    assert!(
        !error.contains("AKIA7") && !error.contains("hidden"),
        "{error}"
    );
}
