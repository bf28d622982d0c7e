//! What came of the load.

use super::Page;
use super::text::{code, prose};
use crate::report::load_judgement::{SearchResult, ThresholdResult};
use crate::report::load_result::{LoadFinding, LoadResult, OperationResult};
use crate::report::load_words;
use crate::report::quantity::{count, micros, rate, seconds};

const HEAD: &str = "| operation | answers | conforming | p50 | p90 | p99 | p99.9 | longest |\n|---|---:|---:|---:|---:|---:|---:|---:|\n";

/// The load: what it was, its response times, what went wrong.
pub(super) fn load(page: &mut Page, load: &LoadResult) {
    page.add(&format!(
        "### Load {}\n\n{} {} answers in {}, {} a second. Response times:\n\n",
        code(load.scenario.as_str()),
        prose(&load.title),
        count(load.answered),
        seconds(load.duration_s),
        rate(load.rate)
    ));
    page.table(HEAD, load.operations.iter().map(operation));
    let unstarted = load_words::unstarted(load);
    page.add(&unstarted.map_or_else(String::new, |unstarted| format!("{unstarted}.\n\n")));
    for (_, remark) in load_words::remarks(load) {
        page.add(&format!("{}.\n\n", prose(&remark)));
    }
    let head = "| threshold | measured | kept |\n|---|---:|---|\n";
    page.table(head, load.thresholds.iter().map(threshold));
    let told = load.search.as_ref().map(SearchResult::told);
    page.add(&told.map_or_else(String::new, |told| format!("{}.\n\n", prose(&told))));
    let head = "| under load | what came | how often |\n|---|---|---:|\n";
    page.table(head, load.findings.iter().map(found));
}

fn threshold(threshold: &ThresholdResult) -> String {
    format!(
        "| {} | {} | {} |\n",
        code(&threshold.threshold),
        prose(&threshold.told_of()),
        if threshold.kept { "yes" } else { "no" }
    )
}

fn operation(operation: &OperationResult) -> String {
    let times = &operation.response;
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        code(&operation.name),
        count(operation.answered),
        count(operation.conforming),
        micros(times.p50_us),
        micros(times.p90_us),
        micros(times.p99_us),
        micros(times.p999_us),
        micros(times.max_us)
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
