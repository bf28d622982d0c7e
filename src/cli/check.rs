//! `assize check`: the contract, case by case.

use super::arguments::CheckArguments;
use super::console::Console;
use super::trial::{RunRequest, trial};
use crate::model::Outcome;
use crate::session::Failure;

pub(super) fn check(arguments: &CheckArguments, console: Console) -> Result<Outcome, Failure> {
    let request = RunRequest {
        verb: "check",
        place: &arguments.place,
        target: &arguments.target,
        suites: &arguments.suites,
        check: Some(&arguments.check),
        rerun: arguments.rerun.rerun_failed.as_deref(),
        load: None,
        report: &arguments.report,
    };
    trial(&request, console)
}
