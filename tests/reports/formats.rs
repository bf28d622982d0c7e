//! The formats that other programs show: valid by their public schemas, within their limits, and with
//! nothing in them that a target could use.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::model::{CaseId, Outcome};
use assize::record::{FORMAT, GivenThresholds, LoadResult, Record, sha256};
use assize::report::{
    Look, STEP_SUMMARY_LIMIT, annotations, badge, certificate, ctrf, gitlab, html, junit, markdown,
    read_results, results_json, sarif, summary,
};
use serde_json::Value;
use std::path::Path;

use super::parts::part;
use super::program;
use crate::common::{hostile, sample};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn errors(schema: &Path, value: &Value) -> Vec<String> {
    let text = std::fs::read_to_string(schema).unwrap();
    // The published schema of SARIF says this of languages, which is no regular expression.
    let schema = parsed(&text.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect()
}

#[test]
fn every_report_can_be_made_again_from_the_results() {
    for (name, report) in sample::all() {
        let json = results_json(&report).unwrap();
        let read = read_results(&json).unwrap();
        assert_eq!(read, report, "{name}");
        let all = |one: &Record| {
            [
                html(one),
                junit(one).unwrap(),
                results_json(one).unwrap(),
                summary(one, Look::PLAIN, &["report.html".into()]),
                markdown(one, usize::MAX),
                ctrf(one),
                sarif(one),
                gitlab(one),
                badge(one),
                certificate(one, "digest"),
                annotations(one),
            ]
        };
        assert!(all(&read) == all(&report), "{name}");
    }
}

#[test]
fn results_of_another_version_are_refused_by_name() {
    let json = results_json(&sample::passing()).unwrap();
    let other = json.replacen("assize/results/2", "assize/results/3", 1);
    let refusal = read_results(&other).unwrap_err().to_string();
    assert!(refusal.contains("assize/results/3"), "{refusal}");
}

/// Result files as older versions wrote them. They stay as they are: docs/compatibility.md promises that they
/// are read.
const KEPT: [(&str, &str); 2] = [
    ("check", include_str!("kept/check-1.json")),
    ("load", include_str!("kept/load-1.json")),
];

#[test]
fn results_of_older_versions_are_read_and_tell_the_same() {
    for (name, text) in KEPT {
        let written = parsed(text);
        let report = read_results(text).unwrap();
        let conclusion = serde_json::to_value(&report.conclusion).unwrap();
        assert_eq!(conclusion, written["conclusion"], "{name}");
        let sentence = written["conclusion"]["sentence"].as_str().unwrap();
        assert!(html(&report).contains(sentence), "{name}");
        let red = written["totals"]["fail"].as_u64().unwrap() > 0;
        let xml = junit(&report).unwrap();
        assert!(xml.contains("<failure"), "{name}");
        assert_eq!(xml.contains("expected 202"), red, "{name}");
        assert_eq!(report.format, FORMAT, "{name}");
        let load = &written["load"];
        assert_eq!(!report.loads.is_empty(), load.is_object(), "{name}");
        for load in &report.loads {
            assert_same_figures(load, &written["load"]);
        }
        // What was upgraded is a file of the new format as any other.
        let again = read_results(&results_json(&report).unwrap()).unwrap();
        assert_eq!(again, report, "{name}");
    }
}

/// Figures of a load as an older version wrote them, and as they are computed from its histograms now.
fn assert_same_figures(load: &LoadResult, written: &Value) {
    let number = |value: &Value| value.as_u64().unwrap();
    for (operation, old) in load
        .operations
        .iter()
        .zip(written["operations"].as_array().unwrap())
    {
        let kinds = [
            ("response", &operation.response),
            ("service", &operation.service),
            ("lag", &operation.lag),
        ];
        for (kind, times) in kinds {
            let old = &old[kind];
            assert_eq!(times.count(), number(&old["count"]), "{kind}");
            assert_eq!(times.max_us(), number(&old["max_us"]), "{kind}");
            for (key, share) in [("p50_us", 0.5), ("p90_us", 0.9), ("p99_us", 0.99)] {
                let (now, old) = (times.at_us(share), number(&old[key]));
                // Once rounded to three digits, and once more to microseconds.
                assert!(
                    now.abs_diff(old) <= old / 500 + 1,
                    "{kind} {key}: {now} for {old}"
                );
            }
        }
    }
    for (second, old) in load
        .series
        .iter()
        .zip(written["series"].as_array().unwrap())
    {
        assert_eq!(second.p99_us, number(&old["p99_us"]));
    }
    let old: Vec<&Value> = written["thresholds"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let kept: Vec<bool> = load.thresholds.iter().map(|one| one.kept).collect();
    assert_eq!(
        kept,
        old.iter()
            .map(|one| one["kept"] == true)
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_stored_run_is_judged_again_by_other_thresholds() {
    let json = results_json(&sample::loaded()).unwrap();
    let judged = |text: &str| {
        let thresholds = [text.parse().unwrap()];
        let by = GivenThresholds {
            all: &thresholds,
            usual: 0,
            accept_invalid: false,
        };
        read_results(&json).unwrap().judged(by)
    };
    let missed = judged("get p99 < 50ms");
    assert_eq!(missed.conclusion.outcome, Outcome::ThresholdMissed);
    assert!(
        missed.conclusion.sentence.contains("81.7 ms"),
        "{:?}",
        missed.conclusion
    );
    assert!(junit(&missed).unwrap().contains("<failure"));
    let kept = judged("get p99 < 90ms");
    assert_eq!(kept.conclusion.outcome, Outcome::Conforms);
    assert_eq!(kept.loads[0].thresholds.len(), 1);
}

#[test]
fn sarif_is_of_its_public_schema() {
    let schema = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
    let Some(schema) = part(schema) else { return };
    for (name, report) in sample::all() {
        let found = errors(&schema, &parsed(&sarif(&report)));
        assert_eq!(found, Vec::<String>::new(), "{name}");
    }
    let mut wrong = parsed(&sarif(&sample::failing()));
    wrong["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!errors(&schema, &wrong).is_empty());
}

#[test]
fn ctrf_is_of_its_public_schema() {
    let Some(schema) = part("node_modules/ctrf/dist/ctrf-schema-0.0.json") else {
        return;
    };
    for (name, report) in sample::all() {
        let found = errors(&schema, &parsed(&ctrf(&report)));
        assert_eq!(found, Vec::<String>::new(), "{name}");
    }
    let mut wrong = parsed(&ctrf(&sample::failing()));
    wrong["results"]["tests"][0]["status"] = "splendid".into();
    assert!(!errors(&schema, &wrong).is_empty());
}

#[test]
fn ctrf_counts_as_the_junit_file_does() {
    for (name, report) in sample::all() {
        let summary = parsed(&ctrf(&report))["results"]["summary"].clone();
        let xml = junit(&report).unwrap();
        let root = xml
            .lines()
            .find(|line| line.starts_with("<testsuites"))
            .unwrap();
        for (junit, ctrf) in [
            ("tests", "tests"),
            ("failures", "failed"),
            ("errors", "other"),
            ("skipped", "skipped"),
        ] {
            let count = format!(" {junit}=\"{}\"", summary[ctrf]);
            assert!(root.contains(&count), "{name}: {count} in {root}");
        }
    }
}

#[test]
fn sarif_points_at_the_line_of_the_expectation() {
    let sarif = parsed(&sarif(&sample::failing()));
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    let first = results
        .iter()
        .find(|result| result["ruleId"] == "create.status")
        .unwrap();
    assert_eq!(first["level"], "error");
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "builtin:create.yaml");
    assert_eq!(place["region"]["startLine"], 12);
    let index = usize::try_from(first["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "create.status");
}

#[test]
fn gitlab_gets_each_problem_once() {
    let report = parsed(&gitlab(&hostile::report()));
    let entries = report.as_array().unwrap();
    let mut prints: Vec<&str> = entries
        .iter()
        .map(|entry| entry["fingerprint"].as_str().unwrap())
        .collect();
    let all = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert!(all > 0 && all == prints.len());
}

#[test]
fn annotations_name_file_and_line_and_are_ten_of_a_kind_at_most() {
    insta::assert_snapshot!("annotations-failing", annotations(&sample::failing()));
    let many = annotations(&large(1_000));
    let errors = many.lines().filter(|line| line.starts_with("::error "));
    assert_eq!(errors.count(), 10);
    assert!(many.contains("more errors"));
    assert_eq!(annotations(&sample::passing()), "");
}

#[test]
fn no_text_of_a_target_makes_an_annotation_of_its_own() {
    for line in annotations(&hostile::report()).lines() {
        assert!(
            line.starts_with("::error ") || line.starts_with("::warning "),
            "{line}"
        );
        assert!(!line.contains('\u{1b}'));
    }
}

#[test]
fn markdown_of_a_red_run() {
    insta::assert_snapshot!("markdown-failing", markdown(&sample::failing(), usize::MAX));
    insta::assert_snapshot!(
        "markdown-load",
        markdown(&sample::failing_load(), usize::MAX)
    );
}

/// A run of which so many cases fail, with answers that are hostile and long.
fn large(cases: usize) -> Record {
    let mut report = hostile::report();
    let failing = report.cases[0].clone();
    report.cases = vec![failing; cases];
    for (index, case) in report.cases.iter_mut().enumerate() {
        case.id = CaseId::new(format!("case.{index}"));
        for finding in case.steps.iter_mut().flat_map(|step| &mut step.findings) {
            // Those that show the same are told together.
            finding.actual = format!("{} the {index}.", finding.actual);
        }
    }
    report
}

#[test]
fn what_shows_the_same_in_many_cases_is_told_once_with_a_list_of_them() {
    let mut report = hostile::report();
    let failing = report.cases[0].clone();
    report.cases = vec![failing; 57];
    for (index, case) in report.cases.iter_mut().enumerate() {
        case.id = CaseId::new(format!("case.{index}"));
    }
    let text = markdown(&report, STEP_SUMMARY_LIMIT);
    let blocks = text.matches("**✗**").count();
    assert!(blocks < 5, "{blocks} blocks");
    assert!(text.contains("The same in 56 further cases: "));
    let page = html(&report);
    assert!(page.contains("The same in 56 further cases"));
    // Each case has its place, and its evidence is there.
    assert!(page.contains("case.56"));
    let screen = summary(&report, Look::PLAIN, &[]);
    assert!(
        screen.contains("the same in 56 further cases: "),
        "{screen}"
    );
}

#[test]
fn the_summary_of_a_thousand_failures_keeps_within_the_limit_and_says_what_it_left_out() {
    for limit in [STEP_SUMMARY_LIMIT, 10_000, 400] {
        let text = markdown(&large(1_000), limit);
        assert!(text.len() <= limit, "{} bytes of {limit}", text.len());
        assert!(text.contains("Left out for want of room"));
    }
    assert_eq!(markdown(&sample::failing(), 10), "");
    let text = markdown(&sample::failing(), STEP_SUMMARY_LIMIT);
    assert!(!text.contains("Left out"));
}

/// Everything outside of fences.
fn unfenced(markdown: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut outside = Vec::new();
    for line in markdown.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => outside.push(line),
            Some(open) if line == open => fence = None,
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "a fence is not closed");
    outside.join("\n")
}

#[test]
fn no_text_of_a_target_means_something_in_markdown() {
    let outside = unfenced(&markdown(&hostile::report(), usize::MAX));
    for foreign in [
        "<script",
        "<img",
        "<!--",
        "](",
        "http://127",
        "alert(",
        "\u{1b}",
        "`#",
    ] {
        assert!(!outside.contains(foreign), "{foreign}");
    }
    // Every row of a table has the cells of its head.
    let mut cells = None;
    for line in outside.lines() {
        let bars = line.matches('|').count();
        if line.starts_with('|') {
            assert_eq!(*cells.get_or_insert(bars), bars, "{line}");
        } else {
            assert_eq!(bars, 0, "{line}");
            cells = None;
        }
    }
}

#[test]
fn a_badge_is_xml_that_tells_the_verdict() {
    for (name, report) in sample::all() {
        let svg = badge(&report);
        if program::output("xmllint", &["--noout", "-"], &svg).is_none() {
            return;
        }
        assert!(
            !svg.contains("href") && svg.contains("<title>Users API: "),
            "{name}"
        );
    }
    let told = |report: &Record, text: &str| assert!(badge(report).contains(text), "{text}");
    told(&sample::passing(), "conforms, 4 cases");
    told(&sample::failing(), "violated, 4 of 5 cases");
    told(&sample::failing_load(), "violated under load");
    told(&sample::broken_run(), "not judged");
}

#[test]
fn a_certificate_tells_what_was_tried_and_of_which_results_it_speaks() {
    let report = sample::passing();
    let digest = sha256(results_json(&report).unwrap().as_bytes());
    let page = certificate(&report, &digest);
    for told in [
        digest.as_str(),
        report.run.target.as_str(),
        "2026-07-24",
        "was found to conform",
        "default-src &#39;none&#39;",
    ] {
        assert!(page.contains(told), "{told}");
    }
    for (name, report) in sample::all() {
        let conforms = report.conclusion.exit_code == 0;
        let page = certificate(&report, "");
        assert_eq!(page.contains("was found to conform"), conforms, "{name}");
        assert!(!page.to_lowercase().contains("<script"), "{name}");
    }
}
