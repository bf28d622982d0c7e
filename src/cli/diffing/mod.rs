//! `assize diff`: what two servers do unlike.

mod live;
mod options;
mod publish;

use super::console::Console;
use super::options::OutputFormat;
use super::publish::{remove_copies, reports_folder};
use super::results::finished;
use super::runtime::stop_or_leave;
use crate::difference::{AcceptedDifferences, DiffBasis, DiffInfo, Passes, differences};
use crate::edge::{RunClock, RunFolder, random_seed};
use crate::engine::Clock;
use crate::model::{Outcome, RunId};
use crate::record::Record;
use crate::session::Failure;
use live::LiveTargets;
pub(super) use options::DiffArguments;

/// What of `--allow` is no list.
const WORDS: [&str; 2] = ["readings", "nothing"];

pub(super) fn diff_verb(arguments: &DiffArguments, console: Console) -> Result<Outcome, Failure> {
    refuse(arguments)?;
    let clock = RunClock::start();
    let accepted = accepted(arguments, &clock)?;
    let mark = random_seed()
        .map_err(|error| Failure::Machine(format!("no randomness for a name: {error}")))?;
    let id = format!("{}-diff-{mark:x}", clock.began_compact());
    remove_copies(&arguments.report)?;
    let stored = stored(arguments)?;
    let basis = if stored.is_some() {
        DiffBasis::Runs
    } else {
        DiffBasis::Targets
    };
    let reports = reports_folder(&arguments.report);
    let partial = RunFolder::partial(&reports, &id);
    let stop = stop_or_leave(move || RunFolder::remove(&partial))?;
    let folder = RunFolder::begin(&reports, &id)?;
    let live = LiveTargets::new(arguments, mark, (&stop, console));
    let records = match stored {
        Some(records) => records.into_iter().map(|one| vec![one]).collect(),
        None => live.checked()?,
    };
    let compared = |isolated: &[Record]| {
        let info = info(arguments, id.clone(), (basis, &records), &clock);
        let sides = arguments.targets.iter().zip(&records).enumerate();
        let passes: Vec<Passes<'_>> = sides
            .map(|(index, (what, records))| Passes {
                what: shown(what, records),
                records: records.iter().collect(),
                isolated: isolated.get(index),
            })
            .collect();
        differences(info, &passes, &accepted)
    };
    let mut record = compared(&[]);
    let cases = record.cases_to_isolate();
    if basis == DiffBasis::Targets && !cases.is_empty() && !stop.is_set() {
        record = compared(&live.isolated(&cases)?);
    }
    if stop.is_set() {
        let sentence = "interrupted before the diff was done".to_owned();
        record.conclusion.outcome = Outcome::Interrupted;
        record.conclusion.exit_code = Outcome::Interrupted.exit_code();
        record.conclusion.sentence = sentence;
    }
    let kept = (basis == DiffBasis::Targets).then_some(records.as_slice());
    publish::publish(&record, (folder, kept), &arguments.report, console)
}

/// A target as reports name it: a URL as its run does, which knows what of it nobody may see.
fn shown(what: &str, records: &[Record]) -> String {
    match records.first() {
        Some(record) if what.contains("://") => record.run.target.clone(),
        _ => what.to_owned(),
    }
}

fn info(
    arguments: &DiffArguments,
    id: String,
    (basis, records): (DiffBasis, &[Vec<Record>]),
    clock: &RunClock,
) -> DiffInfo {
    let first = records.iter().flatten().next();
    DiffInfo {
        id: RunId::new(id),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        basis,
        seed: first.map_or(0, |one| one.run.seed),
        strict: arguments.check.strict,
        allow: arguments.allow.clone(),
        started: clock.began_rfc3339(),
        duration_ms: clock.elapsed().as_secs_f64() * 1e3,
    }
}

/// Refuses what a diff cannot take into account.
fn refuse(arguments: &DiffArguments) -> Result<(), Failure> {
    let check = &arguments.check;
    let wrong = if arguments.targets.len() < 2 {
        "one target differs from nothing; name two or more"
    } else if arguments.report.dry_run {
        "a diff has no dry run; `assize check --dry-run` shows the requests"
    } else if arguments.report.output() == OutputFormat::Ndjson {
        "a diff has no event stream; give --format json"
    } else if check.retries.is_some() || check.repeat.is_some() {
        "--retries and --repeat would ask one target more than another; leave them out"
    } else if arguments.report.live.is_some() {
        "a diff has no page while it goes on; leave --live out"
    } else if check.har.is_some() {
        "--har is for a check; `assize check --har FILE` writes the archive of one target"
    } else if check.expected.is_some() || check.write_expected.is_some() {
        "a list of expected failures is for a check; give --allow FILE for differences that are accepted"
    } else {
        return Ok(());
    };
    Err(Failure::Usage(wrong.to_owned()))
}

fn accepted(arguments: &DiffArguments, clock: &RunClock) -> Result<AcceptedDifferences, Failure> {
    if WORDS.contains(&arguments.allow.as_str()) {
        return Ok(AcceptedDifferences::default());
    }
    let path = std::path::PathBuf::from(&arguments.allow);
    let text = std::fs::read_to_string(&path).map_err(|cause| Failure::Unreadable {
        path: path.clone(),
        cause,
    })?;
    AcceptedDifferences::parse(&text, clock.today()).map_err(|error| Failure::Configuration {
        path,
        reason: error.to_string(),
    })
}

/// The stored runs, if the targets are such. A name is that of a run only if there is one.
fn stored(arguments: &DiffArguments) -> Result<Option<Vec<Record>>, Failure> {
    let reports = arguments.report.reports.as_deref();
    let is_url = |name: &String| name.contains("://");
    let found = |name: &String| finished(Some(name), reports).map(|one| one.report);
    if arguments.targets.iter().any(is_url) {
        return Ok(None);
    }
    let mut records = Vec::new();
    let mut missing = None;
    for name in &arguments.targets {
        match found(name) {
            Ok(record) => records.push(record),
            Err(Failure::Usage(text)) => missing = Some(text),
            Err(failure) => return Err(failure),
        }
    }
    match missing {
        None => Ok(Some(records)),
        Some(_) if records.is_empty() => Ok(None),
        Some(text) => Err(Failure::Usage(text)),
    }
}
