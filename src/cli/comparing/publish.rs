//! Writes the reports of a comparison and shows its summary.

use std::io;

use super::rounds::Rounds;
use crate::cli::console::{self, Console};
use crate::cli::github;
use crate::cli::options::{OutputFormat, ReportOptions};
use crate::cli::publish::{unrendered, unshown, write_copies};
use crate::compare::ComparisonRecord;
use crate::edge::RunFolder;
use crate::model::Outcome;
use crate::report::{
    comparison_headline, comparison_json, comparison_junit, comparison_markdown, comparison_page,
    comparison_text, results_json,
};
use crate::session::Failure;

/// The result file in the folder of a comparison.
const RESULTS: &str = "comparison.json";

/// Writes all reports, shows the summary, and gives how the comparison ended.
pub(super) fn publish(
    record: &ComparisonRecord,
    (folder, rounds): (RunFolder, Option<&Rounds>),
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let json = comparison_json(record).map_err(|error| unrendered(RESULTS, &error))?;
    let junit = comparison_junit(record).map_err(|error| unrendered("junit.xml", &error))?;
    let page = comparison_page(record);
    let markdown = comparison_markdown(record);
    let all = [
        ("comparison.html", &page),
        ("comparison.md", &markdown),
        ("junit.xml", &junit),
        (RESULTS, &json),
    ];
    for (name, content) in all {
        folder.write(name, content)?;
    }
    if let Some(rounds) = rounds {
        keep(&folder, rounds)?;
    }
    let place = folder.finish()?;
    let in_folder = |(name, _)| place.join(name).display().to_string();
    let mut files: Vec<String> = all.map(in_folder).to_vec();
    files.extend(write_copies(options, [&json, &junit, &page])?);
    github::summarize_text(&markdown)?;
    show(record, (&json, &files), options, console).map_err(|error| unshown(&error))?;
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

fn show(
    record: &ComparisonRecord,
    (json, files): (&str, &[String]),
    options: &ReportOptions,
    console: Console,
) -> io::Result<()> {
    match options.output() {
        OutputFormat::Json | OutputFormat::Ndjson => {
            console::conclude(&crate::report::harmless_json(json))
        }
        OutputFormat::Text if options.quiet => {
            console::conclude(&format!("{}\n", comparison_headline(record)))
        }
        OutputFormat::Text => console::conclude(&comparison_text(record, console.look(), files)),
    }
}
