//! Rules that hold for every answer: what breaks them in set-up and clean-up is found, told once, and by nobody
//! else.

use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

use crate::proxy::{Fate, before};
use crate::support::{Foreign, Run, assize_in, violated};

const REFUSED: &str =
    "HTTP/1.1 401 No\r\nx-error: no such session\r\nx-error-id: 5f1c\r\ncontent-length: 0\r\n\r\n";
const BARE: &str = "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";
const CUT: &str =
    "HTTP/1.1 200 Yes\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"bearer\": ";

fn check(server: &Foreign, url: &str, case: &str) -> Run {
    let mailbox = server.mailbox();
    let arguments = [
        "check",
        url,
        "--mailbox",
        &mailbox,
        "--case",
        case,
        "--jobs",
        "1",
    ];
    assize_in(tempfile::tempdir().unwrap(), &arguments)
}

/// The rules that were told.
fn rules(results: &Value) -> Vec<&Value> {
    let cases = results["cases"].as_array().unwrap().iter();
    cases.filter(|case| case["suite"] == "always").collect()
}

#[test]
fn what_breaks_the_contract_where_no_case_looks_makes_a_violated_run() {
    for (method, answer, requirements, whose) in [
        (
            "POST",
            BARE,
            &["error.no-5xx", "error.x-error", "error.x-error-id"][..],
            "(reading.used-code)",
        ),
        ("POST", CUT, &["body.json"], "(reading.used-code)"),
        (
            "DELETE",
            BARE,
            &["error.no-5xx", "error.x-error", "error.x-error-id"],
            "(clean-up of reading.used-code)",
        ),
        (
            "DELETE",
            REFUSED,
            &["delete.bearer"],
            "(clean-up of reading.used-code)",
        ),
    ] {
        let server = Foreign::start("plain", None);
        let met = AtomicUsize::new(0);
        let url = before(&server.base_url, move |_, head| {
            // The first of them comes before all cases.
            let mut words = head.split([' ', '?']);
            let is_it = words.next() == Some(method)
                && words.next().is_some_and(|path| path.ends_with("/user"));
            if is_it && met.fetch_add(1, Ordering::Relaxed) > 0 {
                Fate::Answer(answer.to_owned())
            } else {
                Fate::Pass
            }
        });
        // Its user is made for it and removed after it; it reads what a used code is told.
        let run = check(&server, &url, "reading.used-code");
        run.assert_exit(1);
        let results = run.results();
        assert_eq!(violated(&results), requirements, "{answer}");
        let told = rules(&results);
        assert!(!told.is_empty(), "{answer}");
        for rule in told {
            let step = &rule["steps"][0];
            assert_eq!(rule["verdict"], "fail");
            assert!(step["name"].as_str().unwrap().contains(whose), "{step}");
            assert!(step["exchange"]["curl"].is_string(), "{step}");
        }
        assert!(run.junit().contains("always."));
    }
}

#[test]
fn a_rule_that_was_not_asked_for_is_told_only_if_something_broke_it_that_no_case_tells() {
    let server = Foreign::start("plain", None);
    let run = check(&server, &server.base_url, "error.headers.get");
    run.assert_exit(0);
    assert_eq!(run.results()["totals"]["pass"], 1);
    let server = Foreign::start("plain", Some("no-error-id-on-404"));
    let run = check(&server, &server.base_url, "get.unknown.anonymous");
    run.assert_exit(1);
    assert_eq!(rules(&run.results()), Vec::<&Value>::new());
    // Rules alone are judged on the answers of all cases.
    let run = check(&server, &server.base_url, "always.error.*");
    run.assert_exit(1);
    assert!(run.results()["cases"].as_array().unwrap().len() > 100);
}

const OWN: &str = r#"suite: own
title: Another API
always:
  - id: own.signed
    title: Every read says who answers
    proves: t.all
    requests: "GET /user/{id}"
    expect: {headers: {x-nobody: present}}
  - id: own.no-error
    title: Nothing is a server error
    proves: t.all
    expect: {status: [2xx, 3xx, 4xx]}
cases:
  - id: own.unknown
    title: Nobody has this id
    proves: t.all
    tags: [own]
    steps:
      - name: get
        request: {method: GET, path: "/user/${uuid}"}
        expect: {status: 404}
"#;

fn own(suite: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    let catalogue =
        "requirements:\n  - {id: t.all, level: must, section: All, says: All is well.}\n";
    std::fs::write(own.join("requirements.yaml"), catalogue).unwrap();
    std::fs::write(own.join("own.yaml"), suite).unwrap();
    folder
}

#[test]
fn another_api_has_rules_of_its_own() {
    let server = Foreign::start("plain", None);
    let run = assize_in(own(OWN), &["check", &server.base_url, "--suites", "own"]);
    run.assert_exit(1);
    let results = run.results();
    let verdicts: Vec<&str> = results["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["pass", "fail", "pass"]);
    for (right, wrong, says) in [
        ("\"GET /user/{id}\"", "/user", "takes a method and a path"),
        (
            "x-nobody: present",
            "x-nobody: {equals: \"${email}\"}",
            "a rule has no values of a case",
        ),
        (
            "{status: [2xx, 3xx, 4xx]}",
            "{status: 2xx}\n    run: gone",
            "one of `expect`, `run` and `distinct`",
        ),
        ("id: own.signed", "id: own.unknown", "own.unknown"),
    ] {
        let run = assize_in(own(&OWN.replacen(right, wrong, 1)), &["lint", "own"]);
        run.assert_exit(2);
        let said = format!("{}{}", run.stdout, run.stderr).replace('│', " ");
        let said: Vec<&str> = said.split_whitespace().collect();
        let said = said.join(" ");
        assert!(said.contains(says), "{said}");
    }
}
