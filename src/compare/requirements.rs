//! What the sides do otherwise: requirements whose verdict changed, and readings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::model::{RequirementId, Verdict};
use crate::record::{Reading, Record};

/// A requirement of which the sides do not make the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementChange {
    /// The requirement.
    pub id: RequirementId,
    /// The demand.
    pub says: String,
    /// The gravest verdict of A; none if it was not tried.
    pub a: Option<Verdict>,
    /// The gravest verdict of B; none if it was not tried.
    pub b: Option<Verdict>,
}

/// A question that the sides answer otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadingChange {
    /// The question.
    pub question: String,
    /// What A makes of it; none if it was not seen.
    pub a: Option<String>,
    /// What B makes of it.
    pub b: Option<String>,
}

impl RequirementChange {
    /// Whether B violates what A does not.
    #[must_use]
    pub fn is_new_failure(&self) -> bool {
        self.b == Some(Verdict::Fail) && self.a != Some(Verdict::Fail)
    }

    /// Whether it was tried of A, and not of B.
    pub(super) fn is_lost(&self) -> bool {
        let tried = |verdict: Option<Verdict>| {
            matches!(verdict, Some(Verdict::Pass | Verdict::Warn | Verdict::Fail))
        };
        tried(self.a) && !tried(self.b)
    }

    /// As a line: `get.status: pass → fail`.
    #[must_use]
    pub fn told(&self) -> String {
        let word = |verdict: Option<Verdict>| verdict.map_or("not tried", Verdict::as_str);
        format!("{}: {} → {}", self.id, word(self.a), word(self.b))
    }
}

impl ReadingChange {
    /// As a line.
    #[must_use]
    pub fn told(&self) -> String {
        let told =
            |answer: &Option<String>| answer.clone().unwrap_or_else(|| "not seen".to_owned());
        format!("{}: {} → {}", self.question, told(&self.a), told(&self.b))
    }
}

type Verdicts<'a> = BTreeMap<&'a RequirementId, (&'a str, Verdict)>;

fn verdicts<'a>(records: &[&'a Record]) -> Verdicts<'a> {
    let mut verdicts = Verdicts::new();
    for one in records.iter().flat_map(|record| &record.requirements) {
        let entry = verdicts.entry(&one.id).or_insert((&one.says, one.verdict));
        entry.1.raise(one.verdict);
    }
    verdicts
}

/// The requirements whose verdict changed, new failures first, then what else became worse.
pub(super) fn requirement_changes(a: &[&Record], b: &[&Record]) -> Vec<RequirementChange> {
    let (of_a, of_b) = (verdicts(a), verdicts(b));
    let ids = of_a
        .keys()
        .chain(of_b.keys().filter(|id| !of_a.contains_key(*id)));
    let changes = ids.filter_map(|id| {
        let (one, other) = (of_a.get(id), of_b.get(id));
        let verdict = |found: Option<&(&str, Verdict)>| found.map(|(_, verdict)| *verdict);
        (verdict(one) != verdict(other)).then(|| RequirementChange {
            id: (*id).clone(),
            says: one
                .or(other)
                .map_or(String::new(), |(says, _)| (*says).to_owned()),
            a: verdict(one),
            b: verdict(other),
        })
    });
    let mut changes: Vec<RequirementChange> = changes.collect();
    changes.sort_by_key(|one| (!one.is_new_failure(), one.b <= one.a, one.id.to_string()));
    changes
}

/// The questions that the sides answer otherwise, whatever number of times they were asked.
pub(super) fn reading_changes(a: &[&Record], b: &[&Record]) -> Vec<ReadingChange> {
    fn of<'a>(records: &[&'a Record]) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Reading { question, answers } in records.iter().flat_map(|record| &record.readings) {
            let known = all.entry(question).or_default();
            known.extend(answers.keys().map(String::as_str));
            known.sort_unstable();
            known.dedup();
        }
        all
    }
    let (of_a, of_b) = (of(a), of(b));
    let questions = of_a
        .keys()
        .chain(of_b.keys().filter(|one| !of_a.contains_key(*one)));
    let changes = questions.filter_map(|question| {
        let (one, other) = (of_a.get(question), of_b.get(question));
        let told = |answers: Option<&Vec<&str>>| answers.map(|answers| answers.join(", "));
        (one != other).then(|| ReadingChange {
            question: (*question).to_owned(),
            a: told(one),
            b: told(other),
        })
    });
    changes.collect()
}
