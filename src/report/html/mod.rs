//! The report as one HTML page: no network, light and dark, on screens and on paper, whole without its script.
//!
//! The page's content security policy forbids everything but its own style sheet and, by its hash, its own
//! script, so that not even a mistake here could let a target's text act.

mod anchor;
mod beside;
mod case;
mod certificate;
mod chart;
mod comparison;
mod difference;
mod digest;
mod element;
mod exchange;
mod filter;
mod finding;
mod generator;
mod history;
mod judgement;
mod live;
mod load;
mod operations;
mod requirement;
mod run;
mod script;
mod sheet;
mod verdict;
mod violation;

use crate::model::Verdict;
use crate::record::Record;
use anchor::Anchors;
use element::{Element, labelled};

pub use certificate::certificate;
pub use comparison::comparison_page;
pub use difference::difference_page;
pub use history::history_page;
pub use live::{LIVE_SCRIPT, live_page, live_part};

/// The style sheet.
const STYLE: &str = include_str!("page.css");

/// What a page without a script may load: its own style sheet, and nothing from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";

/// The report as one HTML page that needs nothing besides.
#[must_use]
pub fn html(report: &Record) -> String {
    let page = Element::new("html")
        .attribute("lang", "en")
        .child(head(report))
        .child(body(report));
    format!("<!DOCTYPE html>\n{}\n", page.render())
}

fn head(report: &Record) -> Element {
    let title = format!(
        "{}: {} ({})",
        verdict::headline(report),
        report.run.target,
        report.run.id
    );
    page_head(&title, &script::policy()).child(Element::new("style").rules(&filter::rules(report)))
}

/// The head of a page of this title, with its policy and the style sheet.
fn page_head(title: &str, policy: &str) -> Element {
    let meta = |name: &'static str, value: &str, content: &str| {
        Element::new("meta")
            .attribute(name, value)
            .attribute("content", content)
    };
    Element::new("head")
        .child(Element::new("meta").attribute("charset", "utf-8"))
        .child(meta("http-equiv", "Content-Security-Policy", policy))
        .child(meta(
            "name",
            "viewport",
            "width=device-width, initial-scale=1",
        ))
        .child(meta("name", "color-scheme", "light dark"))
        // An icon of no bytes, so that no browser asks for one.
        .child(
            Element::new("link")
                .attribute("rel", "icon")
                .attribute("href", "data:,"),
        )
        .child(Element::new("title").text(title))
        .child(Element::new("style").rules(STYLE))
}

fn body(report: &Record) -> Element {
    let mut anchors = Anchors::default();
    let mut sections = Vec::new();
    sections.extend(violation::failed(report, &mut anchors));
    sections.extend(case::broken(report, &mut anchors));
    sections.extend(violation::warned(report, &mut anchors));
    sections.extend(load::loads(report));
    sections.extend(requirement::matrix(report));
    sections.extend(case::others(report, &mut anchors));
    sections.extend(run::readings(report));
    sections.push(run::run(report));
    Element::new("body")
        .child(verdict::header(report))
        .child(contents(&sections))
        .child(Element::new("main").children(sections.into_iter().map(Section::render)))
        .child(run::footer(report))
        .child(script::element())
}

/// A part of the page with a heading, reachable from the top.
struct Section {
    id: &'static str,
    title: &'static str,
    /// What stands beside the title, such as a number.
    aside: String,
    content: Vec<Element>,
}

impl Section {
    fn render(self) -> Element {
        let heading = Element::new("h2")
            .attribute("id", format!("{}-title", self.id))
            .text(self.title)
            .text(" ")
            .child(labelled("small", "quiet", &self.aside));
        Element::new("section")
            .attribute("id", self.id)
            .attribute("aria-labelledby", format!("{}-title", self.id))
            .child(heading)
            .children(self.content)
    }
}

fn contents(sections: &[Section]) -> Element {
    let links = sections.iter().map(|section| {
        Element::new("li").child(
            Element::new("a")
                .attribute("href", format!("#{}", section.id))
                .text(section.title),
        )
    });
    Element::new("nav")
        .attribute("aria-label", "Contents")
        .child(Element::new("ul").children(links))
}

/// The sign and the word of a verdict.
fn badge(verdict: Verdict) -> Element {
    let sign = match verdict {
        Verdict::Pass => "✓",
        Verdict::Skip => "–",
        Verdict::Warn | Verdict::Broken => "!",
        Verdict::Fail => "✗",
    };
    Element::new("span")
        .class("badge")
        .attribute("data-verdict", verdict)
        .child(
            Element::new("span")
                .attribute("aria-hidden", "true")
                .text(sign),
        )
        .text(format!(" {verdict}"))
}
