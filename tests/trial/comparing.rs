//! Two builds beside each other: what `assize compare` starts, says and leaves behind. What its figures are worth
//! is shown by `bench/compare.py` and by the simulations of `src/compare`, since a test that rests on times flakes.

use rustix::process::{Pid, Signal, test_kill_process};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

use crate::interrupted::Running;
use crate::support::{Run, assize, assize_in, free_port, wait_until};
use crate::tested::binary;

/// The reference server as a build, with a defect or none. It writes its process id.
fn build(name: &str, more: &str) -> String {
    let assize = binary();
    format!(
        "sh -c 'echo $$ >> {name}.pids; exec {assize} serve --listen 127.0.0.1:{{port}} --smtp 127.0.0.1:{{smtp}} {more}'"
    )
}

const SHORT: [&str; 8] = [
    "--starts",
    "4",
    "--duration",
    "1s",
    "--warm-up",
    "100ms",
    "--rate",
    "100/s",
];

fn compare(folder: TempDir, a: &str, b: &str, more: &[&str]) -> Run {
    let sides = [
        "compare", "--a", a, "--b", b, "--json", "out.json", "--junit", "out.xml",
    ];
    assize_in(folder, &[&sides[..], &SHORT, more].concat())
}

fn comparison(run: &Run) -> Value {
    run.valid_file(
        "out.json",
        include_str!("../../schemas/comparison.schema.json"),
    )
}

fn figure<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    let figures = comparison["figures"].as_array().unwrap();
    figures
        .iter()
        .find(|figure| figure["name"] == name)
        .unwrap()
}

/// None of the processes whose ids were written runs, and no account is known as left.
#[track_caller]
fn assert_nothing_left(folder: &Path, names: &[&str], starts: usize) {
    for name in names {
        let ids = fs::read_to_string(folder.join(format!("{name}.pids"))).unwrap();
        assert_eq!(ids.lines().count(), starts, "{name}: {ids}");
        for id in ids.lines() {
            let pid = Pid::from_raw(id.parse().unwrap()).unwrap();
            assert!(test_kill_process(pid).is_err(), "{name}: {id} still runs");
        }
    }
    let ledgers = fs::read_dir(folder.join(".assize/ledgers"));
    assert_eq!(ledgers.into_iter().flatten().count(), 0);
}

#[test]
fn a_build_and_itself_are_started_in_turn_and_nothing_is_left_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = compare(folder, &build("a", ""), &build("b", ""), &["--seed", "5"]);
    // Whatever the times were on a busy machine, no build violates the contract and each was measured.
    assert!(
        matches!(run.exit_code, 0 | 4),
        "{}\n{}",
        run.stdout,
        run.stderr
    );
    let comparison = comparison(&run);
    assert_eq!(comparison["info"]["basis"], "builds");
    assert_eq!(comparison["info"]["seed"], 5);
    let errors = figure(&comparison, "errors");
    assert_eq!(
        (&errors["verdict"], &errors["judged"]),
        (&"same".into(), &true.into())
    );
    // Neither has the answers that a p99 needs, and that is said.
    let p99 = figure(&comparison, "p99");
    assert_eq!(p99["verdict"], Value::Null);
    assert!(
        p99["unjudged"]
            .as_str()
            .unwrap()
            .contains("a verdict needs 2,000")
    );
    for name in ["p50", "CPU an answer", "peak memory"] {
        let figure = figure(&comparison, name);
        assert_eq!(figure["a"].as_array().unwrap().len(), 4, "{name}");
        assert!(figure["verdict"].is_string(), "{name}");
    }
    let order = comparison["info"]["order"].as_array().unwrap();
    assert_eq!(order.iter().filter(|side| *side == "A").count(), 2);
    assert!(
        run.said("errors 0.000 points [0.000, 0.000] same (4 starts)"),
        "{}",
        run.stdout
    );
    assert!(run.file("out.xml").contains("peak memory"));
    each_start_is_kept(&run.report_folder());
    let folder = run.into_folder();
    assert_nothing_left(folder.path(), &["a", "b"], 4);
}

/// The record of each start stands beside the comparison; both sides of a round were asked for the same.
fn each_start_is_kept(reports: &Path) {
    let first: Value =
        serde_json::from_str(&fs::read_to_string(reports.join("a-01.json")).unwrap()).unwrap();
    let other: Value =
        serde_json::from_str(&fs::read_to_string(reports.join("b-01.json")).unwrap()).unwrap();
    for what in ["seed", "tag"] {
        assert_eq!(first["run"][what], other["run"][what], "{what}");
    }
    assert_eq!(
        first["loads"][0]["target"]["watched"]
            .as_str()
            .unwrap()
            .split(' ')
            .next(),
        Some("process")
    );
    let page = fs::read_to_string(reports.join("comparison.html")).unwrap();
    assert!(page.contains("Both distributions") && page.contains("Each start"));
}

#[test]
fn a_build_that_violates_the_contract_is_that_whatever_its_speed() {
    let folder = tempfile::tempdir().unwrap();
    let run = compare(
        folder,
        &build("a", ""),
        &build("b", "--defect get-status-201"),
        &[],
    );
    run.assert_exit(1);
    let comparison = comparison(&run);
    assert_eq!(comparison["verdict"], "violated");
    let changed = &comparison["requirements"][0];
    assert_eq!(
        (&changed["a"], &changed["b"]),
        (&"pass".into(), &"fail".into())
    );
    assert!(
        run.said("CONTRACT VIOLATED B violates the contract"),
        "{}",
        run.stdout
    );
    assert!(run.said("get.status: pass → fail"), "{}", run.stdout);
    assert!(run.file("out.xml").contains("<failure"));
    // Its speed matters no more, so that nothing is started again.
    let folder = run.into_folder();
    assert_nothing_left(folder.path(), &["a", "b"], 1);
}

#[test]
fn a_build_that_does_not_start_is_broken_and_its_output_is_shown() {
    let good = build("a", "");
    for (command, more, says) in [
        (
            "sh -c 'echo no such database $3 >&2; exit 7' {port}",
            &[][..],
            "exit status: 7",
        ),
        (
            "sh -c 'echo no such database; exec sleep 600' {port}",
            &["--ready-within", "300ms"],
            "did not answer",
        ),
        ("/nowhere/server {port}", &[], "cannot be started"),
    ] {
        let command = format!("{command} --db-password hunter2hunter");
        let run = compare(tempfile::tempdir().unwrap(), &good, &command, more);
        run.assert_exit(3);
        let page = fs::read_to_string(run.report_folder().join("comparison.html")).unwrap();
        for told in [
            &run.stdout,
            &run.stderr,
            &run.file("out.json"),
            &run.file("out.xml"),
            &page,
        ] {
            assert!(!told.contains("hunter2"), "a secret of the command is told");
        }
        assert!(
            run.said("NOT COMPARED B cannot be measured"),
            "{}",
            run.stdout
        );
        assert!(run.said(says), "{}", run.stdout);
        if command.starts_with("sh") {
            assert!(run.stderr.contains("no such database"), "{}", run.stderr);
        }
        assert_eq!(comparison(&run)["conclusion"]["exit_code"], 3);
        assert!(run.file("out.xml").contains("<error"));
    }
}

#[test]
fn a_signal_ends_the_build_that_runs_and_removes_its_users() {
    let folder = tempfile::tempdir().unwrap();
    let both = build("a", "");
    let sides = ["compare", "--a", &both, "--b", &both, "--duration", "10m"];
    let mut run = Running::start_with(folder.path(), &sides, &[]);
    let is_verified = || {
        let ledgers = fs::read_dir(folder.path().join(".assize/ledgers"))
            .into_iter()
            .flatten();
        let mut texts =
            ledgers.map(|file| fs::read_to_string(file.unwrap().path()).unwrap_or_default());
        texts.any(|text| text.contains("verified"))
    };
    wait_until("a user of the load", is_verified);
    run.signal(Signal::INT);
    run.wait_for("once more leaves at once");
    assert_eq!(run.exit_code(), Some(130));
    assert_nothing_left(folder.path(), &["a"], 1);
    let text = fs::read_to_string(folder.path().join("results.json")).unwrap();
    let comparison: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(comparison["conclusion"]["outcome"], "interrupted");
}

/// A server of known times, which answers anything.
struct KnownTimes {
    child: Child,
    url: String,
}

impl KnownTimes {
    fn start(delay: &str) -> Self {
        let mut child = Command::new(binary())
            .args(["calibrate", "--serve", delay])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        let url = line.trim().trim_start_matches("listening at ").to_owned();
        Self { child, url }
    }
}

impl Drop for KnownTimes {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

const PLAIN: &str = "suite: plain
title: Plain
scenarios:
  - id: plain
    title: Reads what is always there
    proves: [get.status]
    steps:
      - name: get
        request: {method: GET, path: /}
        expect: {status: 200}
";

/// So far apart that no neighbour of the machine can hide it.
#[test]
fn a_process_that_takes_300_times_as_long_is_slower_and_no_build_is_spoken_of() {
    let (fast, slow) = (KnownTimes::start("1ms"), KnownTimes::start("300ms"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    fs::write(folder.path().join("own/plain.yaml"), PLAIN).unwrap();
    let run = compare(
        folder,
        &fast.url,
        &slow.url,
        &["--suites", "own", "--tolerance", "10%"],
    );
    run.assert_exit(4);
    assert!(run.said("these two processes"), "{}", run.stdout);
    let text = run.file("out.json");
    let p50 = figure(&serde_json::from_str(&text).unwrap(), "p50").clone();
    assert_eq!(
        (&p50["verdict"], &p50["worse"]),
        (&"slower".into(), &true.into())
    );
    assert!(p50["change"]["low"].as_f64().unwrap() > 2.0, "{p50}");
    // The other way round it is faster, which is no failure.
    let folder = run.into_folder();
    let more = ["--suites", "own", "--until-clear", "40s"];
    let run = compare(folder, &slow.url, &fast.url, &more);
    run.assert_exit(0);
    let p50 = figure(&comparison(&run), "p50").clone();
    let info = &comparison(&run)["info"];
    assert!(info["looks"].as_u64().unwrap() > 1, "{info}");
    assert_eq!(
        (&p50["verdict"], &p50["worse"]),
        (&"faster".into(), &false.into())
    );
    assert!(run.file("out.xml").contains("failures=\"0\""));
}

#[test]
fn stored_runs_are_held_against_each_other_new_failures_first() {
    let folder = tempfile::tempdir().unwrap();
    let stored = |folder, name: &str, defect: &[&str]| {
        let served = crate::interrupted::Served::start_with(defect);
        let check = [
            "check",
            &served.base_url,
            "--mailbox",
            &served.inbox,
            "--case",
            "get.*",
        ];
        let run = assize_in(folder, &[&check[..], &["--accept-partial"]].concat());
        let results = run.file("out/results.json");
        let folder = run.into_folder();
        fs::write(folder.path().join(name), results).unwrap();
        folder
    };
    let folder = stored(folder, "good.json", &[]);
    let folder = stored(folder, "bad.json", &["--defect", "get-status-201"]);
    let more = ["--json", "out.json", "--reports", "compared"];
    let run = assize_in(
        folder,
        &[&["compare", "good.json", "bad.json"], &more[..]].concat(),
    );
    run.assert_exit(1);
    assert!(run.said("get.status: pass → fail"), "{}", run.stdout);
    let first = &comparison(&run)["requirements"][0];
    assert_eq!((&first["a"], &first["b"]), (&"pass".into(), &"fail".into()));
    let folder = run.into_folder();
    let run = assize_in(
        folder,
        &[&["compare", "bad.json", "good.json"], &more[..]].concat(),
    );
    run.assert_exit(0);
    assert!(run.said("get.status: fail → pass"), "{}", run.stdout);
}

#[test]
fn one_stored_run_of_a_side_tells_nothing_of_speed() {
    let more = ["--json", "out.json", "--reports", "compared"];
    let load = [
        "load",
        "--duration",
        "1s",
        "--warm-up",
        "0s",
        "--rate",
        "50/s",
    ];
    let run = assize(&load);
    let results = run.file("out/results.json");
    let folder = run.into_folder();
    fs::write(folder.path().join("load.json"), results).unwrap();
    let two = ["compare", "load.json", "load.json"];
    let run = assize_in(folder, &[&two, &more[..]].concat());
    run.assert_exit(0);
    assert!(
        run.said("p50 not judged: 1 run of a side, a verdict needs 4"),
        "{}",
        run.stdout
    );
    assert!(run.said("CANNOT TELL"), "{}", run.stdout);
    let folder = run.into_folder();
    let strict = ["--fail-on", "cannot-tell"];
    let run = assize_in(folder, &[&two, &more[..], &strict].concat());
    run.assert_exit(5);
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_way_out() {
    for (arguments, says) in [
        (&["--a", "server", "--b", "server"][..], "no {port}"),
        (&["--a", "server {port}"], "--a needs --b"),
        (&[], "name what to compare"),
        (
            &["--a", "x {port}", "--b", "x {port}", "--starts", "3"],
            "give 4 to 40",
        ),
        (
            &["--a", "x {port}", "--b", "x {port}", "--tolerance", "3"],
            "such as 3%",
        ),
        (
            &["--a", "x {port}", "--b", "x {port}", "--find-max"],
            "--find-max",
        ),
        (&["one"], "name two runs"),
        (&["no-such", "run"], "there is no run no-such"),
    ] {
        let run = assize(&[&["compare"], arguments].concat());
        run.assert_exit(2);
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
}

/// A run that nobody answered says nothing of its target, so that no comparison with it ends well.
#[test]
fn a_run_without_a_verdict_is_nothing_to_compare_with() {
    let narrow = ["check", "--case", "get.*", "--accept-partial"];
    let run = assize_in(tempfile::tempdir().unwrap(), &narrow);
    run.assert_exit(0);
    let good = run.file("out/results.json");
    let folder = run.into_folder();
    fs::write(folder.path().join("good.json"), good).unwrap();
    let nobody = format!("http://127.0.0.1:{}/api/auth/v2", free_port());
    let run = assize_in(folder, &["check", &nobody]);
    run.assert_exit(3);
    let broken = run.file("out/results.json");
    let folder = run.into_folder();
    fs::write(folder.path().join("broken.json"), broken).unwrap();
    let run = assize_in(folder, &["compare", "good.json", "broken.json"]);
    run.assert_exit(3);
    let says = "NOT COMPARED a run of B gave no verdict";
    assert!(run.said(says), "{}", run.stdout);
    let run = assize_in(run.into_folder(), &["compare", "broken.json", "good.json"]);
    run.assert_exit(3);
    let run = assize_in(run.into_folder(), &["compare", "good.json", "good.json"]);
    run.assert_exit(0);
    assert!(
        run.said("SAME no requirement became worse"),
        "{}",
        run.stdout
    );
}
