//! The page of a comparison: the verdict, each figure, both distributions, and what changed.

use super::chart::compared;
use super::element::{Element, labelled};
use super::sheet::{Sheet, grid, part, table};
use crate::compare::{
    ComparedSide, ComparisonRecord, ComparisonVerdict, FigureComparison, headline,
};
use crate::record::quantity;

/// The comparison as one HTML page that needs nothing besides.
#[must_use]
pub fn comparison_page(record: &ComparisonRecord) -> String {
    let tone = match record.verdict {
        ComparisonVerdict::Worse | ComparisonVerdict::Violated => "bad",
        ComparisonVerdict::Better | ComparisonVerdict::Same => "good",
        ComparisonVerdict::CannotTell | ComparisonVerdict::Void | ComparisonVerdict::Unfinished => {
            "broken"
        }
    };
    let heading = headline(record.verdict);
    let sheet = Sheet {
        name: format!("{heading}: {}", record.info.id),
        tone,
        aside: record.info.id.as_str(),
        heading,
        sentence: &record.conclusion.sentence,
        facts: facts(record),
    };
    let parts = figures(record).into_iter();
    sheet.render(parts.chain(charts(record)).chain(lists(record)), NOTE)
}

const NOTE: &str = "Each start is one sample: a process that was started, warmed up and measured. The \
    intervals hold the truth in 95 % of all comparisons. A figure is called slower or faster where a t test \
    over the starts, corrected by Holm for the number of judged figures, says so; the same where two one-sided \
    tests show that it changed by less than the tolerance.";

fn facts(record: &ComparisonRecord) -> Vec<(&'static str, String)> {
    let info = &record.info;
    let order: String = info.order.iter().map(ToString::to_string).collect();
    let seed = info.seed.map(|seed| seed.to_string());
    vec![
        ("A", side(&record.a)),
        ("B", side(&record.b)),
        ("Tolerance", info.tolerance.to_string()),
        ("Load", info.load.clone().unwrap_or_default()),
        ("Seed", seed.unwrap_or_default()),
        ("Begun by", order),
        ("Began", info.started.clone()),
        ("Took", quantity::seconds((info.duration_ms / 1e3).round())),
    ]
}

fn side(side: &ComparedSide) -> String {
    if side.servers.is_empty() {
        return side.what.clone();
    }
    format!("{} ({})", side.what, side.servers.join(", "))
}

fn figures(record: &ComparisonRecord) -> Vec<Element> {
    let (judged, shown): (Vec<_>, Vec<_>) = record.figures.iter().partition(|one| one.judged);
    let parts = [
        ("judged", "Judged", judged),
        ("shown", "Shown without a verdict", shown),
    ];
    let tables = parts.into_iter().filter_map(|(id, title, figures)| {
        let table = (!figures.is_empty()).then(|| figure_table(&figures));
        part(id, title, table.into_iter().collect())
    });
    tables.collect()
}

fn figure_table(figures: &[&FigureComparison]) -> Element {
    let titles = ["", "A", "B", "change [95 %]", "could have seen", "verdict"];
    let table = table(&titles, figures.iter().map(|figure| row(figure)));
    Element::new("div").class("figures").child(table)
}

fn row(figure: &FigureComparison) -> Element {
    let cells = [
        figure.unit.told(figure.typical_a),
        figure.unit.told(figure.typical_b),
        figure.told_change().unwrap_or_default(),
        figure.told_detectable().unwrap_or_default(),
    ];
    let verdict = match (figure.verdict, &figure.unjudged) {
        (Some(verdict), _) => verdict.as_str().to_owned(),
        (None, Some(why)) if figure.judged => format!("not judged: {why}"),
        (None, _) => String::new(),
    };
    let tone = if figure.worse { "bad" } else { "" };
    Element::new("tr")
        .attribute("data-tone", tone)
        .child(
            Element::new("th")
                .attribute("scope", "row")
                .text(&figure.name),
        )
        .children(cells.map(|cell| Element::new("td").text(cell)))
        .child(labelled("td", "badge", verdict))
}

fn charts(record: &ComparisonRecord) -> Vec<Element> {
    let curves = compared::curves(record)
        .into_iter()
        .chain(compared::ratios(record));
    let curves: Vec<Element> = curves.collect();
    let judged = record
        .figures
        .iter()
        .filter(|figure| figure.judged && figure.varies());
    let dots: Vec<Element> = judged.filter_map(compared::starts).collect();
    let sections = [
        part("distributions", "Distributions", grid(curves)),
        part("starts", "Each start", grid(dots)),
    ];
    sections.into_iter().flatten().collect()
}

fn lists(record: &ComparisonRecord) -> Vec<Element> {
    let item = |text: String| Element::new("li").text(text);
    let requirements = record.requirements.iter().map(|one| item(one.told()));
    let readings = record.readings.iter().map(|one| item(one.told()));
    let lists = [
        (
            "requirements",
            "Requirements that changed, A → B",
            requirements.collect::<Vec<_>>(),
        ),
        (
            "readings",
            "Readings that changed, A → B",
            readings.collect(),
        ),
        (
            "void",
            "Why the figures compare nothing",
            record.void.iter().cloned().map(item).collect(),
        ),
        (
            "remarks",
            "Remarks",
            record.remarks.iter().cloned().map(item).collect(),
        ),
    ];
    let sections = lists.into_iter().filter_map(|(id, title, items)| {
        let list = (!items.is_empty()).then(|| Element::new("ul").children(items));
        part(id, title, list.into_iter().collect())
    });
    sections.collect()
}
