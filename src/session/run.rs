//! A whole run: settings in, record out. A check, a load, or one after the other.
//!
//! Whatever goes wrong ends in the record, too, so that nobody sees an empty or a green one of a run that did not
//! take place.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::account_limits::AccountLimits;
use super::failure::Failure;
use super::listener::Listener;
use super::loading::Loading;
use super::planned::Planned;
use super::recorder::EventRecorder;
use super::run_under_way::RunUnderWay;
use super::target::TargetPlan;
use crate::contract::Requirements;
use crate::edge::RunClock;
use crate::engine::{Clock, Pace, Stop};
use crate::model::{CaseId, Redactor};
use crate::record::{Event, EventSink, Record, RecordBuilder, RunInfo, Trouble};
use crate::suite::Generation;

/// What a run is made with.
pub(crate) struct RunSettings<'a> {
    /// What the record says of the run.
    pub(crate) info: RunInfo,
    /// What is tried.
    pub(crate) target: &'a TargetPlan,
    /// How the cases are walked; none for a load alone.
    pub(crate) pace: Option<Pace>,
    /// What makes the values of the requests.
    pub(crate) generation: &'a Generation,
    /// How long to wait for a mailed code.
    pub(crate) mail_limit: Duration,
    pub(crate) account_limits: &'a AccountLimits,
    /// The folder of the ledger of accounts.
    pub(crate) state: &'a Path,
    /// Whether others may see that folder, too: then no bearer is written there.
    pub(crate) state_is_shared: bool,
    /// Knows what the user gave that no output may show, and learns the rest.
    pub(crate) redactor: &'a Arc<Redactor>,
    /// The wish to stop early.
    pub(crate) stop: &'a Stop,
    /// How a failure is told in the record.
    pub(crate) explain: fn(&Failure) -> String,
    /// Began with the run.
    pub(crate) clock: &'a RunClock,
}

/// What is to be done in a run.
pub(crate) struct RunPlan {
    /// The suites; of their cases those that are to be walked.
    pub(crate) planned: Planned,
    /// So many of its cases, those at the beginning, end before the others begin.
    pub(crate) first: usize,
    /// The load to make, after the cases.
    pub(crate) loading: Option<Loading>,
}

/// Makes a run and gives its record, in which every secret is masked.
///
/// `prepare` says what is to be done, before anything is sent; what it tells the recorder, and why it fails, is
/// part of the record.
pub(crate) fn run(
    settings: &RunSettings<'_>,
    listeners: Vec<Box<dyn Listener>>,
    prepare: impl FnOnce(&EventRecorder) -> Result<RunPlan, Failure>,
) -> Record {
    let builder = RecordBuilder::new(settings.info.clone());
    let gate = (settings.info.evidence, settings.redactor.clone());
    let recorder = Arc::new(EventRecorder::new(builder, listeners, gate));
    let tell = |failure: Failure| {
        let outcome = failure.outcome();
        let text = (settings.explain)(&failure);
        recorder.emit(&Event::Trouble(Trouble { outcome, text }));
    };
    let plan = prepare(&recorder).map_err(tell).ok();
    let held = plan.as_ref().map(|plan| RunUnderWay {
        settings,
        planned: &plan.planned,
        first: plan.first,
        recorder: &recorder,
        loading: plan.loading.as_ref(),
    });
    if let Some(Err(failure)) = held.map(RunUnderWay::hold) {
        tell(failure);
    }
    if settings.stop.is_set() {
        recorder.amend(RecordBuilder::interrupt);
    }
    let planned = plan.as_ref().map(|plan| &plan.planned);
    let mut record = conclude(recorder.finish(), settings.clock, planned);
    record.mask(settings.redactor);
    record
}

fn conclude(builder: RecordBuilder, clock: &RunClock, planned: Option<&Planned>) -> Record {
    let duration_ms = clock.elapsed().as_secs_f64() * 1e3;
    let request = planned.map_or_else(Vec::new, order_of);
    let nothing = Requirements::default();
    let requirements = planned.map_or(&nothing, |planned| &planned.requirements);
    builder.finish(duration_ms, &request, requirements)
}

fn order_of(planned: &Planned) -> Vec<CaseId> {
    planned.plan.ids().cloned().collect()
}
