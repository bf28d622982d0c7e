//! Certificates that are not as they should be, and those that a target asks for.

use time::{Duration, OffsetDateTime};

use crate::support::{Foreign, Run, assize};
use crate::tls::{Certified, Front};

/// A few cases, and a second of load.
const SHORT: [&str; 7] = [
    "--case",
    "get.*",
    "--accept-partial",
    "--rate",
    "100",
    "--duration",
    "1s",
];

/// A server that is not ours behind TLS.
struct Secured {
    server: Foreign,
    front: Front,
}

impl Secured {
    fn start(acceptor: tokio_rustls::TlsAcceptor) -> Self {
        let server = Foreign::start("plain", None);
        let plain = server.base_url.strip_prefix("http://").unwrap();
        let (address, _) = plain.split_once('/').unwrap();
        let front = Front::start(acceptor, address.to_owned());
        Self { server, front }
    }

    fn run(&self, more: &[&str]) -> Run {
        let url = format!("https://{}/api/auth/v2", self.front.address);
        let mailbox = self.server.mailbox();
        let target = ["run", &url, "--mailbox", &mailbox];
        assize(&[&target[..], &SHORT, more].concat())
    }
}

#[test]
fn a_certificate_that_is_signed_by_itself_is_trusted_where_it_is_given() {
    let certified = Certified::by_itself(&["localhost", "127.0.0.1"], |_| {});
    let secured = Secured::start(certified.acceptor(&[]));
    let folder = tempfile::tempdir().unwrap();
    let file = certified.authority_file(&folder);
    let run = secured.run(&["--ca", file.to_str().unwrap()]);
    run.assert_exit(0);
    assert!(run.results()["loads"][0]["answered"].as_u64().unwrap() > 50);
    let refused = secured.run(&[]);
    refused.assert_exit(3);
    for said in ["certificate is signed by itself", "--ca FILE", "--insecure"] {
        assert!(refused.said(said), "{}", refused.stdout);
    }
}

#[test]
fn a_servers_own_certificate_is_trusted_without_its_authority() {
    let certified = Certified::new();
    let secured = Secured::start(certified.acceptor(&[]));
    let folder = tempfile::tempdir().unwrap();
    let (leaf, _) = certified.identity_files(&folder);
    secured
        .run(&["--ca", leaf.to_str().unwrap()])
        .assert_exit(0);
}

#[test]
fn what_is_given_must_still_be_valid_and_for_the_name() {
    let now = OffsetDateTime::now_utc();
    let lapsed = now - Duration::days(3);
    let to_come = now + Duration::days(3);
    let here = ["localhost", "127.0.0.1"];
    let expired = format!("expired on {}, 3 days ago", lapsed.date());
    let early = format!("valid from {} on", to_come.date());
    for (certified, said) in [
        (
            Certified::by_itself(&["api.example", "other.example"], |_| {}),
            "is not for 127.0.0.1: it is for api.example, other.example",
        ),
        (
            Certified::by_itself(&here, |leaf| leaf.not_after = lapsed),
            &expired,
        ),
        (
            Certified::by_itself(&here, |leaf| leaf.not_before = to_come),
            &early,
        ),
        (Certified::made(|leaf| leaf.not_after = lapsed), &expired),
        (
            Certified::made(|leaf| leaf.subject_alt_names.clear()),
            "it names no host",
        ),
    ] {
        let secured = Secured::start(certified.acceptor(&[]));
        let folder = tempfile::tempdir().unwrap();
        let file = certified.authority_file(&folder);
        let refused = secured.run(&["--ca", file.to_str().unwrap()]);
        refused.assert_exit(3);
        assert!(refused.said(said), "{}", refused.stdout);
        assert!(refused.said("--insecure"), "{}", refused.stdout);
    }
}

#[test]
fn a_port_that_speaks_plain_http_is_told_from_one_with_a_bad_certificate() {
    let server = Foreign::start("plain", None);
    let url = server.base_url.replace("http:", "https:");
    for verb in ["check", "load"] {
        let refused = assize(&[verb, &url]);
        refused.assert_exit(3);
        assert!(refused.said("write http://"), "{}", refused.stdout);
    }
}

#[test]
fn a_target_that_asks_for_a_certificate_gets_the_one_that_is_given() {
    let certified = Certified::new();
    let secured = Secured::start(certified.acceptor_of_known(&[]));
    let folder = tempfile::tempdir().unwrap();
    let authority = certified.authority_file(&folder);
    let (certificate, key) = certified.identity_files(&folder);
    let trust = ["--ca", authority.to_str().unwrap()];
    let refused = secured.run(&trust);
    refused.assert_exit(3);
    assert!(
        refused.said("give it with --cert FILE --key FILE"),
        "{}",
        refused.stdout
    );
    let shown = [
        "--cert",
        certificate.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let run = secured.run(&[&trust[..], &shown].concat());
    run.assert_exit(0);
    assert!(run.results()["loads"][0]["answered"].as_u64().unwrap() > 50);

    let stranger = Certified::new();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = stranger.identity_files(&folder);
    let shown = [
        "--cert",
        certificate.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let refused = secured.run(&[&trust[..], &shown].concat());
    refused.assert_exit(3);
    assert!(
        refused.said("does not accept the certificate"),
        "{}",
        refused.stdout
    );
}

#[test]
fn a_certificate_and_a_key_that_are_none_are_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let certified = Certified::new();
    let authority = certified.authority_file(&folder);
    let (certificate, key) = certified.identity_files(&folder);
    let misuse =
        |more: &[&str]| assize(&[&["check", "https://127.0.0.1:1/api"][..], more].concat());
    let mixed = [
        "--cert",
        authority.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ];
    let misused = misuse(&mixed);
    misused.assert_exit(2);
    assert!(
        misused.stderr.contains("cannot be used together"),
        "{}",
        misused.stderr
    );
    let lone = misuse(&["--cert", certificate.to_str().unwrap()]);
    lone.assert_exit(2);
    assert!(
        lone.stderr.contains("no private key in PEM form"),
        "{}",
        lone.stderr
    );
}
