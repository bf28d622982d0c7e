//! A load against a server that goes away twice and comes back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use assize::edge::run_load;
use assize::engine::drive::LoadSettings;
use assize::model::{TransferErrorKind, Verdict};

use crate::server::next_user;
use crate::{Log, job, longer_than, never, right};

const RATE: u64 = 200;
const SECONDS: u64 = 6;
/// How long each outage lasts.
const OUTAGE: Duration = Duration::from_secs(1);

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
    while let Some(user) = next_user(&mut stream).await {
        if stream.write_all(right(user).as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Serves, goes away for a while, serves, and is away again for a while, listening.
async fn go_twice(listener: TcpListener) {
    let address = listener.local_addr().unwrap();
    let began = Instant::now();
    let at = |millis| began + Duration::from_millis(millis);
    serve_until(listener, at(1_300)).await;
    sleep_until(at(1_300) + OUTAGE).await;
    serve_until(listen(address).await, at(3_500)).await;
    let starting = listen(address).await;
    sleep_until(at(3_500) + OUTAGE).await;
    serve_until(starting, at(60_000)).await;
}

/// At first it is gone, so that connections are refused; then it is there and does not answer, as one
/// that starts. Those who were due meanwhile have waited from then on, whenever they were sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_twice_shows_in_the_series_the_kinds_and_the_times() {
    let listener = listen("127.0.0.1:0".parse().unwrap()).await;
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(go_twice(listener));
    let mut job = job(
        &address.to_string(),
        "200/s",
        4,
        Duration::from_secs(SECONDS),
    );
    job.settings = LoadSettings {
        timeout: OUTAGE * 10,
        ..job.settings
    };
    let result = run_load(job, Arc::new(Log::default()), never())
        .await
        .unwrap();
    server.abort();

    let seconds = f64::from(u32::try_from(SECONDS).unwrap());
    assert!(
        (result.duration_s - seconds).abs() < 1e-9,
        "it ended on time"
    );
    let operation = &result.operations[0];
    let errors: u64 = operation.errors.values().sum();
    assert_eq!(result.answered + errors + result.unstarted, RATE * SECONDS);
    let refused = operation.errors.get(&TransferErrorKind::Connect);
    assert!(
        refused.is_some_and(|refused| *refused > RATE / 2),
        "{:?}",
        operation.errors
    );
    assert_eq!(
        (result.conforming, result.verdict),
        (result.answered, Verdict::Broken)
    );

    let outage: Vec<u64> = result.series.iter().map(|second| second.errors).collect();
    assert_eq!(outage.iter().sum::<u64>(), errors);
    assert_eq!((outage[0], outage[5]), (0, 0), "{outage:?}");
    assert!(outage[1] + outage[2] > RATE / 2, "{outage:?}");
    let least = result.series.iter().map(|second| second.answered).min();
    assert!(
        least < Some(RATE * 7 / 10),
        "the outages show in the series"
    );
    assert!(result.series[5].answered > RATE / 2, "it came back");
    // Of those that were due in the second outage, four in five waited more than a fifth of it.
    let late = longer_than(&operation.response, OUTAGE / 5);
    assert!(late > RATE / 2, "{late} came late");
}
