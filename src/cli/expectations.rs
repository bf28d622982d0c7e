//! Reads and writes the list of expected failures.

use std::path::Path;
use time::Date;

use super::console;
use super::failure::Failure;
use crate::edge::write_whole;
use crate::report::{ExpectedFailures, Report, expected_failures_of};
use crate::suite::Plan;

/// Reads a list whose cases are all among those of the plan.
pub(super) fn read(path: &Path, plan: &Plan) -> Result<ExpectedFailures, Failure> {
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    let cases: Vec<_> = plan.cases.iter().map(|case| case.id.clone()).collect();
    ExpectedFailures::parse(&path.display().to_string(), &text)
        .and_then(|expected| expected.check(&cases).map(|()| expected))
        .map_err(|error| Failure::Configuration {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// Writes a list of the cases that failed.
pub(super) fn write(path: &Path, report: &Report, today: Date) -> Result<(), Failure> {
    write_whole(path, &expected_failures_of(&report.cases, today))?;
    console::note(&format!(
        "the failures of this run are listed in {}; give each a reason\n",
        path.display()
    ));
    Ok(())
}
