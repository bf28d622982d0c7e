//! The page of a diff: who differs from whom, and each difference with both exchanges beside each other.

use super::beside::beside;
use super::element::{Element, labelled};
use super::sheet::{Sheet, part, table};
use crate::difference::{DiffRecord, DiffSide, Difference};
use crate::model::Outcome;
use crate::record::quantity;
use crate::report::difference::{
    blamed, clusters_line, extent, heading, pair_line, places, sections, subject,
};
use crate::report::sanitize;

/// So many differences of a kind show their exchanges: a page that no browser opens helps nobody.
const SHOWN_EXCHANGES: usize = 150;

const NOTE: &str = "Each target was asked the same, with the same seed, in the same cases. What a server makes by \
    itself (ids, bearers, times) is compared by what it looks like and by what it is equal to, not by its value. \
    A difference is put down to a side only where a case of the suites finds that this side violates a requirement.";

/// The diff as one HTML page that needs nothing besides.
#[must_use]
pub fn difference_page(record: &DiffRecord) -> String {
    let heading = heading(record);
    let sheet = Sheet {
        name: format!("{heading}: {}", record.info.id),
        tone: match record.conclusion.outcome {
            Outcome::Conforms => "good",
            Outcome::Violated => "bad",
            _ => "broken",
        },
        aside: record.info.id.as_str(),
        heading,
        sentence: &record.conclusion.sentence,
        facts: facts(record),
    };
    let parts = std::iter::once(targets(record))
        .chain(std::iter::once(matrix(record)))
        .flatten();
    let differences = sections(record).into_iter().map(|(id, title, some)| {
        let title = format!("{title} ({})", some.len());
        Element::new("section")
            .attribute("id", id)
            .child(Element::new("h2").text(title))
            .child(list(&some))
    });
    let remarks = record
        .remarks
        .iter()
        .map(|one| Element::new("li").text(one));
    let remarks: Vec<Element> = remarks.collect();
    let remarks = (!remarks.is_empty()).then(|| Element::new("ul").children(remarks));
    let remarks = part("remarks", "Remarks", remarks.into_iter().collect());
    sheet.render(parts.chain(differences).chain(remarks), NOTE)
}

fn facts(record: &DiffRecord) -> Vec<(&'static str, String)> {
    let info = &record.info;
    vec![
        (
            "Compared",
            record.pairs.first().map_or_else(String::new, extent),
        ),
        ("Accepted", info.allow.clone()),
        ("Seed", info.seed.to_string()),
        ("Began", info.started.clone()),
        ("Took", quantity::seconds((info.duration_ms / 1e3).round())),
    ]
}

fn targets(record: &DiffRecord) -> Option<Element> {
    let row = |side: &DiffSide| {
        let cells = [
            side.what.clone(),
            side.servers.join(", "),
            side.sentence.clone(),
        ];
        Element::new("tr")
            .child(
                Element::new("th")
                    .attribute("scope", "row")
                    .text(&side.letter),
            )
            .children(cells.map(|cell| Element::new("td").text(sanitize::line(&cell))))
    };
    let rows = record.targets.iter().map(row);
    let table = table(&["", "target", "calls itself", "by itself"], rows);
    part("targets", "Targets", vec![told(table)])
}

/// How much each two differ, and who agrees; none for two.
fn matrix(record: &DiffRecord) -> Option<Element> {
    if record.targets.len() < 3 {
        return None;
    }
    let row = |side: &DiffSide| {
        let cell = |other: &DiffSide| {
            let pair = record.pairs.iter().find(|pair| {
                pair.sides.contains(&side.letter) && pair.sides.contains(&other.letter)
            });
            let text = pair.filter(|_| side.letter != other.letter).map(pair_line);
            Element::new("td").text(text.unwrap_or_default())
        };
        Element::new("tr")
            .child(
                Element::new("th")
                    .attribute("scope", "row")
                    .text(&side.letter),
            )
            .children(record.targets.iter().map(cell))
    };
    let titles = std::iter::once("").chain(record.targets.iter().map(|side| side.letter.as_str()));
    let titles: Vec<&str> = titles.collect();
    let table = table(&titles, record.targets.iter().map(row));
    let agree = labelled("p", "quiet", format!("Agree: {}", clusters_line(record)));
    part("pairs", "Who differs from whom", vec![told(table), agree])
}

/// A table of words, not of figures.
fn told(table: Element) -> Element {
    Element::new("div").class("told").child(table)
}

fn list(differences: &[&Difference]) -> Element {
    let each = differences.iter().enumerate();
    let items = each.map(|(index, difference)| item(difference, index < SHOWN_EXCHANGES));
    Element::new("div").children(items)
}

fn item(difference: &Difference, with_exchanges: bool) -> Element {
    let title = blamed(difference).map_or_else(
        || subject(difference),
        |blamed| format!("{blamed}: {}", subject(difference)),
    );
    let forms = [0, 1].map(|side| {
        let (letter, form) = (&difference.sides[side], &difference.forms[side]);
        Element::new("div")
            .child(labelled("p", "label", letter))
            .child(Element::new("p").child(Element::new("mark").text(sanitize::line(form))))
    });
    let summary = Element::new("summary")
        .text(sanitize::line(&title))
        .text(format!(
            " ({})",
            quantity::things(difference.count, "place")
        ));
    let says = difference
        .says
        .iter()
        .map(|says| labelled("p", "sentence", says));
    let accepted = difference.accepted.iter();
    let accepted = accepted.map(|why| labelled("p", "quiet", format!("Accepted: {why}")));
    let where_seen = labelled("p", "quiet", sanitize::line(&places(difference)));
    let exchanges = difference.example.as_deref().filter(|_| with_exchanges);
    let exchanges = exchanges.into_iter();
    let exchanges = exchanges.flat_map(|example| beside(difference, example));
    Element::new("details")
        .class("exchange")
        .child(summary)
        .child(Element::new("div").class("sides").children(forms))
        .children(says)
        .child(where_seen)
        .children(accepted)
        .children(exchanges)
}
