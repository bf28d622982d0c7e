//! Compares stored runs.

use super::options::CompareArguments;
use super::{info, publish, random};
use crate::cli::console::Console;
use crate::cli::publish::{remove_copies, reports_folder};
use crate::cli::results::finished;
use crate::compare::{Basis, compare};
use crate::edge::{RunClock, RunFolder};
use crate::engine::Clock;
use crate::model::Outcome;
use crate::record::Record;
use crate::session::Failure;

pub(super) fn compare_stored(
    arguments: &CompareArguments,
    console: Console,
) -> Result<Outcome, Failure> {
    let (a, b) = match (arguments.runs.as_slice(), arguments.runs_b.as_slice()) {
        ([a, b], []) => (std::slice::from_ref(a), std::slice::from_ref(b)),
        (a, b @ [_, ..]) => (a, b),
        (_, []) => {
            let text = "name two runs, or those of A before -- and those of B behind it";
            return Err(Failure::Usage(text.to_owned()));
        }
    };
    let reports = arguments.report.reports.as_deref();
    let read = |runs: &[String]| -> Result<Vec<Record>, Failure> {
        let records = runs.iter().map(|run| finished(Some(run), reports));
        records.map(|one| one.map(|one| one.report)).collect()
    };
    let (records_a, records_b) = (read(a)?, read(b)?);
    remove_copies(&arguments.report)?;
    let clock = RunClock::start();
    let mut info = info(arguments, Basis::Runs, &clock, random()?);
    let folder = RunFolder::begin(&reports_folder(&arguments.report), info.id.as_str())?;
    info.duration_ms = clock.elapsed().as_secs_f64() * 1e3;
    let of_a: Vec<&Record> = records_a.iter().collect();
    let of_b: Vec<&Record> = records_b.iter().collect();
    let record = compare(info, [a.join(" "), b.join(" ")], (&of_a, &of_b));
    publish::publish(&record, (folder, None), &arguments.report, console)
}
