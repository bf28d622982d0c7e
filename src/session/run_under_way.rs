//! The part of a run in which requests are sent.

use std::sync::Arc;

use super::failure::Failure;
use super::loading::{LoadMeans, Loading};
use super::open_target::OpenTarget;
use super::planned::Planned;
use super::recorder::EventRecorder;
use super::run::RunSettings;
use super::runtime::on_this_thread;
use crate::edge::{LedgerFile, LedgerHead};
use crate::engine::{
    BudgetedMailbox, EvidenceLog, Harness, Mailbox, Pace, Patience, RuleBook, conclude_rules,
    conform,
};
use crate::record::{AnswerCount, Event, EventSink};
use crate::users_api::{Ledger, NullLedger, SessionLog};

/// What the report says of a run that took anybody's word for being the target.
const UNVERIFIED: &str = "INSECURE: the certificate of the target was not verified (--insecure), so nothing shows that it was the target that answered";

/// The part of a run in which requests are sent.
pub(super) struct RunUnderWay<'a> {
    pub(super) settings: &'a RunSettings<'a>,
    pub(super) planned: &'a Planned,
    /// So many cases end before the others begin.
    pub(super) first: usize,
    pub(super) recorder: &'a Arc<EventRecorder>,
    pub(super) loading: Option<&'a Loading>,
}

impl RunUnderWay<'_> {
    pub(super) fn hold(self) -> Result<(), Failure> {
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
            opened = OpenTarget::open(self.settings.target) => opened?,
            () = self.settings.stop.wait() => return Ok(()),
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
        let sessions = self.session_log();
        let evidence = self.evidence_log();
        let rules = RuleBook::new(&self.planned.plan.rules);
        let patience = Patience::new(target.transport(), self.settings.clock, self.settings.stop);
        let mailbox = target
            .mailbox()
            .map(|mailbox| BudgetedMailbox::new(mailbox, self.settings.clock));
        let harness = Harness {
            transport: &patience,
            clock: self.settings.clock,
            mailbox: mailbox.as_ref().map(|mailbox| mailbox as &dyn Mailbox),
            sink: self.recorder.as_ref(),
            generation: self.settings.generation,
            redactor: self.settings.redactor,
            base_url: target.base_url(),
            lent: self.settings.target.lent(),
            ledger: ledger.as_ref(),
            sessions: &sessions,
            evidence: &evidence,
            rules: &rules,
            stop: self.settings.stop,
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

    /// In a run of another API nothing is an account.
    fn session_log(&self) -> SessionLog {
        if self.planned.plan.is_foreign {
            SessionLog::foreign()
        } else {
            SessionLog::new()
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
            run: self.settings.info.id.to_string(),
            target: target.base_url().to_owned(),
        };
        let begin = if self.settings.state_is_shared {
            LedgerFile::begin_without_bearers
        } else {
            LedgerFile::begin
        };
        let ledger = begin(self.settings.state, head)?;
        Ok(Some(Arc::new(ledger)))
    }

    /// What is told of a target that is not there, after it was waited for if that is wanted.
    async fn unreached(&self, harness: Harness<'_>, target: &OpenTarget) -> Option<String> {
        let plan = self.settings.target;
        if let Some(within) = plan.gate().wait {
            let direct = Harness {
                transport: target.transport(),
                ..harness
            };
            direct.wait_until_ready(within).await;
        }
        let unreached = harness.reach().await.err()?;
        let other = target.other_version(plan).await;
        let other = other.map_or_else(String::new, |other| format!("; {other}"));
        Some(format!("{unreached}{other}"))
    }

    /// Whether what answers at the target can be the API. If not, the evidence says why.
    async fn is_the_api(&self, harness: &Harness<'_>) -> bool {
        tokio::select! {
            found = harness.look_around() => found.is_none(),
            () = self.settings.stop.wait() => false,
        }
    }

    /// Whether anything answers at the target. If not, the report says why.
    async fn is_there(&self, harness: &Harness<'_>, target: &OpenTarget) -> bool {
        let asked = async {
            let Some(text) = self.unreached(*harness, target).await else {
                return true;
            };
            harness.sink.emit(&Event::broken(text));
            false
        };
        tokio::select! {
            is_there = asked => is_there,
            () = self.settings.stop.wait() => false,
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
            self.loading,
            settings.target.distance(),
        )?;
        if !self.is_the_api(&harness).await {
            return Ok(());
        }
        if let Some(pace) = settings.pace {
            let pace = Pace {
                first: self.first,
                ..pace
            };
            conform(harness, &self.planned.plan.cases, pace).await;
            conclude_rules(&harness);
        }
        let Some(loading) = self.loading else {
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
            redactor: self.settings.redactor,
            ledger: ledger.clone(),
            alone: self.settings.pace.is_none(),
        };
        loading.make(harness, means).await;
        if self.settings.pace.is_none() {
            conclude_rules(&harness);
        }
        Ok(())
    }
}
