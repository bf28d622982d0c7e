//! Loads over real sockets, against small servers that do exactly what a test says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod http2;
mod http2_server;
mod secure;
mod server;
#[path = "../common/tls.rs"]
#[expect(dead_code, reason = "the tests of the command use the rest")]
mod tls;
mod variants;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use assize::contract::{Requirements, Schemas};
use assize::edge::tls::Trust;
use assize::edge::{Behaviour, KnownServer, LoadError, LoadWorld, run_load, run_load_in};
use assize::engine::load::{LoadJob, LoadServices, LoadSettings, ScenarioPart};
use assize::engine::{Stop, stop_signal};
use assize::model::{Redactor, TransferErrorKind, Verdict};
use assize::record::{Distribution, Event, EventSink, LoadResult};
use assize::report::hlog;
use assize::suite::{Generation, Scenario, SuiteText, Vocabulary, plan};

use server::{Act, Server, right, with_headers};

const USERS: u64 = 3;

const SCENARIO: &str = "suite: test
title: Test
scenarios:
  - id: lookup
    title: Reads users
    proves: [get.alias, body.json]
    needs: known-user
    steps:
      - name: get
        request: {method: GET, path: \"/user/${known.id}\"}
        expect:
          - status: [200, 202]
            body: json-object
            schema: user
            json: {/alias: \"${known.alias}\"}
";

fn scenario() -> Scenario {
    let (requirements, schemas) = (
        Requirements::builtin().unwrap(),
        Schemas::builtin().unwrap(),
    );
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let text = SuiteText {
        file: "test.yaml".to_owned(),
        text: SCENARIO.to_owned(),
    };
    plan(&[text], vocabulary).unwrap().scenarios.remove(0)
}

fn job(address: &str, profile: &str, connections: usize, duration: Duration) -> LoadJob {
    let scenario = scenario();
    let users = (0..USERS).map(|number| {
        let mut values = scenario.variables.empty_values();
        for (name, value) in [("known.id", "id"), ("known.alias", "alias")] {
            let variable = scenario.variables.find(name).unwrap();
            values.set(variable, format!("{value}-{number}"));
        }
        values
    });
    let connections = NonZeroUsize::new(connections).unwrap();
    LoadJob {
        parts: vec![ScenarioPart::whole(&scenario, users.collect())],
        scenario,
        generation: Generation::new(1, "a+{tag}@b.test").unwrap(),
        settings: LoadSettings {
            timeout: Duration::from_millis(500),
            longest_body: 10_000,
            ..LoadSettings::new(connections, profile.parse().unwrap(), duration)
        },
        base_url: format!("http://{address}/base"),
        redactor: Arc::new(Redactor::new()),
    }
}

#[derive(Default)]
struct Log(Mutex<Vec<Event>>);

impl EventSink for Log {
    fn emit(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

fn never() -> Stop {
    stop_signal().1
}

async fn run(job: LoadJob) -> LoadResult {
    run_load(job, Arc::new(Log::default()), never())
        .await
        .unwrap()
}

async fn run_trusting(job: LoadJob, trust: Trust) -> Result<LoadResult, LoadError> {
    let world = LoadWorld {
        tls: trust.into(),
        sink: Arc::new(Log::default()),
        stop: never(),
        mailbox: None,
        books: LoadServices::default(),
        start: None,
    };
    let (result, _) = run_load_in(job, world).await?;
    Ok(result)
}

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn every_right_answer_is_counted() {
    let server = Server::start(|_, user| Act::Send(right(user))).await;
    let log = Arc::new(Log::default());
    let result = run_load(job(&server.address, "max", 4, SHORT), log.clone(), never())
        .await
        .unwrap();
    assert!(result.answered > 20);
    assert_eq!(
        (result.answered, result.conforming),
        (server.requests(), server.requests())
    );
    assert_eq!((result.verdict, result.findings.len()), (Verdict::Pass, 0));
    let operation = &result.operations[0];
    assert_eq!(
        operation.statuses.iter().collect::<Vec<_>>(),
        [(&200, &result.answered)]
    );
    assert_eq!(operation.response.count(), result.answered);
    assert!(result.generator_cpu_s > 0.0);
    let events = log.0.lock().unwrap();
    assert!(matches!(events[0], Event::LoadStarted(_)));
    let seconds: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::LoadSecond(second) => Some(second),
            _ => None,
        })
        .collect();
    assert_eq!(seconds.len(), 1);
    assert_eq!(seconds[0].result, result.series[0]);
    let lines = hlog::lines(seconds[0]);
    assert!(
        lines.starts_with("Tag=get-response,0.000,0.300,"),
        "{}",
        &lines[..40]
    );
    assert_eq!(lines.lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_workers_share_the_connections_and_the_schedule() {
    let server = Server::start(|_, user| Act::Send(right(user))).await;
    let mut job = job(&server.address, "200/s", 3, SHORT);
    job.settings.workers = NonZeroUsize::new(2);
    let result = run(job).await;
    assert_eq!(
        (result.answered + result.unstarted, server.connections()),
        (60, 3)
    );
    assert_eq!(result.answered, server.requests());
    assert_eq!(result.verdict, Verdict::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_are_found_and_named() {
    let server = Server::start(|number, user| {
        Act::Send(match number % 50 {
            7 => right(user + 1),
            9 => right(user).replacen("200 OK", "503 Busy", 1),
            _ => right(user),
        })
    })
    .await;
    let result = run(job(&server.address, "max", 2, SHORT)).await;
    let requests = server.requests();
    let (mixed_up, busy) = ((requests + 42) / 50, (requests + 40) / 50);
    assert_eq!(result.answered, requests);
    assert_eq!(result.conforming, requests - mixed_up - busy);
    assert_eq!(result.operations[0].statuses[&503], busy);
    let count_of = |subject: &str| {
        let of_subject = |one: &&assize::record::LoadFinding| {
            one.finding
                .as_ref()
                .is_some_and(|finding| finding.subject == subject)
        };
        result.findings.iter().find(of_subject).unwrap().count
    };
    assert_eq!(
        (count_of("json /alias"), count_of("status")),
        (mixed_up, busy)
    );
    assert_eq!(result.verdict, Verdict::Fail);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_transfers_are_counted_by_kind() {
    let server = Server::start(|number, user| match number {
        2 => Act::SendAndClose(String::new()),
        4 => Act::Reset,
        6 => Act::SendAndClose(right(user).replace("Length: 1", "Length: 2")),
        8 => Act::Send("SSH-2.0-OpenSSH_9\r\n".to_owned()),
        10 => Act::Send(right(user) + "HTTP/1.1 200 OK\r\n"),
        12 => Act::SendTwice(right(user), "HTTP/1.1 200 OK\r\n"),
        14 => Act::Send("HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n".to_owned()),
        16 => Act::Ignore,
        _ => Act::Send(right(user)),
    })
    .await;
    let result = run(job(&server.address, "20/s", 1, Duration::from_secs(2))).await;
    assert_eq!(
        result.operations[0].errors,
        BTreeMap::from([
            (TransferErrorKind::Timeout, 1),
            (TransferErrorKind::Closed, 3),
            (TransferErrorKind::Malformed, 3),
            (TransferErrorKind::TooLarge, 1),
        ])
    );
    assert_eq!(
        result.answered, result.conforming,
        "no answer was taken for another's"
    );
    // One of the malformed came before its request was sent, which the server never saw.
    assert_eq!(result.answered + 8 - 1, server.requests());
    assert_eq!(result.verdict, Verdict::Fail);
    assert!(result.findings.iter().all(|one| one.transfer.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_it_closes_is_connected_to_again() {
    let server = Server::start(|number, user| {
        if number % 2 == 0 {
            Act::SendAndClose(with_headers(user, "Connection: close\r\n"))
        } else {
            Act::SendAndClose(right(user).replace("HTTP/1.1", "HTTP/1.0"))
        }
    })
    .await;
    let result = run(job(&server.address, "max", 2, SHORT)).await;
    assert!(result.answered > 10);
    assert_eq!(
        (result.conforming, result.verdict),
        (result.answered, Verdict::Pass)
    );
    assert_eq!(server.requests(), result.answered);
    assert!(server.connections() >= result.answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_closed_while_idle_is_no_error() {
    let server = Server::start(|_, user| Act::SendAndClose(right(user))).await;
    let result = run(job(&server.address, "10/s", 1, Duration::from_millis(500))).await;
    assert_eq!(result.answered + result.unstarted, 5);
    assert_eq!(
        (result.conforming, server.connections()),
        (result.answered, result.answered)
    );
    assert_eq!(result.verdict, Verdict::Pass);
}

/// The server closes just when a request comes. After a long pause that may be chance; at once it is
/// the server's fault.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_closed_under_a_request_is_excused_only_after_a_pause() {
    for (rate, seconds, errors) in [("4/s", 1, 1), ("30/m", 4, 0)] {
        let server = Server::start(|number, user| match number {
            1 => Act::SendAndClose(String::new()),
            _ => Act::Send(right(user)),
        })
        .await;
        let result = run(job(&server.address, rate, 1, Duration::from_secs(seconds))).await;
        let closed = result.operations[0].errors.get(&TransferErrorKind::Closed);
        assert_eq!(closed.copied().unwrap_or(0), errors, "at {rate}");
        assert_eq!(server.requests(), result.answered + 1, "at {rate}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_framing_of_a_body_is_understood() {
    let server = Server::start(|number, user| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        let body = format!("{{\"alias\":\"alias-{user}\"}}");
        match number % 4 {
            0 => Act::Send(format!(
                "{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n{:x};x=y\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n",
                &body[..2],
                body.len() - 2,
                &body[2..]
            )),
            1 => Act::SendAndClose(format!("{head}\r\n{body}")),
            2 => Act::Send(format!("HTTP/1.1 103 Early Hints\r\n\r\n{}", right(user))),
            _ => Act::Send(right(user)),
        }
    })
    .await;
    let result = run(job(&server.address, "max", 3, SHORT)).await;
    assert!(result.answered > 10);
    assert_eq!(
        (result.conforming, result.verdict),
        (result.answered, Verdict::Pass)
    );
}

/// How many of the recorded times are longer than this.
fn longer_than(distribution: &Distribution, limit: Duration) -> u64 {
    let limit = u64::try_from(limit.as_nanos()).unwrap();
    distribution.times().count_from(limit)
}

/// The server stands still for 200 ms from the 250th request on, at 500 a second. So 75 requests are
/// due in the first 150 ms of it, and each of them ends at least 50 ms late; but only those that were
/// already sent, one a connection, were served slowly.
#[tokio::test(flavor = "multi_thread")]
async fn a_stall_shows_in_response_times_but_not_in_the_service_times_of_those_that_waited() {
    let stall_ends: Arc<Mutex<Option<Instant>>> = Arc::default();
    let server = Server::start(move |number, user| {
        let mut stall_ends = stall_ends.lock().unwrap();
        if number == 250 {
            *stall_ends = Some(Instant::now() + Duration::from_millis(200));
        }
        match *stall_ends {
            Some(at) if Instant::now() < at => Act::SendAt(at, right(user)),
            _ => Act::Send(right(user)),
        }
    })
    .await;
    let result = run(job(
        &server.address,
        "500/s",
        4,
        Duration::from_millis(1_500),
    ))
    .await;
    assert_eq!(result.answered + result.unstarted, 750);
    let operation = &result.operations[0];
    let limit = Duration::from_millis(50);
    let late = longer_than(&operation.response, limit);
    let served_slowly = longer_than(&operation.service, limit);
    assert!(late >= 70, "{late} came late");
    // Four of them; a busy machine may add a few of its own.
    assert!(
        served_slowly >= 1 && served_slowly * 4 <= late,
        "{served_slowly} were served slowly"
    );
    assert!(
        longer_than(&operation.lag, limit * 4 / 5) >= 60,
        "the others waited to be sent"
    );
    assert_eq!(result.verdict, Verdict::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_the_load_and_what_was_measured_is_told() {
    let (stopper, stop) = stop_signal();
    let stopper = Mutex::new(Some(stopper));
    let server = Server::start(move |number, user| {
        if number == 20 {
            stopper.lock().unwrap().take().unwrap().stop();
        }
        Act::Send(right(user))
    })
    .await;
    let job = job(&server.address, "100/s", 2, Duration::from_mins(10));
    let result = run_load(job, Arc::new(Log::default()), stop).await.unwrap();
    assert_eq!(
        (result.answered, result.verdict),
        (server.requests(), Verdict::Pass)
    );
    assert!(result.answered >= 20 && result.duration_s < 300.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_is_given_up_once_a_threshold_is_lost() {
    let server = Server::start(|number, user| {
        Act::Send(match number % 2 {
            0 => right(user),
            _ => right(user).replacen("200 OK", "503 Busy", 1),
        })
    })
    .await;
    let mut job = job(&server.address, "100/s", 2, Duration::from_mins(10));
    job.settings.thresholds = ["p99 < 60m", "errors < 10%"]
        .map(|text| text.parse().unwrap())
        .to_vec();
    job.settings.abort = true;
    let result = run(job).await;
    assert_eq!(result.stopped_by.as_deref(), Some("errors < 10%"));
    let kept: Vec<bool> = result.thresholds.iter().map(|one| one.kept).collect();
    assert_eq!(kept, [true, false]);
    assert_eq!(result.answered, server.requests());
    assert!(result.answered >= 20 && result.duration_s < 300.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_cannot_be_reached_is_told_before_the_load() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let plain = Server::start(|_, user| Act::Send(right(user))).await;
    for (url, kind) in [
        (format!("http://{closed}/base"), TransferErrorKind::Connect),
        (
            "http://no-such-host.invalid".to_owned(),
            TransferErrorKind::Resolve,
        ),
    ] {
        let job = LoadJob {
            base_url: url,
            ..job(&plain.address, "max", 2, SHORT)
        };
        let error = run_load(job, Arc::new(Log::default()), never())
            .await
            .unwrap_err();
        assert!(
            matches!(&error, LoadError::Unreachable(one) if one.kind == kind),
            "{error}"
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // A client that has hung up already makes no difference.
            drop(stream.write_all(b"HTTP/1.1 400 plain\r\n\r\n").await);
        }
    });
    let job = LoadJob {
        base_url,
        ..job(&plain.address, "max", 1, SHORT)
    };
    let error = run_load(job, Arc::new(Log::default()), never())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, LoadError::Unreachable(one) if one.kind == TransferErrorKind::Tls),
        "{error}"
    );
}

/// `0.0.0.0` is this machine, too, but not its loopback: the nearest there is to a host elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_made_to_addresses_that_are_not_loopback() {
    let server = Server::start(|_, user| Act::Send(right(user))).await;
    let elsewhere = server.address.replace("127.0.0.1", "0.0.0.0");
    let error = run_load(
        job(&elsewhere, "100/s", 2, SHORT),
        Arc::new(Log::default()),
        never(),
    )
    .await
    .unwrap_err();
    assert!(matches!(&error, LoadError::NotAllowed(_)), "{error}");
    assert_eq!(server.connections(), 0);
    let mut allowed = job(&elsewhere, "100/s", 2, SHORT);
    allowed.settings.here_only = false;
    assert!(run(allowed).await.answered > 0);
}

/// What the server had is part of what the generator measured, so no percentile of the first can be
/// longer; the histograms keep three digits.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_known_times_keeps_its_delay_and_counts_what_it_served() {
    let delay = Duration::from_millis(5);
    let server = KnownServer::start(Behaviour::Delay(delay)).unwrap();
    let mut job = job("127.0.0.1:1", "200", 8, Duration::from_secs(1));
    job.base_url = server.base_url();
    let (_stopper, stop) = stop_signal();
    let result = run_load(job, Arc::new(Silent), stop).await.unwrap();
    let kept = server.finish().unwrap();
    assert_eq!(kept.count(), 200);
    assert!(kept.min() >= 5_000_000);
    let measured = &result.operations[0].service;
    assert_eq!(measured.count(), 200);
    for (share, ours) in [(0.5, measured.at_us(0.5)), (0.99, measured.at_us(0.99))] {
        assert!(ours * 1_002 >= kept.quantile(share), "{share}: {ours}");
    }
}

struct Silent;

impl EventSink for Silent {
    fn emit(&self, _event: &Event) {}
}
