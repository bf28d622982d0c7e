//! The cases that broke nothing: those that could not be judged, were skipped, or passed.

use super::anchor::Anchors;
use super::element::{Element, labelled};
use super::{Section, badge, exchange, finding};
use crate::model::Verdict;
use crate::record::CaseResult;
use crate::record::Record;
use crate::record::quantity;
use crate::record::{Reason, ReasonKind};

/// Exchanges of later cases are folded: where nothing is reached, all say the same.
const UNFOLDED: usize = 3;

fn of(report: &Record, verdict: Verdict) -> Vec<&CaseResult> {
    let cases = report.cases.iter();
    cases.filter(|case| case.verdict == verdict).collect()
}

/// The cases that could not be judged.
pub(super) fn broken<'a>(report: &'a Record, anchors: &mut Anchors<'a>) -> Option<Section> {
    let cases = of(report, Verdict::Broken);
    let number = cases.len();
    let cards = cases.into_iter().enumerate().map(|(index, case)| {
        let card = broken_card(report, case, index < UNFOLDED);
        anchors.place(report, case, card)
    });
    let content: Vec<Element> = cards.collect();
    (number > 0).then(|| Section {
        id: "broken",
        title: "What could not be judged",
        aside: quantity::things(number, "case"),
        content,
    })
}

fn broken_card(report: &Record, case: &CaseResult, unfolded: bool) -> Element {
    let exchanges = case
        .steps
        .iter()
        .filter(|step| step.verdict == Verdict::Broken)
        .filter_map(|step| step.exchange.as_ref())
        .map(|record| exchange::exchange(record, unfolded));
    Element::new("div")
        .class("case")
        .attribute("data-verdict", case.verdict)
        .child(
            Element::new("h3")
                .child(badge(case.verdict))
                .text(" ")
                .child(Element::new("code").text(&case.id))
                .text(" ")
                .child(labelled("span", "title", &case.title))
                .text(" ")
                .child(labelled("span", "place", &case.place)),
        )
        .children(reason(case))
        .children(exchanges)
        .child(exchange::rerun(report, case))
}

/// The mark of a case whose verdict varied.
pub(super) fn flaky(case: &CaseResult) -> Option<Element> {
    let varied = |reason: &Reason| reason.kind == ReasonKind::Flaky;
    let is_flaky = case.reason.as_ref().is_some_and(varied);
    is_flaky.then(|| labelled("small", "level flaky", "flaky"))
}

fn reason(case: &CaseResult) -> Option<Element> {
    let reason = case.reason.as_ref()?;
    Some(labelled("p", "reason", &reason.text))
}

/// Skipped and passing cases, folded by suite.
pub(super) fn others<'a>(report: &'a Record, anchors: &mut Anchors<'a>) -> Option<Section> {
    let mut content = Vec::new();
    for (verdict, title) in [(Verdict::Skip, "skipped"), (Verdict::Pass, "passed")] {
        let cases = of(report, verdict);
        if cases.is_empty() {
            continue;
        }
        let title = format!("{} {title}", quantity::things(cases.len(), "case"));
        let rows = cases.into_iter().map(|case| {
            let row = row(case);
            anchors.place(report, case, row)
        });
        let rows: Vec<Element> = rows.collect();
        content.push(
            Element::new("details")
                .class("folded")
                .child(Element::new("summary").text(title))
                .child(Element::new("ul").class("cases").children(rows)),
        );
    }
    (!content.is_empty()).then(|| Section {
        id: "cases",
        title: "Other cases",
        aside: String::new(),
        content,
    })
}

fn row(case: &CaseResult) -> Element {
    let time = match case.verdict {
        Verdict::Skip => String::new(),
        _ => quantity::millis(case.duration_ms),
    };
    let observed = case.findings().map(finding::finding);
    Element::new("li")
        .child(badge(case.verdict))
        .text(" ")
        .child(Element::new("code").text(&case.id))
        .text(" ")
        .children(flaky(case))
        .child(labelled("span", "title", &case.title))
        .text(" ")
        .child(labelled("span", "quiet", time))
        .children(reason(case))
        .children(observed)
}
