//! The page of a run that is under way: a frame, and the part of it that is sent anew each second.

use super::chart::series;
use super::element::{Element, labelled};
use super::judgement::threshold_table;
use super::{badge, page_head};
use crate::load::Tally;
use crate::model::Verdict;
use crate::record::quantity::{count, micros, per_cent, rate, seconds};
use crate::record::{CaseResult, SecondResult, Soundness};
use crate::report::live::LiveView;
use crate::report::live_load::{LiveLoad, LiveSecond};

/// What the page may load: its own style sheet, its own script, and the events of the server that it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

/// Bytes in a mebibyte.
const MIB: u64 = 1024 * 1024;

/// The script of the page, by the path that [`live_page`] asks for: it puts each part in its place.
pub const LIVE_SCRIPT: &str = include_str!("live.js");

/// The page, with the part as it is now.
#[must_use]
pub fn live_page(view: &LiveView) -> String {
    let title = format!("assize: {} {}", view.run.verb, view.run.target);
    let script = Element::new("script")
        .attribute("src", "live.js")
        .attribute("defer", "defer");
    let part = Element::new("main")
        .attribute("id", "live")
        .attribute("aria-live", "off")
        .children(parts(view));
    let page = Element::new("html")
        .attribute("lang", "en")
        .child(page_head(&title, POLICY).child(script))
        .child(Element::new("body").child(part));
    format!("<!DOCTYPE html>\n{}\n", page.render())
}

/// What stands in the page now.
#[must_use]
pub fn live_part(view: &LiveView) -> String {
    parts(view).into_iter().map(Element::render).collect()
}

fn parts(view: &LiveView) -> Vec<Element> {
    let mut parts = vec![header(view)];
    if !view.bad.is_empty() {
        let cases = view.bad.iter().map(case);
        parts.push(section("cases", "Did not pass", cases));
    }
    if let Some(load) = &view.load {
        parts.push(section("load", "Under load", of_load(load)));
    }
    parts
}

fn section(id: &'static str, title: &str, content: impl IntoIterator<Item = Element>) -> Element {
    Element::new("section")
        .attribute("id", id)
        .child(Element::new("h2").text(title))
        .children(content)
}

fn header(view: &LiveView) -> Element {
    let masthead = Element::new("p")
        .class("masthead")
        .child(Element::new("b").text("assize"))
        .text(" ")
        .child(labelled("span", "quiet", &view.run.id));
    let state = if view.has_ended { "Ended" } else { "Under way" };
    let done: u64 = view.verdicts.values().sum();
    let figures = view
        .verdicts
        .iter()
        .map(|(verdict, number)| figure(count(*number), verdict, *verdict));
    let figures = Element::new("ul").class("figures").children(figures);
    Element::new("header")
        .attribute("data-tone", tone(view))
        .child(masthead)
        .child(Element::new("h1").text(state))
        .child(labelled(
            "p",
            "sentence",
            format!("{} of {}", view.run.verb, view.run.target),
        ))
        .children((view.planned > 0).then(|| {
            labelled(
                "p",
                "settings-line",
                format!("{done} of {} cases ended", view.planned),
            )
        }))
        .children((done > 0).then_some(figures))
        .children(view.told.iter().map(|text| labelled("p", "notice", text)))
}

fn tone(view: &LiveView) -> &'static str {
    let of_load = view
        .load
        .as_ref()
        .map(|load| load.sum(Tally::nonconforming));
    let of_load = of_load.unwrap_or_default();
    let of_load = (of_load > 0).then_some(Verdict::Fail);
    let gravest = view.verdicts.keys().copied().chain(of_load).max();
    match gravest.unwrap_or(Verdict::Pass) {
        Verdict::Fail => "bad",
        Verdict::Broken => "broken",
        Verdict::Pass | Verdict::Skip | Verdict::Warn => "good",
    }
}

fn figure(number: String, what: impl std::fmt::Display, verdict: Verdict) -> Element {
    Element::new("li")
        .attribute("data-verdict", verdict)
        .child(Element::new("b").text(number))
        .text(" ")
        .child(Element::new("span").text(what))
}

/// A case that did not pass: what was found first, and which requirements that breaks.
fn case(result: &CaseResult) -> Element {
    let found = result.findings().next().map(|finding| {
        let ids: Vec<String> = finding
            .requirements
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(
            "{}: {} expected, {} came ({})",
            finding.subject,
            finding.expected,
            finding.actual,
            ids.join(", ")
        )
    });
    let reason = result.reason.as_ref().map(|reason| reason.text.clone());
    Element::new("div")
        .class("case")
        .attribute("data-verdict", result.verdict)
        .child(
            Element::new("h3")
                .child(badge(result.verdict))
                .text(" ")
                .child(Element::new("code").text(&result.id))
                .text(" ")
                .child(labelled("span", "title", &result.title)),
        )
        .children(found.or(reason).map(|text| labelled("p", "reason", text)))
}

fn of_load(load: &LiveLoad) -> Vec<Element> {
    let Some(last) = load.last() else {
        let text = format!("{}: it begins", load.outline.scenario);
        return vec![labelled("p", "settings-line", text)];
    };
    let all: Vec<&LiveSecond> = load.seconds.iter().collect();
    let charts = Element::new("div")
        .class("series")
        .children(series::charts_of_live(&all));
    let lines = [
        of_second(load, last),
        labelled("p", "settings-line", so_far(load, last)),
        labelled("p", "settings-line", own(load, last)),
    ];
    let target = target(load).map(|text| labelled("p", "settings-line", text));
    let thresholds = load.thresholds();
    // In the warm-up nothing is measured that could be near a limit.
    let is_measured = last.at_s > 0.0 && !thresholds.is_empty();
    let thresholds = is_measured.then(|| threshold_table(&thresholds));
    // One point is no line.
    let charts = (all.len() > 1).then_some(charts);
    let lines = lines.into_iter().chain(target);
    lines.chain(thresholds).chain(charts).collect()
}

fn so_far(load: &LiveLoad, last: &SecondResult) -> String {
    let at = if last.at_s > 0.0 {
        format!("{} measured of", seconds(last.at_s))
    } else {
        "warming up, of".to_owned()
    };
    format!(
        "{}: {at} {} with the warm-up. Since the measurement began: {} answers, {} of them not conforming; {} \
         requests without an answer.",
        load.outline.scenario,
        seconds(load.outline.planned_s),
        count(load.sum(|tally| tally.answered)),
        count(load.sum(Tally::nonconforming)),
        count(load.sum(Tally::failed))
    )
}

/// The figures of the last second.
fn of_second(load: &LiveLoad, last: &SecondResult) -> Element {
    let grave = |number: u64, verdict| if number == 0 { Verdict::Pass } else { verdict };
    let figures = [
        (count(last.answered), "answers a second", Verdict::Pass),
        (micros(last.p50_us), "p50", Verdict::Pass),
        (micros(last.p99_us), "p99", Verdict::Pass),
        (micros(load.max_us), "longest", Verdict::Pass),
        (
            count(last.nonconforming),
            "not conforming",
            grave(last.nonconforming, Verdict::Fail),
        ),
        (
            count(last.errors),
            "without an answer",
            grave(last.errors, Verdict::Broken),
        ),
        (
            count(last.queued),
            "due and waiting",
            grave(last.queued, Verdict::Warn),
        ),
    ];
    let figures = figures.map(|(number, what, verdict)| figure(number, what, verdict));
    Element::new("ul").class("figures").children(figures)
}

/// What the target used in the last second, if it is watched.
fn target(load: &LiveLoad) -> Option<String> {
    let target = load.target.as_ref()?;
    let processors = target
        .processors
        .map(|busy| format!("{} processors", rate(busy)));
    let memory = target.memory();
    let memory = memory.map(|bytes| format!("{} MiB of memory", count(bytes / MIB)));
    let parts: Vec<String> = processors.into_iter().chain(memory).collect();
    (!parts.is_empty()).then(|| format!("The target uses {}.", parts.join(" and ")))
}

/// Whether the figures can be believed.
fn own(load: &LiveLoad, last: &SecondResult) -> String {
    let sound = match load.soundness() {
        Soundness::Sound => "The figures tell of the target so far",
        Soundness::Limited => {
            "The figures must be read with care so far: assize was at a limit of its own"
        }
        Soundness::Invalid => "Some of the figures tell of assize so far, not of the target",
    };
    format!(
        "{sound}. Own lag at most {}; the busiest thread of assize ran {} of the second, and threads waited {} of it for a processor.",
        micros(last.lag_max_us),
        per_cent(last.generator_cpu),
        per_cent(last.generator_starved)
    )
}
