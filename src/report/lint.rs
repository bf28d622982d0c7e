//! What is wrong with suites, for editors and code scanning.

use serde_json::{Value, json};

use crate::model::Place;

/// One thing that is wrong with suites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintProblem {
    /// Where; none of what is missing.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The problems as JSON: `{"format": "assize/lint/1", "problems": [{"file", "line", "column", "message", "help"}]}`,
/// lines and columns from 1.
#[must_use]
pub fn lint_json(problems: &[LintProblem]) -> String {
    let all: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let place = problem.place.as_ref();
            json!({
                "file": place.map(|place| &place.file),
                "line": place.map(|place| place.line),
                "column": place.map(|place| place.column),
                "message": problem.message,
                "help": problem.help,
            })
        })
        .collect();
    let whole = json!({"format": "assize/lint/1", "problems": all});
    format!("{whole:#}\n")
}

/// The problems as SARIF 2.1.0.
#[must_use]
pub fn lint_sarif(problems: &[LintProblem], version: &str) -> String {
    let results: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let help = problem.help.iter().map(|help| format!("; {help}"));
            let text = problem.message.clone() + &help.collect::<String>();
            json!({
                "ruleId": RULE,
                "level": "error",
                "message": {"text": text},
                "locations": problem.place.iter().map(location).collect::<Vec<_>>(),
            })
        })
        .collect();
    let rule = json!({"id": RULE, "shortDescription": {"text": "A suite is sound"}});
    let whole = json!({
        "$schema": super::sarif::SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "assize", "version": version, "rules": [rule]}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{whole:#}\n")
}

/// The one rule: a suite is read and planned, or it is not.
const RULE: &str = "suite";

fn location(place: &Place) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": place.file},
        "region": {"startLine": place.line, "startColumn": place.column},
    }})
}
