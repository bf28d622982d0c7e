//! Targets that break off in the middle of an answer, and those that refuse what they owe to a case that is about
//! something else.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::proxy::{Fate, before};
use crate::support::{Foreign, Run, assize, violated};

fn check(server: &Foreign, url: &str, cases: &str) -> Run {
    let mailbox = server.mailbox();
    assize(&[
        "check",
        url,
        "--mailbox",
        &mailbox,
        "--case",
        cases,
        "--jobs",
        "1",
    ])
}

#[test]
fn one_answer_in_ten_cut_off_or_missing_is_the_targets_fault_and_told_as_an_accident() {
    for (fate, says) in [
        (
            (|| Fate::Cut) as fn() -> Fate,
            "the target closed the connection",
        ),
        (
            || Fate::Close,
            "the target closed the connection before it answered",
        ),
    ] {
        let server = Foreign::start("plain", None);
        let url = before(&server.base_url, move |number, _| {
            if number % 10 == 7 { fate() } else { Fate::Pass }
        });
        let run = check(
            &server,
            &url,
            "get.unknown*,get.malformed-id*,create.user,create.status*",
        );
        run.assert_exit(1);
        let results = run.results();
        assert_eq!(results["totals"]["broken"], 0, "{}", results["totals"]);
        assert!(
            results["totals"]["pass"].as_u64() > Some(5),
            "{}",
            results["totals"]
        );
        let told = results["cases"].to_string();
        for words in [says, "a whole answer", "when it was sent again"] {
            assert!(told.contains(words), "{words}");
        }
        // A create that was sent twice is kept account of twice.
        assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
    }
}

#[test]
fn a_request_that_is_never_answered_is_told_as_a_habit() {
    let server = Foreign::start("plain", None);
    let url = before(&server.base_url, |_, line| {
        if line.starts_with("GET") && line.contains("00000000") {
            return Fate::Close;
        }
        if line.starts_with("DELETE") {
            Fate::Close
        } else {
            Fate::Pass
        }
    });
    let run = check(&server, &url, "delete.no-credentials,get.unknown*");
    run.assert_exit(1);
    assert!(run.results()["cases"].to_string().contains("; twice"));
}

#[test]
fn where_nothing_is_answered_nobody_is_blamed() {
    let server = Foreign::start("plain", None);
    let url = before(&server.base_url, |number, _| {
        if number > 1 { Fate::Close } else { Fate::Pass }
    });
    let run = check(&server, &url, "get.unknown.anonymous,delete.no-credentials");
    run.assert_exit(3);
    assert_eq!(run.results()["totals"]["fail"], 0);
}

#[test]
fn what_is_owed_to_every_case_is_blamed_also_where_it_only_lays_the_ground() {
    for (method, path, answer, requirement) in [
        (
            "PUT",
            "/session/verification",
            "400 No",
            "create.verifiable",
        ),
        (
            "PUT",
            "/session/verification",
            "500 No",
            "create.verifiable",
        ),
        ("GET", "/session", "401 No", "create.verifiable"),
    ] {
        let server = Foreign::start("plain", None);
        let url = before(&server.base_url, move |_, line| {
            // A request may have a query that nothing is about.
            let asked = line.split([' ', '?']).nth(1).unwrap_or_default();
            if line.starts_with(method) && asked.ends_with(path) {
                return Fate::Answer(format!(
                    "HTTP/1.1 {answer}\r\nx-error: no\r\nx-error-id: 1\r\ncontent-length: 0\r\n\r\n"
                ));
            }
            Fate::Pass
        });
        let run = check(&server, &url, "delete.bad-secret*");
        run.assert_exit(1);
        let results = run.results();
        assert_eq!(violated(&results), [requirement]);
        let case = &results["cases"][0];
        assert_eq!(case["reason"]["kind"], "blocked");
        let of_case = results["requirements"].as_array().unwrap();
        let bad_secret = of_case.iter().find(|one| one["id"] == "delete.bad-secret");
        assert_eq!(bad_secret.unwrap()["verdict"], "skip");
    }
}

#[test]
fn a_deleted_user_who_stays_readable_is_blamed_on_the_deletion_alone() {
    let server = Foreign::start("plain", Some("deleted-still-readable"));
    let run = check(&server, &server.base_url, "delete.dead-credentials.bearer*");
    run.assert_exit(1);
    assert_eq!(violated(&run.results()), ["delete.gone"]);
}

#[test]
fn a_create_that_is_refused_as_taken_and_then_admitted_is_blamed_and_no_case_is_lost() {
    let server = Foreign::start("plain", None);
    let creates = AtomicU64::new(0);
    let url = before(&server.base_url, move |_, line| {
        let is_create = line.starts_with("POST ") && line.contains("/user ");
        if is_create && creates.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            Fate::Answer(
                "HTTP/1.1 409 Conflict\r\nx-error: already exists\r\nx-error-id: 1\r\n\
                 Content-Length: 0\r\n\r\n"
                    .to_owned(),
            )
        } else {
            Fate::Pass
        }
    });
    let run = check(&server, &url, "get.unknown,get.alias,delete.own");
    run.assert_exit(1);
    let results = run.results();
    assert_eq!(violated(&results), ["create.account"]);
    assert_eq!(results["totals"]["skip"], 0, "{}", results["totals"]);
    assert!(results.to_string().contains("with nothing else under way"));
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
}
