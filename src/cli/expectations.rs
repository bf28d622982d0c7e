//! Reads and writes the list of expected failures.

use std::path::Path;
use time::Date;

use super::console;
use crate::edge::write_whole;
use crate::record::{ExpectedError, ExpectedFailures, Record, expected_failures_of};
use crate::session::Failure;
use crate::suite::Plan;

/// Reads a list whose cases are all among those of the plan.
pub(super) fn read(path: &Path, plan: &Plan) -> Result<ExpectedFailures, Failure> {
    let text = std::fs::read_to_string(path).map_err(|cause| unreadable(path, cause))?;
    let cases: Vec<_> = plan.ids().cloned().collect();
    let expected = parsed(path, &text)?;
    expected
        .check(&cases)
        .map_err(|error| wrong(path, &error))?;
    Ok(expected)
}

fn parsed(path: &Path, text: &str) -> Result<ExpectedFailures, Failure> {
    ExpectedFailures::parse(&path.display().to_string(), text).map_err(|error| wrong(path, &error))
}

fn unreadable(path: &Path, cause: std::io::Error) -> Failure {
    Failure::Unreadable {
        path: path.to_owned(),
        cause,
    }
}

fn wrong(path: &Path, error: &ExpectedError) -> Failure {
    match error {
        // It does not name the file by itself.
        ExpectedError::Unreadable(reason) => Failure::Configuration {
            path: path.to_owned(),
            reason: reason.clone(),
        },
        placed => Failure::Usage(placed.to_string()),
    }
}

/// Writes a list of the cases that failed: what is listed already stays as it is.
pub(super) fn write(path: &Path, report: &Record, today: Date) -> Result<(), Failure> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|cause| unreadable(path, cause))?,
    };
    let listed = if text.trim().is_empty() {
        ExpectedFailures::default()
    } else {
        parsed(path, &text)?
    };
    write_whole(
        path,
        &expected_failures_of(&report.cases, today, (&listed, &text)),
    )?;
    console::note(&format!(
        "the failures of this run are listed in {}; give each a reason\n",
        path.display()
    ));
    Ok(())
}
