//! How a diff ends, and why.

use super::cause::Difference;
use super::difference_record::DiffInfo;
use super::whole_difference::{Passes, letter};
use crate::model::{Level, Outcome};
use crate::record::{Conclusion, EvidencePolicy, Record};

/// What is accepted unless a list says otherwise.
const READINGS: &str = "readings";

/// Why the runs cannot be compared; nothing if they can.
pub(super) fn incomparable(targets: &[Passes<'_>]) -> Vec<String> {
    let mut reasons = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        for record in &target.records {
            let reason = unfinished(record);
            reasons.extend(reason.map(|why| format!("{}: {why}", letter(index))));
        }
    }
    let Some((first, others)) = targets.split_first() else {
        return reasons;
    };
    for (index, other) in others.iter().enumerate() {
        for (one, other) in first.records.iter().zip(&other.records) {
            let reason = sent_otherwise(one, other);
            let letter = letter(index + 1);
            reasons
                .extend(reason.map(|why| format!("A and {letter} were not asked the same: {why}")));
        }
    }
    reasons.dedup();
    reasons
}

fn unfinished(record: &Record) -> Option<String> {
    match record.conclusion.outcome {
        Outcome::Broken | Outcome::Misused | Outcome::Interrupted => {
            return Some(record.conclusion.sentence.clone());
        }
        _ => {}
    }
    if record.run.evidence != EvidencePolicy::All {
        let text = "its exchanges were not kept; run the check with --evidence all";
        return Some(text.to_owned());
    }
    let judged = record.totals.all() - record.totals.skip;
    (judged == 0).then(|| "no case of it was tried".to_owned())
}

/// What of two runs differs that must not, if their answers are to be compared.
fn sent_otherwise(one: &Record, other: &Record) -> Option<&'static str> {
    let (one, other) = (&one.run, &other.run);
    let suites = |run: &crate::record::RunInfo| run.suites.as_ref().map(|used| used.sha256.clone());
    let checks = [
        (suites(one) == suites(other), "the suites are others"),
        (
            one.seed == other.seed,
            "the seeds are others; give both the same --seed",
        ),
        (
            one.draw == other.draw,
            "the draws are others; give both the same --draw",
        ),
        (
            one.tag == other.tag,
            "the tags are others; give both the same --run-tag",
        ),
        (
            one.selection == other.selection && one.shard == other.shard,
            "other cases were selected",
        ),
    ];
    let differs = checks.into_iter().find(|(is_same, _)| !is_same);
    differs.map(|(_, why)| why)
}

/// How it ends: the contract's violations count, and what is not accepted.
pub(super) fn conclude(
    info: &DiffInfo,
    differences: &[Difference],
    why_not: &[String],
) -> Conclusion {
    if let Some(why) = why_not.first() {
        let sentence = format!("the runs cannot be compared: {why}");
        return of(Outcome::Broken, sentence);
    }
    let open = differences.iter().filter(|one| counts(info, one)).count();
    let accepted = differences
        .iter()
        .filter(|one| one.accepted.is_some())
        .count();
    let all = differences.len();
    let plural = |number: usize| {
        if number == 1 {
            "difference"
        } else {
            "differences"
        }
    };
    let sentence = match (open, all) {
        (_, 0) => "no difference in anything that was compared".to_owned(),
        (0, all) if accepted == all => {
            format!("{all} {}, each of them accepted by the list", plural(all))
        }
        (0, all) => format!("{all} {}, all of them allowed", plural(all)),
        (open, all) => format!("{all} {}, {open} of them of substance", plural(all)),
    };
    let outcome = if open == 0 {
        Outcome::Conforms
    } else {
        Outcome::Violated
    };
    of(outcome, sentence)
}

/// Whether a difference fails the diff.
pub(super) fn counts(info: &DiffInfo, difference: &Difference) -> bool {
    if difference.accepted.is_some() {
        return false;
    }
    if difference.class.is_violation() {
        return difference.level == Some(Level::Must) || info.strict;
    }
    info.allow != READINGS
}

const fn of(outcome: Outcome, sentence: String) -> Conclusion {
    Conclusion {
        outcome,
        exit_code: outcome.exit_code(),
        sentence,
    }
}
