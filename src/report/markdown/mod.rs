//! The report as Markdown, for the summary of a CI job or a comment.
//!
//! Text of a target enters through [`text`] only, which leaves nothing in it that means something.

mod failure;
mod load;
mod text;

use crate::diagnosis::Diagnosis;
use crate::model::Verdict;
use crate::record::quantity;
use crate::record::{Record, Totals};
pub(super) use text::{block, code, prose};

/// The most that GitHub takes as the summary of a step, in bytes.
pub const STEP_SUMMARY_LIMIT: usize = 1024 * 1024;

/// The room kept for the note that something was left out.
const NOTE: usize = 300;

/// The report as Markdown of at most `limit` bytes. What does not fit is left out, and the end says so.
/// Without enough room even for that, nothing is given.
#[must_use]
pub fn markdown(report: &Record, limit: usize) -> String {
    if limit < NOTE {
        return String::new();
    }
    let mut page = MarkdownPage::new(limit - NOTE);
    page.add(&head(report));
    let shortened = failure::failed(&mut page, report);
    for load in &report.loads {
        load::load(&mut page, load);
    }
    broken(&mut page, report);
    failure::warned(&mut page, report);
    readings(&mut page, report);
    page.add(&run(report));
    failure::in_short(&mut page, &shortened);
    page.finish()
}

/// Markdown that grows block by block while there is room.
struct MarkdownPage {
    text: String,
    limit: usize,
    left_out: usize,
}

impl MarkdownPage {
    const fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
            left_out: 0,
        }
    }

    /// Adds a block whole, or not at all.
    fn add(&mut self, block: &str) {
        if self.text.len() + block.len() <= self.limit {
            self.text.push_str(block);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds the rows of a table under its head, as many as there is room for.
    fn table(&mut self, head: &str, rows: impl IntoIterator<Item = String>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.add(head);
        for row in rows {
            self.add(&row);
        }
        self.add("\n");
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let parts = quantity::things(self.left_out, "part");
            let note = format!(
                "\n**Left out for want of room: {parts} of this summary.** Everything stands in `report.html` and `results.json`.\n"
            );
            self.text.push_str(&note);
        }
        self.text
    }
}

fn head(report: &Record) -> String {
    let conclusion = &report.conclusion;
    let mut head = format!(
        "## assize: {}\n\n{}\n\n",
        conclusion.outcome.headline(),
        prose(&conclusion.sentence)
    );
    head.push_str(&totals(report.totals));
    let untold = report
        .troubles
        .iter()
        .filter(|trouble| trouble.text != conclusion.sentence)
        .map(|trouble| &trouble.text);
    let diagnoses: Vec<String> = report.diagnoses.iter().map(Diagnosis::told).collect();
    let beside = diagnoses
        .iter()
        .filter(|told| **told != conclusion.sentence);
    let points = beside.chain(untold).chain(&report.notices);
    head.extend(points.map(|text| format!("- {}\n", prose(text))));
    head.push('\n');
    head
}

fn totals(totals: Totals) -> String {
    if totals.all() == 0 {
        return String::new();
    }
    let Totals {
        pass,
        skip,
        warn,
        fail,
        broken,
    } = totals;
    format!(
        "| failed | broken | with warnings | passed | skipped |\n|---:|---:|---:|---:|---:|\n| {fail} | {broken} | {warn} | {pass} | {skip} |\n\n"
    )
}

fn broken(page: &mut MarkdownPage, report: &Record) {
    let cases = report.cases.iter();
    let broken = cases.filter(|case| case.verdict == Verdict::Broken);
    let rows = broken.map(|case| {
        let reason = case.reason.as_ref().map_or("", |reason| &reason.text);
        format!("| {} | {} |\n", code(case.id.as_str()), code(reason))
    });
    let head = "### What could not be judged\n\n| case | why |\n|---|---|\n";
    page.table(head, rows);
}

fn readings(page: &mut MarkdownPage, report: &Record) {
    let rows = report.readings.iter();
    let rows = rows.map(|one| format!("| {} | {} |\n", prose(&one.question), code(&one.told())));
    let head = "### Where the document leaves room\n\n| question | reading |\n|---|---|\n";
    page.table(head, rows);
}

fn run(report: &Record) -> String {
    let run = &report.run;
    format!(
        "Target {}, {} by assize {}, begun {}, took {}, seed {}.\n",
        code(&run.target_named()),
        code(run.id.as_str()),
        code(&run.version),
        prose(&run.started),
        quantity::millis(run.duration_ms),
        run.seed
    )
}
