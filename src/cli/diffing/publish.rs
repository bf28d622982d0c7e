//! Writes the reports of a diff and shows its summary.

use std::io;

use crate::cli::console::{self, Console};
use crate::cli::github;
use crate::cli::options::{OutputFormat, ReportOptions};
use crate::cli::publish::{unrendered, unshown, write_copies};
use crate::difference::DiffRecord;
use crate::edge::RunFolder;
use crate::model::Outcome;
use crate::record::Record;
use crate::report::{
    difference_headline, difference_json, difference_junit, difference_markdown, difference_page,
    difference_text, results_json,
};
use crate::session::Failure;

/// The result file in the folder of a diff.
const RESULTS: &str = "difference.json";

/// Writes all reports, shows the summary, and gives how the diff ended. The records of the targets are kept beside
/// them, so that they can be looked at and compared again.
pub(super) fn publish(
    record: &DiffRecord,
    (folder, kept): (RunFolder, Option<&[Vec<Record>]>),
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let json = difference_json(record).map_err(|error| unrendered(RESULTS, &error))?;
    let junit = difference_junit(record).map_err(|error| unrendered("junit.xml", &error))?;
    let page = difference_page(record);
    let markdown = difference_markdown(record);
    let all = [
        ("difference.html", &page),
        ("difference.md", &markdown),
        ("junit.xml", &junit),
        (RESULTS, &json),
    ];
    for (name, content) in all {
        folder.write(name, content)?;
    }
    for (side, records) in record.targets.iter().zip(kept.into_iter().flatten()) {
        for (pass, one) in records.iter().enumerate() {
            let name = format!("{}-{}.json", side.letter.to_lowercase(), pass + 1);
            let json = results_json(one).map_err(|error| unrendered(&name, &error))?;
            folder.write(&name, &json)?;
        }
    }
    let place = folder.finish()?;
    let in_folder = |(name, _)| place.join(name).display().to_string();
    let mut files: Vec<String> = all.map(in_folder).to_vec();
    files.extend(write_copies(options, [&json, &junit, &page])?);
    github::summarize_text(&markdown)?;
    show(record, (&json, &files), options, console).map_err(|error| unshown(&error))?;
    Ok(record.conclusion.outcome)
}

fn show(
    record: &DiffRecord,
    (json, files): (&str, &[String]),
    options: &ReportOptions,
    console: Console,
) -> io::Result<()> {
    match options.output() {
        OutputFormat::Json | OutputFormat::Ndjson => {
            console::conclude(&crate::report::harmless_json(json))
        }
        OutputFormat::Text if options.quiet => {
            console::conclude(&format!("{}\n", difference_headline(record)))
        }
        OutputFormat::Text => console::conclude(&difference_text(record, console.look(), files)),
    }
}
