//! A run from its options to its exit code, the same for every verb that tries a target.
//!
//! Whatever goes wrong once the options are read ends in a report, too, so that a CI system never
//! sees an empty or a green one of a run that did not take place.

mod recorded;

use std::path::Path;
use std::sync::Arc;

use super::arguments::ConfigPlace;
use super::console::{self, Console};
use super::expectations;
use super::failure::Failure;
use super::github::WorkflowJob;
use super::load_options::LoadOptions;
use super::loading::{LoadMeans, Loading, NO_SCENARIO};
use super::options::{CheckOptions, OutputFormat, ReportOptions, SuiteOptions, TargetOptions};
use super::progress::Progress;
use super::publish;
use super::recorder::EventRecorder;
use super::runtime::{on_this_thread, stop_or_leave};
use super::settings::Settings;
use super::suites::{Planned, planned, selection};
use super::target::OpenTarget;
use super::variables;
use crate::contract::Requirements;
use crate::edge::{LedgerFile, LedgerHead, RunClock, RunFolder};
use crate::engine::{
    BudgetedMailbox, Clock, EvidenceLog, Harness, Mailbox, Patience, RuleBook, Stop,
    conclude_rules, conform,
};
use crate::model::{CaseId, Outcome, Redactor, RunId};
use crate::record::{AnswerCount, Event, EventSink, Record, RecordBuilder, RunInfo, Trouble};
use crate::report::began_line;
use crate::users_api::{Ledger, NullLedger, SessionLog};

pub(super) use recorded::record;
use recorded::{learnt, recorded};

/// What the report says of a run that took anybody's word for being the target.
const UNVERIFIED: &str = "INSECURE: the certificate of the target was not verified (--insecure), so nothing shows that it was the target that answered";

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
    let clock = RunClock::start();
    let info = settings.run_info(&clock);
    let (stop, folder) = begin(&publish::reports_folder(&settings.report), &info.id)?;
    let redactor = learnt(&settings);
    let job = WorkflowJob::begin(settings.report.output());
    let recorder = Arc::new(recorder(&settings, &folder, info, &redactor, console)?);
    let report = recorded(&settings, &recorder, &clock, (&redactor, &stop));
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

/// Begins the folder of the run once a signal can no longer leave it behind.
fn begin(reports: &Path, run: &RunId) -> Result<(Stop, RunFolder), Failure> {
    let partial = RunFolder::partial(reports, run.as_str());
    let stop = stop_or_leave(move || RunFolder::remove(&partial))?;
    Ok((stop, RunFolder::begin(reports, run.as_str())?))
}

/// The sink of the run, with everything that its options ask for.
fn recorder(
    settings: &Settings,
    folder: &RunFolder,
    info: RunInfo,
    redactor: &Arc<Redactor>,
    console: Console,
) -> Result<EventRecorder, Failure> {
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
    let builder = RecordBuilder::new(info);
    Ok(EventRecorder::new(
        builder,
        log,
        progress,
        stream,
        (settings.evidence(), redactor.clone()),
    ))
}

/// Plans the suites, selects the cases and settles the load, all before anything is sent.
fn prepare(
    settings: &Settings,
    recorder: &EventRecorder,
    clock: &RunClock,
) -> Result<(Planned, Option<Loading>), Failure> {
    for warning in &settings.warnings {
        recorder.emit(&Event::Notice(warning.clone()));
    }
    let mut planned = planned(settings.suites.suites.as_deref())?;
    recorder.amend(|builder| builder.name_suites(planned.used.clone()));
    let loading = settings.loading(&planned.plan)?;
    if settings.check.is_some() && settings.load.is_some() && loading.is_none() {
        recorder.emit(&Event::Notice(NO_SCENARIO.to_owned()));
    }
    if let Some(check) = &settings.check {
        if let Some(path) = &check.expected {
            let expected = expectations::read(path, &planned.plan)?;
            recorder.amend(|builder| builder.expect(expected, clock.today()));
        }
        selection(check).apply(&mut planned.plan);
    } else {
        planned.plan.leave_out_cases();
    }
    Ok((planned, loading))
}

/// A failure becomes part of the report. What shows lines and carets is shown whole besides.
fn tell(recorder: &EventRecorder, failure: &Failure) {
    if let Failure::Suites(_) | Failure::Mistake { .. } = failure {
        console::note(&format!("{}\n", failure.shown()));
    }
    recorder.emit(&Event::Trouble(Trouble {
        outcome: failure.outcome(),
        text: variables::traced(&failure.to_string()),
    }));
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

/// The part of a run in which requests are sent.
struct RunUnderWay<'a> {
    settings: &'a Settings,
    planned: &'a Planned,
    recorder: &'a Arc<EventRecorder>,
    clock: &'a RunClock,
    redactor: &'a Arc<Redactor>,
    stop: &'a Stop,
    loading: Option<Loading>,
}

impl RunUnderWay<'_> {
    fn hold(self) -> Result<(), Failure> {
        if self.planned.plan.cases.is_empty() && self.loading.is_none() {
            return Ok(());
        }
        on_this_thread(self.hold_within())?
    }

    async fn hold_within(self) -> Result<(), Failure> {
        for warning in self.settings.target.warnings() {
            self.recorder.emit(&Event::Notice(warning));
        }
        let target = tokio::select! {
            opened = OpenTarget::open(&self.settings.target) => opened?,
            () = self.stop.wait() => return Ok(()),
        };
        self.recorder
            .amend(|builder| builder.name_target(target.base_url()));
        if self.settings.target.is_unverified() {
            self.recorder.emit(&Event::Notice(UNVERIFIED.to_owned()));
        }
        let kept = self.begin_ledger(&target)?;
        let ledger: Arc<dyn Ledger> = match &kept {
            Some(kept) => kept.clone(),
            None => Arc::new(NullLedger::default()),
        };
        let sessions = SessionLog::new();
        let evidence = self.evidence_log();
        let rules = RuleBook::new(&self.planned.plan.rules);
        let patience = Patience::new(target.transport(), self.clock, self.stop);
        let mailbox = target
            .mailbox()
            .map(|mailbox| BudgetedMailbox::new(mailbox, self.clock));
        let harness = Harness {
            transport: &patience,
            clock: self.clock,
            mailbox: mailbox.as_ref().map(|mailbox| mailbox as &dyn Mailbox),
            sink: self.recorder.as_ref(),
            generation: &self.settings.generation,
            redactor: self.redactor,
            base_url: target.base_url(),
            lent: self.settings.target.lent(),
            ledger: ledger.as_ref(),
            sessions: &sessions,
            evidence: &evidence,
            rules: &rules,
            stop: self.stop,
            mail_limit: self.settings.mail_limit,
        };
        let held = self.hold_against(harness, &target, &ledger).await;
        self.tell_way(&target, &patience);
        self.diagnose(&evidence, mailbox.as_ref());
        // A ledger with open accounts stays; the report counts them.
        if let Some(kept) = kept {
            kept.close()?;
        }
        held
    }

    /// Tells of requests that were sent again, and of a limit on requests that the run has met.
    fn tell_way(&self, target: &OpenTarget, patience: &Patience<'_>) {
        if let Some(text) = target.second_tries() {
            self.recorder.emit(&Event::Notice(text));
        }
        if let Some(text) = patience.told() {
            self.recorder.emit(&Event::Notice(text));
        }
        if let Some(text) = patience.drowned() {
            self.recorder.emit(&Event::broken(text));
        }
    }

    /// Shapes are looked for where the suites are those of the API that they are known of.
    fn evidence_log(&self) -> EvidenceLog {
        if self.planned.is_of_users_api {
            EvidenceLog::watched()
        } else {
            EvidenceLog::default()
        }
    }

    /// Tells what the whole run has in common, and that no mail came.
    fn diagnose(&self, evidence: &EvidenceLog, mailbox: Option<&BudgetedMailbox<'_>>) {
        let servers = evidence.servers();
        let answers = AnswerCount::of_all(&evidence.answers());
        self.recorder.amend(|builder| {
            builder.name_servers(servers);
            builder.count_answers(answers);
        });
        let stopped = mailbox.and_then(BudgetedMailbox::stopped);
        for found in evidence.diagnoses().into_iter().chain(stopped) {
            self.recorder.emit(&Event::Diagnosed(Box::new(found)));
        }
        if let Some(text) = mailbox.and_then(BudgetedMailbox::silence) {
            self.recorder.emit(&Event::broken(text));
        }
    }

    /// The ledger of the run; none for the embedded server, which takes its accounts with it.
    fn begin_ledger(&self, target: &OpenTarget) -> Result<Option<Arc<LedgerFile>>, Failure> {
        if self.settings.target.is_embedded() {
            return Ok(None);
        }
        let head = LedgerHead {
            run: self.settings.run_id(self.clock),
            target: target.base_url().to_owned(),
        };
        let begun = LedgerFile::begin(&self.settings.state, head)?;
        Ok(Some(Arc::new(begun)))
    }

    /// Makes sure that the target is there, and waits for it if that is wanted.
    async fn reach(&self, harness: Harness<'_>, target: &OpenTarget) -> Result<(), String> {
        let plan = &self.settings.target;
        if let Some(within) = plan.gate().wait {
            let direct = Harness {
                transport: target.transport(),
                ..harness
            };
            direct.wait_until_ready(within).await;
        }
        let Err(text) = harness.reach().await else {
            return Ok(());
        };
        let other = target.other_version(plan).await;
        Err(other.map_or(text.clone(), |other| format!("{text}; {other}")))
    }

    /// Whether what answers at the target can be the API. If not, the evidence says why.
    async fn is_the_api(&self, harness: &Harness<'_>) -> bool {
        tokio::select! {
            found = harness.look_around() => found.is_none(),
            () = self.stop.wait() => false,
        }
    }

    /// Whether anything answers at the target. If not, the report says why.
    async fn is_there(&self, harness: &Harness<'_>, target: &OpenTarget) -> bool {
        let asked = async {
            let Err(text) = self.reach(*harness, target).await else {
                return true;
            };
            harness.sink.emit(&Event::broken(text));
            false
        };
        tokio::select! {
            is_there = asked => is_there,
            () = self.stop.wait() => false,
        }
    }

    async fn hold_against(
        &self,
        harness: Harness<'_>,
        target: &OpenTarget,
        ledger: &Arc<dyn Ledger>,
    ) -> Result<(), Failure> {
        if !self.is_there(&harness, target).await {
            return Ok(());
        }
        let settings = self.settings;
        settings.account_limits.announce(
            &harness,
            &self.planned.plan.cases,
            self.loading.as_ref(),
            settings.target.distance(),
        )?;
        if !self.is_the_api(&harness).await {
            return Ok(());
        }
        if let Some(check) = &self.settings.check {
            let pace = settings.pace(check);
            conform(harness, &self.planned.plan.cases, pace).await;
            conclude_rules(&harness);
        }
        let Some(loading) = &self.loading else {
            return Ok(());
        };
        if harness.evidence.has_ended() || harness.stop.is_set() {
            return Ok(());
        }
        if self.recorder.amend(|builder| builder.has_failed()) {
            let text = "no load was made, because the contract is violated already".to_owned();
            harness.sink.emit(&Event::Notice(text));
            return Ok(());
        }
        let means = LoadMeans {
            sink: self.recorder.clone(),
            redactor: self.redactor,
            ledger: ledger.clone(),
            alone: self.settings.check.is_none(),
        };
        loading.make(harness, means).await;
        if self.settings.check.is_none() {
            conclude_rules(&harness);
        }
        Ok(())
    }
}
