//! `assize history`: what the runs of many builds show together.

use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::console::{self, Console};
use super::results::finished;
use crate::compare::Tolerance;
use crate::edge::{append, machine_name, write_whole};
use crate::history::{Build, BuildHistory, Figure, HistoryEntry, Trends};
use crate::model::Outcome;
use crate::report::{gate_line, history_page, trends_json, trends_text};
use crate::session::Failure;

/// Variables in which pipelines name the commit that they build.
const COMMITS: [&str; 5] = [
    "ASSIZE_BUILD",
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "GIT_COMMIT",
    "BUILDKITE_COMMIT",
];

/// So many letters of a commit tell it apart.
const COMMIT_LENGTH: usize = 12;

#[derive(Args, Debug)]
pub(super) struct HistoryArguments {
    #[command(subcommand)]
    pub(super) what: HistoryVerb,
}

/// What to do with a history.
#[derive(Debug, Subcommand)]
pub(super) enum HistoryVerb {
    /// Add a finished run to the file, as one line
    Add(AddArguments),
    /// Show each figure over the builds, where its level changed, and which requirements were violated
    Show(ShowArguments),
    /// End with 4 if p50, p99 or CPU an answer became slower and stayed so
    Gate(GateArguments),
}

#[derive(Args, Debug)]
pub(super) struct AddArguments {
    /// The file of the history, NDJSON; made if it is not there
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The run: its id, its folder, or its results.json [default: the newest]
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// The build that was tried: a commit, a version [default: the commit that the pipeline names, in
    /// `ASSIZE_BUILD`, `GITHUB_SHA`, `CI_COMMIT_SHA`, `GIT_COMMIT` or `BUILDKITE_COMMIT`]
    #[arg(long, value_name = "LABEL")]
    build: Option<String>,
    /// The machine that made the load; runs of different machines are not compared [default: its
    /// processors]
    #[arg(long, value_name = "NAME")]
    machine: Option<String>,
    /// The folder in which runs have their folders [default: reports]
    #[arg(long, env = "ASSIZE_REPORTS", value_name = "DIR")]
    reports: Option<PathBuf>,
}

/// Which part of a history to look at.
#[derive(Args, Debug)]
pub(super) struct HistoryPart {
    /// The file of the history
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Look only at the runs from the first one of this build on, as after a slowdown that is accepted
    #[arg(long, value_name = "BUILD")]
    since: Option<String>,
    /// How much slower a build may become
    #[arg(long, value_name = "PERCENT", default_value = "3%")]
    tolerance: Tolerance,
}

#[derive(Args, Debug)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    part: HistoryPart,
    /// A percentile to show besides: p95, p99.9
    #[arg(long, value_name = "PERCENTILE")]
    percentile: Vec<AskedPercentile>,
    /// Write it as a page with charts to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct GateArguments {
    #[command(flatten)]
    part: HistoryPart,
}

/// A percentile that somebody asks for.
#[derive(Clone, Debug)]
struct AskedPercentile(Figure);

impl FromStr for AskedPercentile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "give a percentile such as p95 or p99.9, above p0 and below p100".to_owned();
        let number = text.strip_prefix('p').unwrap_or(text);
        let per_cent: f64 = number.parse().map_err(|_| wrong())?;
        (per_cent > 0.0 && per_cent < 100.0)
            .then(|| {
                Self(Figure::Percentile {
                    name: format!("p{number}"),
                    share: per_cent / 100.0,
                })
            })
            .ok_or_else(wrong)
    }
}

pub(super) fn history(arguments: &HistoryArguments, console: Console) -> Result<Outcome, Failure> {
    match &arguments.what {
        HistoryVerb::Add(arguments) => add(arguments),
        HistoryVerb::Show(arguments) => show(arguments, console),
        HistoryVerb::Gate(arguments) => gate(arguments),
    }
}

fn add(arguments: &AddArguments) -> Result<Outcome, Failure> {
    let run = finished(arguments.run.as_deref(), arguments.reports.as_deref())?.report;
    let id = run.run.id.to_string();
    let outcome = run.conclusion.outcome;
    if matches!(
        outcome,
        Outcome::Broken | Outcome::Interrupted | Outcome::NothingRan
    ) {
        return Err(Failure::Usage(format!(
            "run {id} gave no verdict, so that it says nothing of a build: {}",
            run.conclusion.sentence
        )));
    }
    let known = if arguments.file.exists() {
        read(&arguments.file)?
    } else {
        BuildHistory::default()
    };
    if known.has(&id) {
        return Err(Failure::Usage(format!(
            "{} has run {id} already",
            arguments.file.display()
        )));
    }
    let label = arguments.build.clone().or_else(commit).ok_or_else(|| {
        Failure::Usage("say with --build which build the run tried: a commit, a version".to_owned())
    })?;
    let build = Build {
        label,
        machine: arguments.machine.clone().unwrap_or_else(machine_name),
    };
    let entry = HistoryEntry::new(&run, build).map_err(|error| unwritten(&error))?;
    let line = serde_json::to_string(&entry).map_err(|error| unwritten(&error))?;
    // One write, so that two that add at once do not mix their lines.
    append(&arguments.file, &format!("{line}\n"))?;
    console::print(&format!(
        "added run {id} of build {} as number {}\n",
        crate::report::harmless_line(&entry.build),
        known.entries.len() + 1
    ));
    Ok(Outcome::Conforms)
}

fn unwritten(error: &serde_json::Error) -> Failure {
    Failure::Machine(format!("cannot write the run as a line: {error}"))
}

/// The commit that the pipeline names, short.
pub(super) fn commit() -> Option<String> {
    let named = COMMITS.iter().filter_map(|name| std::env::var(name).ok());
    let mut named = named.filter(|value| !value.trim().is_empty());
    named.next().map(|value| {
        let is_commit = value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        let length = if is_commit { COMMIT_LENGTH } else { usize::MAX };
        value.trim().chars().take(length).collect()
    })
}

fn read(path: &Path) -> Result<BuildHistory, Failure> {
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    BuildHistory::read(&text).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, error: &crate::history::HistoryError) -> Failure {
    Failure::Configuration {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// What the asked part of a history shows of these figures.
fn trends(part: &HistoryPart, figures: &[Figure]) -> Result<Trends, Failure> {
    let mut history = read(&part.file)?;
    if let Some(build) = &part.since {
        history = history.since(build).ok_or_else(|| {
            let file = part.file.display();
            Failure::Usage(format!("--since: {file} has no run of build {build}"))
        })?;
    }
    Trends::of(&history, figures, part.tolerance).map_err(|error| wrong(&part.file, &error))
}

fn show(arguments: &ShowArguments, console: Console) -> Result<Outcome, Failure> {
    let asked = arguments.percentile.iter().map(|asked| asked.0.clone());
    let mut figures = Figure::gated();
    figures.extend(
        asked
            .filter(|one| !Figure::gated().contains(one))
            .collect::<Vec<_>>(),
    );
    let trends = trends(&arguments.part, &figures)?;
    if let Some(path) = &arguments.html {
        write_whole(path, &history_page(&trends, arguments.part.tolerance))?;
    }
    let text = if arguments.json {
        trends_json(&trends).map_err(|error| unwritten(&error))?
    } else {
        trends_text(&trends, console.look())
    };
    console::print(&text);
    Ok(Outcome::Conforms)
}

fn gate(arguments: &GateArguments) -> Result<Outcome, Failure> {
    let trends = trends(&arguments.part, &Figure::gated())?;
    let line = gate_line(&trends, arguments.part.tolerance);
    console::print(&format!("{}\n", crate::report::harmless_line(&line)));
    Ok(if trends.is_slower() {
        Outcome::ThresholdMissed
    } else {
        Outcome::Conforms
    })
}
