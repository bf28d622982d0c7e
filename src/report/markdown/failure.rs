//! What is not as it must or should be.

use super::MarkdownPage;
use super::text::{block, code, prose};
use crate::model::{Finding, RequirementId, Verdict};
use crate::record::ExchangeRecord;
use crate::record::Record;
use crate::record::quantity::things;
use crate::report::rerun::rerun;
use crate::report::transcript::transcript;
use crate::report::violation::{Sighting, ViolatingCase, Violation, violations};

/// More cases are told in a line each.
const IN_FULL: usize = 50;

/// A failing case in a line.
pub(super) struct MarkdownLine(String);

/// The violations that fail the run: the first cases in full; the others are given back.
pub(super) fn failed(page: &mut MarkdownPage, report: &Record) -> Vec<MarkdownLine> {
    let strict = report.run.strict.then_some(Verdict::Warn);
    let mut shortened = Vec::new();
    let mut room = IN_FULL;
    for verdict in std::iter::once(Verdict::Fail).chain(strict) {
        for violation in violations(report, verdict) {
            let here = violation
                .cases
                .iter()
                .filter(|case| !case.is_told_elsewhere());
            let here: Vec<&ViolatingCase<'_>> = here.collect();
            let (full, short) = here.split_at(here.len().min(room));
            room -= full.len();
            if !full.is_empty() {
                page.add(&requirement(&violation));
            }
            for found in full {
                page.add(&case(report, found));
            }
            shortened.extend(short.iter().map(|found| line(&violation, found)));
        }
    }
    shortened
}

/// Warnings that fail no run, in a line each.
pub(super) fn warned(page: &mut MarkdownPage, report: &Record) {
    if report.run.strict {
        return;
    }
    let violations = violations(report, Verdict::Warn);
    let lines = violations.iter().flat_map(|violation| {
        let told = violation
            .cases
            .iter()
            .filter(|case| !case.is_told_elsewhere());
        told.map(|found| line(violation, found).0)
    });
    let head = format!("### Warnings\n\n{HEAD}");
    page.table(&head, lines);
}

/// Failing cases for which there was no room in full.
pub(super) fn in_short(page: &mut MarkdownPage, lines: &[MarkdownLine]) {
    let head = format!("### {} more failing cases\n\n{HEAD}", lines.len());
    page.table(&head, lines.iter().map(|line| line.0.clone()));
}

const HEAD: &str = "| requirement | case | what came |\n|---|---|---|\n";

fn line(violation: &Violation<'_>, found: &ViolatingCase<'_>) -> MarkdownLine {
    let told = found.sightings.first().map(|sighting| {
        let Finding {
            subject,
            expected,
            actual,
            ..
        } = sighting.finding;
        format!("{subject}: expected {expected}, actual {actual}")
    });
    let alike = match found.alike.len() {
        0 => String::new(),
        many => format!(" and {many} more"),
    };
    MarkdownLine(format!(
        "| {} | {}{alike} | {} |\n",
        code(violation.id.map_or("none", RequirementId::as_str)),
        code(found.case.id.as_str()),
        code(&told.unwrap_or_default())
    ))
}

fn requirement(violation: &Violation<'_>) -> String {
    let id = violation.id.map_or("no requirement", RequirementId::as_str);
    let known = violation.requirement;
    let level = known.map_or(violation.level, |known| known.level);
    let mut text = format!("### {} ({level})\n\n", code(id));
    if let Some(known) = known {
        let told = format!("{} ({})\n\n", prose(&known.says), prose(&known.section));
        text.push_str(&told);
    }
    text
}

fn case(report: &Record, found: &ViolatingCase<'_>) -> String {
    let case = found.case;
    let mut text = format!(
        "**✗** {} {}\n\n",
        code(case.id.as_str()),
        prose(&case.title)
    );
    let mut exchanges: Vec<&ExchangeRecord> = Vec::new();
    for Sighting { step, finding } in &found.sightings {
        text.push_str(&self::finding(finding));
        if let Some(record) = &step.exchange
            && !exchanges.iter().any(|other| std::ptr::eq(*other, record))
        {
            exchanges.push(record);
        }
    }
    text.push_str("<details><summary>The exchange, and how to see it again</summary>\n\n");
    for record in exchanges {
        text.push_str(&block("text", &transcript(record)));
        text.push_str(&block("sh", &record.curl));
    }
    text.push_str("To run just this case again:\n\n");
    text.push_str(&block("sh", &rerun(report, &case.id)));
    text.push_str("\n</details>\n\n");
    text.push_str(&alike(found));
    text
}

/// The further cases that show the same.
fn alike(found: &ViolatingCase<'_>) -> String {
    /// More are counted: a page for people is not a list for programs.
    const LISTED: usize = 20;
    let ids = found.alike.iter().take(LISTED);
    let ids: Vec<String> = ids.map(|found| code(found.case.id.as_str())).collect();
    let rest = match found.alike.len().saturating_sub(LISTED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    match found.alike.len() {
        0 => String::new(),
        many => format!(
            "The same in {}: {}{rest}.\n\n",
            things(many, "further case"),
            ids.join(", ")
        ),
    }
}

fn finding(finding: &Finding) -> String {
    let at = finding.instance_path.as_deref().filter(|at| !at.is_empty());
    let at = at.map_or_else(String::new, |at| format!(" at {}", code(at)));
    format!(
        "| {}{at} | {} |\n|---|---|\n| expected | {} |\n| actual | {} |\n\n",
        code(&finding.subject),
        code(&finding.place.to_string()),
        code(&finding.expected),
        code(&finding.actual)
    )
}
