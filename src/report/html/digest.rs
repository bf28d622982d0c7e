//! What broke, in a few lines for each requirement: for a reader who has ten seconds.

use super::element::{Element, labelled};
use super::violation;
use crate::model::{Finding, RequirementId, Verdict};
use crate::record::LoadResult;
use crate::record::Record;
use crate::record::quantity::{count, things};
use crate::report::violation::{Violation, violations};
use crate::report::{rerun, sanitize};

/// More entries are left out: then the list no longer is one that is read at a glance.
const ENTRIES: usize = 8;

/// Longer values are cut: whole they stand where the failure is told.
const LONGEST_VALUE: usize = 120;

/// Something that broke.
struct DigestEntry {
    /// Where on the page it is told.
    place: String,
    /// What leads there: the requirement's id.
    name: String,
    /// What should hold; empty if nothing more is known.
    says: String,
    /// What was found instead; empty if nothing more is known.
    found: String,
    /// Whose sentence it is, and how often it was broken.
    aside: String,
}

/// What broke, and the command that tries again what failed.
pub(super) fn digest(report: &Record) -> Vec<Element> {
    let mut entries = by_cases(report, Verdict::Fail);
    if report.run.strict {
        entries.extend(by_cases(report, Verdict::Warn));
    }
    entries.extend(
        report
            .loads
            .iter()
            .flat_map(|load| under_load(report, load)),
    );
    let rest = entries.len().saturating_sub(ENTRIES);
    let shown = entries.into_iter().take(ENTRIES).map(DigestEntry::render);
    let shown: Vec<Element> = shown.collect();
    let list = (!shown.is_empty()).then(|| {
        Element::new("ul")
            .class("digest")
            .attribute("aria-label", "What broke")
            .children(shown)
    });
    let rest = (rest > 0).then(|| labelled("p", "quiet", format!("And {rest} more, below.")));
    list.into_iter().chain(rest).chain(again(report)).collect()
}

fn again(report: &Record) -> Option<Element> {
    let command = rerun::rerun_failed(report)?;
    let block = Element::new("div")
        .class("repeat")
        .child(labelled("p", "label", "To run again what failed"))
        .child(Element::new("pre").text(command));
    Some(block)
}

fn by_cases(report: &Record, verdict: Verdict) -> Vec<DigestEntry> {
    let broken = violations(report, verdict);
    let entries = broken.iter().enumerate().map(|(position, violation)| {
        let place = violation::place(verdict, position);
        let shown = things(violation.count(), "case");
        entry(report, place, violation.id, first(violation), &shown)
    });
    entries.collect()
}

/// The first unmet expectation that is told under a violation.
fn first<'a>(violation: &Violation<'a>) -> Option<&'a Finding> {
    let mut sightings = violation.cases.iter().flat_map(|case| &case.sightings);
    sightings.next().map(|sighting| sighting.finding)
}

fn under_load(report: &Record, load: &LoadResult) -> Vec<DigestEntry> {
    let failed = load.findings.iter();
    let failed = failed.filter(|found| found.verdict == Verdict::Fail);
    let findings = failed.map(|found| {
        let finding = found.finding.as_ref();
        let id = finding.and_then(|finding| finding.requirements.first());
        let shown = format!("{} answers of {}", count(found.count), found.operation);
        entry(report, "load".to_owned(), id, finding, &shown)
    });
    let missed = load.thresholds.iter().filter(|threshold| !threshold.kept);
    let missed = missed.map(|threshold| DigestEntry {
        place: "load".to_owned(),
        name: "threshold".to_owned(),
        says: threshold.threshold.clone(),
        found: format!("measured: {}", threshold.told()),
        aside: String::new(),
    });
    findings.chain(missed).collect()
}

fn entry(
    report: &Record,
    place: String,
    id: Option<&RequirementId>,
    finding: Option<&Finding>,
    shown: &str,
) -> DigestEntry {
    let known = id.and_then(|id| report.requirements.iter().find(|known| known.id == *id));
    DigestEntry {
        place,
        name: id.map_or_else(|| "no requirement".to_owned(), ToString::to_string),
        says: known.map_or_else(String::new, |known| known.says.clone()),
        found: finding.map_or_else(String::new, found),
        aside: known.map_or_else(
            || shown.to_owned(),
            |known| format!("{}; {shown}", source(&known.section)),
        ),
    }
}

fn found(finding: &Finding) -> String {
    let short = |value: &str| sanitize::cut(value, LONGEST_VALUE);
    format!(
        "{}: expected {}, actual {}",
        finding.subject,
        short(&finding.expected),
        short(&finding.actual)
    )
}

impl DigestEntry {
    fn render(self) -> Element {
        let link = Element::new("a")
            .attribute("href", format!("#{}", self.place))
            .child(Element::new("code").text(self.name));
        let texts = [
            ("says", self.says),
            ("found", self.found),
            ("quiet", self.aside),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        Element::new("li")
            .child(link)
            .children(texts.map(|(class, text)| labelled("p", class, text)))
    }
}

/// Where a requirement comes from, for someone who does not know that these are sections.
pub(super) fn source(section: &str) -> String {
    format!("Users API: {section}")
}
