//! What is neither a violation nor a load: troubles, broken and skipped cases, notices, files.

use super::screen::Screen;
use super::style::{Tone, sign};
use crate::diagnosis::{Diagnosis, Party};
use crate::model::Verdict;
use crate::record::Record;
use crate::record::quantity::things;
use crate::record::{CaseResult, ReasonKind};
use crate::report::rerun::rerun_failed;

/// More ids are not listed for one reason.
const IDS_LISTED: usize = 6;

/// More reasons are not listed.
const REASONS_LISTED: usize = 10;

/// More readings are not listed: a target has an answer to most of what is open.
const READINGS_LISTED: usize = 5;

/// Where the names of files begin: behind their label.
const FILES_INDENT: usize = 9;

/// What kept the run from a verdict of its own. The first stands in the verdict already.
pub(super) fn troubles(screen: &mut Screen, report: &Record) {
    let untold = report
        .troubles
        .iter()
        .filter(|trouble| trouble.text != report.conclusion.sentence);
    for trouble in untold {
        screen.blank();
        screen.flow(
            0,
            2,
            &[
                (
                    Tone::of_outcome(trouble.outcome),
                    trouble.outcome.headline(),
                ),
                (Tone::Plain, "  "),
                (Tone::Plain, &trouble.text),
            ],
        );
    }
}

/// What stands on the way to the target, with the exchanges that show it and the cases that met it.
pub(super) fn diagnoses(screen: &mut Screen, report: &Record) {
    let cases_of = |found: &Diagnosis| -> Vec<&CaseResult> {
        let cases = report.cases.iter();
        cases
            .filter(|case| found.suffered.contains(&case.id))
            .collect()
    };
    if report.diagnoses.is_empty() {
        return;
    }
    let aside = "what the exchanges of the run have in common";
    screen.heading(Tone::Broken, "THE WHOLE RUN", aside);
    for found in &report.diagnoses {
        let tone = match found.fault {
            Party::Way => Tone::Broken,
            Party::Target => Tone::Bad,
        };
        screen.flow(
            2,
            4,
            &[
                (tone, sign(Verdict::Broken)),
                (Tone::Plain, " "),
                (Tone::Plain, &found.sentence),
            ],
        );
        screen.flow(
            4,
            6,
            &[(Tone::Quiet, "it says "), (Tone::Plain, &found.quote)],
        );
        screen.flow(
            4,
            6,
            &[(Tone::Quiet, "to do   "), (Tone::Plain, &found.advice)],
        );
        let numbers: Vec<String> = found.exchanges.iter().map(u64::to_string).collect();
        let seen = format!(
            "{} in {}: {}",
            "seen",
            things(found.met, "exchange"),
            numbers.join(", ")
        );
        screen.flow(4, 6, &[(Tone::Quiet, &seen)]);
        let suffered = cases_of(found);
        if !suffered.is_empty() {
            let text = format!("not judged because of it: {}", ids(&suffered));
            screen.flow(4, 6, &[(Tone::Quiet, &text)]);
        }
    }
}

/// The cases that could not be judged, by their reason.
pub(super) fn broken(screen: &mut Screen, report: &Record, more: Option<&str>) {
    // Those that a shape of the whole run explains are listed under it.
    let explained = |case: &CaseResult| {
        let diagnoses = report.diagnoses.iter();
        diagnoses
            .flat_map(|found| &found.suffered)
            .any(|id| *id == case.id)
    };
    let mut groups = by_reason(report, Verdict::Broken);
    groups.retain(|(_, cases)| !cases.iter().all(|case| explained(case)));
    if groups.is_empty() {
        return;
    }
    let aside = "could not be judged: not the target's answers, but the way to them";
    screen.heading(Tone::Broken, "BROKEN", aside);
    for (reason, cases) in groups.iter().take(REASONS_LISTED) {
        screen.flow(
            2,
            4,
            &[
                (Tone::Broken, sign(Verdict::Broken)),
                (Tone::Plain, " "),
                (Tone::Plain, reason),
            ],
        );
        screen.flow(4, 4, &[(Tone::Quiet, &ids(cases))]);
    }
    let rest = groups.iter().skip(REASONS_LISTED);
    let rest = rest.map(|(_, cases)| cases.len()).sum();
    left_out(screen, rest, "broken case", more);
}

fn by_reason(report: &Record, verdict: Verdict) -> Vec<(&str, Vec<&CaseResult>)> {
    let mut groups: Vec<(&str, Vec<&CaseResult>)> = Vec::new();
    for case in report.cases.iter().filter(|case| case.verdict == verdict) {
        let reason = case.reason.as_ref();
        let reason = reason.map_or("no reason is known", |reason| &reason.text);
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, cases)) => cases.push(case),
            None => groups.push((reason, vec![case])),
        }
    }
    groups
}

/// The ids of cases, and how many more there are.
pub(super) fn ids(cases: &[&CaseResult]) -> String {
    let listed = cases.iter().take(IDS_LISTED);
    let listed: Vec<&str> = listed.map(|case| case.id.as_str()).collect();
    let listed = listed.join(", ");
    match cases.len().saturating_sub(IDS_LISTED) {
        0 => listed,
        rest => format!("{listed} and {}", things(rest, "other")),
    }
}

/// The kinds of reasons for skipping, in the order in which they are told.
const SKIPPED: [(Option<ReasonKind>, &str); 9] = [
    (
        Some(ReasonKind::Blocked),
        "the target did not reach the state they are about",
    ),
    (
        Some(ReasonKind::NotApplicable),
        "the document leaves open what they rest on, and the target does not grant it",
    ),
    (
        Some(ReasonKind::Taken),
        "an address or alias that they need is already taken at this target",
    ),
    (
        Some(ReasonKind::ExpectedFailure),
        "they fail, as the list of expected failures says",
    ),
    (
        Some(ReasonKind::NoMailbox),
        "they need a mailbox, and none was given",
    ),
    (
        Some(ReasonKind::Interrupted),
        "the run was interrupted before them",
    ),
    (
        Some(ReasonKind::Broken),
        "the way to the target or the mailbox is broken",
    ),
    (
        Some(ReasonKind::Ended),
        "the run ended before them: nothing that it asks could be judged",
    ),
    (None, "no reason is known"),
];

/// How many cases were skipped, by the kind of the reason.
pub(super) fn skipped(screen: &mut Screen, report: &Record) {
    let skipped: Vec<&CaseResult> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Skip)
        .collect();
    if skipped.is_empty() {
        return;
    }
    screen.heading(Tone::Quiet, "SKIPPED", "");
    for (kind, what) in SKIPPED {
        let cases: Vec<&CaseResult> = skipped
            .iter()
            .copied()
            .filter(|case| case.reason.as_ref().map(|reason| reason.kind) == kind)
            .collect();
        if !cases.is_empty() {
            let number = things(cases.len(), "case");
            let text = format!("{number}: {what}");
            screen.flow(2, 4, &[(Tone::Plain, &text)]);
            screen.flow(4, 4, &[(Tone::Quiet, &example(&cases, kind))]);
        }
    }
}

/// How the target reads what the document leaves open.
pub(super) fn readings(screen: &mut Screen, report: &Record, more: Option<&str>) {
    if report.readings.is_empty() {
        return;
    }
    screen.heading(Tone::Quiet, "READINGS", "where the document leaves room");
    for reading in report.readings.iter().take(READINGS_LISTED) {
        let text = format!("{}: {}", reading.question, reading.told());
        screen.flow(2, 4, &[(Tone::Plain, &text)]);
    }
    let rest = report.readings.len().saturating_sub(READINGS_LISTED);
    left_out(screen, rest, "reading", more);
}

/// The ids, or for blocked cases and those that met what is taken the first with its reason: each of them has its own.
fn example(cases: &[&CaseResult], kind: Option<ReasonKind>) -> String {
    let first = cases
        .first()
        .and_then(|case| Some((case, case.reason.as_ref()?)));
    match first {
        Some((case, reason)) if matches!(kind, Some(ReasonKind::Blocked | ReasonKind::Taken)) => {
            let others = match cases.len() - 1 {
                0 => String::new(),
                rest => format!(" (and {})", things(rest, "other")),
            };
            format!("{}: {}{others}", case.id, reason.text)
        }
        _ => ids(cases),
    }
}

/// What the reader must know besides, and the accounts that are left.
pub(super) fn notices(screen: &mut Screen, report: &Record) {
    let left = report.accounts.made.saturating_sub(report.accounts.removed);
    if report.notices.is_empty() && left == 0 {
        return;
    }
    screen.blank();
    for notice in &report.notices {
        screen.flow(
            0,
            8,
            &[
                (Tone::Doubtful, "notice"),
                (Tone::Plain, "  "),
                (Tone::Plain, notice),
            ],
        );
    }
    if left > 0 {
        let text = format!(
            "{} of {} made by this run may still exist at the target; `assize clean` tries again to remove them",
            left,
            things(report.accounts.made, "account")
        );
        screen.flow(
            0,
            8,
            &[
                (Tone::Doubtful, "notice"),
                (Tone::Plain, "  "),
                (Tone::Plain, &text),
            ],
        );
    }
}

/// How to try again what did not come out well.
pub(super) fn again(screen: &mut Screen, report: &Record) {
    if let Some(command) = rerun_failed(report) {
        screen.blank();
        screen.flow(
            0,
            FILES_INDENT,
            &[
                (Tone::Quiet, "again"),
                (Tone::Plain, "    "),
                (Tone::Strong, &command),
            ],
        );
    }
}

/// Where the reports are.
pub(super) fn files(screen: &mut Screen, report: &Record, files: &[String]) {
    if files.is_empty() {
        return;
    }
    if rerun_failed(report).is_none() {
        screen.blank();
    }
    for (index, file) in files.iter().enumerate() {
        if index == 0 {
            let label = (Tone::Quiet, "reports");
            screen.flow(
                0,
                FILES_INDENT,
                &[label, (Tone::Plain, "  "), (Tone::Plain, file)],
            );
        } else {
            screen.flow(FILES_INDENT, FILES_INDENT, &[(Tone::Plain, file)]);
        }
    }
}

/// How many were left out, and where they are.
pub(super) fn left_out(screen: &mut Screen, number: usize, noun: &str, more: Option<&str>) {
    if number == 0 {
        return;
    }
    let place = more.map_or("the report files", |file| file);
    let text = format!(
        "… and {}: see {place}",
        things(number, &format!("more {noun}"))
    );
    screen.blank();
    screen.flow(2, 4, &[(Tone::Strong, &text)]);
}
