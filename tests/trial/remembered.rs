//! The history of many builds: what `assize history` keeps, compares, shows and refuses.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

use crate::support::{Foreign, Run, assize_in, free_port};

/// A short load on a server that takes so long to answer, kept in a folder as `NAME.json`.
fn load(folder: TempDir, name: &str, delay: &str) -> TempDir {
    let smtp = free_port();
    let server = Foreign::mailing_to("plain", &["--delay", delay], smtp);
    let mailbox = format!("listen:127.0.0.1:{smtp}");
    let run = assize_in(
        folder,
        &[
            "load",
            &server.base_url,
            "--mailbox",
            &mailbox,
            "--scenario",
            "lookup",
            "--rate",
            "40",
            "--duration",
            "1s",
            "--warm-up",
            "100ms",
            "--accept-invalid",
        ],
    );
    run.assert_exit(0);
    let results = run.results().to_string();
    let folder = run.into_folder();
    fs::write(folder.path().join(format!("{name}.json")), results).unwrap();
    folder
}

/// Whether a command says so, to whomever.
fn says(run: &Run, text: &str) -> bool {
    run.stdout.contains(text) || run.stderr.contains(text)
}

fn history(folder: TempDir, arguments: &[&str]) -> Run {
    assize_in(folder, &[&["history"], arguments].concat())
}

/// Writes a history in which a run was made of each of these builds: the line of one run with another name, so
/// that every build of one kind is exactly as fast.
fn write_history(folder: &Path, lines: &[(&str, &Value)]) {
    let mut text = String::new();
    for (index, (build, line)) in lines.iter().enumerate() {
        let mut line = (*line).clone();
        line["run"] = json!(format!("run-{index}"));
        line["build"] = json!(build);
        // A machine that does much besides may have spoilt a percentile, which is not what this is about.
        line["unsound"] = json!([]);
        text += &line.to_string();
        text.push('\n');
    }
    fs::write(folder.join("history.ndjson"), text).unwrap();
}

/// The lines of a fast run and of a slow one, both added to `first.ndjson`, and the folder.
fn two_added() -> (TempDir, [Value; 2]) {
    let mut folder = tempfile::tempdir().unwrap();
    let added = [("fast", "0.01"), ("slow", "0.05")].map(|(name, delay)| {
        let in_folder = std::mem::replace(&mut folder, tempfile::tempdir().unwrap());
        let in_folder = load(in_folder, name, delay);
        let file = format!("{name}.json");
        let run = history(in_folder, &["add", "first.ndjson", &file, "--build", name]);
        run.assert_exit(0);
        assert!(
            says(&run, &format!("of build {name} as number")),
            "{}",
            run.stdout
        );
        let text = run.file("first.ndjson");
        folder = run.into_folder();
        serde_json::from_str::<Value>(text.lines().last().unwrap()).unwrap()
    });
    (folder, added)
}

/// Each build of a history, and which run was made of it.
fn lines<'a>(fast: &'a Value, slow: &'a Value, elsewhere: &'a Value) -> [(&'a str, &'a Value); 12] {
    [
        ("a", fast),
        ("b", fast),
        ("c", fast),
        ("d", fast),
        ("e", fast),
        ("f", fast),
        ("g", fast),
        // A run of another machine is none to compare.
        ("elsewhere", elsewhere),
        ("guilty", slow),
        ("i", slow),
        ("j", slow),
        ("k", slow),
    ]
}

fn is_valid(line: &Value) -> bool {
    let schema = include_str!("../../schemas/history.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::draft202012::is_valid(&schema, line)
}

#[test]
fn a_build_that_made_it_slower_is_named_and_can_be_accepted() {
    let (folder, [fast, slow]) = two_added();
    assert!(is_valid(&fast) && is_valid(&slow));
    assert_eq!(fast["plan"], slow["plan"]);
    // The same run twice would count twice.
    let again = ["add", "first.ndjson", "slow.json", "--build", "x"];
    let again = history(folder, &again);
    again.assert_exit(2);
    let mut elsewhere = slow.clone();
    elsewhere["machine"] = json!("another machine");
    let lines = lines(&fast, &slow, &elsewhere);
    let mut folder = again.into_folder();
    let gate = |folder: TempDir, number: usize, more: &[&str], (exit, text): (i32, &str)| {
        write_history(folder.path(), &lines[..number]);
        let run = history(folder, &[&["gate", "history.ndjson"], more].concat());
        run.assert_exit(exit);
        assert!(says(&run, text), "{text}: {}{}", run.stdout, run.stderr);
        run.into_folder()
    };
    folder = gate(folder, 2, &[], (0, "TOO FEW  2 comparable runs"));
    folder = gate(folder, 8, &[], (0, "TOO FEW  1 comparable run"));
    folder = gate(folder, 7, &[], (0, "STEADY"));
    folder = gate(
        folder,
        12,
        &["--since", "nobody"],
        (2, "no run of build nobody"),
    );
    folder = gate(
        folder,
        12,
        &["--since", "guilty"],
        (0, "TOO FEW  4 comparable runs"),
    );
    folder = gate(folder, 12, &[], (4, "since build guilty"));
    assert_shown(folder);
}

/// The history is shown with the percentile that is asked for, and as a page.
#[track_caller]
fn assert_shown(folder: TempDir) {
    let asked = [
        "show",
        "history.ndjson",
        "--percentile",
        "p95",
        "--html",
        "history.html",
        "--json",
    ];
    let shown = history(folder, &asked);
    shown.assert_exit(0);
    let trends: Value = serde_json::from_str(&shown.stdout).unwrap();
    let names = trends["trends"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|one| one["figure"].as_str().unwrap()).collect();
    assert_eq!(names, ["p50", "p99", "p95"]);
    let counts = (&trends["compared"], &trends["others"]);
    assert_eq!(counts, (&json!(11), &json!(1)));
    let page = shown.file("history.html");
    assert!(page.contains("SLOWER") && page.contains("from build guilty on"));
}

#[test]
fn what_is_no_run_and_no_history_is_refused_with_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let broken = assize_in(folder, &["check", &nobody]);
    broken.assert_exit(3);
    let folder = broken.into_folder();
    let add = ["add", "history.ndjson", "out/results.json", "--build", "a"];
    let refused = history(folder, &add);
    refused.assert_exit(2);
    assert!(says(&refused, "gave no verdict"), "{}", refused.stderr);
    for (content, text) in [
        ("{}\n", "line 1 is of the format none"),
        (
            "\n{\"format\":\"assize/history/1\"}\n",
            "line 2 is no run of a history",
        ),
        ("{\"format\":\"assize/history/9\"}\n", "assize/history/9"),
        ("{\"format\":\"assize/hist", "cut off"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("history.ndjson"), content).unwrap();
        let run = history(folder, &["gate", "history.ndjson"]);
        run.assert_exit(2);
        assert!(says(&run, text), "{content}: {}", run.stderr);
    }
}

#[test]
fn a_requirement_that_comes_and_goes_is_told_from_one_that_a_build_broke() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |build: &str, flaky: &str, broken: &str| {
        json!({
            "format": "assize/history/1", "build": build, "run": build, "started": "2026-01-01T00:00:00Z",
            "outcome": "conforms", "machine": "m", "plan": "p",
            "requirements": {"get.alias": flaky, "delete.gone": broken, "create.status": "pass"},
        })
    };
    let text = [
        entry("a", "pass", "pass"),
        entry("b", "fail", "pass"),
        entry("c", "pass", "fail"),
        entry("d", "fail", "fail"),
        entry("e", "pass", "fail"),
    ];
    let text = text.map(|line| line.to_string()).join("\n") + "\n";
    fs::write(folder.path().join("history.ndjson"), text).unwrap();
    let gate = history(folder, &["gate", "history.ndjson"]);
    gate.assert_exit(0);
    assert!(gate.stdout.starts_with("NO TIMES"), "{}", gate.stdout);
    let run = history(gate.into_folder(), &["show", "history.ndjson"]);
    run.assert_exit(0);
    assert!(
        says(&run, "delete.gone: 3 of 5 runs, violated since build c"),
        "{}",
        run.stdout
    );
    let flaky = "get.alias: 2 of 5 runs, not by the newest run, its verdict changed 4 times";
    assert!(says(&run, flaky), "{}", run.stdout);
    assert!(!says(&run, "create.status"), "{}", run.stdout);
}
