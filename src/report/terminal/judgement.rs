//! The thresholds of a load, and the search for the highest rate that keeps them.

use super::columns::{columns, fitted};
use super::screen::Screen;
use super::style::{Look, Tone, sign};
use crate::record::LoadResult;
use crate::record::StageResult;
use crate::record::{SearchResult, SearchStage};

/// More stages are not shown: the page has the rest.
const STAGES_SHOWN: usize = 20;

/// The space between two columns of the table.
const GAP: usize = 2;

/// The thresholds of a load, each in a line, and why it was stopped early, if it was.
pub(super) fn judgement(screen: &mut Screen, load: &LoadResult) {
    for threshold in &load.thresholds {
        let verdict = threshold.verdict();
        screen.flow(
            2,
            4,
            &[
                (Tone::of(verdict), sign(verdict)),
                (Tone::Plain, " "),
                (Tone::Strong, &threshold.named()),
                (Tone::Plain, "  "),
                (Tone::Plain, &threshold.told_of()),
            ],
        );
    }
    if let Some(threshold) = &load.stopped_by {
        let text = format!("stopped early, because `{threshold}` was lost");
        screen.flow(2, 4, &[(Tone::Bad, &text)]);
    }
    if let Some(search) = &load.search {
        self::search(screen, search);
    }
}

fn search(screen: &mut Screen, search: &SearchResult) {
    screen.blank();
    screen.flow(2, 4, &[(Tone::Strong, &search.told())]);
    let stages = search.curve();
    let rows = stages.iter().map(|stage| {
        let tone = if stage.missed.is_empty() {
            Tone::Plain
        } else {
            Tone::Bad
        };
        (tone, stage.cells())
    });
    table(screen, SearchResult::TITLES, &rows.collect::<Vec<_>>());
}

/// The stages of a profile.
pub(super) fn stages(screen: &mut Screen, load: &LoadResult) {
    if load.stages.is_empty() {
        return;
    }
    screen.blank();
    let rows = load.stages.iter().map(|stage| {
        let tone = if stage.errors + stage.unstarted == 0 {
            Tone::Plain
        } else {
            Tone::Doubtful
        };
        (tone, stage.cells())
    });
    let mut rows: Vec<_> = rows.collect();
    let rest = rows.len().saturating_sub(STAGES_SHOWN);
    rows.truncate(STAGES_SHOWN);
    table(screen, StageResult::TITLES, &rows);
    super::others::left_out(screen, rest, "stage", None);
}

fn table<const N: usize>(screen: &mut Screen, titles: [&str; N], rows: &[(Tone, [String; N])]) {
    let titles = titles.map(str::to_owned);
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            let cells = rows.iter().map(|(_, cells)| cells).chain([&titles]);
            let widths = cells.filter_map(|row| row.get(column).map(|cell| columns(cell)));
            widths.max().unwrap_or_default()
        })
        .collect();
    let room = screen.columns().saturating_sub(4);
    screen.verbatim(4, Tone::Quiet, &fitted(&row(&titles, &widths), room));
    for (tone, cells) in rows {
        screen.verbatim(4, *tone, &fitted(&row(cells, &widths), room));
    }
}

/// A row of the table: numbers to the right of their columns, the last cell as it is.
fn row(cells: &[String], widths: &[usize]) -> String {
    let mut row = String::new();
    for (cell, width) in cells.iter().zip(widths).take(cells.len() - 1) {
        row.push_str(&" ".repeat(width.saturating_sub(columns(cell))));
        row.push_str(cell);
        row.push_str(&" ".repeat(GAP));
    }
    row.extend(cells.last().map(String::as_str));
    row
}

/// A stage of a search in one line.
#[must_use]
pub fn stage_line(stage: &SearchStage, look: Look) -> String {
    let [due, answers, p50, p99, _, _, verdict] = stage.cells();
    let text =
        format!("{due:>10} due  {answers:>10} answered  p50 {p50:>7}  p99 {p99:>7}  {verdict}");
    let mut screen = Screen::new(look);
    let tone = if stage.missed.is_empty() {
        Tone::Plain
    } else {
        Tone::Bad
    };
    screen.verbatim(0, tone, &fitted(&text, look.columns()));
    screen.finish_line()
}
