//! Runs the command against a target that is not to be trusted, and keeps an eye on it: its time, its
//! memory, and whether everything that it wrote tells the same story.

use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::misbehaving::authority;
use crate::tested::binary;

/// No run here takes near so long: one that does hangs.
const HANGS: Duration = Duration::from_secs(40);
/// How often a run's memory is looked at. What it takes at most is kept by the kernel, so nothing is
/// missed but what is taken in the last moment.
const LOOK: Duration = Duration::from_millis(2);

const SUITE: &str = "suite: hostile
title: Hostile
cases:
  - id: hostile.poison
    title: Read from a target that misbehaves
    proves: [get.alias, body.json]
    steps:
      - &read
        name: get
        request: {method: GET, path: /user/poison}
        expect:
          - proves: get.alias
            status: 200
            json: {/alias: right}
          - proves: body.json
            body: json-object
  - id: hostile.other
    title: Read the next
    proves: [get.alias, body.json]
    steps:
      - &other
        name: get
        request: {method: GET, path: /user/other}
        expect:
          - proves: get.alias
            status: 200
            body: json-object
            json: {/alias: right}
  - id: hostile.again
    title: Read from it again
    proves: [get.alias, body.json]
    steps: [*read, *other, *read]
  - id: hostile.once-more
    title: Read from it once more
    proves: [get.alias, body.json]
    steps: [*read, *other, *read]
scenarios:
  - id: poison
    title: Read from a target that misbehaves
    proves: [get.alias, body.json]
    steps: [*read]
";

/// A finished run.
pub(crate) struct Watched {
    pub(crate) exit_code: i32,
    pub(crate) stderr: String,
    pub(crate) results: Value,
    pub(crate) junit: String,
    pub(crate) took: Duration,
    /// The most memory that it had at any time, in kibibytes.
    pub(crate) peak_kib: u64,
}

/// Runs the command with suites of its own.
pub(crate) fn watch(arguments: &[&str]) -> Watched {
    watch_with(arguments, &[])
}

/// The same with more variables.
pub(crate) fn watch_with(arguments: &[&str], environment: &[(&str, &str)]) -> Watched {
    let folder = tempfile::tempdir().unwrap();
    let suites = folder.path().join("suites");
    fs::create_dir(&suites).unwrap();
    fs::write(suites.join("hostile.yaml"), SUITE).unwrap();
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder.path())
        .env("CI", "true")
        // Tests run side by side, so that the generator of a load may well lack a processor.
        .env("ASSIZE_ACCEPT_INVALID", "true")
        .env("SSL_CERT_FILE", authority())
        .envs(environment.iter().copied())
        .args(arguments)
        .args(["--suites", "suites", "--quiet"])
        .args(["--junit", "junit.xml", "--json", "results.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let (status, peak_kib) = end_of(&mut child, began);
    let took = began.elapsed();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    Watched {
        exit_code: status.and_then(|status| status.code()).unwrap_or(-1),
        results: serde_json::from_str(&read("results.json")).unwrap_or_default(),
        junit: read("junit.xml"),
        stderr,
        took,
        peak_kib,
    }
}

/// Waits for the end; one that does not come is brought about, and gives no status.
fn end_of(child: &mut Child, began: Instant) -> (Option<ExitStatus>, u64) {
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    loop {
        // The last says most: the first may still be that of this process, of which the child is a copy
        // until it runs the command.
        peak_kib = peak(Path::new(&status_file)).unwrap_or(peak_kib);
        if let Some(status) = child.try_wait().unwrap() {
            return (Some(status), peak_kib);
        }
        if began.elapsed() > HANGS {
            child.kill().unwrap();
            child.wait().unwrap();
            return (None, peak_kib);
        }
        std::thread::sleep(LOOK);
    }
}

fn peak(status_file: &Path) -> Option<u64> {
    let text = fs::read_to_string(status_file).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Watched {
    /// Where exit code, results and JUnit do not tell the same story, or none at all.
    pub(crate) fn inconsistencies(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut must = |holds: bool, text: &str| {
            if !holds {
                found.push(format!("{text} (exit code {})", self.exit_code));
            }
        };
        let results = &self.results;
        must(self.exit_code != -1, "it hung or was killed");
        must(!self.stderr.contains("panicked"), "it panicked");
        let told = results["conclusion"]["exit_code"].as_i64();
        must(
            told == Some(self.exit_code.into()),
            "results.json has another exit code",
        );
        must(
            self.exit_code == self.deserved(),
            "the exit code is not what was found",
        );
        let totals = ["pass", "fail", "broken", "skip", "warn"];
        let total: u64 = totals
            .iter()
            .filter_map(|one| results["totals"][one].as_u64())
            .sum();
        let cases = results["cases"].as_array().map_or(0, Vec::len);
        must(
            usize::try_from(total) == Ok(cases),
            "the totals are not those of the cases",
        );
        must(
            self.junit.trim_end().ends_with("</testsuites>"),
            "junit.xml is not whole",
        );
        let red = self.junit.contains("<failure") || self.junit.contains("<error");
        must(
            red == (self.exit_code != 0),
            "junit.xml is not red where it must be",
        );
        found
    }

    /// The exit code that the findings of the report call for.
    fn deserved(&self) -> i32 {
        let results = &self.results;
        let number = |name: &str| results["totals"][name].as_u64().unwrap_or_default();
        let troubled = results["troubles"]
            .as_array()
            .is_some_and(|list| !list.is_empty());
        let load = results["loads"][0]["verdict"].as_str().unwrap_or_default();
        let thresholds = results["loads"][0]["thresholds"].as_array();
        let missed = thresholds.is_some_and(|all| all.iter().any(|one| one["kept"] == false));
        match () {
            () if troubled || number("broken") > 0 => 3,
            () if number("fail") > 0 || load == "fail" => 1,
            () if load == "broken" => 3,
            () if missed => 4,
            () => 0,
        }
    }
}
