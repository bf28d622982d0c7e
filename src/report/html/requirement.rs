//! The matrix of requirements: what came of each, and by which cases.

use std::collections::BTreeSet;

use super::anchor;
use super::case;
use super::element::{Element, labelled};
use super::filter;
use super::violation::level;
use super::{Section, badge};
use crate::model::Verdict;
use crate::record::quantity;
use crate::record::verdict_about;
use crate::record::{Record, RequirementResult};

/// The matrix with its filters; nothing if no requirement was tried.
pub(super) fn matrix(report: &Record) -> Option<Section> {
    let titles = ["Verdict", "Level", "Requirement", "Cases"];
    let titles = titles.map(|title| Element::new("th").attribute("scope", "col").text(title));
    let rows = report.requirements.iter().map(|one| row(report, one));
    let table = Element::new("table")
        .class("matrix")
        .child(Element::new("thead").child(Element::new("tr").children(titles)))
        .child(Element::new("tbody").children(rows));
    (!report.requirements.is_empty()).then(|| Section {
        id: "requirements",
        title: "Requirements",
        aside: aside(report),
        content: vec![filter::filters(report), table],
    })
}

fn aside(report: &Record) -> String {
    let count = report.requirements.len();
    match report.pairs_tried() {
        (0, _) => format!("{count} tried"),
        (tried, pairs) => format!(
            "{count} tried, {} of {} pairs of a requirement and a way to send a request",
            quantity::count(tried as u64),
            quantity::count(pairs as u64)
        ),
    }
}

fn row(report: &Record, requirement: &RequirementResult) -> Element {
    let area = filter::areas(report)
        .iter()
        .position(|area| *area == filter::area(requirement))
        .unwrap_or_default();
    Element::new("tr")
        .attribute("data-verdict", requirement.verdict)
        .attribute("data-level", requirement.level)
        .attribute("data-area", area)
        .child(Element::new("td").child(badge(requirement.verdict)))
        .child(Element::new("td").child(level(requirement.level)))
        .child(
            Element::new("th")
                .attribute("scope", "row")
                .child(details(report, requirement)),
        )
        .child(Element::new("td").text(summary(requirement)))
}

/// What a requirement says, and the cases and the load that prove it: one line where nothing is to be looked into.
fn details(report: &Record, requirement: &RequirementResult) -> Element {
    let cases = requirement.cases.iter().map(|case| {
        let found = report.cases.iter().find(|known| known.id == *case);
        let link = Element::new("code").child(anchor::link(report, case));
        match found {
            Some(found) => Element::new("li")
                .attribute("data-verdict", verdict_about(found, &requirement.id))
                .child(link)
                .text(" ")
                .children(case::flaky(found)),
            None => Element::new("li").child(link),
        }
    });
    let load = requirement.under_load.map(|verdict| {
        let link = Element::new("a").attribute("href", "#load").text("load");
        Element::new("li")
            .attribute("data-verdict", verdict)
            .child(link)
    });
    let list = Element::new("ul")
        .class("proofs")
        .children(cases)
        .children(load);
    let lies_open = requirement.verdict > Verdict::Skip;
    let details = Element::new("details");
    let details = if lies_open {
        details.attribute("open", "")
    } else {
        details
    };
    details
        .child(
            Element::new("summary")
                .child(Element::new("code").text(&requirement.id))
                .text(" ")
                .child(labelled("span", "says", &requirement.says)),
        )
        .child(labelled("p", "section", &requirement.section))
        .children(because(requirement))
        .child(list)
        .children(tried("under", &requirement.conditions))
        .children(tried("with", &requirement.variations))
}

/// Why it binds as it does.
pub(super) fn because(requirement: &RequirementResult) -> Option<Element> {
    let because = requirement.because.as_ref()?;
    let text = format!("Why {}: {because}", requirement.level);
    Some(labelled("p", "because", text))
}

fn summary(requirement: &RequirementResult) -> String {
    let load = requirement.under_load.map(|_| "the load".to_owned());
    let cases = match requirement.cases.len() {
        0 => None,
        cases => Some(quantity::things(cases, "case")),
    };
    let parts: Vec<String> = cases.into_iter().chain(load).collect();
    parts.join(" and ")
}

/// The ways in which a requirement was tried.
fn tried(word: &str, ways: &BTreeSet<String>) -> Option<Element> {
    let listed: Vec<&str> = ways.iter().map(String::as_str).collect();
    let text = format!("{word} {}", listed.join(", "));
    (!ways.is_empty()).then(|| labelled("p", "tried", text))
}
