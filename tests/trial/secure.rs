//! Targets that speak TLS.

use crate::interrupted::Served;
use crate::support::{Foreign, Run, assize};
use crate::tls::{Certified, Front};

/// A server that is not ours, behind TLS.
struct Secured {
    server: Foreign,
    certified: Certified,
    front: Front,
}

impl Secured {
    fn start() -> Self {
        let server = Foreign::start("plain", None);
        let certified = Certified::new();
        let plain = server.base_url.strip_prefix("http://").unwrap();
        let (address, _) = plain.split_once('/').unwrap();
        let front = Front::start(certified.acceptor(&[]), address.to_owned());
        Self {
            server,
            certified,
            front,
        }
    }

    /// Tries a few cases, then a second of load.
    fn run(&self, more: &[&str]) -> Run {
        let plain = self.server.base_url.strip_prefix("http://").unwrap();
        let (_, path) = plain.split_once('/').unwrap();
        let url = format!("https://{}/{path}", self.front.address);
        let mailbox = self.server.mailbox();
        let mut arguments = vec!["run", &url, "--mailbox", &mailbox, "--case", "get.*"];
        arguments.extend(["--accept-partial", "--rate", "100", "--duration", "1s"]);
        // On a starved machine one answer of so few may stall.
        arguments.extend(["--slo", "errors < 1%"]);
        arguments.extend(more);
        assize(&arguments)
    }
}

#[test]
fn a_target_with_a_trusted_authority_is_checked_and_loaded() {
    let secured = Secured::start();
    let folder = tempfile::tempdir().unwrap();
    let file = secured.certified.authority_file(&folder);
    let run = secured.run(&["--ca", file.to_str().unwrap()]);
    run.assert_exit(0);
    let results = run.results();
    assert!(results["totals"]["pass"].as_u64().unwrap() > 5);
    assert!(results["loads"][0]["answered"].as_u64().unwrap() > 50);
    assert_eq!(
        results["loads"][0]["answered"],
        results["loads"][0]["conforming"]
    );
    assert!(!run.said("INSECURE"));
}

#[test]
fn an_unknown_authority_is_refused_and_insecure_runs_say_so() {
    let secured = Secured::start();
    let refused = secured.run(&[]);
    refused.assert_exit(3);
    assert!(refused.said("certificate"), "{}", refused.stdout);
    let run = secured.run(&["--insecure"]);
    run.assert_exit(0);
    assert!(run.said("INSECURE: the certificate of the target was not verified"));
    let results = run.file("out/results.json");
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    for report in [results, page] {
        assert!(report.contains("INSECURE: the certificate"));
    }
}

#[test]
fn a_file_without_certificates_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing\n").unwrap();
    for (file, reason) in [
        (empty.to_str().unwrap(), "has no certificate in PEM form"),
        ("/no/such/file.pem", "cannot read certificates from"),
    ] {
        let run = assize(&["check", "https://127.0.0.1:1/api", "--ca", file]);
        run.assert_exit(2);
        assert!(run.stderr.contains(reason), "{}", run.stderr);
    }
}

/// A target in plain, whose codes are told behind TLS.
struct SecuredInbox {
    served: Served,
    certified: Certified,
    front: Front,
}

impl SecuredInbox {
    fn start() -> Self {
        let served = Served::start();
        let plain = served.base_url.strip_prefix("http://").unwrap();
        let (address, _) = plain.split_once('/').unwrap();
        let certified = Certified::new();
        let front = Front::start(certified.acceptor(&[b"http/1.1"]), address.to_owned());
        Self {
            served,
            certified,
            front,
        }
    }

    /// Reads a user that can only be made with a code.
    fn check(&self, more: &[&str]) -> Run {
        let inbox = format!("https://{}/inbox/{{email}}#/code", self.front.address);
        let target = ["check", &self.served.base_url, "--mailbox", &inbox];
        let case = ["--case", "get.alias", "--accept-partial"];
        assize(&[&target[..], &case, more].concat())
    }
}

#[test]
fn an_authority_is_trusted_for_the_mailbox_too_and_insecure_is_not_meant_for_it() {
    let secured = SecuredInbox::start();
    for more in [&[][..], &["--insecure"]] {
        let refused = secured.check(more);
        refused.assert_exit(3);
        assert!(refused.said("certificate"), "{}", refused.stdout);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = secured.certified.authority_file(&folder);
    let authority = ["--ca", file.to_str().unwrap()];
    for more in [&[][..], &["--insecure"]] {
        let run = secured.check(&[&authority[..], more].concat());
        run.assert_exit(0);
        assert_eq!(run.results()["totals"]["pass"], 1);
    }
}
