//! Finds and reads the results of a finished run.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::publish::{REPORTS, RESULTS};
use crate::report::{Report, read_results};

/// A finished run.
pub(super) struct Finished {
    pub(super) report: Report,
    /// The file as it stands, for its digest.
    pub(super) text: String,
}

/// Reads a run that is named by its id, its folder or its results.json; by nothing, the newest.
pub(super) fn finished(run: Option<&str>, reports: Option<&Path>) -> Result<Finished, Failure> {
    let reports = reports.unwrap_or(Path::new(REPORTS));
    let path = match run {
        Some(run) => named(run, reports)?,
        None => newest(reports)?,
    };
    let text = std::fs::read_to_string(&path).map_err(|cause| Failure::Unreadable {
        path: path.clone(),
        cause,
    })?;
    let report = read_results(&text).map_err(|error| Failure::Configuration {
        path,
        reason: error.to_string(),
    })?;
    Ok(Finished { report, text })
}

fn named(run: &str, reports: &Path) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(run);
    if path.is_file() {
        return Ok(path);
    }
    let places = [path.join(RESULTS), reports.join(run).join(RESULTS)];
    let found = places.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| {
        Failure::Usage(format!(
            "there is no run {run}: neither a {RESULTS}, nor a folder with one, here or in {}",
            reports.display()
        ))
    })
}

/// Ids of runs begin with their time, so that the last by name is the newest.
fn newest(reports: &Path) -> Result<PathBuf, Failure> {
    let none = || Failure::Usage(format!("there is no run in {}", reports.display()));
    let entries = std::fs::read_dir(reports).map_err(|_| none())?;
    let mut newest: Option<PathBuf> = None;
    for entry in entries {
        let entry = entry.map_err(|cause| Failure::Unreadable {
            path: reports.to_owned(),
            cause,
        })?;
        let results = entry.path().join(RESULTS);
        if results.is_file() && newest.as_ref().is_none_or(|best| *best < results) {
            newest = Some(results);
        }
    }
    newest.ok_or_else(none)
}
