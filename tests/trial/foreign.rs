//! A server that shares no code with ours: correct in four ways, then wrong in many.

use crate::support::{Foreign, assize, violated};

#[track_caller]
fn passes(variant: &str) {
    let server = Foreign::start(variant, None);
    let run = server.check(&[]);
    run.assert_exit(0);
    let totals = &run.results()["totals"];
    assert_eq!(totals["fail"], 0);
    assert_eq!(totals["broken"], 0);
    assert!(totals["pass"].as_u64().unwrap() >= 90, "{totals}");
    let accounts = &run.results()["accounts"];
    assert_eq!(
        accounts["made"], accounts["removed"],
        "accounts are left behind"
    );
}

#[test]
fn a_plain_server_passes() {
    passes("plain");
}

#[test]
fn a_terse_server_passes() {
    passes("terse");
}

#[test]
fn a_generous_server_passes() {
    passes("generous");
}

#[test]
fn a_strict_server_passes() {
    passes("strict");
}

#[test]
fn a_server_with_the_shortest_ids_passes() {
    passes("numbered");
}

#[test]
fn a_server_whose_aliases_are_unique_passes() {
    passes("unique");
}

#[test]
fn a_server_that_gives_the_ids_of_deleted_users_to_others_passes() {
    passes("recycling");
    let server = Foreign::start("recycling", None);
    let load = ["load", &server.base_url, "--mailbox", &server.mailbox()];
    let pace = ["--scenario", "lifecycle", "--rate", "10/s"];
    let run = assize(&[load, pace, ["--duration", "2s", "--warm-up", "0s"]].concat());
    run.assert_exit(0);
    assert_eq!(run.results()["loads"][0]["findings"], serde_json::json!([]));
    let server = Foreign::start("recycling", Some("shared-session-id"));
    let run = server.check(&["--case", "create.*"]);
    run.assert_exit(1);
    let violated = violated(&run.results());
    assert!(violated.contains(&"create.unique".to_owned()));
    // Its ids are those of codes, too: a code may be looked for under the id of another's.
    let explained = ["create.unique", "create.verifiable"];
    assert!(
        violated.iter().all(|one| explained.contains(&one.as_str())),
        "{violated:?}"
    );
}

#[test]
fn warnings_fail_under_strict() {
    let server = Foreign::start("generous", None);
    server.check(&["--strict"]).assert_exit(1);
}

/// One defect: the run fails, names the requirement, and shows expected and actual with a curl line.
#[track_caller]
fn fails(defect: &str, requirement: &str, expected: &str, actual: &str) {
    let server = Foreign::start("plain", Some(defect));
    let run = server.check(&[]);
    run.assert_exit(1);
    let ids = violated(&run.results());
    assert!(ids.iter().any(|id| id == requirement), "{ids:?}");
    for part in [requirement, expected, actual, "curl -i -X"] {
        assert!(
            run.stdout.contains(part),
            "{part:?} is not in:\n{}",
            run.stdout
        );
    }
    assert!(run.junit().contains("<failure"));
    assert!(run.junit().contains(requirement));
}

#[test]
fn a_wrong_status() {
    fails("delete-status-200", "delete.status", "202", "200");
}

#[test]
fn a_wrong_type() {
    fails("expire-at-string", "create.body.expireAt", "integer", "\"");
}

#[test]
fn a_missing_error_header() {
    fails(
        "no-error-id-on-404",
        "error.x-error-id",
        "not blank",
        "no such header",
    );
}

#[test]
fn an_invalid_request_accepted() {
    fails(
        "missing-alias-accepted",
        "create.request.alias.required",
        "400",
        "200",
    );
}

#[test]
fn a_wrong_secret_accepted() {
    fails("wrong-secret-can-delete", "delete.bad-secret", "401", "202");
}

#[test]
fn a_deleted_account_that_can_be_read() {
    fails("deleted-still-readable", "delete.gone", "404", "200");
}

#[test]
fn a_session_id_used_twice() {
    let server = Foreign::start("plain", Some("shared-session-id"));
    let run = server.check(&[]);
    run.assert_exit(1);
    let ids = violated(&run.results());
    assert!(ids.iter().any(|id| id == "create.unique"), "{ids:?}");
}

#[test]
fn no_secret_appears_in_any_output() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let run = server.check(&[]);
    run.assert_exit(1);
    assert!(run.stdout.contains("Bearer "), "{}", run.stdout);
    // The server's bearers are long runs of letters and digits; nothing like one may be shown.
    let token = regex::Regex::new("Bearer [A-Za-z0-9_-]{20,}").unwrap();
    for text in [
        &run.stdout,
        &run.stderr,
        &run.junit(),
        &run.file("out/results.json"),
    ] {
        assert!(!token.is_match(text), "a bearer is shown");
    }
}

/// What a run with this seed and tag sends, a line each, without the ids of users: these are the server's
/// choice.
fn requests(seed: &str, tag: &str) -> Vec<String> {
    let server = Foreign::start("plain", Some("alias-normalised"));
    let options = ["--seed", seed, "--run-tag", tag, "--case", "get.alias*"];
    let run = server.check(&options);
    run.assert_exit(1);
    let results = run.results();
    assert_eq!(results["run"]["tag"], tag);
    let id = regex::Regex::new("[0-9a-f]{8}-[0-9a-f-]{27}").unwrap();
    let cases = results["cases"].as_array().unwrap();
    let sent = cases.iter().flat_map(|case| {
        let steps = case["steps"].as_array().unwrap().iter();
        let exchanges = steps.map(|step| &step["exchange"]);
        exchanges.filter(|one| !one.is_null()).map(|exchange| {
            let url = exchange["url"].as_str().unwrap();
            let path = url.trim_start_matches(&server.base_url);
            let body = &exchange["request_body"]["text"];
            let line = format!("{} {} {path} {body}", case["id"], exchange["method"]);
            id.replace_all(&line, "…").into_owned()
        })
    });
    sent.collect()
}

#[test]
fn one_seed_sends_the_same_requests_and_its_tag_makes_their_users_new() {
    let first = requests("7", "first");
    assert!(first.len() > 5);
    assert!(first.iter().any(|line| line.contains("email")), "{first:?}");
    assert_eq!(first, requests("7", "first"));
    let second = requests("7", "second");
    let forms = |lines: &[String]| -> Vec<String> {
        let names = regex::Regex::new("[a-z0-9]{8,}").unwrap();
        let lines = lines.iter();
        let lines = lines.map(|line| names.replace_all(line, "…").into_owned());
        lines.collect()
    };
    assert_eq!(forms(&first), forms(&second));
    for (one, other) in first.iter().zip(&second) {
        let creates = one.contains("email");
        assert_eq!(one != other, creates, "{one}");
    }
}
