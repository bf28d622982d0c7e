//! A comparison of two builds as text: for a terminal, as Markdown, as JSON with its schema.

use serde_json::Value;
use std::fmt::Write;

use super::results::schema_of;
use super::terminal::{Look, Tone};
use super::{markdown, sanitize};
use crate::compare::{
    Basis, ComparedSide, ComparisonInfo, ComparisonRecord, ComparisonVerdict, FORMAT,
    FigureComparison, FigureVerdict, ReadingChange, RequirementChange, headline,
};
use crate::record::quantity;

/// The comparison as indented JSON with a line feed at its end.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no content of a comparison makes happen.
pub fn comparison_json(record: &ComparisonRecord) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(record).map(|json| json + "\n")
}

/// The JSON Schema (draft 2020-12) of `comparison.json`, made from the types that write it.
#[must_use]
pub fn comparison_schema() -> Value {
    schema_of::<ComparisonRecord>(FORMAT, "The result file of an assize comparison")
}

/// The verdict alone, in a line.
#[must_use]
pub fn comparison_headline(record: &ComparisonRecord) -> String {
    format!(
        "{}  {}",
        headline(record.verdict),
        record.conclusion.sentence
    )
}

/// The comparison for a terminal: a line a figure, what changed, and the verdict.
#[must_use]
pub fn comparison_text(record: &ComparisonRecord, look: Look, files: &[String]) -> String {
    let mut lines = Vec::new();
    for (letter, side) in [("A", &record.a), ("B", &record.b)] {
        lines.push(format!("{letter}  {}", side_line(side, &record.info)));
    }
    lines.extend(record.info.load.iter().cloned());
    lines.extend(record.info.seed.map(|seed| format!("seed {seed}")));
    let (judged, shown): (Vec<_>, Vec<_>) = record.figures.iter().partition(|one| one.judged);
    for (title, figures) in [("judged", judged), ("shown without a verdict", shown)] {
        if !figures.is_empty() {
            lines.extend([String::new(), title.to_owned()]);
        }
        let rows = figures.into_iter().map(|figure| {
            let line = sanitize::line(&figure_line(figure, &record.info));
            format!("  {}", look.paint(tone(figure), &line))
        });
        lines.extend(rows);
    }
    for (title, parts) in parts(record) {
        lines.extend([String::new(), title.to_owned()]);
        lines.extend(
            parts
                .iter()
                .map(|part| format!("  {}", sanitize::line(part))),
        );
    }
    lines.push(String::new());
    let verdict = look.paint(verdict_tone(record.verdict), headline(record.verdict));
    lines.push(format!(
        "{verdict}  {}",
        sanitize::line(&record.conclusion.sentence)
    ));
    lines.extend(files.iter().map(|file| format!("  {file}")));
    lines.join("\n") + "\n"
}

/// The comparison as Markdown, for a pull request.
#[must_use]
pub fn comparison_markdown(record: &ComparisonRecord) -> String {
    let mut text = format!(
        "## assize compare: {}\n\n{}\n\n",
        headline(record.verdict),
        markdown::prose(&record.conclusion.sentence)
    );
    for (letter, side) in [("A", &record.a), ("B", &record.b)] {
        let line = markdown::code(&side.what);
        let sample = quantity::things(side.starts, record.info.basis.sample());
        // Writing to a text does not fail.
        let _written = writeln!(text, "- {letter}: {line}, {sample}");
    }
    if !record.figures.is_empty() {
        text.push_str(
            "\n| figure | A | B | change, with 95 % interval | verdict | could have seen |\n",
        );
        text.push_str("|---|--:|--:|---|---|--:|\n");
    }
    for figure in &record.figures {
        let cells = [
            markdown::code(&figure.name),
            figure.unit.told(figure.typical_a),
            figure.unit.told(figure.typical_b),
            figure.told_change().unwrap_or_default(),
            markdown_verdict(figure),
            figure.told_detectable().unwrap_or_default(),
        ];
        let _written = writeln!(text, "| {} |", cells.join(" | "));
    }
    for (title, parts) in parts(record) {
        let _written = writeln!(text, "\n{title}\n");
        for part in parts {
            let _written = writeln!(text, "- {}", markdown::prose(&part));
        }
    }
    text
}

fn markdown_verdict(figure: &FigureComparison) -> String {
    match (figure.verdict, &figure.unjudged) {
        (Some(verdict), _) if figure.worse => format!("**{}**", verdict.as_str()),
        (Some(verdict), _) => verdict.as_str().to_owned(),
        (None, Some(why)) if figure.judged => format!("not judged: {}", markdown::prose(why)),
        (None, _) => String::new(),
    }
}

fn side_line(side: &ComparedSide, info: &ComparisonInfo) -> String {
    let starts = quantity::things(side.starts, info.basis.sample());
    let names = match side.servers.as_slice() {
        [] => String::new(),
        servers => format!(", {}", servers.join(", ")),
    };
    sanitize::line(&format!("{} ({starts}{names})", side.what))
}

/// A figure in a line: `lookup: get p99 +4.0 % [+2.1, +6.0] slower (8 starts, could have seen 2.7 %)`.
#[must_use]
pub fn figure_line(figure: &FigureComparison, info: &ComparisonInfo) -> String {
    let from_to = format!(
        "{} → {}",
        figure.unit.told(figure.typical_a),
        figure.unit.told(figure.typical_b)
    );
    let change = figure
        .told_change()
        .map_or_else(String::new, |change| format!(" {change}"));
    let begun = format!("{}{change}", figure.name);
    let number = figure.a.len().min(figure.b.len());
    let starts = quantity::things(number, info.basis.sample());
    if let (true, Some(why)) = (figure.judged, &figure.unjudged) {
        return format!("{begun} not judged: {why}; {from_to}");
    }
    let Some(verdict) = figure.verdict else {
        return format!("{begun} ({starts}); {from_to}");
    };
    let detectable = figure.told_detectable().filter(|_| figure.varies());
    let seen = detectable.map_or_else(String::new, |seen| format!(", could have seen {seen}"));
    let more = needed(figure, verdict, info).unwrap_or_default();
    format!(
        "{begun} {} ({starts}{seen}{more}); {from_to}",
        verdict.as_str()
    )
}

/// What it would take to tell a change of the tolerance, where nothing is shown.
fn needed(
    figure: &FigureComparison,
    verdict: FigureVerdict,
    info: &ComparisonInfo,
) -> Option<String> {
    if verdict != FigureVerdict::CannotTell {
        return None;
    }
    let noun = info.basis.sample();
    let change = figure.change?;
    if change.low > 0.0 || change.high < 0.0 {
        return Some(
            "; it would differ by itself, but one of several judged figures does so by chance"
                .to_owned(),
        );
    }
    Some(match change.starts_for_tolerance {
        None => format!("; no number of {noun}s tells the tolerance"),
        Some(starts) => {
            let starts_s = quantity::size(starts) * 2.0 * info.start_s;
            let time = match info.basis {
                Basis::Runs => String::new(),
                Basis::Builds | Basis::Processes => {
                    format!(", about {}", quantity::seconds(starts_s.round()))
                }
            };
            format!(
                "; the tolerance takes {} a side{time}",
                quantity::things(starts, noun)
            )
        }
    })
}

/// What stands below the figures, each part with its title; none that is empty.
fn parts(record: &ComparisonRecord) -> Vec<(&'static str, Vec<String>)> {
    let requirements = record.requirements.iter().map(RequirementChange::told);
    let readings = record.readings.iter().map(ReadingChange::told);
    let all = [
        ("requirements that changed, A → B", requirements.collect()),
        ("readings that changed, A → B", readings.collect()),
        ("why the figures compare nothing", record.void.clone()),
        ("remarks", record.remarks.clone()),
    ];
    all.into_iter()
        .filter(|(_, parts): &(_, Vec<String>)| !parts.is_empty())
        .collect()
}

fn tone(figure: &FigureComparison) -> Tone {
    match figure.verdict {
        Some(_) if figure.worse => Tone::Bad,
        Some(FigureVerdict::CannotTell) => Tone::Doubtful,
        Some(FigureVerdict::Same) => Tone::Plain,
        Some(
            FigureVerdict::Slower
            | FigureVerdict::Faster
            | FigureVerdict::More
            | FigureVerdict::Less,
        ) => Tone::Good,
        None => Tone::Quiet,
    }
}

const fn verdict_tone(verdict: ComparisonVerdict) -> Tone {
    match verdict {
        ComparisonVerdict::Worse | ComparisonVerdict::Violated => Tone::Bad,
        ComparisonVerdict::Better | ComparisonVerdict::Same => Tone::Good,
        ComparisonVerdict::CannotTell => Tone::Doubtful,
        ComparisonVerdict::Void | ComparisonVerdict::Unfinished => Tone::Broken,
    }
}
