//! Writes the reports of a diff and shows its summary.

use crate::cli::console::Console;
use crate::cli::options::ReportOptions;
use crate::cli::publish::{ComparedReports, unrendered};
use crate::difference::DiffRecord;
use crate::edge::RunFolder;
use crate::model::Outcome;
use crate::record::Record;
use crate::report::{
    difference_headline, difference_json, difference_junit, difference_markdown, difference_page,
    difference_text, results_json,
};
use crate::session::Failure;

/// Writes all reports, shows the summary, and gives how the diff ended. The records of the targets are kept beside
/// them, so that they can be looked at and compared again.
pub(super) fn publish(
    record: &DiffRecord,
    (folder, kept): (RunFolder, Option<&[Vec<Record>]>),
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let reports = ComparedReports {
        name: "difference",
        json: difference_json(record).map_err(|error| unrendered("difference.json", &error))?,
        junit: difference_junit(record).map_err(|error| unrendered("junit.xml", &error))?,
        page: difference_page(record),
        markdown: difference_markdown(record),
        headline: difference_headline(record),
    };
    let keep = |folder: &RunFolder| {
        for (side, records) in record.targets.iter().zip(kept.into_iter().flatten()) {
            for (pass, one) in records.iter().enumerate() {
                let name = format!("{}-{}.json", side.letter.to_lowercase(), pass + 1);
                let json = results_json(one).map_err(|error| unrendered(&name, &error))?;
                folder.write(&name, &json)?;
            }
        }
        Ok(())
    };
    let summary = |files: &[String]| difference_text(record, console.look(), files);
    reports.publish(folder, keep, options, summary)?;
    Ok(record.conclusion.outcome)
}
