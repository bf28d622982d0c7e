//! `assize doctor`: whether a run can be made, and what keeps it from being made, within seconds.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::arguments::{ConfigPlace, DoctorArguments};
use super::console;
use super::options::{CheckOptions, ReportOptions, SuiteOptions, TargetOptions};
use super::runtime::stop_on_signals;
use super::settings::Settings;
use super::span::Span;
use super::trial::{RunRequest, learnt, recorded};
use crate::edge::{RunClock, machine_limits};
use crate::engine::Stop;
use crate::model::{Outcome, Redactor};
use crate::report::{Checkup, CheckupLine};
use crate::session::{
    ExaminedWay, Failure, contract_lines, examine_way, foreign_line, glance, machine_lines,
    on_this_thread,
};

/// The case that is run: it makes a user, verifies it by mail, and deletes it.
const CASE: &str = "delete.bearer";
/// How long a connection and an exchange may take unless the user says otherwise, so that all is said within 10 s.
const CONNECT: Duration = Duration::from_secs(2);
const EXCHANGE: Duration = Duration::from_secs(2);
/// How long a mail may take unless the user says otherwise. A run waits longer.
const MAIL: Duration = Duration::from_secs(4);

pub(super) fn doctor(arguments: &DoctorArguments) -> Result<Outcome, Failure> {
    let stop = stop_on_signals()?;
    examine(
        &arguments.place,
        &arguments.target,
        arguments.state.as_deref(),
        &stop,
    )
}

/// Looks at everything that a run needs, shows a line of each, and leaves nothing behind.
pub(super) fn examine(
    place: &ConfigPlace,
    options: &TargetOptions,
    state: Option<&Path>,
    stop: &Stop,
) -> Result<Outcome, Failure> {
    let mut settings = settings(place, options, state)?;
    let redactor = learnt(&settings)?;
    let clock = RunClock::start();
    let mut checkup = Checkup::default();
    let mut show = |lines: Vec<CheckupLine>| {
        for line in lines {
            console::print(&redactor.text(&line.text()));
            checkup.lines.push(line);
        }
    };
    for warning in &settings.warnings {
        console::note(&format!("notice: {warning}\n"));
    }
    let looked = examine_way(&settings.target, &settings.generation, &clock);
    let ExaminedWay { lines, is_open } = on_this_thread(looked)??;
    show(lines);
    if is_open && !stop.is_set() {
        show(of_contract(&mut settings, stop, &redactor)?);
    }
    let calibration = on_this_thread(glance(stop.clone()))??;
    show(machine_lines(machine_limits(), calibration.as_ref()));
    if stop.is_set() {
        return Ok(Outcome::Interrupted);
    }
    console::print(&checkup.verdict());
    Ok(checkup.outcome())
}

fn settings(
    place: &ConfigPlace,
    options: &TargetOptions,
    state: Option<&Path>,
) -> Result<Settings, Failure> {
    let mut target = options.clone();
    target.connect_timeout.get_or_insert(Span(CONNECT));
    target.timeout.get_or_insert(Span(EXCHANGE));
    target.mail_limit.get_or_insert(Span(MAIL));
    let check = CheckOptions::default();
    let report = ReportOptions {
        state: state.map(Path::to_owned),
        ..ReportOptions::default()
    };
    let mut settings = Settings::new(&RunRequest {
        verb: "doctor",
        place,
        target: &target,
        suites: &SuiteOptions::default(),
        check: Some(&check),
        rerun: None,
        load: None,
        report: &report,
    })?;
    // What is there now is to be said.
    settings.target.gate.wait = None;
    Ok(settings)
}

/// Runs the one case. Its reports are of use to nobody, so there are none.
fn of_contract(
    settings: &mut Settings,
    stop: &Stop,
    redactor: &Arc<Redactor>,
) -> Result<Vec<CheckupLine>, Failure> {
    if !settings.planned()?.is_of_users_api {
        return Ok(vec![foreign_line()]);
    }
    settings.suites = SuiteOptions::default();
    settings.check = Some(CheckOptions {
        case: vec![CASE.to_owned()],
        ..CheckOptions::default()
    });
    let clock = RunClock::start();
    let had_state = settings.state.exists();
    let info = settings.run_info(&clock);
    let record = recorded(settings, info, Vec::new(), (&clock, stop, redactor));
    if !had_state && record.accounts.made == record.accounts.removed {
        forget_state(&settings.state);
    }
    on_this_thread(contract_lines(
        &record,
        &settings.target,
        &settings.generation,
    ))
}

/// Removes a folder of the state that was made for this alone. What stands in it stays: an account may be left.
fn forget_state(state: &Path) {
    let emptied = fs::remove_dir(state.join("ledgers"));
    if emptied.is_ok() {
        // Neither is of use without the other, and both are harmless.
        drop(fs::remove_file(state.join(".gitignore")));
        drop(fs::remove_dir(state));
    }
}
