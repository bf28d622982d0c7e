//! `assize load`: load, with every answer judged.

use super::arguments::LoadArguments;
use super::console::Console;
use super::trial::{RunRequest, trial};
use crate::model::Outcome;
use crate::session::Failure;

pub(super) fn load(arguments: &LoadArguments, console: Console) -> Result<Outcome, Failure> {
    let request = RunRequest {
        verb: "load",
        place: &arguments.place,
        target: &arguments.target,
        suites: &arguments.suites,
        check: None,
        rerun: None,
        load: Some(&arguments.load),
        report: &arguments.report,
    };
    trial(&request, console)
}
