//! Writes the reports of a run and shows its summary.

use std::io;
use std::path::PathBuf;

use super::console::{self, Console};
use super::github;
use super::options::{OutputFormat, ReportOptions};
use crate::edge::{RunFolder, remove_old, write_whole};
use crate::model::Outcome;
use crate::record::Record;
use crate::report::{ended_line, har, html, junit, results_json, results_stream, summary};
use crate::session::Failure;

/// Where runs get their folders unless told otherwise.
pub(super) const REPORTS: &str = "reports";

/// The result file in the folder of a run.
pub(super) const RESULTS: &str = "results.json";

/// The interval log of the load in the folder of a run.
pub(super) const INTERVAL_LOG: &str = "load.hlog";

/// The folder in which each run gets a folder of its own.
pub(super) fn reports_folder(options: &ReportOptions) -> PathBuf {
    options.reports.clone().unwrap_or_else(|| REPORTS.into())
}

/// Removes the copies of an earlier run, so that none of them is taken for one of this run, however it
/// ends. What is no file, such as a pipe, stays.
pub(super) fn remove_copies(options: &ReportOptions) -> Result<(), Failure> {
    for path in [&options.json, &options.junit, &options.html]
        .into_iter()
        .flatten()
    {
        remove_old(path)?;
    }
    Ok(())
}

/// Writes the copies that were asked for, and gives their names.
pub(super) fn write_copies(
    options: &ReportOptions,
    [json, junit, page]: [&str; 3],
) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for (copy, content) in [
        (&options.json, json),
        (&options.junit, junit),
        (&options.html, page),
    ] {
        if let Some(path) = copy {
            write_whole(path, content)?;
            files.push(path.display().to_string());
        }
    }
    Ok(files)
}

/// Writes the exchanges of a run as an archive.
pub(super) fn write_archive(path: &std::path::Path, report: &Record) -> Result<(), Failure> {
    let archive = har(report).map_err(|error| unrendered("the archive", &error))?;
    Ok(write_whole(path, &archive)?)
}

/// The reports of what was compared, each already rendered.
pub(super) struct ComparedReports {
    /// The names of its own files without their ends, such as `comparison`.
    pub(super) name: &'static str,
    pub(super) json: String,
    pub(super) junit: String,
    pub(super) page: String,
    pub(super) markdown: String,
    pub(super) headline: String,
}

impl ComparedReports {
    /// Writes them into a folder and where copies were asked for, `kept` besides, and shows what is asked for; the
    /// summary is made of the names of all files.
    pub(super) fn publish(
        &self,
        folder: RunFolder,
        kept: impl FnOnce(&RunFolder) -> Result<(), Failure>,
        options: &ReportOptions,
        summary: impl FnOnce(&[String]) -> String,
    ) -> Result<(), Failure> {
        let own = |end: &str| format!("{}.{end}", self.name);
        let all = [
            (own("html"), &self.page),
            (own("md"), &self.markdown),
            ("junit.xml".to_owned(), &self.junit),
            (own("json"), &self.json),
        ];
        for (name, content) in &all {
            folder.write(name, content)?;
        }
        kept(&folder)?;
        let place = folder.finish()?;
        let in_folder = |(name, _)| place.join(name).display().to_string();
        let mut files: Vec<String> = all.map(in_folder).to_vec();
        files.extend(write_copies(
            options,
            [&self.json, &self.junit, &self.page],
        )?);
        github::summarize_text(&self.markdown)?;
        let shown = match options.output() {
            OutputFormat::Json | OutputFormat::Ndjson => {
                console::conclude(&crate::report::harmless_json(&self.json))
            }
            OutputFormat::Text if options.quiet => {
                console::conclude(&format!("{}\n", self.headline))
            }
            OutputFormat::Text => console::conclude(&summary(&files)),
        };
        shown.map_err(|error| unshown(&error))
    }
}

pub(super) fn unrendered(what: &str, cause: &dyn std::error::Error) -> Failure {
    Failure::Machine(format!("cannot render {what}: {cause}"))
}

pub(super) fn unshown(cause: &io::Error) -> Failure {
    Failure::Machine(format!("cannot write to standard output: {cause}"))
}

/// Writes all reports, shows the summary, and gives how the run ended: a report that could not be
/// written makes it broken, whatever it found.
pub(super) fn publish(
    report: &Record,
    folder: RunFolder,
    options: &ReportOptions,
    console: Console,
) -> Result<Outcome, Failure> {
    let written = write(report, folder, options).and_then(|files| {
        github::summarize(report)?;
        Ok(files)
    });
    let files = written.as_deref().unwrap_or_default();
    let shown = show(report, files, options, console);
    written?;
    shown.map_err(|error| unshown(&error))?;
    Ok(report.conclusion.outcome)
}

/// Writes all reports and gives their names, the one to look at first.
fn write(
    report: &Record,
    folder: RunFolder,
    options: &ReportOptions,
) -> Result<Vec<String>, Failure> {
    let json = results_json(report).map_err(|error| unrendered(RESULTS, &error))?;
    let junit = junit(report).map_err(|error| unrendered("junit.xml", &error))?;
    let page = html(report);
    folder.write(RESULTS, &json)?;
    folder.write("junit.xml", &junit)?;
    folder.write("report.html", &page)?;
    let place = folder.finish()?;
    let mut names = vec!["report.html", "junit.xml", RESULTS];
    if place.join(INTERVAL_LOG).is_file() {
        names.push(INTERVAL_LOG);
    }
    let mut files: Vec<String> = names
        .into_iter()
        .map(|name| place.join(name).display().to_string())
        .collect();
    files.extend(write_copies(options, [&json, &junit, &page])?);
    Ok(files)
}

fn show(
    report: &Record,
    files: &[String],
    options: &ReportOptions,
    console: Console,
) -> io::Result<()> {
    match options.output() {
        OutputFormat::Ndjson => console::conclude(&ended_line(report, files)),
        OutputFormat::Json => console::conclude(&results_stream(report)?),
        OutputFormat::Text if options.quiet => {
            let conclusion = &report.conclusion;
            let headline = conclusion.outcome.headline();
            console::conclude(&format!("{headline}  {}\n", conclusion.sentence))
        }
        OutputFormat::Text => console::conclude(&summary(report, console.look(), files)),
    }
}
