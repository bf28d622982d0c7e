//! The documentation of the reports tells what the program does.

use assize::model::{Outcome, Verdict};

const DOCUMENT: &str = include_str!("../../docs/reports.md");

#[test]
fn every_exit_code_is_documented() {
    for outcome in Outcome::ALL {
        let row = format!("| {} | {} |", outcome.exit_code(), outcome.headline());
        assert!(DOCUMENT.contains(&row), "{row}");
    }
}

#[test]
fn every_verdict_is_documented() {
    for verdict in Verdict::ALL {
        assert!(DOCUMENT.contains(&format!("| {verdict} |")), "{verdict}");
    }
}
