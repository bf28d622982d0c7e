//! Finds and reads the results of a finished run.

use std::path::{Path, PathBuf};

use super::publish::{REPORTS, RESULTS};
use crate::record::Record;
use crate::report::read_results;
use crate::session::Failure;

/// A finished run.
pub(super) struct Finished {
    pub(super) report: Record,
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

/// Ids of runs begin with the second in which they began. Of one second the last that ended is the newest.
fn newest(reports: &Path) -> Result<PathBuf, Failure> {
    let none = || Failure::Usage(format!("there is no run in {}", reports.display()));
    let entries = std::fs::read_dir(reports).map_err(|_| none())?;
    let mut newest = None;
    for entry in entries {
        let entry = entry.map_err(|cause| Failure::Unreadable {
            path: reports.to_owned(),
            cause,
        })?;
        let results = entry.path().join(RESULTS);
        let written = results.metadata().and_then(|file| file.modified());
        let name = entry.file_name().to_string_lossy().into_owned();
        let began = name.split('-').next().unwrap_or_default().to_owned();
        // What has no results is no finished run, and what has another name, such as `sample`, no recent one.
        let is_run = began.starts_with(|letter: char| letter.is_ascii_digit());
        if let Ok(written) = written
            && is_run
        {
            newest = newest.max(Some((began, written, results)));
        }
    }
    newest.map(|(_, _, results)| results).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    /// A finished run that was written so many milliseconds after 1970.
    fn run(reports: &Path, name: &str, written: u64) {
        fs::create_dir(reports.join(name)).unwrap();
        let file = File::create(reports.join(name).join(RESULTS)).unwrap();
        let written = SystemTime::UNIX_EPOCH + Duration::from_millis(written);
        file.set_modified(written).unwrap();
    }

    #[test]
    fn the_newest_run_began_last_and_of_one_second_ended_last() {
        let folder = tempfile::tempdir().unwrap();
        let reports = folder.path();
        assert!(newest(reports).is_err());
        run(reports, "20260101T000000Z-check-f", 100);
        run(reports, "20260101T000000Z-check-a", 200);
        fs::create_dir(reports.join("20260101T000009Z-check-b")).unwrap();
        let is_newest = |name: &str| newest(reports).unwrap() == reports.join(name).join(RESULTS);
        assert!(is_newest("20260101T000000Z-check-a"));
        run(reports, "20260101T000001Z-load-0", 50);
        run(reports, "sample", 300);
        assert!(is_newest("20260101T000001Z-load-0"));
    }
}
