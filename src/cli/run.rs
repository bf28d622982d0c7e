//! `assize run`: the contract first, then load if nothing failed.

use super::arguments::RunArguments;
use super::console::Console;
use super::trial::{RunRequest, trial};
use crate::model::Outcome;
use crate::session::Failure;

pub(super) fn run(arguments: &RunArguments, console: Console) -> Result<Outcome, Failure> {
    let request = RunRequest {
        verb: "run",
        place: &arguments.place,
        target: &arguments.target,
        suites: &arguments.suites,
        check: Some(&arguments.check),
        rerun: arguments.rerun.rerun_failed.as_deref(),
        load: Some(&arguments.load),
        report: &arguments.report,
    };
    trial(&request, console)
}
