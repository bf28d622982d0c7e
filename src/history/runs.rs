//! The runs of a history, in the order in which they were added.

use super::entry::{FORMAT, HistoryEntry};
use crate::load::TimesError;

/// The runs of a history, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildHistory {
    /// What is kept of each.
    pub entries: Vec<HistoryEntry>,
}

/// Why a text is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A line is none of a history.
    #[error("line {line} is no run of a history: {cause}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// A line is of a version that this one does not know.
    #[error("line {line} is of the format {format}, and this version reads {FORMAT}")]
    Format {
        /// From 1.
        line: usize,
        /// The format that it names.
        format: String,
    },
    /// The last line was not written to its end.
    #[error("its last line is cut off; remove it, and add that run again")]
    CutOff,
    /// The times of a run cannot be read.
    #[error("the times of run {run} cannot be read: {cause}")]
    Times {
        /// The run.
        run: String,
        /// What is wrong with them.
        cause: TimesError,
    },
}

impl BuildHistory {
    /// Reads the file of a history. An empty one has no runs.
    ///
    /// # Errors
    ///
    /// [`HistoryError`] with the line.
    pub fn read(text: &str) -> Result<Self, HistoryError> {
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(HistoryError::CutOff);
        }
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let entries = lines.map(|(index, line)| read_line(index + 1, line));
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// Whether the run of this id was added.
    #[must_use]
    pub fn has(&self, run: &str) -> bool {
        self.entries.iter().any(|entry| entry.run == run)
    }

    /// From the first run of this build on; none if no run is of it.
    #[must_use]
    pub fn since(&self, build: &str) -> Option<Self> {
        let first = self.entries.iter().position(|entry| entry.build == build)?;
        Some(Self {
            entries: self.entries[first..].to_vec(),
        })
    }

    /// The runs that can be compared with the newest one: of the same plan, on the same machine.
    pub(super) fn comparable(&self) -> Vec<&HistoryEntry> {
        let Some(newest) = self.entries.last() else {
            return Vec::new();
        };
        let key = |entry: &HistoryEntry| (entry.plan.clone(), entry.machine.clone());
        let wanted = key(newest);
        self.entries
            .iter()
            .filter(|entry| key(entry) == wanted)
            .collect()
    }
}

fn read_line(line: usize, text: &str) -> Result<HistoryEntry, HistoryError> {
    let format = serde_json::from_str::<serde_json::Value>(text)
        .map_err(|cause| HistoryError::Line { line, cause })?;
    let format = format["format"].as_str().unwrap_or("none");
    if format != FORMAT {
        return Err(HistoryError::Format {
            line,
            format: format.to_owned(),
        });
    }
    serde_json::from_str(text).map_err(|cause| HistoryError::Line { line, cause })
}
