//! What a job of GitHub Actions gets besides: annotations, and the summary of its step.

use std::path::PathBuf;

use super::console;
use super::options::OutputFormat;
use crate::edge::{append, random_seed};
use crate::record::Record;
use crate::report::{STEP_SUMMARY_LIMIT, annotations, markdown};
use crate::session::Failure;

/// Set to `true` within a job.
const ACTIONS: &str = "GITHUB_ACTIONS";

/// Names the file that becomes the summary of the step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The job in which a run takes place. Between its beginning and its end, no text of a target is taken
/// for a workflow command.
pub(super) struct WorkflowJob {
    /// Ends the time in which commands are ignored. A target cannot know it.
    token: String,
    output: OutputFormat,
}

impl WorkflowJob {
    /// The job, if this is one.
    pub(super) fn begin(output: OutputFormat) -> Option<Self> {
        if std::env::var_os(ACTIONS).is_none_or(|value| value != "true") {
            return None;
        }
        // Without randomness there is no run either: the seed needs it, too.
        let token = random_seed().ok()?;
        let job = Self {
            token: format!("assize-{}-{token:x}", std::process::id()),
            output,
        };
        job.say(&format!("::stop-commands::{}\n", job.token));
        Some(job)
    }

    /// Annotates the places of what is wrong.
    pub(super) fn end(self, report: &Record) {
        let output = self.output;
        drop(self);
        say(output, &annotations(report));
    }

    fn say(&self, text: &str) {
        say(self.output, text);
    }
}

impl Drop for WorkflowJob {
    fn drop(&mut self) {
        self.say(&format!("::{}::\n", self.token));
    }
}

/// Annotates what is wrong with a run that printed nothing of a target, if this is a job.
pub(super) fn annotate(report: &Record) {
    if std::env::var_os(ACTIONS).is_some_and(|value| value == "true") {
        console::note(&annotations(report));
    }
}

/// Commands stand in the stream of the summary, which they must not overtake, unless a program reads
/// that.
fn say(output: OutputFormat, text: &str) {
    match output {
        OutputFormat::Text => console::print(text),
        OutputFormat::Json | OutputFormat::Ndjson => console::note(text),
    }
}

/// Adds the report to the summary of the step, if this is one, within the size that GitHub takes.
pub(super) fn summarize(report: &Record) -> Result<(), Failure> {
    summarize_by(|room| markdown(report, room))
}

/// The same with a text that fits, or else without it.
pub(super) fn summarize_text(text: &str) -> Result<(), Failure> {
    summarize_by(|room| {
        if text.len() <= room {
            text.to_owned()
        } else {
            String::new()
        }
    })
}

fn summarize_by(text: impl FnOnce(usize) -> String) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = PathBuf::from(path);
    let written = std::fs::metadata(&path).map_or(0, |file| file.len());
    let written = usize::try_from(written).unwrap_or(usize::MAX);
    let text = text(STEP_SUMMARY_LIMIT.saturating_sub(written));
    Ok(append(&path, &text)?)
}
