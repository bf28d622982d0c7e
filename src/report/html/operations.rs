//! The operations of a load side by side, before each has its details.

use super::element::{Element, labelled};
use super::judgement::table;
use crate::record::quantity::{self, float, micros};
use crate::record::{LoadResult, OperationResult};

/// What the columns show.
const TITLES: [&str; 8] = [
    "Operation",
    "Answers",
    "A second",
    "Conforming",
    "No answer",
    "p50",
    "p99",
    "max",
];

/// A table of the operations; nothing where there is but one, which has all of this in its details.
pub(super) fn overview(load: &LoadResult, place: usize) -> Option<Element> {
    let rows = load.operations.iter().enumerate().map(|(index, one)| {
        let link = Element::new("a")
            .attribute("href", format!("#{}", id(place, index)))
            .text(&one.name);
        let name = Element::new("th")
            .attribute("scope", "row")
            .child(Element::new("code").child(link));
        let cells = cells(one, load.duration_s).into_iter();
        Element::new("tr")
            .child(name)
            .children(cells.map(|cell| Element::new("td").text(cell)))
    });
    (load.operations.len() > 1).then(|| {
        Element::new("article")
            .class("operation overview")
            .child(labelled("h3", "title", "Operations"))
            .child(table(&TITLES, rows))
    })
}

/// The details of an operation, folded away where the table above says enough. A link to them unfolds them.
pub(super) fn folded(one: &OperationResult, is_folded: bool, details: Element) -> Element {
    if !is_folded {
        return details;
    }
    let summary = Element::new("summary").child(Element::new("code").text(&one.name));
    Element::new("details")
        .class("folded")
        .child(summary)
        .child(details)
}

/// Where the details of an operation stand.
pub(super) fn id(place: usize, index: usize) -> String {
    format!("operation-{place}-{index}")
}

fn cells(one: &OperationResult, duration_s: f64) -> [String; 7] {
    let rate = if duration_s > 0.0 {
        float(one.answered) / duration_s
    } else {
        0.0
    };
    let time = |us: u64| match one.response.count() {
        0 => "\u{2013}".to_owned(),
        _ => micros(us),
    };
    [
        quantity::count(one.answered),
        quantity::rate(rate),
        quantity::count(one.conforming),
        quantity::count(one.errors.values().sum()),
        time(one.response.at_us(0.5)),
        time(one.response.at_us(0.99)),
        time(one.response.max_us()),
    ]
}
