//! What a result file keeps of what was sent and answered, and that files of the format before are read.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::support::{Foreign, Run, assize_in};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/kept");

/// Two cases against a server that deletes with 200, which one of them minds, and one of a load that minds it,
/// too.
fn run(server: &Foreign, more: &[&str]) -> Run {
    let mailbox = server.mailbox();
    let arguments = ["check", &server.base_url, "--mailbox", &mailbox];
    let cases = ["--case", "delete.bearer,get.unknown", "--seed", "4"];
    let folder = tempfile::tempdir().unwrap();
    let run = assize_in(folder, &[&arguments[..], &cases, more].concat());
    run.assert_exit(1);
    run
}

/// The steps of each case, and how many of them have an exchange.
fn exchanges(results: &Value) -> BTreeMap<String, (usize, usize)> {
    let cases = results["cases"].as_array().unwrap().iter();
    let counted = cases.map(|case| {
        let steps = case["steps"].as_array().unwrap();
        let kept = steps.iter().filter(|step| step["exchange"].is_object());
        let id = case["id"].as_str().unwrap().to_owned();
        (id, (steps.len(), kept.count()))
    });
    counted.collect()
}

#[test]
fn exchanges_are_kept_of_failing_cases_of_all_or_of_none() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let usual = run(&server, &[]);
    let all = run(&server, &["--evidence", "all"]);
    let none = run(&server, &["--evidence=none"]);
    for (run, policy) in [(&usual, "failing"), (&all, "all"), (&none, "none")] {
        assert_eq!(run.results()["run"]["evidence"], policy);
        assert_eq!(
            run.results()["totals"],
            usual.results()["totals"],
            "{policy}"
        );
        assert!(run.junit().contains("expected 202"), "{}", run.junit());
        for (id, (steps, kept)) in exchanges(&run.results()) {
            let wanted = match (policy, id.as_str()) {
                ("all", _) | ("failing", "delete.bearer") => steps,
                _ => 0,
            };
            assert!(
                steps > 0 && kept == wanted,
                "{policy} {id}: {kept} of {steps}"
            );
        }
    }
    assert!(!none.file("out/results.json").contains("curl"));
    assert!(!none.junit().contains("curl"));
    // The same goes for who follows the run.
    let followed = run(&server, &["--evidence=none", "--format=ndjson"]);
    assert!(followed.stdout.contains("case-finished"));
    assert!(!followed.stdout.contains("\"curl\""));
    let unknown = assize_in(
        tempfile::tempdir().unwrap(),
        &["check", "--evidence", "some"],
    );
    unknown.assert_exit(2);
    assert!(
        unknown.stderr.contains("`failing`, `all` and `none`"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn the_first_answer_of_a_kind_that_a_load_found_is_kept_unless_nothing_is() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let mailbox = server.mailbox();
    for (policy, kept) in [("failing", true), ("none", false)] {
        let arguments = ["load", &server.base_url, "--mailbox", &mailbox];
        let how = "--scenario lifecycle --rate 5/s --duration 1s --warm-up 0s --users 1 --evidence";
        let how: Vec<&str> = how.split(' ').collect();
        let folder = tempfile::tempdir().unwrap();
        let run = assize_in(folder, &[&arguments[..], &how, &[policy]].concat());
        run.assert_exit(1);
        let found = &run.results()["loads"][0]["findings"][0];
        assert_eq!(found["example"].is_object(), kept, "{policy}: {found}");
        assert!(found["finding"].is_object());
        // What is rendered from the file is what was rendered from memory.
        let place = run.report_folder();
        let written = |name: &str| std::fs::read_to_string(place.join(name)).unwrap();
        let (page, junit) = (written("report.html"), written("junit.xml"));
        let run = assize_in(run.into_folder(), &["report"]);
        assert!(run.stdout == page, "{policy}: another page");
        let run = assize_in(run.into_folder(), &["report", "--to", "junit"]);
        assert_eq!(run.stdout, junit);
    }
}

#[test]
fn results_of_the_format_before_are_rendered_and_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let load = format!("{KEPT}/load-1.json");
    let page = assize_in(folder, &["report", &load]);
    page.assert_exit(0);
    assert!(page.stdout.contains("2 answers under load did not conform"));
    assert!(page.stdout.contains("Time by percentile"));

    let server = Foreign::start("plain", Some("delete-status-200"));
    let check = format!("{KEPT}/check-1.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&check).unwrap()).unwrap();
    let mut failed: Vec<&str> = kept["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["verdict"] == "fail")
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    let mailbox = server.mailbox();
    let arguments = ["check", &server.base_url, "--mailbox", &mailbox];
    let again = ["--rerun-failed", &check];
    let run = assize_in(
        tempfile::tempdir().unwrap(),
        &[&arguments[..], &again].concat(),
    );
    let results = run.results();
    assert_eq!(results["format"], "assize/results/2");
    assert_eq!(results["run"]["seed"], kept["run"]["seed"]);
    let cases = exchanges(&results);
    failed.sort_unstable();
    assert_eq!(cases.keys().collect::<Vec<_>>(), failed);
}
