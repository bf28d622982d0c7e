//! Where people and programs read what came of a run.

use serde_json::Value;

use crate::support::{Foreign, Run, assize, assize_in, assize_with};

/// A run of two cases against a server that deletes with 200, which one of them minds.
fn red(more: &[&str], environment: &[(&str, &str)]) -> (Foreign, Run) {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let mailbox = server.mailbox();
    let arguments = ["check", &server.base_url, "--mailbox", &mailbox];
    let arguments = [
        &arguments[..],
        &["--case", "delete.bearer,get.unknown"],
        more,
    ]
    .concat();
    let run = assize_with(tempfile::tempdir().unwrap(), &arguments, environment);
    run.assert_exit(1);
    (server, run)
}

fn report(run: Run, arguments: &[&str]) -> Run {
    report_ending(0, run, arguments)
}

fn report_ending(exit_code: i32, run: Run, arguments: &[&str]) -> Run {
    let arguments = [&["report"], arguments].concat();
    let run = assize_in(run.into_folder(), &arguments);
    run.assert_exit(exit_code);
    run
}

#[test]
fn a_finished_run_is_rendered_again_as_it_was_written() {
    let (_server, run) = red(&[], &[]);
    let folder = run.report_folder();
    let id = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let written = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (page, junit) = (written("report.html"), written("junit.xml"));
    let results = folder.join("results.json").display().to_string();

    let run = report(run, &[]);
    assert_eq!(run.stdout, page);
    let run = report(run, &[&id, "--to", "junit"]);
    assert_eq!(run.stdout, junit);
    let run = report(
        run,
        &[&results, "--to", "junit", "--output", "again/junit.xml"],
    );
    assert_eq!(run.file("again/junit.xml"), junit);
    let run = report(run, &[&folder.display().to_string(), "--to", "certificate"]);
    assert!(run.stdout.contains("was found not to conform"));
    let missing = assize_in(run.into_folder(), &["report", "nowhere"]);
    missing.assert_exit(2);
    assert!(missing.stderr.contains("there is no run nowhere"));
}

#[test]
fn a_finished_load_is_judged_again_by_other_thresholds() {
    let load = [
        "load",
        "--scenario",
        "lookup",
        "--rate",
        "50",
        "--duration",
        "1s",
    ];
    let run = assize(&[&load[..], &["--accept-invalid"]].concat());
    run.assert_exit(0);
    let run = report_ending(4, run, &["--to", "junit", "--slo", "p99 < 1us"]);
    assert!(run.stdout.contains("<failure") && run.stdout.contains("p99 &lt; 1us"));
    let run = report(
        run,
        &[
            "--to",
            "junit",
            "--slo",
            "p99 < 60s",
            "--slo",
            "errors < 1%",
        ],
    );
    run.assert_exit(0);
    assert!(!run.stdout.contains("<failure") && run.stdout.contains("errors &lt; 1%"));
    // What was due must have been answered as before.
    assert!(run.stdout.contains("rate &gt;= 99%"), "{}", run.stdout);
    let run = report_ending(2, run, &["--slo", "got p99 < 1s"]);
    assert!(run.stderr.contains("no such operation"), "{}", run.stderr);
    report_ending(2, run, &["--slo", "p99 < 1s", "--to", "certificate"]);
    let (_server, run) = red(&[], &[]);
    let run = report_ending(2, run, &["--slo", "p99 < 1s"]);
    assert!(run.stderr.contains("made no load"), "{}", run.stderr);
}

#[test]
fn failed_cases_are_run_again_with_the_same_requests() {
    let (server, run) = red(&[], &[]);
    let first = run.results();
    let id = first["run"]["id"].as_str().unwrap().to_owned();
    let mailbox = server.mailbox();
    let arguments = ["check", "--rerun-failed", &id, "--mailbox", &mailbox];
    let run = assize_in(run.into_folder(), &arguments);
    run.assert_exit(1);
    let second = run.results();
    assert_eq!(second["run"]["target"], first["run"]["target"]);
    assert_eq!(second["run"]["seed"], first["run"]["seed"]);
    let cases = second["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0]["id"], "delete.bearer");
}

#[test]
fn a_run_without_failures_leaves_nothing_to_run_again() {
    let run = crate::support::assize(&["check", "--case", "get.unknown"]);
    run.assert_exit(0);
    let id = run.results()["run"]["id"].as_str().unwrap().to_owned();
    let run = assize_in(run.into_folder(), &["check", "--rerun-failed", &id]);
    run.assert_exit(2);
    assert!(run.stderr.contains("there is none to run again"));
}

#[test]
fn a_failure_shows_the_command_that_runs_just_this_case() {
    let (server, run) = red(&["--seed", "7"], &[]);
    let command = format!(
        "assize check {} --mailbox {} --case delete.bearer --seed 7",
        server.base_url,
        server.mailbox()
    );
    let joined = run.stdout.replace("\\\n", " ");
    let words: Vec<&str> = joined.split_whitespace().collect();
    assert!(words.join(" ").contains(&command), "{}", run.stdout);
}

#[test]
fn a_github_job_gets_annotations_and_the_summary_of_its_step() {
    let environment = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", "summary.md"),
    ];
    let (_server, run) = red(&[], &environment);
    let summary = run.file("summary.md");
    assert!(summary.starts_with("## assize: CONTRACT VIOLATED"));
    assert!(summary.contains("delete&#46;status"));
    let lines: Vec<&str> = run.stdout.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").unwrap();
    let resumed = lines
        .iter()
        .position(|line| *line == format!("::{token}::"));
    let (before, after) = lines.split_at(resumed.unwrap());
    let commands = |lines: &[&str]| {
        lines
            .iter()
            .filter(|line| line.starts_with("::error "))
            .count()
    };
    assert_eq!(commands(before), 0);
    assert_eq!(commands(after), 2);
    assert!(
        after
            .iter()
            .any(|line| line.contains("file=builtin%3Adelete.yaml,line="))
    );
}

#[test]
fn no_job_gets_no_workflow_command() {
    let (_server, run) = red(&[], &[]);
    assert!(!run.stdout.contains("::"), "{}", run.stdout);
}

#[test]
fn programs_get_the_results_or_the_events() {
    let (_server, run) = red(&["--format", "json"], &[]);
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(printed, run.results());

    let (_server, run) = red(&["--format", "ndjson"], &[]);
    let schema = assize::report::events_schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        assert!(validator.is_valid(line), "{line}");
    }
    assert_eq!(lines[0]["event"], "began");
    assert_eq!(lines[0]["format"], "assize/events/2");
    let finished = lines.iter().filter(|line| line["event"] == "case-finished");
    assert_eq!(finished.count(), 2);
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "ended");
    assert_eq!(last["conclusion"]["exit_code"], 1);
}

#[test]
fn every_case_is_shown_only_if_that_is_asked_for() {
    let (_server, run) = red(&[], &[]);
    assert!(!run.stderr.contains("get.unknown"));
    let (_server, run) = red(&["--verbose"], &[]);
    assert!(
        run.stderr.contains("✓ pass   get.unknown"),
        "{}",
        run.stderr
    );
}
