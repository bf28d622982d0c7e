//! How a target reads what the document leaves open, gathered from all cases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::case::CaseResult;

/// How a target reads one thing that the document leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The question.
    pub question: String,
    /// What the target's answers said, each with how often; more than one if it is of two minds.
    pub answers: BTreeMap<String, usize>,
}

impl Reading {
    /// The answers as one line: `200`, or `200 (3 times), 202 (once)`.
    #[must_use]
    pub fn told(&self) -> String {
        if self.answers.len() == 1 {
            return self.answers.keys().cloned().collect();
        }
        let each = |(answer, count): (&String, &usize)| match count {
            1 => format!("{answer} (once)"),
            many => format!("{answer} ({many} times)"),
        };
        let answers: Vec<String> = self.answers.iter().map(each).collect();
        answers.join(", ")
    }
}

/// The readings that cases noted, sorted by question.
pub(super) fn readings(cases: &[CaseResult]) -> Vec<Reading> {
    let mut by_question: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    let steps = cases.iter().flat_map(|case| &case.steps);
    for (question, answer) in steps.flat_map(|step| &step.observations) {
        let answers = by_question.entry(question).or_default();
        *answers.entry(answer.clone()).or_default() += 1;
    }
    by_question
        .into_iter()
        .map(|(question, answers)| Reading {
            question: question.to_owned(),
            answers,
        })
        .collect()
}
