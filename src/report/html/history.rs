//! The page of a history: each figure over the builds, and the requirements that some run violated.

use super::chart::trend::trend;
use super::element::Element;
use super::sheet::{Sheet, grid, part, table};
use crate::compare::Tolerance;
use crate::history::{RequirementHistory, Trend, Trends};
use crate::record::quantity;
use crate::report::history::{gate_line, signed};

/// The trends as one HTML page that needs nothing besides.
#[must_use]
pub fn history_page(trends: &Trends, tolerance: Tolerance) -> String {
    let line = gate_line(trends, tolerance);
    let (word, sentence) = line.split_once("  ").unwrap_or(("", &line));
    let sheet = Sheet {
        name: format!("{word}: history of {}", runs(trends)),
        tone: if trends.is_slower() { "bad" } else { "good" },
        aside: "history",
        heading: word,
        sentence,
        facts: vec![
            ("Compared", runs(trends)),
            ("Others in the file", quantity::count(trends.others as u64)),
            ("Machine", trends.machine.clone().unwrap_or_default()),
        ],
    };
    let charts: Vec<Element> = trends.trends.iter().filter_map(chart).collect();
    let parts = [
        part("trends", "Over the builds", grid(charts)),
        part(
            "requirements",
            "Requirements that some run violated",
            requirements(&trends.requirements),
        ),
    ];
    sheet.render(parts.into_iter().flatten(), NOTE)
}

const NOTE: &str = "Compared are the runs of the same load on the same machine as the newest one. A level changes \
    where the runs before and after differ by more than their spread explains; of 100 histories of 60 builds \
    without any change one has such a place.";

fn runs(trends: &Trends) -> String {
    quantity::things(trends.compared, "run")
}

fn chart(of: &Trend) -> Option<Element> {
    let changes = of
        .changes
        .iter()
        .map(|change| format!("{} from build {} on", signed(change.ratio()), change.build));
    let changes: Vec<String> = changes.collect();
    trend(of, &changes.join(", "))
}

fn requirements(all: &[RequirementHistory]) -> Vec<Element> {
    if all.is_empty() {
        return Vec::new();
    }
    let titles = ["", "violated", "changes of verdict", "violated since build"];
    let rows = all.iter().map(|one| {
        let cells = [
            format!("{} of {}", one.violated, one.runs),
            one.flips.to_string(),
            one.since.clone().unwrap_or_else(|| "no longer".to_owned()),
        ];
        let tone = if one.since.is_some() { "bad" } else { "" };
        Element::new("tr")
            .attribute("data-tone", tone)
            .child(Element::new("th").attribute("scope", "row").text(&one.id))
            .children(cells.map(|cell| Element::new("td").text(cell)))
    });
    vec![table(&titles, rows)]
}
