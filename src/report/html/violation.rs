//! What is not as it must or should be: the requirement, and each case that shows it.

use super::anchor::{self, Anchors};
use super::element::{Element, labelled};
use super::requirement::because;
use super::{Section, badge, case, digest, exchange, finding};
use crate::model::{Level, RequirementId, Verdict};
use crate::record::Record;
use crate::record::StepResult;
use crate::record::quantity;
use crate::report::violation::{Sighting, ViolatingCase, Violation, violations};

/// Exchanges of later cases are folded, so that the page stays one that can be read.
const UNFOLDED: usize = 30;

/// The violations that fail the run.
pub(super) fn failed<'a>(report: &'a Record, anchors: &mut Anchors<'a>) -> Option<Section> {
    let content = listed(report, Verdict::Fail, anchors);
    (!content.is_empty()).then(|| Section {
        id: "failed",
        title: "What failed",
        aside: quantity::things(content.len(), "requirement"),
        content,
    })
}

/// What should be otherwise.
pub(super) fn warned<'a>(report: &'a Record, anchors: &mut Anchors<'a>) -> Option<Section> {
    let content = listed(report, Verdict::Warn, anchors);
    let meaning = if report.run.strict {
        "which fail the run under --strict"
    } else {
        "which fail no run without --strict"
    };
    (!content.is_empty()).then(|| Section {
        id: "warned",
        title: "Warnings",
        aside: meaning.to_owned(),
        content,
    })
}

fn listed<'a>(report: &'a Record, verdict: Verdict, anchors: &mut Anchors<'a>) -> Vec<Element> {
    let mut room = UNFOLDED;
    violations(report, verdict)
        .iter()
        .enumerate()
        .map(|(position, violation)| {
            let (here, elsewhere): (Vec<_>, Vec<_>) = violation
                .cases
                .iter()
                .partition(|case| !case.is_told_elsewhere());
            let cards = here.into_iter().flat_map(|found| {
                let unfolded = room > 0;
                room = room.saturating_sub(1);
                let first = placed(report, found, (verdict, unfolded), anchors);
                let alike = alike(report, found, verdict, anchors);
                std::iter::once(first).chain(alike)
            });
            let cards: Vec<Element> = cards.collect();
            Element::new("article")
                .class("violation")
                .attribute("id", place(verdict, position))
                .attribute("data-verdict", verdict)
                .child(heading(violation))
                .children(says(violation))
                .children(violation.requirement.and_then(because))
                .children(cards)
                .children(told_elsewhere(report, &elsewhere))
        })
        .collect()
}

fn placed<'a>(
    report: &'a Record,
    found: &ViolatingCase<'a>,
    (verdict, unfolded): (Verdict, bool),
    anchors: &mut Anchors<'a>,
) -> Element {
    let card = card(report, found, verdict, unfolded);
    anchors.place(report, found.case, card)
}

/// The further cases that show the same, folded.
fn alike<'a>(
    report: &'a Record,
    found: &ViolatingCase<'a>,
    verdict: Verdict,
    anchors: &mut Anchors<'a>,
) -> Option<Element> {
    let number = found.alike.len();
    let title = format!("The same in {}", quantity::things(number, "further case"));
    let cards = found.alike.iter();
    let cards: Vec<Element> = cards
        .map(|found| placed(report, found, (verdict, false), anchors))
        .collect();
    (number > 0).then(|| {
        Element::new("details")
            .class("folded")
            .child(Element::new("summary").text(title))
            .children(cards)
    })
}

/// Where a violation is told: its position among those of the same verdict, in the id of an element.
pub(super) fn place(verdict: Verdict, position: usize) -> String {
    format!("{verdict}-{position}")
}

fn heading(violation: &Violation<'_>) -> Element {
    let id = violation.id.map_or("no requirement", RequirementId::as_str);
    let known = violation.requirement;
    let heading = Element::new("h3")
        .child(Element::new("code").text(id))
        .text(" ")
        .child(level(known.map_or(violation.level, |known| known.level)));
    match known {
        Some(known) => {
            heading
                .text(" ")
                .child(labelled("span", "section", digest::source(&known.section)))
        }
        None => heading,
    }
}

fn says(violation: &Violation<'_>) -> Option<Element> {
    let known = violation.requirement?;
    Some(labelled("p", "says", &known.says))
}

/// A level as a small label.
pub(super) fn level(level: Level) -> Element {
    labelled("span", "level", level).attribute("data-level", level)
}

fn card(report: &Record, found: &ViolatingCase<'_>, verdict: Verdict, unfolded: bool) -> Element {
    let heading = Element::new("h4")
        .child(badge(verdict))
        .text(" ")
        .child(Element::new("code").text(&found.case.id))
        .text(" ")
        .children(case::flaky(found.case))
        .child(labelled("span", "title", &found.case.title))
        .text(" ")
        .child(labelled("span", "place", &found.case.place));
    let steps = steps(&found.sightings)
        .into_iter()
        .flat_map(|(step, seen)| {
            // An exchange is unfolded where its first finding is told.
            let first = seen.iter().any(|seen| {
                let first = step.findings.first();
                first.is_some_and(|first| std::ptr::eq(first, seen.finding))
            });
            let findings = seen.into_iter().map(|seen| finding::finding(seen.finding));
            let record = step.exchange.as_ref();
            let exchange = record.map(|record| exchange::exchange(record, unfolded && first));
            findings.chain(exchange).collect::<Vec<_>>()
        });
    Element::new("div")
        .class("case")
        .child(heading)
        .children(steps)
        .child(exchange::rerun(report, found.case))
}

/// The sightings by their steps, in order.
fn steps<'a>(sightings: &[Sighting<'a>]) -> Vec<(&'a StepResult, Vec<Sighting<'a>>)> {
    let mut steps: Vec<(&StepResult, Vec<Sighting<'_>>)> = Vec::new();
    for sighting in sightings {
        match steps
            .last_mut()
            .filter(|(step, _)| std::ptr::eq(*step, sighting.step))
        {
            Some((_, seen)) => seen.push(*sighting),
            None => steps.push((sighting.step, vec![*sighting])),
        }
    }
    steps
}

fn told_elsewhere(report: &Record, cases: &[&ViolatingCase<'_>]) -> Option<Element> {
    let mut note = Element::new("p").class("elsewhere").text("Broken also by ");
    for (index, found) in cases.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        note = note
            .text(separator)
            .child(anchor::link(report, &found.case.id));
        if let Some(under) = found.told_under {
            note = note.text(format!(", told under {under}"));
        }
    }
    (!cases.is_empty()).then(|| note.text("."))
}
