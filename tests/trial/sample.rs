//! The sample of a run that is shown to visitors is what a run gives today, but for its times.

use assize::record::sha256;
use assize::report::read_results;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::manners::Defective;

/// What to do when the sample is behind.
const REMEDY: &str = "reports/sample is not what a run gives now; make it anew: tests/sample.sh";

/// The most bytes of a picture.
const PICTURE: usize = 200_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/sample")
}

fn sample(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// The text without what differs from run to run: ids, times and ports.
fn lasting(text: &str) -> String {
    [
        (r"\d{8}T\d{6}Z-check-[0-9a-f]+", "RUN"),
        (r"127\.0\.0\.1:\d+", "HOST"),
        (r"\b[\d.,]+ (s|ms|µs)\b", "TIME"),
        (r"<[^>]*>", " "),
        (r"\s+", " "),
    ]
    .iter()
    .fold(text.to_owned(), |text, (pattern, word)| {
        let pattern = Regex::new(pattern).unwrap();
        pattern.replace_all(&text, *word).into_owned()
    })
}

fn all(text: &str, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let found = pattern.captures_iter(text);
    found.map(|found| lasting(&found[1])).collect()
}

/// The headings of a page, its navigation, and the labels of its facts.
fn headings(page: &str) -> Vec<String> {
    all(
        page,
        r"(?s)<(?:h\d|summary|th|dt|nav)[^>]*>(.*?)</(?:h\d|summary|th|dt|nav)>",
    )
}

/// The names of the test cases, and which of them are red.
fn junit_cases(xml: &str) -> Vec<String> {
    let names = all(xml, r#"<testcase [^>]*?name="([^"]*)""#);
    let red = all(xml, r"<(failure|error) ");
    [names, red].concat()
}

/// The lines of a summary that stand at its edge.
fn lines_at_the_edge(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with([' ', '$']));
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("notice"));
    lines.map(lasting).collect()
}

/// The verdict of each case and each requirement by its id.
fn verdicts(results: &Value) -> BTreeMap<String, String> {
    let entries = ["cases", "requirements"].into_iter().flat_map(|list| {
        let entries = results[list].as_array().unwrap().iter();
        entries.map(move |one| (format!("{list} {}", one["id"]), one["verdict"].to_string()))
    });
    entries.collect()
}

#[test]
fn the_sample_is_what_a_run_gives_now() {
    let server = Defective::start("delete-status-200");
    let run = server.check(&["--suite", "delete", "--seed", "1", "--run-tag", "sample"]);
    run.assert_exit(1);
    let results: Value = serde_json::from_str(&sample("results.json")).unwrap();
    assert_eq!(verdicts(&results), verdicts(&run.results()), "{REMEDY}");
    let page = fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert_eq!(
        headings(&sample("report.html")),
        headings(&page),
        "{REMEDY}"
    );
    let xml = sample("junit.xml");
    assert_eq!(junit_cases(&xml), junit_cases(&run.junit()), "{REMEDY}");
    let said = sample("terminal.txt");
    let edge = lines_at_the_edge(&said);
    assert!(
        edge.len() > 3 && edge[0].starts_with("CONTRACT VIOLATED"),
        "{said}"
    );
    assert_eq!(edge, lines_at_the_edge(&run.stdout), "{REMEDY}");
    assert!(read_results(&sample("results.json")).is_ok(), "{REMEDY}");
}

#[test]
fn the_pictures_are_of_the_sample_and_small() {
    for line in sample("pictures.sha256").lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert_eq!(sha256(sample(name).as_bytes()), digest, "{name}: {REMEDY}");
    }
    for name in ["page.png", "terminal.png"] {
        let picture = fs::read(folder().join(name)).unwrap();
        assert!(
            picture.starts_with(b"\x89PNG") && picture.len() < PICTURE,
            "{name}"
        );
    }
}

#[test]
fn the_sample_tells_nothing_of_the_machine_and_no_secret() {
    let private = Regex::new(r#"["' ]/(?:home|root|tmp|work|Users)/|Bearer [\w-]{8}"#).unwrap();
    for name in ["report.html", "junit.xml", "results.json", "terminal.txt"] {
        let found = private
            .find(&sample(name))
            .map(|found| found.as_str().to_owned());
        assert_eq!(found, None, "{name}");
    }
    assert!(sample("report.html").contains("Bearer •••"));
}
