//! Loads over TLS.

use assize::edge::LoadError;
use assize::edge::tls::Trust;
use assize::engine::load::LoadJob;
use assize::model::{TransferErrorKind, Verdict};
use assize::record::LoadResult;

use super::server::{Act, Server, right, with_headers};
use super::tls::{Certified, Front};
use super::{SHORT, job, run_trusting};

async fn run(front: &Front, trust: Trust) -> Result<LoadResult, LoadError> {
    let job = LoadJob {
        base_url: format!("https://{}/base", front.address),
        ..job(&front.address, "max", 2, SHORT)
    };
    run_trusting(job, trust).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_whose_authority_is_trusted_is_judged_over_tls() {
    let server = Server::start(|number, user| match number % 5 {
        0 => Act::SendAndClose(with_headers(user, "Connection: close\r\n")),
        _ => Act::Send(right(user)),
    })
    .await;
    let certified = Certified::new();
    let front = Front::start(certified.acceptor(&[]), server.address.clone());
    let folder = tempfile::tempdir().unwrap();
    let trust = Trust::with_authorities(&certified.authority_file(&folder)).unwrap();
    let result = run(&front, trust).await.unwrap();
    assert!(result.answered > 10);
    assert_eq!(
        (result.answered, result.conforming, result.verdict),
        (server.requests(), server.requests(), Verdict::Pass)
    );
    assert!(server.connections() >= result.answered / 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_nobody_vouches_for_is_refused_unless_anybody_is_trusted() {
    let server = Server::start(|_, user| Act::Send(right(user))).await;
    let certified = Certified::new();
    let front = Front::start(certified.acceptor(&[]), server.address.clone());
    let folder = tempfile::tempdir().unwrap();
    let stranger = Trust::with_authorities(&Certified::new().authority_file(&folder)).unwrap();
    for trust in [Trust::default(), stranger] {
        let error = run(&front, trust).await.unwrap_err();
        assert!(
            matches!(&error, LoadError::Unreachable(one) if one.kind == TransferErrorKind::Tls),
            "{error}"
        );
    }
    assert_eq!(server.requests(), 0);
    let result = run(&front, Trust::Anybody).await.unwrap();
    assert!(result.answered > 10);
    assert_eq!(result.conforming, result.answered);
}
