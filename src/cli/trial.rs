//! A run from its options to its exit code, the same for every verb that tries a target.
//!
//! Whatever goes wrong once the options are read ends in a report, too, so that a CI system never
//! sees an empty or a green one of a run that did not take place.

mod recorded;

use std::io::BufWriter;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::arguments::ConfigPlace;
use super::console::{self, Console};
use super::expectations;
use super::github::WorkflowJob;
use super::load_options::LoadOptions;
use super::loading::NO_SCENARIO;
use super::options::{CheckOptions, OutputFormat, ReportOptions, SuiteOptions, TargetOptions};
use super::progress::Progress;
use super::publish;
use super::runtime::stop_or_leave;
use super::settings::Settings;
use super::suites::selection;
use super::telemetry::Telemetry;
use super::variables;
use crate::edge::{LiveServer, RunClock, RunFolder, remove_old};
use crate::engine::Stop;
use crate::model::{Outcome, Redactor, RunId};
use crate::record::{Event, EventSink, RunInfo};
use crate::session::{
    EventRecorder, EventStream, Failure, IntervalLog, Listener, LiveRun, MetricsExport, RunPlan,
};

pub(super) use recorded::{learnt, record, recorded};

/// What a verb asks for.
pub(super) struct RunRequest<'a> {
    pub(super) verb: &'static str,
    pub(super) place: &'a ConfigPlace,
    pub(super) target: &'a TargetOptions,
    pub(super) suites: &'a SuiteOptions,
    pub(super) check: Option<&'a CheckOptions>,
    /// The run of which failed cases are run again.
    pub(super) rerun: Option<&'a str>,
    pub(super) load: Option<&'a LoadOptions>,
    pub(super) report: &'a ReportOptions,
}

/// Runs what a verb asks for, writes the reports, and gives how it ended.
pub(super) fn trial(request: &RunRequest<'_>, console: Console) -> Result<Outcome, Failure> {
    let settings = Settings::new(request)?;
    if settings.report.dry_run {
        return settings.dry_run();
    }
    publish::remove_copies(&settings.report)?;
    if let Some(path) = settings.check.as_ref().and_then(|check| check.har.as_ref()) {
        remove_old(path)?;
    }
    let clock = RunClock::start();
    let info = settings.run_info(&clock);
    let (stop, folder) = begin(&publish::reports_folder(&settings.report), &info.id)?;
    let job = WorkflowJob::begin(settings.report.output());
    let redactor = learnt(&settings)?;
    let (live, mut listeners) = onlookers(&settings.report, &info, &redactor)?;
    listeners.extend(self::listeners(&settings, &folder, &info, console)?);
    let report = recorded(&settings, info, listeners, (&clock, &stop, &redactor));
    // Whoever looks on has seen the end by now.
    drop(live);
    let outcome = publish::publish(&report, folder, &settings.report, console)?;
    if let Some(path) = settings.check.as_ref().and_then(|check| check.har.as_ref()) {
        publish::write_archive(path, &report)?;
    }
    if let Some(job) = job {
        job.end(&report);
    }
    if let Some(path) = settings
        .check
        .as_ref()
        .and_then(|check| check.write_expected.as_ref())
    {
        expectations::write(path, &report, clock.today())?;
    }
    Ok(outcome)
}

/// Begins the folder of the run once a signal can no longer leave it behind.
fn begin(reports: &Path, run: &RunId) -> Result<(Stop, RunFolder), Failure> {
    let partial = RunFolder::partial(reports, run.as_str());
    let stop = stop_or_leave(move || RunFolder::remove(&partial))?;
    Ok((stop, RunFolder::begin(reports, run.as_str())?))
}

/// Who hears of the run, as its options say.
fn listeners(
    settings: &Settings,
    folder: &RunFolder,
    info: &RunInfo,
    console: Console,
) -> Result<Vec<Box<dyn Listener>>, Failure> {
    let mut listeners: Vec<Box<dyn Listener>> = Vec::new();
    if settings.load.is_some() {
        let file = folder.open(publish::INTERVAL_LOG)?;
        listeners.push(Box::new(IntervalLog::new(BufWriter::new(file))));
    }
    if settings.report.output() == OutputFormat::Ndjson {
        listeners.push(Box::new(EventStream::begin(info, console::print)));
    }
    listeners.push(Box::new(Progress::new(console, &settings.report)));
    Ok(listeners)
}

/// A server of the page of a run, if one is wanted, and who hears of the run for its sake.
type Onlookers = (Option<LiveServer>, Vec<Box<dyn Listener>>);

/// Those who look on while the run is under way: whoever opens its page, and a collector of metrics. They come before
/// other listeners, so that what could not be sent is told to these.
pub(super) fn onlookers(
    options: &ReportOptions,
    info: &RunInfo,
    redactor: &Redactor,
) -> Result<Onlookers, Failure> {
    if options.live.is_none() && options.otlp.is_none() {
        return Ok((None, Vec::new()));
    }
    let run = LiveRun::new(info.clone());
    let server = options
        .live
        .map(|address| live(address, &run))
        .transpose()?;
    let mut listeners: Vec<Box<dyn Listener>> = vec![Box::new(run.clone())];
    if let Some(url) = &options.otlp {
        let telemetry = Telemetry::new(url)?;
        telemetry.teach(redactor);
        let export = MetricsExport::begin(run, &telemetry.collector, telemetry.attributes);
        let export = export.map_err(|error| Failure::Machine(format!("--otlp: {error}")))?;
        listeners.push(Box::new(export));
    }
    Ok((server, listeners))
}

/// Serves the run to whoever looks on, from its beginning to its end.
fn live(address: SocketAddr, run: &LiveRun) -> Result<LiveServer, Failure> {
    let server = LiveServer::start(address, Arc::new(run.clone()));
    let server = server.map_err(|error| {
        Failure::Usage(format!(
            "--live: cannot listen at {address}: {error}; name another address"
        ))
    })?;
    console::note(&format!("live at {}\n", server.url()));
    Ok(server)
}

/// How a failure is told in the report. What shows lines and carets is shown whole besides.
fn explained(failure: &Failure) -> String {
    if let Failure::Suites(_) | Failure::Mistake { .. } = failure {
        console::note(&format!("{}\n", failure.shown()));
    }
    variables::traced(&failure.to_string())
}

/// Plans the suites, selects the cases and settles the load, all before anything is sent.
fn prepare(
    settings: &Settings,
    recorder: &EventRecorder,
    clock: &RunClock,
) -> Result<RunPlan, Failure> {
    for warning in &settings.warnings {
        recorder.emit(&Event::Notice(warning.clone()));
    }
    let mut planned = settings.planned()?;
    recorder.amend(|builder| builder.name_suites(planned.used.clone()));
    let loading = settings.loading(&planned.plan)?;
    if settings.check.is_some() && settings.load.is_some() && loading.is_none() {
        recorder.emit(&Event::Notice(NO_SCENARIO.to_owned()));
    }
    let mut first = 0;
    if let Some(check) = &settings.check {
        if let Some(path) = &check.expected {
            let expected = expectations::read(path, &planned.plan)?;
            recorder.amend(|builder| builder.expect(expected, clock.today()));
        }
        selection(check).apply(&mut planned.plan);
        if let Some(shard) = check.shard {
            planned.plan.cases.retain(|case| shard.has(case));
        }
        first = settings.first.put_first(&mut planned.plan.cases);
    }
    Ok(RunPlan {
        planned,
        first,
        loading,
    })
}
