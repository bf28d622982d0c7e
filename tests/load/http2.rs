//! Loads over HTTP/2.

use h2::Reason;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;

use assize::edge::tls::Trust;
use assize::edge::{HttpClient, HttpLimits, HttpWay, LoadError};
use assize::engine::Transport;
use assize::engine::load::LoadJob;
use assize::model::{Manner, Protocol, Request, TransferErrorKind, Verdict};

use super::http2_server::{Http2Server, Reply, body, zipped};
use super::server::{Act, Server, right};
use super::tls::{Certified, Front};
use super::{SHORT, job, run, run_trusting};

/// A load over HTTP/2 from its first byte on.
fn http2(address: &str, profile: &str, (connections, streams): (usize, usize)) -> LoadJob {
    let mut job = job(address, profile, connections, SHORT);
    job.settings.protocol = Some(Protocol::Http2);
    job.settings.streams = NonZeroUsize::new(streams).unwrap();
    job.settings.workers = NonZeroUsize::new(1);
    job
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_share_connections_and_every_answer_is_judged() {
    // Nobody is answered before all eight are under way.
    let barrier = Arc::new(Barrier::new(8));
    let server = Http2Server::start(None, move |number, user| {
        if number < 8 {
            return Reply::SendTogether(barrier.clone(), body(user));
        }
        match number % 50 {
            7 => Reply::Send(200, body(user + 1)),
            9 => Reply::Send(503, body(user)),
            _ => Reply::Send(200, body(user)),
        }
    })
    .await;
    let result = run(http2(&server.address, "max", (2, 4))).await;
    let requests = server.requests();
    let wrong = (8..requests).filter(|number| matches!(number % 50, 7 | 9));
    assert!(requests > 60, "{requests}");
    assert_eq!(server.connections(), 2);
    assert_eq!(result.answered, requests);
    assert_eq!(
        (result.protocol, result.connections, result.streams),
        (Protocol::Http2, 2, 4)
    );
    assert_eq!(result.conforming, requests - wrong.count() as u64);
    assert_eq!(result.judged, requests);
    assert_eq!(result.verdict, Verdict::Fail);
    let operation = &result.operations[0];
    assert_eq!(operation.response.count(), result.answered);
    assert!(operation.service.max_us() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_transfers_are_counted_by_kind() {
    let server = Http2Server::start(None, |number, user| match number {
        2 => Reply::Reset(Reason::INTERNAL_ERROR),
        4 => Reply::Close,
        6 => Reply::SendShort(body(user)),
        8 => Reply::Send(200, "x".repeat(10_001)),
        10 => Reply::Ignore,
        12 => Reply::SendCoded(zipped(user)),
        14 => Reply::SendCoded(body(user).into_bytes()),
        _ => Reply::Send(200, body(user)),
    })
    .await;
    let mut job = http2(&server.address, "20/s", (1, 1));
    job.settings.duration = Duration::from_millis(1_500);
    let result = run(job).await;
    assert_eq!(
        result.operations[0].errors,
        BTreeMap::from([
            (TransferErrorKind::Undecodable, 1),
            (TransferErrorKind::Timeout, 1),
            (TransferErrorKind::Closed, 2),
            (TransferErrorKind::Malformed, 1),
            (TransferErrorKind::TooLarge, 1),
        ])
    );
    assert_eq!(result.answered + 6, server.requests());
    assert_eq!(result.answered, result.conforming);
    assert_eq!(result.verdict, Verdict::Fail);
    // The first, one after the connection was closed, and one after nothing came over it.
    assert_eq!(server.connections(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_ends_connections_politely_or_refuses_streams_is_asked_again() {
    let server = Http2Server::start(None, |number, user| match number % 10 {
        3 => Reply::Reset(Reason::REFUSED_STREAM),
        7 => Reply::SendLast(body(user)),
        _ => Reply::Send(200, body(user)),
    })
    .await;
    let result = run(http2(&server.address, "max", (1, 3))).await;
    assert!(result.answered > 30, "{}", result.answered);
    assert_eq!(
        (result.conforming, result.verdict),
        (result.answered, Verdict::Pass),
        "{:?}",
        result.operations[0].errors
    );
    assert!(result.answered < server.requests());
    assert!(server.connections() > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_refused_several_times_in_a_row_is_answered_in_the_end() {
    for (refusals, verdict) in [(5, Verdict::Pass), (10, Verdict::Fail)] {
        let server = Http2Server::start(None, move |number, user| match number % 20 {
            last if last < refusals => Reply::Reset(Reason::REFUSED_STREAM),
            _ => Reply::Send(200, body(user)),
        })
        .await;
        let result = run(http2(&server.address, "max", (1, 1))).await;
        assert!(result.answered > 30, "{}", result.answered);
        let errors = &result.operations[0].errors;
        assert_eq!(result.verdict, verdict, "{refusals}: {errors:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_both_sides_agree_on_the_version() {
    let certified = Certified::new();
    let folder = tempfile::tempdir().unwrap();
    let trust = Trust::with_authorities(&certified.authority_file(&folder)).unwrap();
    let acceptor = certified.acceptor(&[b"h2", b"http/1.1"]);
    let two = Http2Server::start(Some(acceptor), |_, user| Reply::Send(200, body(user))).await;
    let one = Server::start(|_, user| Act::Send(right(user))).await;
    let front = Front::start(certified.acceptor(&[b"http/1.1"]), one.address.clone());
    let silent = Front::start(certified.acceptor(&[]), one.address.clone());
    let load = async |address: &str, wanted| {
        let mut job = http2(address, "max", (1, 4));
        job.base_url = format!("https://{address}/base");
        job.settings.protocol = wanted;
        run_trusting(job, trust.clone()).await
    };
    for (address, wanted, spoken) in [
        (&two.address, None, Protocol::Http2),
        (&two.address, Some(Protocol::Http2), Protocol::Http2),
        (&front.address, None, Protocol::Http1),
        (&front.address, Some(Protocol::Http1), Protocol::Http1),
        (&silent.address, None, Protocol::Http1),
    ] {
        let result = load(address, wanted).await.unwrap();
        assert_eq!(result.protocol, spoken, "{wanted:?}");
        assert!(result.answered > 10);
        assert_eq!(
            (result.conforming, result.verdict),
            (result.answered, Verdict::Pass)
        );
    }
    for address in [&front.address, &silent.address] {
        let error = load(address, Some(Protocol::Http2)).await.unwrap_err();
        assert!(
            matches!(&error, LoadError::Unreachable(one) if one.kind == TransferErrorKind::Tls),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_http2_is_told_apart() {
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            let answer = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
            // A client that has hung up already makes no difference.
            drop(tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await);
            tokio::spawn(async move {
                let mut rest = Vec::new();
                drop(tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await);
            });
        }
    });
    let result = run(http2(&address, "10/s", (1, 1))).await;
    let errors = &result.operations[0].errors;
    assert_eq!((result.answered, result.verdict), (0, Verdict::Broken));
    assert!(
        errors
            .keys()
            .all(|kind| *kind == TransferErrorKind::Malformed)
            && !errors.is_empty(),
        "{errors:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_of_the_cases_speaks_it_too() {
    let certified = Certified::new();
    let folder = tempfile::tempdir().unwrap();
    let trust = Trust::with_authorities(&certified.authority_file(&folder)).unwrap();
    let acceptor = certified.acceptor(&[b"h2", b"http/1.1"]);
    for (scheme, tls) in [("http", None), ("https", Some(acceptor))] {
        let server = Http2Server::start(tls, move |_, user| match scheme {
            "http" => Reply::SendCoded(zipped(user)),
            _ => Reply::Send(200, body(user)),
        });
        let server = server.await;
        let limits = HttpLimits {
            connect: Duration::from_secs(5),
            exchange: Duration::from_secs(5),
            body: 1_000,
            pause: Duration::ZERO,
        };
        let url = format!("{scheme}://{}/base", server.address);
        let way = HttpWay {
            protocol: Protocol::Http2,
            tls: trust.clone().into(),
            ..HttpWay::default()
        };
        let client = HttpClient::through(&way, &url, limits).unwrap();
        let request = Request {
            method: "GET".to_owned(),
            path: "/user/id-5".to_owned(),
            headers: Vec::new(),
            body: None,
            manner: Manner::default(),
        };
        let response = client.send(request).await.result.unwrap();
        assert_eq!(response.body, body(5).into_bytes(), "{scheme}");
    }
}
