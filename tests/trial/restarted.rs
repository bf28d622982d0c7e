//! A load of half a minute against a server that is stopped and started again twice.

use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant as Moment};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::support::{Run, assize_in};

/// Requests a second.
const RATE: u64 = 2_000;
/// Seconds.
const SPAN: u64 = 30;
/// The whole run, with its start, the wait for the last answers, and its reports, on a busy machine.
const ON_TIME: Duration = Duration::from_secs(75);

/// When the server goes and comes, in seconds after its first request. The first time it is gone in
/// between. The second time it listens again before it answers, as one that starts.
const FIRST_STOP: u64 = 8;
const FIRST_START: u64 = 11;
const SECOND_STOP: u64 = 18;
const LISTENING: u64 = 20;
const SECOND_START: u64 = 23;

/// How long an answer takes, so that some requests are under way whenever the server stops.
const WORK: Duration = Duration::from_millis(5);

const SUITE: &str = "suite: mine
title: Mine
scenarios:
  - id: read
    title: Reads
    proves: [get.alias]
    steps:
      - name: get
        request: {method: GET, path: /user/any}
        expect:
          - proves: get.alias
            status: 200
            json: {/alias: right}
";
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"alias\":\"right\"}";

async fn listen(address: SocketAddr) -> TcpListener {
    TcpListener::bind(address).await.unwrap()
}

/// Serves until then. Whatever is open ends with it.
async fn serve_until(listener: TcpListener, end: Instant) {
    let mut connections = JoinSet::new();
    while let Ok(accepted) = timeout_at(end, listener.accept()).await {
        connections.spawn(serve(accepted.unwrap().0));
    }
}

async fn serve(mut stream: TcpStream) {
    let mut bytes = Vec::new();
    while matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.clear();
            sleep(WORK).await;
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
    }
}

async fn restart_twice(listener: TcpListener) {
    let address = listener.local_addr().unwrap();
    // Whether anybody is there is asked with a connection on which nothing is sent.
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        if matches!(stream.peek(&mut [0]).await, Ok(1..)) {
            tokio::spawn(async move {
                drop(tokio::time::timeout(Duration::from_secs(1), serve(stream)).await);
            });
            break;
        }
        drop(stream.shutdown().await);
    }
    let began = Instant::now();
    let at = |seconds| began + Duration::from_secs(seconds);
    serve_until(listener, at(FIRST_STOP)).await;
    sleep_until(at(FIRST_START)).await;
    serve_until(listen(address).await, at(SECOND_STOP)).await;
    sleep_until(at(LISTENING)).await;
    let starting = listen(address).await;
    sleep_until(at(SECOND_START)).await;
    serve_until(starting, at(10 * SPAN)).await;
}

fn load(url: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("suites")).unwrap();
    std::fs::write(folder.path().join("suites/mine.yaml"), SUITE).unwrap();
    let (rate, span) = (format!("{RATE}/s"), format!("{SPAN}s"));
    let shape = ["--rate", &rate, "--duration", &span, "--warm-up", "0s"];
    let target = ["load", url, "--suites", "suites", "--scenario", "read"];
    assize_in(
        folder,
        &[&target[..], &shape, &["--timeout", "20s"]].concat(),
    )
}

/// The sum of a figure over the seconds that end from one to another of the load.
fn sum(series: &[Value], figure: &str, from: u64, to: u64) -> u64 {
    let within = series.iter().filter(|second| {
        let end = second["at_s"].as_f64().unwrap();
        (seconds(from)..=seconds(to)).contains(&end)
    });
    within.map(|second| second[figure].as_u64().unwrap()).sum()
}

fn seconds(whole: u64) -> f64 {
    f64::from(u32::try_from(whole).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_restarts_show_in_the_series_the_kinds_and_the_times() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).await;
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    let server = tokio::spawn(restart_twice(listener));
    let began = Moment::now();
    let run = tokio::task::spawn_blocking(move || load(&url))
        .await
        .unwrap();
    let took = began.elapsed();
    server.abort();

    // What was under way when the server went was cut off, and what came after was refused.
    run.assert_exit(1);
    assert!(took < ON_TIME, "it took {took:?}");
    let results = run.results();
    let load = &results["loads"][0];
    assert_eq!(load["duration_s"], seconds(SPAN));

    let number = |value: &Value| value.as_u64().unwrap();
    let operation = &load["operations"][0];
    let kinds = operation["errors"].as_object().unwrap();
    let errors: u64 = kinds.values().map(number).sum();
    assert_eq!(
        number(&load["answered"]) + errors + number(&load["unstarted"]),
        RATE * SPAN
    );
    assert_eq!(load["conforming"], load["answered"]);
    // Of those due in the five seconds in which nobody listened nearly all were refused.
    assert!(number(&operation["errors"]["connect"]) > RATE, "{kinds:?}");

    // Those under way when it stopped were cut off.
    assert!(number(&operation["errors"]["closed"]) > 0, "{kinds:?}");

    let series = load["series"].as_array().unwrap();
    let sum = |figure, from, to| sum(series, figure, from, to);
    assert_eq!(sum("errors", 1, 2 * SPAN), errors);
    // The clocks of the server and of the load may be most of a second apart.
    for (stop, start) in [(FIRST_STOP, FIRST_START), (SECOND_STOP, LISTENING)] {
        assert!(sum("errors", stop, start + 1) > RATE / 2, "{series:?}");
    }
    let errors_between = sum("errors", FIRST_START + 2, SECOND_STOP - 1);
    let errors_apart = sum("errors", 1, FIRST_STOP - 1) + errors_between + sum("errors", 26, SPAN);
    assert_eq!(errors_apart, 0, "{series:?}");
    for (gone, back) in [(FIRST_STOP, FIRST_START), (SECOND_STOP, SECOND_START)] {
        let second = gone + 2;
        assert!(sum("answered", second, second) < RATE / 2, "{series:?}");
        assert!(sum("answered", back + 2, back + 3) > 0, "{series:?}");
    }
    // Those due while it was starting waited from then on, whenever they were sent.
    let waited = (SECOND_START - LISTENING - 1) * 1_000_000;
    for figure in ["p99_us", "max_us"] {
        let time = number(&operation["response"][figure]);
        assert!(time >= waited, "{figure}: {time}");
    }
    let worst = series.iter().map(|second| number(&second["p99_us"]));
    assert!(worst.max() >= Some(waited), "{series:?}");
}
