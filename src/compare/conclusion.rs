//! From the figures to how a comparison ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::FigureVerdict;
use super::comparison::{Basis, ComparisonInfo, ComparisonRecord};
use super::figure::FigureComparison;
use super::requirements::RequirementChange;
use crate::model::Outcome;
use crate::record::{Conclusion, quantity};

/// What a comparison says in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComparisonVerdict {
    /// A judged figure of B is worse, and by more than the tolerance.
    Worse,
    /// A judged figure of B is better, and none is worse.
    Better,
    /// All judged figures are the same within the tolerance.
    Same,
    /// Of a judged figure neither is shown.
    CannotTell,
    /// B violates the contract.
    Violated,
    /// The comparison is worth nothing.
    Void,
    /// It was not made, or not to its end.
    Unfinished,
}

/// The verdict in capital letters, as it stands in front of the sentence.
#[must_use]
pub const fn headline(verdict: ComparisonVerdict) -> &'static str {
    match verdict {
        ComparisonVerdict::Worse => "WORSE",
        ComparisonVerdict::Better => "BETTER",
        ComparisonVerdict::Same => "SAME",
        ComparisonVerdict::CannotTell => "CANNOT TELL",
        ComparisonVerdict::Violated => "CONTRACT VIOLATED",
        ComparisonVerdict::Void => "VOID",
        ComparisonVerdict::Unfinished => "NOT COMPARED",
    }
}

/// Decides how a comparison of measured starts ended. The gravest thing decides.
pub(super) fn conclude(record: &ComparisonRecord) -> (ComparisonVerdict, Conclusion) {
    let (verdict, outcome, sentence) = violated(record)
        .or_else(|| void(record))
        .unwrap_or_else(|| judged(record));
    (verdict, ended(outcome, sentence))
}

/// How it ended, with this outcome.
pub(super) fn ended(outcome: Outcome, sentence: String) -> Conclusion {
    Conclusion {
        outcome,
        exit_code: outcome.exit_code(),
        sentence,
    }
}

type ComparisonDecision = (ComparisonVerdict, Outcome, String);

/// A build that was started violates the contract whatever the other one does; of stored runs, only what A does
/// not violate is news.
fn violated(record: &ComparisonRecord) -> Option<ComparisonDecision> {
    let new = record
        .requirements
        .iter()
        .filter(|one| one.is_new_failure());
    let ids: Vec<String> = new
        .map(|one: &RequirementChange| one.id.to_string())
        .collect();
    let broke = match (record.info.basis, record.b.violations.first()) {
        (Basis::Runs, _) | (_, None) if ids.is_empty() => return None,
        (_, Some(first)) => first.clone(),
        (_, None) => ids.join(", "),
    };
    let news = match ids.as_slice() {
        [] => "; A violates it as well".to_owned(),
        ids => {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            format!("; new is {}", quantity::list(&ids))
        }
    };
    let sentence = format!("B violates the contract: {broke}{news}");
    Some((ComparisonVerdict::Violated, Outcome::Violated, sentence))
}

fn void(record: &ComparisonRecord) -> Option<ComparisonDecision> {
    let first = record.void.first()?;
    let more = match record.void.len() {
        1 => String::new(),
        many => format!(" (and {} more)", quantity::things(many - 1, "reason")),
    };
    let sentence = format!("the figures compare nothing: {first}{more}");
    Some((
        ComparisonVerdict::Void,
        Outcome::MeasurementInvalid,
        sentence,
    ))
}

fn judged(record: &ComparisonRecord) -> ComparisonDecision {
    if record.figures.is_empty() {
        return untimed(record);
    }
    let judged = || record.figures.iter().filter(|figure| figure.judged);
    let what = record.info.basis.told();
    let beyond = names(judged().filter(|one| one.beyond_tolerance));
    if !beyond.is_empty() {
        let tolerance = record.info.tolerance;
        let sentence = format!("B is worse than A by more than {tolerance} in {beyond}{what}");
        return (ComparisonVerdict::Worse, Outcome::ThresholdMissed, sentence);
    }
    let untold = |one: &&FigureComparison| match one.verdict {
        None | Some(FigureVerdict::CannotTell) => true,
        // It is worse, and may be so by more than the tolerance.
        Some(_) => one.worse,
    };
    let open = names(judged().filter(untold));
    if !open.is_empty() {
        let outcome = failing_on_doubt(&record.info);
        let sentence = format!("nothing is shown of {open}{what}");
        return (ComparisonVerdict::CannotTell, outcome, sentence);
    }
    let better = names(judged().filter(|one| one.verdict != Some(FigureVerdict::Same)));
    if better.is_empty() {
        let tolerance = record.info.tolerance;
        let sentence = format!("all that is judged is the same within {tolerance}{what}");
        return (ComparisonVerdict::Same, Outcome::Conforms, sentence);
    }
    let sentence = format!("B is better than A in {better}, and worse in nothing{what}");
    (ComparisonVerdict::Better, Outcome::Conforms, sentence)
}

/// Of runs without a load the requirements alone tell: those that B was no longer tried for tell nothing.
fn untimed(record: &ComparisonRecord) -> ComparisonDecision {
    let changes = record.requirements.iter();
    let lost = changes.filter(|one| one.is_lost()).count();
    if lost > 0 {
        let number = quantity::things(lost, "requirement");
        let sentence = format!("B was not tried for {number} that A was tried for");
        let outcome = failing_on_doubt(&record.info);
        return (ComparisonVerdict::CannotTell, outcome, sentence);
    }
    let sentence = "no requirement became worse; there is no load on both sides to compare";
    (
        ComparisonVerdict::Same,
        Outcome::Conforms,
        sentence.to_owned(),
    )
}

/// Who has to be sure fails on doubt.
const fn failing_on_doubt(info: &ComparisonInfo) -> Outcome {
    if info.fail_on_cannot_tell {
        Outcome::NothingRan
    } else {
        Outcome::Conforms
    }
}

fn names<'a>(figures: impl Iterator<Item = &'a FigureComparison>) -> String {
    let names: Vec<&str> = figures.map(|figure| figure.name.as_str()).collect();
    quantity::list(&names)
}
