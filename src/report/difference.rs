//! What two servers do unlike as text: for a terminal, as Markdown, as JSON with its schema.

use serde_json::Value;
use std::fmt::Write;

use super::results::schema_of;
use super::terminal::{Look, Tone};
use super::{markdown, sanitize};
use crate::difference::{
    DIFFERENCE_FORMAT, DiffRecord, Difference, DifferenceClass, DifferenceExample, PairCount,
};
use crate::model::Outcome;
use crate::record::{ExchangeRecord, quantity};

/// So many differences of a kind stand in Markdown, whose readers cut long texts.
const MARKDOWN_SHOWN: usize = 60;

/// The diff as indented JSON with a line feed at its end.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no content of a diff makes happen.
pub fn difference_json(record: &DiffRecord) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(record).map(|json| json + "\n")
}

/// The JSON Schema (draft 2020-12) of `difference.json`, made from the types that write it.
#[must_use]
pub fn difference_schema() -> Value {
    schema_of::<DiffRecord>(DIFFERENCE_FORMAT, "The result file of an assize diff")
}

/// What a diff comes to, in a word or two.
pub(super) fn heading(record: &DiffRecord) -> &'static str {
    match record.conclusion.outcome {
        Outcome::Conforms if record.differences.is_empty() => "NO DIFFERENCE",
        Outcome::Conforms => "ALLOWED DIFFERENCES",
        Outcome::Violated => "DIFFERENT",
        Outcome::Interrupted => "INTERRUPTED",
        _ => "NOT COMPARABLE",
    }
}

/// The verdict alone, in a line.
#[must_use]
pub fn difference_headline(record: &DiffRecord) -> String {
    format!("{}  {}", heading(record), record.conclusion.sentence)
}

/// The parts of a report, each with its title and what stands in it; none that is empty.
pub(super) fn sections(record: &DiffRecord) -> Vec<(&'static str, String, Vec<&Difference>)> {
    let is_slight = |one: &Difference| {
        one.level
            .is_some_and(|level| level != crate::model::Level::Must)
    };
    let violations: Vec<&Difference> = record.of_class(DifferenceClass::is_violation).collect();
    let (slight, grave): (Vec<_>, Vec<_>) = violations.into_iter().partition(|one| is_slight(one));
    let of = |class| record.of_class(move |one| one == class).collect();
    let is_beside = |one: &&Difference| one.in_company;
    let (beside, unsteady) = record.unsteady.iter().partition(is_beside);
    let all = [
        ("violations", "Violations", grave),
        ("shortcomings", "Not as it should be", slight),
        (
            "readings",
            "Both allowed: the document leaves it open",
            of(DifferenceClass::Reading),
        ),
        (
            "outside",
            "Outside the contract",
            of(DifferenceClass::Outside),
        ),
        ("unsteady", "Unsteady: seen in one of two runs", unsteady),
        (
            "beside",
            "Only beside other cases, not by themselves: perhaps what follows from the above",
            beside,
        ),
    ];
    all.into_iter()
        .filter(|(_, _, some)| !some.is_empty())
        .map(|(id, title, some)| (id, title.to_owned(), some))
        .collect()
}

/// Who violates, in words; nobody where it may be what follows from something else.
pub(super) fn blamed(difference: &Difference) -> Option<String> {
    if difference.in_company {
        return None;
    }
    let [first, second] = &difference.sides;
    match difference.class {
        DifferenceClass::FirstViolates => Some(format!("{first} violates")),
        DifferenceClass::SecondViolates => Some(format!("{second} violates")),
        DifferenceClass::BothViolate => Some("both violate, differently".to_owned()),
        DifferenceClass::Reading | DifferenceClass::Outside => None,
    }
}

/// What each side has: `A 200 | B 202`.
pub(super) fn both(difference: &Difference) -> String {
    let [first, second] = &difference.sides;
    let [left, right] = &difference.forms;
    format!("{first} {left} | {second} {right}")
}

/// What differs, without the sides.
pub(super) fn subject(difference: &Difference) -> String {
    if difference.class.is_violation() {
        let ids: Vec<&str> = difference
            .requirements
            .iter()
            .map(crate::model::RequirementId::as_str)
            .collect();
        let expected = difference.expected.clone().unwrap_or_default();
        return format!(
            "{} · {}, expected {expected}",
            ids.join(" "),
            difference.part
        );
    }
    // The names of some end in what each side has, which stands behind them anyway.
    let name = &difference.name;
    name.split_once(": ")
        .filter(|(_, rest)| rest.contains(" | "))
        .map_or_else(|| name.clone(), |(subject, _)| subject.to_owned())
}

/// Where it was seen: `at 12 places, first in delete.bearer, delete`.
pub(super) fn places(difference: &Difference) -> String {
    let number = quantity::things(difference.count, "place");
    match difference.places.first() {
        None => String::new(),
        Some(place) if difference.count == 1 => format!("in {}, {}", place.case, place.step),
        Some(place) => format!("at {number}, first in {}, {}", place.case, place.step),
    }
}

/// A pair of the matrix: `2 violations, 11 readings, 3 outside`.
pub(super) fn pair_line(pair: &PairCount) -> String {
    let things = [(pair.violations, "violation"), (pair.readings, "reading")];
    let parts: Vec<String> = things
        .into_iter()
        .map(|(number, noun)| quantity::things(number, noun))
        .collect();
    format!(
        "{}, {} outside the contract",
        parts.join(", "),
        pair.outside
    )
}

/// What was compared: `442 cases, 1862 steps`.
pub(super) fn extent(pair: &PairCount) -> String {
    let parted = match pair.parted {
        0 => String::new(),
        number => format!(
            "; {} went different ways, and were compared up to there",
            quantity::things(number, "case")
        ),
    };
    format!(
        "{}, {}{parted}",
        quantity::things(pair.cases, "case"),
        quantity::things(pair.steps, "step")
    )
}

/// Those that agree: `A C | B`.
pub(super) fn clusters_line(record: &DiffRecord) -> String {
    let clusters = record.clusters.iter().map(|one| one.letters.join(" "));
    clusters.collect::<Vec<_>>().join(" | ")
}

/// The diff for a terminal: a line a difference, those of substance with the commands that show them again.
#[must_use]
pub fn difference_text(record: &DiffRecord, look: Look, files: &[String]) -> String {
    let mut lines = Vec::new();
    for side in &record.targets {
        let servers = match side.servers.as_slice() {
            [] => String::new(),
            servers => format!(" ({})", servers.join(", ")),
        };
        let line = format!("{}  {}{servers}  {}", side.letter, side.what, side.sentence);
        lines.push(sanitize::line(&line));
    }
    if let Some(pair) = record.pairs.first() {
        lines.push(format!("seed {}; {}", record.info.seed, extent(pair)));
    }
    if record.targets.len() > 2 {
        lines.push(String::new());
        for pair in &record.pairs {
            let [first, second] = &pair.sides;
            lines.push(format!("{first} {second}  {}", pair_line(pair)));
        }
        lines.push(format!("agree: {}", clusters_line(record)));
    }
    for (id, title, differences) in sections(record) {
        lines.extend([String::new(), title]);
        for difference in differences {
            let tone = tone(difference, id);
            lines.push(format!(
                "  {}",
                look.paint(tone, &sanitize::line(&line(difference)))
            ));
            if blamed(difference).is_some() && difference.accepted.is_none() {
                let commands = difference
                    .example
                    .as_deref()
                    .map_or_else(Vec::new, commands);
                lines.extend(
                    commands
                        .into_iter()
                        .map(|one| format!("      {}", sanitize::line(&one))),
                );
            }
        }
    }
    lines.extend(record.remarks.iter().map(|remark| sanitize::line(remark)));
    lines.push(String::new());
    let verdict = look.paint(Tone::of_outcome(record.conclusion.outcome), heading(record));
    lines.push(format!(
        "{verdict}  {}",
        sanitize::line(&record.conclusion.sentence)
    ));
    lines.extend(files.iter().map(|file| format!("  {file}")));
    lines.join("\n") + "\n"
}

/// A difference in a line.
pub(super) fn line(difference: &Difference) -> String {
    let blamed = blamed(difference).map_or_else(String::new, |blamed| format!("{blamed}  "));
    let level = difference.level.filter(|_| difference.class.is_violation());
    let level = level.map_or_else(String::new, |level| format!(" ({level})"));
    let once = if difference.unsteady {
        ", in one of two runs"
    } else {
        ""
    };
    let accepted = difference.accepted.as_ref();
    let accepted = accepted.map_or_else(String::new, |why| format!("; accepted: {why}"));
    format!(
        "{blamed}{}{level}: {}  {}{once}{accepted}",
        subject(difference),
        both(difference),
        places(difference)
    )
}

/// The commands that show it again: one for each side, if what is sent differs by more than the host.
fn commands(example: &DifferenceExample) -> Vec<String> {
    let both = [&example.first, &example.second];
    both.into_iter()
        .flatten()
        .map(|one| one.curl.clone())
        .collect()
}

fn tone(difference: &Difference, section: &str) -> Tone {
    match (difference.class.is_violation(), section) {
        _ if difference.accepted.is_some() => Tone::Quiet,
        (true, "violations") => Tone::Bad,
        (true, _) => Tone::Doubtful,
        _ => Tone::Plain,
    }
}

/// The diff as Markdown, for a pull request.
#[must_use]
pub fn difference_markdown(record: &DiffRecord) -> String {
    let sentence = markdown::prose(&record.conclusion.sentence);
    let mut text = format!("## assize diff: {}\n\n{sentence}\n\n", heading(record));
    // Writing to a text does not fail.
    for side in &record.targets {
        let _written = writeln!(
            text,
            "- {}: {}, {}",
            side.letter,
            markdown::code(&side.what),
            markdown::prose(&side.sentence)
        );
    }
    if record.targets.len() > 2 {
        let _written = writeln!(text, "\nAgree: {}\n", clusters_line(record));
        for pair in &record.pairs {
            let _written = writeln!(text, "- {}: {}", pair.sides.join(" and "), pair_line(pair));
        }
    }
    for (_, title, differences) in sections(record) {
        text.push_str(&markdown_section(&title, &differences));
    }
    for remark in &record.remarks {
        let _written = writeln!(text, "\n{}", markdown::prose(remark));
    }
    text
}

fn markdown_section(title: &str, differences: &[&Difference]) -> String {
    let mut text = String::new();
    let _written = writeln!(
        text,
        "\n### {title}\n\n| what | sides | | |\n|---|---|---|---|"
    );
    for difference in differences.iter().take(MARKDOWN_SHOWN) {
        let [left, right] = [0, 1].map(|side| {
            let (letter, form) = (&difference.sides[side], &difference.forms[side]);
            format!("{letter}: {}", markdown::code(form))
        });
        let what = blamed(difference).map_or_else(
            || subject(difference),
            |blamed| format!("{blamed}: {}", subject(difference)),
        );
        let cells = [
            markdown::prose(&what),
            left,
            right,
            markdown::prose(&places(difference)),
        ];
        let _written = writeln!(text, "| {} |", cells.join(" | "));
    }
    let more = differences.len().saturating_sub(MARKDOWN_SHOWN);
    if more > 0 {
        let _written = writeln!(text, "\n{more} more stand in difference.json.");
    }
    for difference in differences.iter().filter(|one| one.class.is_violation()) {
        let _written = write!(text, "{}", markdown_example(difference));
    }
    text
}

fn markdown_example(difference: &Difference) -> String {
    let Some(example) = &difference.example else {
        return String::new();
    };
    let sides = [&example.first, &example.second];
    let of = |(exchange, letter): (&Option<ExchangeRecord>, &String)| {
        let exchange = exchange.as_ref()?;
        let status = exchange
            .status
            .map_or_else(|| "no answer".to_owned(), |one| one.to_string());
        Some(format!("{letter}: {} → {status}\n", exchange.curl))
    };
    let lines: Vec<String> = sides
        .into_iter()
        .zip(&difference.sides)
        .filter_map(of)
        .collect();
    let summary = markdown::prose(&subject(difference));
    let block = markdown::block("sh", &lines.concat());
    format!("\n<details><summary>{summary}</summary>\n\n{block}\n</details>\n")
}
