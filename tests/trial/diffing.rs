//! What `assize diff` says of servers that are not ours: whose fault a difference is, and what is nobody's.

use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

use crate::support::{Foreign, Run, assize, assize_in};

/// Cases enough to meet success, refusal, secrets and readings.
const CASES: [&str; 4] = [
    "--seed",
    "7",
    "--case",
    "delete.bearer*,delete.no-*,reading.create",
];

fn diff(targets: [&Foreign; 2], more: &[&str]) -> Run {
    let mailboxes = targets.map(Foreign::mail_endpoint);
    let mut arguments = vec!["diff", "--json", "out.json", "--junit", "out.xml"];
    for (target, mailbox) in targets.iter().zip(&mailboxes) {
        arguments.extend([target.base_url.as_str(), "--mailbox-of", mailbox]);
    }
    assize(&[&arguments, &CASES[..], more].concat())
}

/// The result file, which keeps to its schema.
fn difference(run: &Run) -> Value {
    run.valid_file(
        "out.json",
        include_str!("../../schemas/difference.schema.json"),
    )
}

/// The names of the differences of a class.
fn named(value: &Value, class: &str) -> Vec<String> {
    let all = value["differences"].as_array().unwrap();
    let some = all.iter().filter(|one| one["class"] == class);
    some.map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn readings_are_nobody_s_fault_and_a_violation_is_that_of_who_commits_it() {
    let plain = Foreign::start_without_mail("plain", &[]);
    let terse = Foreign::start_without_mail("terse", &[]);
    let run = diff([&plain, &terse], &[]);
    run.assert_exit(0);
    let value = difference(&run);
    let readings = named(&value, "reading");
    for name in [
        "status of POST /user: 200 | 202",
        "header x-error-id: a UUID of version 4 | 32 hex digits",
        "body: a JSON object | nothing",
        "body /bearer: 64 hex digits | a token of up to 64",
    ] {
        assert!(readings.iter().any(|one| one == name), "{readings:?}");
    }
    assert_eq!(
        readings.len(),
        value["pairs"][0]["readings"],
        "{}",
        run.stdout
    );
    assert_eq!(value["pairs"][0]["violations"], 0, "{}", run.stdout);

    let wrong = Foreign::start_without_mail("plain", &["--defect", "delete-status-200"]);
    let run = diff([&wrong, &plain], &[]);
    run.assert_exit(1);
    let value = difference(&run);
    assert_eq!(named(&value, "first-violates"), ["delete.status: status"]);
    assert_eq!(named(&value, "second-violates"), Vec::<String>::new());
    assert_eq!(
        named(&value, "reading"),
        Vec::<String>::new(),
        "{}",
        run.stdout
    );
    let said = "A violates  delete.status · status, expected 202 (must): A 200 | B as expected";
    assert!(
        run.said(&said.split_whitespace().collect::<Vec<_>>().join(" ")),
        "{}",
        run.stdout
    );
    assert!(run.file("out.xml").contains("delete.status"));
}

#[test]
fn a_server_differs_from_itself_in_nothing_and_runs_that_were_asked_otherwise_are_not_compared() {
    let servers = [(); 2].map(|()| Foreign::start_without_mail("plain", &[]));
    let check = |folder, server: &Foreign, tag| {
        let mailbox = server.mail_endpoint();
        let more = ["--evidence", "all", "--draw", "0", "--run-tag", tag];
        let place = [
            "check",
            &server.base_url,
            "--mailbox",
            &mailbox,
            "--har",
            "out.har",
        ];
        assize_in(folder, &[&place[..], &CASES, &more].concat())
    };
    let mut folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for (server, tag) in [(0, "one"), (1, "one"), (0, "two")] {
        let run = check(folder, &servers[server], tag);
        names.push(run.results()["run"]["id"].as_str().unwrap().to_owned());
        let archive: Value = serde_json::from_str(&run.file("out.har")).unwrap();
        let entries = archive["log"]["entries"].as_array().unwrap();
        let steps = run.results()["cases"].as_array().unwrap().len();
        assert!(entries.len() > steps, "{} entries", entries.len());
        // A masked bearer is known again where it is used.
        let results = run.results();
        let text = results.to_string();
        assert!(
            text.contains("answer body /bearer") && text.contains("request header authorization")
        );
        folder = run.into_folder();
    }
    let run = assize_in(folder, &["diff", &names[0], &names[1]]);
    run.assert_exit(0);
    assert!(run.said("NO DIFFERENCE"), "{}", run.stdout);
    let run = assize_in(run.into_folder(), &["diff", &names[0], &names[2]]);
    run.assert_exit(3);
    assert!(run.said("give both the same --run-tag"), "{}", run.stdout);
}

/// A check of a variant whose exchanges are kept; its result file is moved to this name.
fn kept(folder: TempDir, variant: &str, name: &str) -> TempDir {
    let server = Foreign::start_without_mail(variant, &[]);
    let mailbox = server.mail_endpoint();
    let target = ["check", &server.base_url, "--mailbox", &mailbox];
    let more = ["--evidence", "all", "--draw", "0", "--run-tag", "kept"];
    let run = assize_in(folder, &[&target[..], &more, &CASES].concat());
    run.assert_exit(0);
    let folder = run.into_folder();
    let [from, to] = ["out/results.json", name].map(|one| folder.path().join(one));
    std::fs::rename(from, to).unwrap();
    folder
}

fn write(folder: &Path, list: &str) {
    std::fs::write(folder.join("accepted.yaml"), list).unwrap();
}

#[test]
fn a_list_accepts_with_a_reason_until_a_day_and_what_is_not_on_it_fails() {
    let folder = kept(tempfile::tempdir().unwrap(), "plain", "one.json");
    let mut folder = kept(folder, "terse", "two.json");
    let all = |until: &str| {
        format!(
            "accepted:\n  - {{difference: '*', reason: the gateway is another, until: {until}}}\n"
        )
    };
    let some = "accepted:\n  - {difference: 'status of POST /user: 200 | 202', reason: r, until: 2999-01-01}\n";
    let none = all("2999-01-01").replace("'*'", "nothing of the kind");
    let over = "* was accepted until 2001-01-01 only: the gateway is another";
    for (allow, list, exit, told) in [
        ("readings", "", 0, "all of them allowed"),
        ("nothing", "", 1, "of substance"),
        (
            "accepted.yaml",
            &all("2999-01-01"),
            0,
            "each of them accepted by the list",
        ),
        ("accepted.yaml", &all("2001-01-01"), 1, over),
        ("accepted.yaml", some, 1, "accepted: r"),
        (
            "accepted.yaml",
            &none,
            1,
            "nothing differs as nothing of the kind says",
        ),
    ] {
        write(folder.path(), list);
        let run = assize_in(folder, &["diff", "one.json", "two.json", "--allow", allow]);
        run.assert_exit(exit);
        assert!(run.said(told), "{list}: {}", run.stdout);
        folder = run.into_folder();
    }
    for (list, told) in [
        (all("soon"), "`until` takes a date such as 2026-12-31"),
        (
            all("2999-01-01").replace("the gateway is another", "''"),
            "has no reason",
        ),
        ("accepted: 5\n".to_owned(), "accepted.yaml"),
    ] {
        write(folder.path(), &list);
        let arguments = ["diff", "one.json", "two.json", "--allow", "accepted.yaml"];
        let run = assize_in(folder, &arguments);
        run.assert_exit(2);
        assert!(run.stderr.contains(told), "{list}: {}", run.stderr);
        folder = run.into_folder();
    }
}

#[test]
fn a_pattern_explains_each_requirement_that_it_fits() {
    let run = assize(&["explain", "delete.bad-*"]);
    run.assert_exit(0);
    for id in ["delete.bad-bearer", "delete.bad-key", "delete.bad-secret"] {
        let heading = format!("{id} (must)");
        assert_eq!(run.stdout.matches(&heading).count(), 1, "{}", run.stdout);
    }
    assert_eq!(run.stdout.matches("section:").count(), 3, "{}", run.stdout);
    assize(&["explain", "no.such-*"]).assert_exit(2);
}

#[test]
fn a_requirement_is_explained_with_its_section_and_its_reason() {
    let run = assize(&["explain", "delete.status"]);
    run.assert_exit(0);
    for part in ["section: Delete User, Returns", "why must", "proved by"] {
        assert!(run.said(part), "{}", run.stdout);
    }
    let run = assize(&["explain", "delete.statu"]);
    run.assert_exit(2);
    assert!(run.stderr.contains("delete.status"), "{}", run.stderr);
}
