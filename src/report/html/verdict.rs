//! The top of the page: how the run ended, and why.

use super::digest;
use super::element::{Element, labelled};
use crate::diagnosis::Diagnosis;
use crate::model::{Outcome, Verdict};
use crate::record::quantity;
use crate::record::{Record, Totals};

/// The outcome as a headline: `Contract violated`.
pub(super) fn headline(report: &Record) -> String {
    let lower = report.conclusion.outcome.headline().to_lowercase();
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The top of the page.
pub(super) fn header(report: &Record) -> Element {
    let untold = report
        .troubles
        .iter()
        .filter(|trouble| trouble.text != report.conclusion.sentence)
        .map(|trouble| trouble.text.as_str());
    let notices = report.notices.iter().map(String::as_str);
    Element::new("header")
        .attribute("data-tone", tone(report.conclusion.outcome))
        .child(
            Element::new("p")
                .class("masthead")
                .child(Element::new("b").text("assize"))
                .text(" ")
                .child(labelled("span", "quiet", &report.run.id)),
        )
        .child(Element::new("h1").text(headline(report)))
        .child(labelled(
            "p",
            "sentence",
            whole(&report.conclusion.sentence),
        ))
        .child(facts(report))
        .children(totals(report.totals))
        .children(
            report
                .diagnoses
                .iter()
                .map(Diagnosis::told)
                .filter(|told| *told != report.conclusion.sentence)
                .map(|told| labelled("p", "notice", whole(&told))),
        )
        .children(untold.map(|text| labelled("p", "notice", whole(text))))
        .children(digest::digest(report))
        .children(notices.map(|text| labelled("p", "notice", whole(text))))
        .children(accounts_left(report))
}

/// A text as a whole sentence.
pub(super) fn whole(text: &str) -> String {
    let mut letters = text.chars();
    let mut sentence: String = letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    });
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

pub(super) const fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Conforms => "good",
        Outcome::Violated | Outcome::ThresholdMissed => "bad",
        Outcome::Misused
        | Outcome::Broken
        | Outcome::NothingRan
        | Outcome::MeasurementInvalid
        | Outcome::Interrupted => "broken",
    }
}

fn facts(report: &Record) -> Element {
    let run = &report.run;
    let facts = [
        ("Target", run.target_named()),
        ("Begun", started(&run.started)),
        ("Took", quantity::millis(run.duration_ms)),
        ("Seed", run.seed.to_string()),
    ];
    let facts = facts.into_iter().map(|(name, value)| {
        Element::new("div")
            .child(Element::new("dt").text(name))
            .child(Element::new("dd").text(value))
    });
    Element::new("dl").class("facts").children(facts)
}

/// RFC 3339 as people write it: a space for the `T`, whole seconds, and the zone by its name.
fn started(text: &str) -> String {
    let seconds = text
        .strip_suffix('Z')
        .map(|text| match text.split_once('.') {
            Some((seconds, _)) => format!("{seconds} UTC"),
            None => format!("{text} UTC"),
        });
    seconds.as_deref().unwrap_or(text).replacen('T', " ", 1)
}

/// How many cases came to each verdict, as a bar and in words; nothing if there was none.
fn totals(totals: Totals) -> Option<Element> {
    let parts = [
        (Verdict::Fail, totals.fail, "failed"),
        (Verdict::Broken, totals.broken, "broken"),
        (Verdict::Warn, totals.warn, "with warnings"),
        (Verdict::Pass, totals.pass, "passed"),
        (Verdict::Skip, totals.skip, "skipped"),
    ];
    let parts = || parts.into_iter().filter(|(_, number, _)| *number > 0);
    let bars = parts().map(|(verdict, number, _)| {
        Element::new("span")
            .attribute("data-verdict", verdict)
            .attribute("style", format!("flex-grow:{number}"))
    });
    let words = parts().map(|(verdict, number, what)| {
        Element::new("li")
            .attribute("data-verdict", verdict)
            .child(Element::new("b").text(number))
            .text(format!(" {what}"))
    });
    (totals.all() > 0).then(|| {
        Element::new("div")
            .class("totals")
            .child(
                Element::new("div")
                    .class("bar")
                    .attribute("aria-hidden", "true")
                    .children(bars),
            )
            .child(
                Element::new("ul")
                    .attribute("aria-label", "Cases by verdict")
                    .children(words),
            )
    })
}

fn accounts_left(report: &Record) -> Option<Element> {
    let accounts = report.accounts;
    let left = accounts.made.saturating_sub(accounts.removed);
    (left > 0).then(|| {
        let made = quantity::things(accounts.made, "account");
        labelled(
            "p",
            "notice",
            format!("{left} of {made} made by this run may still exist at the target; assize clean tries again to remove them."),
        )
    })
}
