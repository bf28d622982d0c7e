//! Where on the page each case stands, so that links find it.

use std::collections::BTreeSet;

use super::element::Element;
use crate::model::CaseId;
use crate::record::CaseResult;
use crate::record::Record;

/// The cases that have a place on the page already. An id may stand on a page once only.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    placed: BTreeSet<&'a CaseId>,
}

impl<'a> Anchors<'a> {
    /// Makes the element the place of the case, if it is the first.
    pub(super) fn place(
        &mut self,
        report: &Record,
        case: &'a CaseResult,
        element: Element,
    ) -> Element {
        match name(report, &case.id) {
            Some(name) if self.placed.insert(&case.id) => element.attribute("id", name),
            _ => element,
        }
    }
}

/// A link to the place of a case.
pub(super) fn link(report: &Record, case: &CaseId) -> Element {
    let link = Element::new("a").text(case);
    match name(report, case) {
        Some(name) => link.attribute("href", format!("#{name}")),
        None => link,
    }
}

fn name(report: &Record, case: &CaseId) -> Option<String> {
    let position = report.cases.iter().position(|known| known.id == *case)?;
    Some(format!("case-{position}"))
}
