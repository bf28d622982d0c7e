//! A page that shows one verdict, with what it rests on: of a comparison, of a history.

use super::element::{Element, labelled};
use super::{page_head, script};

/// What stands at the top of such a page.
pub(super) struct Sheet<'a> {
    /// What the browser calls it.
    pub(super) name: String,
    /// The tone of its heading: `bad`, `good`, `broken`.
    pub(super) tone: &'static str,
    /// What stands beside the name of the tool.
    pub(super) aside: &'a str,
    /// The verdict, and why.
    pub(super) heading: &'a str,
    pub(super) sentence: &'a str,
    /// What one must know to read it; facts without a value are left out.
    pub(super) facts: Vec<(&'static str, String)>,
}

impl Sheet<'_> {
    /// The page, with these parts and a note at its end.
    pub(super) fn render(self, parts: impl IntoIterator<Item = Element>, note: &str) -> String {
        let facts = self
            .facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty());
        let facts = facts.map(|(name, value)| {
            Element::new("div")
                .child(Element::new("dt").text(name))
                .child(Element::new("dd").text(value))
        });
        let header = Element::new("header")
            .attribute("data-tone", self.tone)
            .child(
                Element::new("p")
                    .class("masthead")
                    .child(Element::new("b").text("assize"))
                    .text(" ")
                    .child(labelled("span", "quiet", self.aside)),
            )
            .child(Element::new("h1").text(self.heading))
            .child(labelled("p", "sentence", self.sentence))
            .child(Element::new("dl").class("facts").children(facts));
        let main = Element::new("main")
            .children(parts)
            .child(labelled("p", "quiet note", note));
        let page = Element::new("html")
            .attribute("lang", "en")
            .child(page_head(&self.name, &script::policy()))
            .child(
                Element::new("body")
                    .child(header)
                    .child(main)
                    .child(script::element()),
            );
        format!("<!DOCTYPE html>\n{}\n", page.render())
    }
}

/// A part of the page under a heading; none without content.
pub(super) fn part(
    id: &'static str,
    title: &'static str,
    content: Vec<Element>,
) -> Option<Element> {
    (!content.is_empty()).then(|| {
        Element::new("section")
            .attribute("id", id)
            .child(Element::new("h2").text(title))
            .children(content)
    })
}

/// Charts side by side.
pub(super) fn grid(charts: Vec<Element>) -> Vec<Element> {
    let some = (!charts.is_empty()).then(|| Element::new("div").class("series").children(charts));
    some.into_iter().collect()
}

/// A table of texts: titles of its columns, the first of which names the rows, and the rows.
pub(super) fn table(titles: &[&str], rows: impl IntoIterator<Item = Element>) -> Element {
    let head = titles
        .iter()
        .map(|title| Element::new("th").attribute("scope", "col").text(title));
    let table = Element::new("table")
        .child(Element::new("thead").child(Element::new("tr").children(head)))
        .child(Element::new("tbody").children(rows));
    Element::new("div").class("times").child(table)
}
