//! The record of a run: what a run is made of, whether it writes reports of its own or is one of several.

use std::sync::Arc;

use super::{RunRequest, RunUnderWay, conclude, prepare, tell};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::recorder::EventRecorder;
use crate::cli::settings::Settings;
use crate::edge::RunClock;
use crate::engine::Stop;
use crate::model::Redactor;
use crate::record::{Record, RecordBuilder};

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
    let redactor = learnt(&settings);
    let recorder = Arc::new(EventRecorder::new(
        RecordBuilder::new(settings.run_info(&clock)),
        None,
        Progress::new(console, &settings.report),
        false,
        (settings.evidence(), redactor.clone()),
    ));
    let record = recorded(&settings, &recorder, &clock, (&redactor, stop));
    Ok((record, redactor))
}

/// What no output may show, as far as the settings tell it.
pub(super) fn learnt(settings: &Settings) -> Arc<Redactor> {
    let redactor = Arc::new(Redactor::new());
    settings.target.teach(&redactor);
    redactor
}

/// Makes the run, and gives its record with every secret masked.
pub(super) fn recorded(
    settings: &Settings,
    recorder: &Arc<EventRecorder>,
    clock: &RunClock,
    (redactor, stop): (&Arc<Redactor>, &Stop),
) -> Record {
    let (planned, loading) = match prepare(settings, recorder, clock) {
        Ok((planned, loading)) => (Some(planned), loading),
        Err(failure) => {
            tell(recorder, &failure);
            (None, None)
        }
    };
    let held = planned.as_ref().map(|planned| RunUnderWay {
        settings,
        planned,
        recorder,
        clock,
        redactor,
        stop,
        loading,
    });
    if let Some(Err(failure)) = held.map(RunUnderWay::hold) {
        tell(recorder, &failure);
    }
    if stop.is_set() {
        recorder.amend(RecordBuilder::interrupt);
    }
    let mut report = conclude(recorder.finish(), clock, planned.as_ref());
    report.mask(redactor);
    report
}
