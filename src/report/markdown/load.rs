//! What came of the load.

use super::MarkdownPage;
use super::text::{code, prose};
use crate::model::Verdict;
use crate::record::load_words;
use crate::record::quantity::{count, micros, rate, seconds};
use crate::record::{LoadFinding, LoadResult, OperationResult};
use crate::record::{Percentile, StageResult};
use crate::record::{SearchResult, ThresholdResult};

/// The load: what it was, its response times, what went wrong.
pub(super) fn load(page: &mut MarkdownPage, load: &LoadResult) {
    page.add(&format!(
        "### Load {}\n\n{} {} answers in {}, {} a second. Response times:\n\n",
        code(load.scenario.as_str()),
        prose(&load.title),
        count(load.answered),
        seconds(load.duration_s),
        rate(load.rate)
    ));
    let names = Percentile::ALL.map(|one| one.name).join(" | ");
    let rule = "---:|".repeat(2 + Percentile::ALL.len());
    let head = format!("| operation | answers | conforming | {names} |\n|---|{rule}\n");
    page.table(&head, load.operations.iter().map(operation));
    let unstarted = load_words::unstarted(load);
    page.add(&unstarted.map_or_else(String::new, |unstarted| format!("{unstarted}.\n\n")));
    for (_, remark) in load_words::remarks(load) {
        page.add(&format!("{}.\n\n", prose(&remark)));
    }
    let head = "| threshold | measured | kept |\n|---|---:|---|\n";
    page.table(head, load.thresholds.iter().map(threshold));
    let unsound = load_words::unsound(load);
    page.add(&unsound.map_or_else(String::new, |unsound| format!("{}.\n\n", prose(&unsound))));
    let counted = load_words::counted(load);
    page.add(&counted.map_or_else(String::new, |counted| format!("{}.\n\n", prose(&counted))));
    let titles = StageResult::TITLES.join(" | ");
    let rule = "---:|".repeat(StageResult::TITLES.len());
    let head = format!("| {titles} |\n|{rule}\n");
    page.table(&head, load.stages.iter().map(stage));
    let told = load.search.as_ref().map(SearchResult::told);
    page.add(&told.map_or_else(String::new, |told| format!("{}.\n\n", prose(&told))));
    let head = "| under load | what came | how often |\n|---|---|---:|\n";
    page.table(head, load.findings.iter().map(found));
}

fn threshold(threshold: &ThresholdResult) -> String {
    format!(
        "| {} | {} | {} |\n",
        code(&threshold.named()),
        prose(&threshold.told_of()),
        match threshold.verdict() {
            Verdict::Pass => "yes",
            Verdict::Skip => "not judged",
            Verdict::Warn | Verdict::Fail | Verdict::Broken => "no",
        }
    )
}

fn stage(stage: &StageResult) -> String {
    format!("| {} |\n", stage.cells().join(" | "))
}

fn operation(operation: &OperationResult) -> String {
    let times = Percentile::ALL.map(|one| micros(operation.response.at_us(one.share)));
    format!(
        "| {} | {} | {} | {} |\n",
        code(&operation.name),
        count(operation.answered),
        count(operation.conforming),
        times.join(" | ")
    )
}

fn found(found: &LoadFinding) -> String {
    let what = match (&found.finding, found.transfer) {
        (Some(finding), _) => format!(
            "{}: expected {}, actual {}",
            finding.subject, finding.expected, finding.actual
        ),
        (None, Some(kind)) => format!("no answer: {kind}"),
        (None, None) => String::new(),
    };
    format!(
        "| {} | {} | {} |\n",
        code(&found.operation),
        code(&what),
        count(found.count)
    )
}
