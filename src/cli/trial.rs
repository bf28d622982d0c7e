//! A run from its options to its exit code, the same for every verb that tries a target.
//!
//! Whatever goes wrong once the options are read ends in a report, too, so that a CI system never
//! sees an empty or a green one of a run that did not take place.

use std::sync::Arc;
use std::time::Duration;

use super::account_limits::AccountLimits;
use super::arguments::Place;
use super::config::Config;
use super::console::{self, Console};
use super::dry_run::DryRun;
use super::expectations;
use super::failure::Failure;
use super::github::Job;
use super::loading::{LoadMeans, Loading};
use super::options::{
    CheckOptions, LoadOptions, OutputFormat, ReportOptions, SuiteOptions, TargetOptions,
};
use super::progress::Progress;
use super::publish;
use super::recorder::Recorder;
use super::rerun::Rerun;
use super::runtime::{single_threaded, stop_on_signals};
use super::suites::{Planned, planned, selection};
use super::target::{OpenTarget, TargetPlan};
use crate::contract::Requirements;
use crate::edge::{Distance, LedgerFile, LedgerHead, RunClock, RunFolder, random_seed};
use crate::engine::{Clock, Harness, Pace, SessionLog, conform};
use crate::model::{CaseId, Outcome, Redactor, RunId};
use crate::report::{Event, EventSink, Report, ReportBuilder, RunInfo, Trouble, began_line};
use crate::suite::{Generation, Plan};

/// Cases at once, and requests, unless told otherwise.
pub(super) const JOBS: usize = 4;
/// The same against a host in the Internet.
const PUBLIC_JOBS: usize = 2;
/// The addresses of users unless told otherwise. No plus tag, since some servers fold those; a domain
/// that RFC 2606 keeps from ever receiving mail.
pub(super) const EMAIL: &str = "assize-{tag}@assize.example";
/// How long to wait for a mailed code unless told otherwise.
pub(super) const MAIL_LIMIT: Duration = Duration::from_secs(30);

/// What the report says of a run that took anybody's word for being the target.
const UNVERIFIED: &str = "INSECURE: the certificate of the target was not verified (--insecure), so nothing shows that it was the target that answered";

/// What a verb asks for.
pub(super) struct Order<'a> {
    pub(super) verb: &'static str,
    pub(super) place: &'a Place,
    pub(super) target: &'a TargetOptions,
    pub(super) suites: &'a SuiteOptions,
    pub(super) check: Option<&'a CheckOptions>,
    /// The run of which failed cases are run again.
    pub(super) rerun: Option<&'a str>,
    pub(super) load: Option<&'a LoadOptions>,
    pub(super) report: &'a ReportOptions,
}

/// The options with everything from `assize.toml` filled in.
struct Settings {
    verb: &'static str,
    target: TargetPlan,
    suites: SuiteOptions,
    check: Option<CheckOptions>,
    load: Option<LoadOptions>,
    report: ReportOptions,
    seed: u64,
    /// What tells the run from another that began in the same second with the same seed.
    mark: u64,
    generation: Generation,
    mail_limit: Duration,
    warning: Option<String>,
    account_limits: AccountLimits,
}

impl Settings {
    fn new(order: &Order<'_>) -> Result<Self, Failure> {
        let mut config =
            Config::load(order.place.config.as_deref(), order.place.target.as_deref())?;
        let target = config.fill_target(order.target)?;
        let mut suites: SuiteOptions = config.fill(order.suites)?;
        let mut check = order.check.map(|check| config.fill(check)).transpose()?;
        let report: ReportOptions = config.fill(order.report)?;
        if let Some(run) = order.rerun {
            let rerun = Rerun::read(run, &report)?;
            config.url = config.url.take().or_else(|| rerun.target());
            rerun.amend(&mut suites, check.as_mut());
        }
        let seed = match suites.seed {
            Some(seed) => seed,
            None => random()?,
        };
        let email = target.email.as_deref().unwrap_or(EMAIL);
        let generation =
            Generation::new(seed, email).map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self {
            verb: order.verb,
            mail_limit: target.mail_limit.map_or(MAIL_LIMIT, |span| span.0),
            account_limits: AccountLimits::new(&target, check.as_ref()),
            target: TargetPlan::new(config.url.as_deref(), &target)?,
            suites,
            check,
            load: order.load.map(|load| config.fill(load)).transpose()?,
            report,
            warning: config.warning,
            seed,
            mark: random()?,
            generation,
        })
    }

    /// The name of the run: sorts by time, and cannot be that of another run.
    fn run_id(&self, clock: &RunClock) -> String {
        format!("{}-{}-{:x}", clock.began_compact(), self.verb, self.mark)
    }

    fn dry_run(&self) -> Result<Outcome, Failure> {
        let mut planned = planned(self.suites.suites.as_deref())?;
        let mut dry = DryRun::new(&self.target, &self.generation);
        if let Some(load) = &self.load {
            let loading = Loading::new(load, &planned.plan, &self.target, self.seed)?;
            dry.load(&loading);
        }
        if let Some(check) = &self.check {
            selection(check).apply(&mut planned.plan);
            planned.plan.cases.iter().for_each(|case| dry.case(case));
        }
        console::print(&dry.into_text());
        Ok(Outcome::Conforms)
    }

    fn jobs(&self) -> usize {
        let usual = match self.target.distance() {
            Distance::Public => PUBLIC_JOBS,
            Distance::Here | Distance::Private => JOBS,
        };
        let given = self.check.as_ref().and_then(|check| check.jobs);
        given.unwrap_or(usual)
    }

    fn run_info(&self, clock: &RunClock) -> RunInfo {
        let check = self.check.as_ref();
        RunInfo {
            id: RunId::new(self.run_id(clock)),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            verb: self.verb.to_owned(),
            target: self.target.name().to_owned(),
            embedded: self.target.is_embedded(),
            mailbox: self.target.mailbox_name(),
            suites: None,
            seed: self.seed,
            jobs: self.jobs(),
            strict: check.is_some_and(|check| check.strict),
            accept_partial: check.is_some_and(|check| check.accept_partial),
            accept_invalid: self.load.as_ref().is_some_and(|load| load.accept_invalid),
            started: clock.began_rfc3339(),
            duration_ms: 0.0,
            interrupted: false,
        }
    }
}

/// Runs what a verb asks for, writes the reports, and gives how it ended.
pub(super) fn trial(order: &Order<'_>, console: Console) -> Result<Outcome, Failure> {
    let settings = Settings::new(order)?;
    if settings.report.dry_run {
        return settings.dry_run();
    }
    let clock = RunClock::start();
    let info = settings.run_info(&clock);
    let folder = RunFolder::begin(&publish::reports_folder(&settings.report), info.id.as_str())?;
    let redactor = Arc::new(Redactor::new());
    settings.target.teach(&redactor);
    let job = Job::begin(settings.report.output());
    let recorder = Arc::new(recorder(&settings, &folder, info, &redactor, console)?);
    let (planned, loading) = match prepare(&settings, &recorder, &clock) {
        Ok((planned, loading)) => (Some(planned), loading),
        Err(failure) => {
            tell(&recorder, &failure);
            (None, None)
        }
    };
    if let Some(planned) = &planned {
        let proceeding = Proceeding {
            settings: &settings,
            planned,
            recorder: &recorder,
            clock: &clock,
            redactor: &redactor,
            loading,
        };
        if let Err(failure) = proceeding.hold() {
            tell(&recorder, &failure);
        }
    }
    let mut report = conclude(recorder.finish(), &clock, planned.as_ref());
    report.mask(&redactor);
    let outcome = publish::publish(&report, folder, &settings.report, console)?;
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

/// The sink of the run, with everything that its options ask for.
fn recorder(
    settings: &Settings,
    folder: &RunFolder,
    info: RunInfo,
    redactor: &Arc<Redactor>,
    console: Console,
) -> Result<Recorder, Failure> {
    let progress = Progress::new(console, &settings.report);
    let log = settings
        .load
        .is_some()
        .then(|| folder.open(publish::INTERVAL_LOG))
        .transpose()?;
    let stream = settings.report.output() == OutputFormat::Ndjson;
    if stream {
        console::print(&began_line(&info));
    }
    let builder = ReportBuilder::new(info);
    Ok(Recorder::new(
        builder,
        log,
        progress,
        stream,
        redactor.clone(),
    ))
}

/// Plans the suites, selects the cases and settles the load, all before anything is sent.
fn prepare(
    settings: &Settings,
    recorder: &Recorder,
    clock: &RunClock,
) -> Result<(Planned, Option<Loading>), Failure> {
    let mut planned = planned(settings.suites.suites.as_deref())?;
    recorder.amend(|builder| builder.name_suites(planned.used.clone()));
    let loading = settings
        .load
        .as_ref()
        .map(|load| Loading::new(load, &planned.plan, &settings.target, settings.seed))
        .transpose()?;
    match &settings.check {
        Some(check) => {
            if let Some(path) = &check.expected {
                let expected = expectations::read(path, &planned.plan)?;
                recorder.amend(|builder| builder.expect(expected, clock.today()));
            }
            selection(check).apply(&mut planned.plan);
        }
        None => planned.plan.cases.clear(),
    }
    Ok((planned, loading))
}

/// A failure becomes part of the report. What shows lines and carets is shown whole besides.
fn tell(recorder: &Recorder, failure: &Failure) {
    if let Failure::Suites(_) | Failure::Mistake { .. } = failure {
        console::note(&format!("{}\n", failure.shown()));
    }
    recorder.emit(&Event::Trouble(Trouble {
        outcome: failure.outcome(),
        text: failure.to_string(),
    }));
}

fn conclude(builder: ReportBuilder, clock: &RunClock, planned: Option<&Planned>) -> Report {
    let duration_ms = clock.elapsed().as_secs_f64() * 1e3;
    let order = planned.map_or_else(Vec::new, |planned| order_of(&planned.plan));
    let nothing = Requirements::default();
    let requirements = planned.map_or(&nothing, |planned| &planned.requirements);
    builder.finish(duration_ms, &order, requirements)
}

fn order_of(plan: &Plan) -> Vec<CaseId> {
    plan.cases.iter().map(|case| case.id.clone()).collect()
}

fn random() -> Result<u64, Failure> {
    random_seed().map_err(|error| Failure::Machine(format!("no randomness for a seed: {error}")))
}

/// The part of a run in which requests are sent.
struct Proceeding<'a> {
    settings: &'a Settings,
    planned: &'a Planned,
    recorder: &'a Arc<Recorder>,
    clock: &'a RunClock,
    redactor: &'a Arc<Redactor>,
    loading: Option<Loading>,
}

impl Proceeding<'_> {
    fn hold(self) -> Result<(), Failure> {
        if self.planned.plan.cases.is_empty() && self.loading.is_none() {
            return Ok(());
        }
        let runtime = single_threaded()?;
        runtime.block_on(self.hold_within())
    }

    async fn hold_within(self) -> Result<(), Failure> {
        let stop = stop_on_signals()?;
        let warnings = self.settings.target.warnings();
        for warning in warnings.into_iter().chain(self.settings.warning.clone()) {
            self.recorder.emit(&Event::Notice(warning));
        }
        let target = OpenTarget::open(&self.settings.target).await?;
        self.recorder
            .amend(|builder| builder.name_target(target.base_url()));
        if self.settings.target.is_unverified() {
            self.recorder.emit(&Event::Notice(UNVERIFIED.to_owned()));
        }
        let ledger = Arc::new(self.begin_ledger(&target)?);
        let sessions = SessionLog::new();
        let redactor = self.redactor;
        let harness = Harness {
            transport: target.transport(),
            clock: self.clock,
            mailbox: target.mailbox(),
            sink: self.recorder.as_ref(),
            generation: &self.settings.generation,
            redactor,
            base_url: target.base_url(),
            lent: self.settings.target.lent(),
            ledger: ledger.as_ref(),
            sessions: &sessions,
            stop: &stop,
            mail_limit: self.settings.mail_limit,
        };
        let held = self.hold_against(harness, &ledger, redactor).await;
        // A ledger with open accounts stays; the report counts them.
        ledger.close()?;
        if stop.is_set() {
            self.recorder.amend(ReportBuilder::interrupt);
        }
        held
    }

    fn begin_ledger(&self, target: &OpenTarget) -> Result<LedgerFile, Failure> {
        let head = LedgerHead {
            run: self.settings.run_id(self.clock),
            target: target.base_url().to_owned(),
            embedded: self.settings.target.is_embedded(),
        };
        let reports = publish::reports_folder(&self.settings.report);
        Ok(LedgerFile::begin(&reports, &head)?)
    }

    async fn hold_against(
        &self,
        harness: Harness<'_>,
        ledger: &Arc<LedgerFile>,
        redactor: &Arc<Redactor>,
    ) -> Result<(), Failure> {
        if let Err(text) = harness.reach().await {
            let outcome = Outcome::Broken;
            harness
                .sink
                .emit(&Event::Trouble(Trouble { outcome, text }));
            return Ok(());
        }
        let settings = self.settings;
        settings.account_limits.announce(
            &harness,
            &self.planned.plan.cases,
            self.loading.as_ref(),
            settings.target.distance(),
        )?;
        if let Some(check) = &self.settings.check {
            let jobs = settings.jobs();
            let pace = Pace {
                jobs,
                at_once: jobs,
                repeat: check.repeat.unwrap_or(1),
                retries: check.retries.unwrap_or(0),
            };
            conform(harness, &self.planned.plan.cases, pace).await;
        }
        let Some(loading) = &self.loading else {
            return Ok(());
        };
        if self.recorder.amend(|builder| builder.has_failed()) {
            let text = "no load was made, because the contract is violated already".to_owned();
            harness.sink.emit(&Event::Notice(text));
            return Ok(());
        }
        if harness.stop.is_set() {
            return Ok(());
        }
        let means = LoadMeans {
            sink: self.recorder.clone(),
            redactor,
            ledger: ledger.clone(),
            alone: self.settings.check.is_none(),
        };
        loading.make(harness, means).await;
        Ok(())
    }
}
