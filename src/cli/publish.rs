//! Writes the reports of a run and shows its summary.

use std::path::PathBuf;

use super::console::{self, Console};
use super::failure::Failure;
use super::options::ReportOptions;
use crate::edge::{RunFolder, WriteError, write_whole};
use crate::model::Outcome;
use crate::report::{Report, SummaryStyle, html, junit, results_json, summary};

/// Where runs get their folders unless told otherwise.
pub(super) const REPORTS: &str = "reports";

/// The folder in which each run gets a folder of its own.
pub(super) fn reports_folder(options: &ReportOptions) -> PathBuf {
    options.reports.clone().unwrap_or_else(|| REPORTS.into())
}

/// Writes all reports, shows the summary, and gives how the run ended: a report that could not be
/// written makes it broken, whatever it found.
pub(super) fn publish(
    report: &Report,
    folder: RunFolder,
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let written = write(report, folder, options);
    show(report, written.as_ref().ok(), options, console);
    written?;
    Ok(report.conclusion.outcome)
}

fn write(
    report: &Report,
    folder: RunFolder,
    options: &ReportOptions,
) -> Result<PathBuf, WriteError> {
    let json = results_json(report);
    let junit = junit(report);
    let page = html(report);
    folder.write("results.json", &json)?;
    folder.write("junit.xml", &junit)?;
    folder.write("report.html", &page)?;
    let place = folder.finish()?;
    for (copy, content) in [
        (&options.json, &json),
        (&options.junit, &junit),
        (&options.html, &page),
    ] {
        if let Some(path) = copy {
            write_whole(path, content)?;
        }
    }
    Ok(place)
}

fn show(report: &Report, place: Option<&PathBuf>, options: &ReportOptions, console: Console) {
    let style = SummaryStyle {
        width: console.width,
        colours: console.colours,
        quiet: options.quiet,
        folder: place.map(|place| place.display().to_string()),
    };
    console::print(&summary(report, &style));
}
