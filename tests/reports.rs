//! Golden reports: what a reader of each format sees of each kind of run, and what no content of a
//! target may break.

mod common;

mod reports {
    mod agreement;
    mod browser;
    mod difference;
    mod document;
    mod formats;
    mod hostile;
    mod junit;
    mod live;
    mod page;
    mod parts;
    mod program;
    mod readers;
    mod schema;
}

use assize::record::Record;
use assize::report::{
    Look, annotations, badge, certificate, ctrf, gitlab, html, junit, markdown, results_json,
    sarif, summary,
};
use common::sample;

/// The reports of a sample's folder.
fn files() -> Vec<String> {
    ["report.html", "junit.xml", "results.json"]
        .map(|name| format!("reports/20260724-101500-k3f9/{name}"))
        .to_vec()
}

/// The samples whose reports people read; the hostile one is only for parsers.
fn readable() -> Vec<(&'static str, Record)> {
    let mut samples = sample::all();
    samples.retain(|(name, _)| *name != "hostile");
    samples
}

#[test]
fn terminal() {
    for (name, report) in readable() {
        let text = summary(&report, Look::PLAIN, &files());
        insta::assert_snapshot!(format!("terminal-{name}"), text);
    }
}

#[test]
fn junit_xml() {
    for (name, report) in readable() {
        insta::assert_snapshot!(format!("junit-{name}"), junit(&report).unwrap());
    }
}

#[test]
fn results() {
    for (name, report) in readable() {
        insta::assert_snapshot!(format!("results-{name}"), results_json(&report).unwrap());
    }
}

/// What the exchanges of the samples hold that must not be shown: see their bearer and their cookie.
const CANARY: &str = "canary-";

#[test]
fn no_report_holds_a_secret() {
    for (name, report) in sample::all() {
        let texts = [
            summary(&report, Look::PLAIN, &[]),
            junit(&report).unwrap(),
            results_json(&report).unwrap(),
            html(&report),
            markdown(&report, usize::MAX),
            ctrf(&report),
            sarif(&report),
            gitlab(&report),
            annotations(&report),
            badge(&report),
            certificate(&report, ""),
        ];
        assert!(texts.iter().all(|text| !text.contains(CANARY)), "{name}");
    }
}
