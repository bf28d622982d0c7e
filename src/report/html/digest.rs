//! What broke, in a line for each requirement: for a reader who has ten seconds.

use super::element::{Element, labelled};
use super::violation;
use crate::model::{RequirementId, Verdict};
use crate::report::quantity::{count, things};
use crate::report::report::Report;
use crate::report::rerun;
use crate::report::violation::violations;

/// More lines are left out: then the list no longer is one that is read at a glance.
const LINES: usize = 8;

/// The requirements that are not met, and the command that tries again what failed.
pub(super) fn digest(report: &Report) -> Vec<Element> {
    let mut lines = by_cases(report, Verdict::Fail);
    if report.run.strict {
        lines.extend(by_cases(report, Verdict::Warn));
    }
    lines.extend(by_load(report));
    let rest = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let list = (!lines.is_empty()).then(|| {
        Element::new("ul")
            .class("digest")
            .attribute("aria-label", "Requirements that are not met")
            .children(lines)
    });
    let rest = (rest > 0).then(|| labelled("p", "quiet", format!("And {rest} more, below.")));
    let command = rerun::rerun_failed(report).map(|command| {
        Element::new("div")
            .class("repeat")
            .child(labelled("p", "label", "To run again what failed"))
            .child(Element::new("pre").text(command))
    });
    list.into_iter().chain(rest).chain(command).collect()
}

fn by_cases(report: &Report, verdict: Verdict) -> Vec<Element> {
    let found = violations(report, verdict);
    let lines = found.iter().enumerate().map(|(position, violation)| {
        let place = violation::place(verdict, position);
        let shown = things(violation.cases.len(), "case");
        line(report, &place, violation.id, &shown)
    });
    lines.collect()
}

fn by_load(report: &Report) -> Vec<Element> {
    let findings = report.load.iter().flat_map(|load| &load.findings);
    let failed = findings.filter(|found| found.verdict == Verdict::Fail);
    let lines = failed.map(|found| {
        let finding = found.finding.as_ref();
        let id = finding.and_then(|finding| finding.requirements.first());
        let shown = format!("{} answers of {}", count(found.count), found.operation);
        line(report, "load", id, &shown)
    });
    lines.collect()
}

/// A requirement with a link to where it is told, what it says, and what broke it.
fn line(report: &Report, place: &str, id: Option<&RequirementId>, shown: &str) -> Element {
    let known = id.and_then(|id| report.requirements.iter().find(|known| known.id == *id));
    let link = Element::new("a")
        .attribute("href", format!("#{place}"))
        .child(Element::new("code").text(id.map_or("no requirement", RequirementId::as_str)));
    let says = known.map(|known| labelled("span", "says", &known.says));
    let source = known.map_or_else(String::new, |known| format!("{}; ", source(&known.section)));
    Element::new("li")
        .child(link)
        .text(" ")
        .children(says)
        .text(" ")
        .child(labelled("span", "quiet", format!("{source}{shown}")))
}

/// Where a requirement comes from, for someone who does not know that these are sections.
pub(super) fn source(section: &str) -> String {
    format!("Users API: {section}")
}
