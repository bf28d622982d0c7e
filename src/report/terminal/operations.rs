//! Many operations of a load, each in a line, so that a mix of scenarios still fits one screen. What is
//! left out stands in the report files.

use super::columns::{columns, fitted};
use super::load::bar;
use super::screen::Screen;
use super::style::Tone;
use crate::model::Verdict;
use crate::record::load_words;
use crate::record::quantity::{self, float, micros, things};
use crate::record::{LoadResult, OperationResult};
use crate::report::curve;

/// Fewer operations are told at length.
const FEW: usize = 2;

/// The most columns of a name.
const MOST_NAME: usize = 32;

/// The columns of a number, space included.
const NUMBER: usize = 9;

/// The most bars of a distribution, and how far from the numbers they begin.
const MOST_BARS: usize = 24;
const GAP: usize = 2;

/// The columns at the left.
const INDENT: usize = 4;

const TITLES: [&str; 4] = ["rate", "p50", "p99", "max"];

/// Whether there are so many that each gets a line only.
pub(super) const fn are_many(load: &LoadResult) -> bool {
    load.operations.len() > FEW
}

/// The operations, with their response times.
pub(super) fn table(screen: &mut Screen, load: &LoadResult) {
    let names = load.operations.iter().map(|one| columns(&one.name));
    let name = names.max().unwrap_or_default().min(MOST_NAME);
    let numbers = name + TITLES.len() * NUMBER;
    let room = screen.columns().saturating_sub(INDENT);
    let bars = room.saturating_sub(numbers + GAP).min(MOST_BARS);
    screen.blank();
    let titles = row("", name, &TITLES.map(str::to_owned));
    let title = format!("{titles}{:GAP$}response time", "");
    screen.verbatim(INDENT, Tone::Quiet, &fitted(&title, room));
    for operation in &load.operations {
        let line = line(operation, load.duration_s, name, bars);
        screen.verbatim(INDENT, Tone::Plain, &fitted(&line, room));
        lost(screen, operation);
    }
}

fn line(operation: &OperationResult, duration_s: f64, name: usize, bars: usize) -> String {
    let times = &operation.response;
    if times.count() == 0 {
        let row = row(&operation.name, name, &[]);
        return format!("{row}  {}", load_words::unanswered(operation));
    }
    let rate = float(operation.answered) / duration_s.max(f64::MIN_POSITIVE);
    let cells = [
        format!("{}/s", quantity::rate(rate)),
        micros(times.at_us(0.5)),
        micros(times.at_us(0.99)),
        micros(times.max_us()),
    ];
    let counts = curve::bins(times, bars);
    let highest = counts.iter().copied().max().unwrap_or_default().max(1);
    let bars: String = counts.iter().map(|count| bar(*count, highest)).collect();
    let line = format!("{}{:GAP$}{bars}", row(&operation.name, name, &cells), "");
    line.trim_end().to_owned()
}

/// A name to the left, numbers to the right of their columns.
fn row(name: &str, width: usize, cells: &[String]) -> String {
    let name = fitted(name, width);
    let mut row = format!("{name}{}", " ".repeat(width.saturating_sub(columns(&name))));
    for cell in cells {
        row.push_str(&" ".repeat(NUMBER.saturating_sub(columns(cell))));
        row.push_str(cell);
    }
    row
}

/// Requests without an answer, and answers that did not conform.
fn lost(screen: &mut Screen, operation: &OperationResult) {
    let kinds = operation.errors.iter();
    let kinds = kinds.map(|(kind, number)| format!("{} {kind}", quantity::count(*number)));
    let errors: Vec<String> = kinds.collect();
    if !errors.is_empty() {
        let text = format!("no answer: {}", errors.join(", "));
        screen.flow(INDENT + 2, INDENT + 4, &[(Tone::Broken, &text)]);
    }
    if operation.limited > 0 {
        let text = format!(
            "{} refused by a limiter",
            quantity::count(operation.limited)
        );
        screen.flow(INDENT + 2, INDENT + 4, &[(Tone::of(Verdict::Warn), &text)]);
    }
    let bad = operation.answered.saturating_sub(operation.conforming);
    let bad = bad.saturating_sub(operation.limited);
    if bad > 0 {
        let number = usize::try_from(bad).unwrap_or(usize::MAX);
        let text = format!("{} not conforming", things(number, "answer"));
        screen.flow(INDENT + 2, INDENT + 4, &[(Tone::Bad, &text)]);
    }
}
