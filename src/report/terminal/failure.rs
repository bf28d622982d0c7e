//! What is not as it must or should be, grouped by the requirement that it breaks.

use super::columns::columns;
use super::screen::Screen;
use super::style::{Tone, sign};
use super::{command, others};
use crate::model::{Finding, Level, RequirementId, Verdict};
use crate::record::ExchangeRecord;
use crate::record::Record;
use crate::record::quantity::things;
use crate::record::{CaseResult, StepResult};
use crate::report::rerun::rerun;
use crate::report::violation::{Sighting, ViolatingCase, Violation, violations};

/// More cases are not shown in full: the summary is one screen or little more.
const SHOWN_IN_FULL: usize = 2;

/// More requirements are not shown in short.
const SHOWN_IN_SHORT: usize = 10;

/// Longer commands are not shown: they would push everything else off the screen.
const LONGEST_COMMAND: usize = 1_500;

/// The violations that fail the run.
pub(super) fn failed(screen: &mut Screen, report: &Record, more: Option<&str>) {
    let violations = violations(report, Verdict::Fail);
    if !violations.is_empty() {
        let aside = things(violations.len(), "requirement");
        screen.heading(Tone::Bad, "FAILED", &aside);
        in_full(screen, report, &violations, Verdict::Fail, more);
    }
}

/// What should be otherwise: in short, unless it fails the run.
pub(super) fn warned(screen: &mut Screen, report: &Record, more: Option<&str>) {
    let violations = violations(report, Verdict::Warn);
    if violations.is_empty() {
        return;
    }
    if report.run.strict {
        screen.heading(
            Tone::Doubtful,
            "WARNINGS",
            "which fail the run, because --strict is set",
        );
        in_full(screen, report, &violations, Verdict::Warn, more);
        return;
    }
    screen.heading(
        Tone::Doubtful,
        "WARNINGS",
        "which fail the run under --strict only",
    );
    let mut room = SHOWN_IN_SHORT;
    let left_out: usize = violations
        .iter()
        .map(|violation| in_short(screen, violation, Verdict::Warn, &mut room))
        .sum();
    others::left_out(screen, left_out, "case with warnings", more);
}

fn in_full(
    screen: &mut Screen,
    report: &Record,
    violations: &[Violation<'_>],
    verdict: Verdict,
    more: Option<&str>,
) {
    let mut room = SHOWN_IN_FULL;
    let mut room_in_short = SHOWN_IN_SHORT;
    let mut left_out = 0;
    for violation in violations {
        let (elsewhere, here): (Vec<_>, Vec<_>) = violation
            .cases
            .iter()
            .partition(|case| case.is_told_elsewhere());
        let shown = here.len().min(room);
        if shown == 0 {
            left_out += in_short(screen, violation, verdict, &mut room_in_short);
            continue;
        }
        room -= shown;
        let hidden = here.iter().skip(shown);
        left_out += hidden.map(|found| 1 + found.alike.len()).sum::<usize>();
        requirement(screen, violation);
        for case in here.iter().take(shown) {
            case_in_full(screen, report, case, verdict);
        }
        for case in elsewhere {
            told_elsewhere(screen, case, verdict);
        }
    }
    others::left_out(screen, left_out, "failing case", more);
}

/// The requirement: id, level, section, and what it says.
fn requirement(screen: &mut Screen, violation: &Violation<'_>) {
    screen.blank();
    let id = violation.id.map_or("no requirement", RequirementId::as_str);
    let level = violation
        .requirement
        .map_or(violation.level, |requirement| requirement.level);
    screen.flow(
        2,
        4,
        &[
            (Tone::Strong, id),
            (Tone::Plain, "  "),
            (tone(level), level.as_str()),
            (Tone::Plain, "  "),
            (
                Tone::Quiet,
                violation.requirement.map_or("", |known| &known.section),
            ),
        ],
    );
    if let Some(requirement) = violation.requirement {
        screen.flow(2, 2, &[(Tone::Plain, &requirement.says)]);
    }
}

const fn tone(level: Level) -> Tone {
    match level {
        Level::Must => Tone::Bad,
        Level::Should => Tone::Doubtful,
        Level::May => Tone::Quiet,
    }
}

fn case_in_full(screen: &mut Screen, report: &Record, found: &ViolatingCase<'_>, verdict: Verdict) {
    screen.flow(
        4,
        6,
        &[
            (Tone::of(verdict), sign(verdict)),
            (Tone::Plain, " "),
            (Tone::Strong, found.case.id.as_str()),
            (Tone::Plain, "  "),
            (Tone::Plain, &found.case.title),
        ],
    );
    let mut step: Option<&StepResult> = None;
    for Sighting {
        step: at, finding, ..
    } in &found.sightings
    {
        if let Some(before) = step.filter(|before| !std::ptr::eq(*before, *at)) {
            repeat(screen, before.exchange.as_ref());
        }
        step = Some(at);
        self::finding(screen, finding);
    }
    repeat(screen, step.and_then(|step| step.exchange.as_ref()));
    in_lines(screen, &rerun(report, &found.case.id));
    let alike: Vec<&CaseResult> = found.alike.iter().map(|found| found.case).collect();
    if !alike.is_empty() {
        let text = format!(
            "the same in {}: {}",
            things(alike.len(), "further case"),
            others::ids(&alike)
        );
        screen.flow(6, 8, &[(Tone::Plain, &text)]);
    }
}

/// What was expected, what came, and where the expectation is written.
pub(super) fn finding(screen: &mut Screen, finding: &Finding) {
    let place = format!("({})", finding.place);
    let at = finding.instance_path.as_ref();
    let at = at.map_or_else(String::new, |path| format!(" at {path}"));
    screen.flow(
        6,
        8,
        &[
            (Tone::Plain, &finding.subject),
            (Tone::Plain, &at),
            (Tone::Plain, "  "),
            (Tone::Quiet, &place),
        ],
    );
    let labelled = [
        ("expected ", Tone::Good, &finding.expected),
        ("actual   ", Tone::Bad, &finding.actual),
    ];
    for (label, tone, text) in labelled {
        let hang = 8 + columns(label);
        screen.flow(8, hang, &[(Tone::Quiet, label), (tone, text)]);
    }
}

/// The command that sends the request again.
pub(super) fn repeat(screen: &mut Screen, exchange: Option<&ExchangeRecord>) {
    let Some(record) = exchange else { return };
    if record.curl.len() > LONGEST_COMMAND {
        let length = things(record.curl.len(), "byte");
        let text = format!("(the curl command has {length}; it stands in the report files)");
        screen.flow(6, 8, &[(Tone::Quiet, &text)]);
        return;
    }
    in_lines(screen, &record.curl);
}

/// A command that can be copied.
fn in_lines(screen: &mut Screen, command: &str) {
    let width = screen.columns().saturating_sub(6);
    for line in command::lines(command, width) {
        screen.verbatim(6, Tone::Quiet, &line);
    }
}

/// A case that is told under another requirement.
fn told_elsewhere(screen: &mut Screen, found: &ViolatingCase<'_>, verdict: Verdict) {
    let under = found.told_under.map_or("another", RequirementId::as_str);
    let under = format!("see {under}");
    screen.flow(
        4,
        6,
        &[
            (Tone::of(verdict), sign(verdict)),
            (Tone::Plain, " "),
            (Tone::Strong, found.case.id.as_str()),
            (Tone::Plain, "  "),
            (Tone::Quiet, &under),
        ],
    );
}

/// A requirement with the cases that break it, and what the first of them found. Where there is no more
/// room, nothing: the number of cases that are told nowhere then.
fn in_short(
    screen: &mut Screen,
    violation: &Violation<'_>,
    verdict: Verdict,
    room: &mut usize,
) -> usize {
    if *room == 0 {
        let told_here = violation.cases.iter();
        let told_here = told_here.filter(|case| !case.is_told_elsewhere());
        return told_here.map(|found| 1 + found.alike.len()).sum();
    }
    *room -= 1;
    let id = violation.id.map_or("no requirement", RequirementId::as_str);
    let says = violation.requirement.map_or("", |known| &known.says);
    screen.flow(
        2,
        4,
        &[
            (Tone::of(verdict), sign(verdict)),
            (Tone::Plain, " "),
            (Tone::Strong, id),
            (Tone::Plain, "  "),
            (Tone::Plain, says),
        ],
    );
    let told = violation
        .cases
        .iter()
        .find(|case| !case.is_told_elsewhere());
    let Some(first) = told else {
        list_elsewhere(screen, violation);
        return 0;
    };
    let found = first.sightings.first().map(|sighting| sighting.finding);
    let found = found.map_or_else(String::new, |finding| {
        format!(
            "{}: expected {}, actual {}",
            finding.subject, finding.expected, finding.actual
        )
    });
    let others = match violation.count() {
        0 | 1 => String::new(),
        many => format!(" and {}", things(many - 1, "other case")),
    };
    let text = format!("{}{others}: {found}", first.case.id);
    screen.flow(4, 4, &[(Tone::Quiet, &text)]);
    0
}

/// The cases of a requirement that are all told under others.
fn list_elsewhere(screen: &mut Screen, violation: &Violation<'_>) {
    let cases = violation.cases.iter().map(|found| found.case);
    let cases: Vec<&CaseResult> = cases.collect();
    screen.flow(4, 4, &[(Tone::Quiet, &others::ids(&cases))]);
}
