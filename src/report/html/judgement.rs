//! The thresholds of a load, and the search for the highest rate that keeps them.

use super::chart::knee::{self, RatePoint};
use super::element::{Element, labelled};
use super::{badge, verdict};
use crate::model::Verdict;
use crate::record::LoadResult;
use crate::record::StageResult;
use crate::record::{SearchResult, ThresholdResult};

/// The thresholds and the search, as far as there are any.
pub(super) fn judgement(load: &LoadResult) -> Vec<Element> {
    let thresholds = (!load.thresholds.is_empty()).then(|| thresholds(load));
    let search = load.search.as_ref().map(search);
    let stages = (!load.stages.is_empty()).then(|| stages(load));
    let all = thresholds.into_iter().chain(search).chain(stages);
    all.collect()
}

fn thresholds(load: &LoadResult) -> Element {
    let stopped = load.stopped_by.as_ref().map(|threshold| {
        let text = format!("The load was stopped early, because {threshold} was lost.");
        labelled("p", "quiet", text)
    });
    threshold_table(&load.thresholds).children(stopped)
}

/// What was measured for each threshold.
pub(super) fn threshold_table(thresholds: &[ThresholdResult]) -> Element {
    let titles = ["verdict", "threshold", "measured", "requests"];
    Element::new("article")
        .class("operation")
        .child(Element::new("h3").text("Thresholds"))
        .child(table(&titles, thresholds.iter().map(threshold)))
}

fn threshold(result: &ThresholdResult) -> Element {
    let verdict = result.verdict();
    Element::new("tr")
        .attribute("data-verdict", verdict)
        .child(Element::new("td").child(badge(verdict)))
        .child(
            Element::new("td")
                .child(labelled("code", "title", &result.threshold))
                .text(if result.usual { " default" } else { "" }),
        )
        .child(Element::new("td").text(if verdict == Verdict::Skip {
            format!("{}, not judged: assize itself may be why", result.told())
        } else {
            result.told()
        }))
        .child(Element::new("td").text(crate::record::quantity::count(result.samples)))
}

/// The stages of a profile.
fn stages(load: &LoadResult) -> Element {
    let rows = load.stages.iter().map(|stage| {
        let cells = stage.cells().into_iter();
        Element::new("tr").children(cells.map(|cell| Element::new("td").text(cell)))
    });
    Element::new("article")
        .class("operation")
        .child(Element::new("h3").text("Stage by stage"))
        .child(table(&StageResult::TITLES, rows))
        .children(knee::chart(&levels(load)))
}

/// The stages of a profile that have one rate each, the slowest first.
fn levels(load: &LoadResult) -> Vec<RatePoint> {
    let levels = load.stages.iter().filter(|stage| stage.is_level());
    let points = levels.map(|stage| RatePoint {
        rate: stage.to,
        p50_us: stage.p50_us,
        p99_us: stage.p99_us,
    });
    let mut points: Vec<RatePoint> = points.collect();
    points.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    points
}

fn search(search: &SearchResult) -> Element {
    let points = search.curve().into_iter().map(|stage| RatePoint {
        rate: stage.rate,
        p50_us: stage.p50_us,
        p99_us: stage.p99_us,
    });
    let points: Vec<RatePoint> = points.collect();
    let rows = search.curve().into_iter().map(|stage| {
        let cells = stage.cells();
        Element::new("tr").children(cells.into_iter().map(|cell| Element::new("td").text(cell)))
    });
    Element::new("article")
        .class("operation")
        .child(Element::new("h3").text("The highest rate"))
        .child(Element::new("p").text(verdict::whole(&search.told())))
        .child(table(&SearchResult::TITLES, rows))
        .children(knee::chart(&points))
}

/// A table of figures.
pub(super) fn table(titles: &[&str], rows: impl Iterator<Item = Element>) -> Element {
    let titles = titles
        .iter()
        .map(|title| Element::new("th").attribute("scope", "col").text(*title));
    let head = Element::new("tr").children(titles);
    Element::new("table")
        .class("stages")
        .child(Element::new("thead").child(head))
        .child(Element::new("tbody").children(rows))
}
