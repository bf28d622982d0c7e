//! `assize load`: load, with every answer judged.

use super::arguments::LoadArguments;
use super::console::Console;
use super::processes::load_together;
use super::trial::{RunRequest, trial};
use crate::model::Outcome;
use crate::session::Failure;

pub(super) fn load(arguments: &LoadArguments, console: Console) -> Result<Outcome, Failure> {
    if let Some(processes) = arguments.processes
        && !arguments.report.dry_run
    {
        return load_together(arguments, processes, console);
    }
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
