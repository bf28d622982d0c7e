//! Writes the reports of a comparison and shows its summary.

use super::rounds::Rounds;
use crate::cli::console::Console;
use crate::cli::options::ReportOptions;
use crate::cli::publish::{ComparedReports, unrendered};
use crate::compare::ComparisonRecord;
use crate::edge::RunFolder;
use crate::model::Outcome;
use crate::report::{
    comparison_headline, comparison_json, comparison_junit, comparison_markdown, comparison_page,
    comparison_text, results_json,
};
use crate::session::Failure;

/// Writes all reports, shows the summary, and gives how the comparison ended.
pub(super) fn publish(
    record: &ComparisonRecord,
    (folder, rounds): (RunFolder, Option<&Rounds>),
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let reports = ComparedReports {
        name: "comparison",
        json: comparison_json(record).map_err(|error| unrendered("comparison.json", &error))?,
        junit: comparison_junit(record).map_err(|error| unrendered("junit.xml", &error))?,
        page: comparison_page(record),
        markdown: comparison_markdown(record),
        headline: comparison_headline(record),
    };
    let keep = |folder: &RunFolder| rounds.map_or(Ok(()), |rounds| keep(folder, rounds));
    let summary = |files: &[String]| comparison_text(record, console.look(), files);
    reports.publish(folder, keep, options, summary)?;
    Ok(record.conclusion.outcome)
}

/// Keeps the record and the output of each start, so that it can be looked at and compared again.
fn keep(folder: &RunFolder, rounds: &Rounds) -> Result<(), Failure> {
    for (side, starts) in [("a", &rounds.a), ("b", &rounds.b)] {
        for (index, start) in starts.iter().enumerate() {
            let name = format!("{side}-{:02}", index + 1);
            let json = results_json(&start.record).map_err(|error| unrendered(&name, &error))?;
            folder.write(&format!("{name}.json"), &json)?;
            if !start.output.is_empty() {
                folder.write(&format!("{name}.log"), &start.output)?;
            }
        }
    }
    Ok(())
}
