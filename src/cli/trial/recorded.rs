//! The record of a run: what a run is made of, whether it writes reports of its own or is one of several.

use std::sync::Arc;

use super::{RunRequest, explained, prepare};
use crate::cli::console::Console;
use crate::cli::progress::Progress;
use crate::cli::settings::Settings;
use crate::edge::{RunClock, random_key};
use crate::engine::Stop;
use crate::model::{MarkKey, Redactor};
use crate::record::{EvidencePolicy, Record, RunInfo};
use crate::session::{Failure, Listener, RunSettings, run};

/// The record of a run that writes no reports of its own, since it is one of several that belong together, and all
/// secrets that it met. If the target was started as a process group, its load watches that.
pub(in crate::cli) fn record(
    request: &RunRequest<'_>,
    group: Option<u32>,
    stop: &Stop,
    console: Console,
) -> Result<(Record, Arc<Redactor>), Failure> {
    let mut settings = Settings::new(request)?;
    if let Some(load) = &mut settings.load {
        load.process_group = group;
    }
    let clock = RunClock::start();
    let redactor = learnt(&settings)?;
    let info = settings.run_info(&clock);
    let listener = Box::new(Progress::new(console, &settings.report));
    let record = recorded(&settings, info, vec![listener], (&clock, stop, &redactor));
    Ok((record, redactor))
}

/// What no output may show, as far as the settings tell it. With the evidence of all cases each secret is marked
/// besides, so that who compares runs can tell equal ones.
pub(in crate::cli) fn learnt(settings: &Settings) -> Result<Arc<Redactor>, Failure> {
    let mut redactor = Redactor::new();
    if settings.evidence() == EvidencePolicy::All {
        let key = random_key()
            .map_err(|error| Failure::Machine(format!("no randomness for a key: {error}")))?;
        redactor = redactor.with_key(MarkKey::new(key));
    }
    settings.target.teach(&redactor);
    Ok(Arc::new(redactor))
}

/// Makes the run, and gives its record with every secret masked.
pub(in crate::cli) fn recorded(
    settings: &Settings,
    info: RunInfo,
    listeners: Vec<Box<dyn Listener>>,
    (clock, stop, redactor): (&RunClock, &Stop, &Arc<Redactor>),
) -> Record {
    let of_run = RunSettings {
        info,
        target: &settings.target,
        pace: settings.pace(),
        generation: &settings.generation,
        mail_limit: settings.mail_limit,
        account_limits: &settings.account_limits,
        state: &settings.state,
        state_is_shared: settings.state_is_shared,
        redactor,
        stop,
        explain: explained,
        clock,
    };
    run(&of_run, listeners, |recorder| {
        prepare(settings, recorder, clock)
    })
}
