//! One step of a case: send, judge, keep.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::check::{Context, Subject, capture, judge, observe};
use crate::engine::actor::{Actor, status_of};
use crate::engine::harness::{Halt, MailFailure};
use crate::engine::mailbox::MailError;
use crate::engine::render::{render, tell_invented};
use crate::engine::unanswered::unanswered;
use crate::engine::varied::StepManner;
use crate::model::{Exchange, Finding, Mismatch, Request, Response, Verdict};
use crate::record::{Phase, StepResult};
use crate::suite::{
    Action, Capture, CaptureFrom, ExchangeStep, Expectation, MailStep, MissingValue, PathError,
    RequestTemplate, Rule, Step, Values, Variables,
};
use crate::users_api::{ApiCall, ENDPOINTS};

/// The first wait before a request is repeated under `eventually`.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest such wait; each is twice the one before. A connection that is kept outlives it.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// How a step ended.
pub(super) enum StepEnd {
    /// The next step follows.
    GoOn,
    /// Something that must hold does not; what follows rests on it.
    CaseFailed,
    /// The case cannot go on, and not by a fault that it could name.
    Halted(Halt),
}

/// A step under way.
pub(super) struct StepRun<'run, 'a> {
    pub(super) step: &'run Step,
    pub(super) phase: Phase,
    pub(super) variables: &'run Variables,
    pub(super) values: &'run mut Values,
    pub(super) actor: &'run mut Actor<'a>,
}

impl StepRun<'_, '_> {
    pub(super) async fn run(mut self) -> StepEnd {
        for when in &self.step.when {
            match self.holds(when) {
                Ok(true) => {}
                Ok(false) => return StepEnd::GoOn,
                Err(halt) => return StepEnd::Halted(halt),
            }
        }
        let end = match &self.step.action {
            Action::Exchange(exchange) => self.exchange(exchange).await,
            Action::Mail(mail) => self.mail(mail).await,
            Action::Distinct(distinct) => Ok(self.distinct(distinct)),
            Action::Together(together) => self.together(together).await,
        };
        end.unwrap_or_else(StepEnd::Halted)
    }

    async fn exchange(&mut self, step: &ExchangeStep) -> Result<StepEnd, Halt> {
        self.check_manner(step)?;
        if !self.is_due(step).await? {
            return Ok(StepEnd::GoOn);
        }
        let met = self.send_until_met(step).await?;
        let (exchange, findings) = self.with_the_right_code(step, met).await?;
        let Ok(response) = &exchange.result else {
            return self.no_answer(&step.expectations, exchange).await;
        };
        if !findings.is_empty() && self.actor.met_lapsed(&exchange) {
            return Err(self.lapsed(exchange));
        }
        if self.actor.taken.is_some() {
            let halt = self.actor.halt_at_taken(&self.step.name);
            self.note(Vec::new(), Verdict::Skip, Some(exchange));
            return Err(halt);
        }
        let verdict = gravest(&findings);
        if self.phase != Phase::Judged && !findings.is_empty() {
            return self.blocked(step, &findings, exchange).await;
        }
        if self.phase == Phase::Judged && step.optional && is_refusal(&exchange) {
            return Ok(self.left_open(step, exchange));
        }
        if verdict >= Verdict::Fail {
            return Ok(self.unmet(findings, exchange));
        }
        let kept = self.keep(&step.captures, response, exchange.elapsed);
        self.note(findings, verdict, Some(exchange));
        kept.map(|()| StepEnd::GoOn)
    }

    /// Sends the request; under `eventually` again and again, until everything expected comes or the
    /// time is up.
    async fn send_until_met(
        &mut self,
        step: &ExchangeStep,
    ) -> Result<(Exchange, Vec<Finding>), Halt> {
        let clock = self.actor.harness.clock;
        let deadline = step.eventually.map(|limit| clock.elapsed() + limit);
        let mut pause = FIRST_PAUSE;
        loop {
            let request = self.render(&step.request)?;
            let varied = StepManner {
                step: &self.step.name,
                may_succeed: self.step.may_succeed(),
                given: step.request.manner,
                is_plain: step.request.is_plain,
            };
            let exchange = self.actor.send_varied(request, varied).await;
            let findings = self.judge(&step.expectations, &exchange);
            let in_time = deadline.is_some_and(|deadline| clock.elapsed() < deadline);
            if findings.is_empty() || !in_time || self.actor.harness.stop.is_set() {
                return Ok((exchange, findings));
            }
            clock.sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    pub(super) fn render(&self, template: &RequestTemplate) -> Result<Request, Halt> {
        let base_url = self.actor.harness.base_url;
        let request = render(template, self.values, base_url).map_err(|error| match error {
            PathError::Missing(missing) => self.missing(missing),
            elsewhere => Halt::blocked(format!("{}: {elsewhere}", self.step.name)),
        })?;
        let told_by = (self.variables, &self.step.place);
        let redactor = self.actor.harness.redactor;
        tell_invented((template, &request), told_by, redactor);
        Ok(request)
    }

    pub(super) fn judge(&self, expectations: &[Expectation], exchange: &Exchange) -> Vec<Finding> {
        let Ok(response) = &exchange.result else {
            return Vec::new();
        };
        let context = Context {
            values: self.values,
            unix_now: self.actor.harness.clock.unix_seconds(),
        };
        let evidence = self.actor.harness.evidence;
        if self.phase == Phase::Judged && evidence.is_watched() {
            evidence.ask(exchange, &asked_for(expectations));
        }
        judge(
            expectations,
            &Subject::new(&(response, exchange.elapsed)),
            context,
        )
    }

    /// What a credential meets that has lapsed is not held against the target.
    pub(super) fn lapsed(&mut self, exchange: Exchange) -> Halt {
        self.note(Vec::new(), Verdict::Skip, Some(exchange));
        Halt::lapsed(&self.step.name)
    }

    /// An unmet expectation fails a judged step.
    pub(super) fn unmet(&mut self, findings: Vec<Finding>, exchange: Exchange) -> StepEnd {
        let verdict = gravest(&findings);
        self.note(findings, verdict, Some(exchange));
        StepEnd::CaseFailed
    }

    /// An unmet expectation blocks the case in a step that is not judged, and blames the target only where
    /// nothing else can be the reason.
    async fn blocked(
        &mut self,
        step: &ExchangeStep,
        findings: &[Finding],
        exchange: Exchange,
    ) -> Result<StepEnd, Halt> {
        let text = match findings.first() {
            Some(first) => format!(
                "{}: {} is {}, expected {}",
                self.step.name, first.subject, first.actual, first.expected
            ),
            None => self.step.name.clone(),
        };
        if step.optional && is_refusal(&exchange) {
            self.note(Vec::new(), Verdict::Skip, Some(exchange));
            return Err(Halt::not_applicable(text));
        }
        let place = Some(&self.step.place);
        let fault = self.actor.fault_in(&exchange, step.eventually, place).await;
        let halt = Halt::blocked(text);
        let Some(fault) = fault else {
            self.note(Vec::new(), Verdict::Skip, Some(exchange));
            return Err(halt);
        };
        self.note(vec![fault], Verdict::Fail, Some(exchange));
        Err(halt.into_blocked())
    }

    /// Keeps the status of what a target refuses that it need not grant: by it, what rests on it is left out.
    fn left_open(&mut self, step: &ExchangeStep, exchange: Exchange) -> StepEnd {
        let statuses = step.captures.iter();
        let statuses = statuses.filter(|one| one.from == CaptureFrom::Status);
        for capture in statuses {
            let status = status_of(&exchange).unwrap_or_default();
            self.values.set(capture.variable, status.to_string());
        }
        self.note(Vec::new(), Verdict::Skip, Some(exchange));
        StepEnd::GoOn
    }

    /// No whole answer came: the target's fault, unless it may have had no part in it.
    pub(super) async fn no_answer(
        &mut self,
        expectations: &[Expectation],
        exchange: Exchange,
    ) -> Result<StepEnd, Halt> {
        let Err(error) = &exchange.result else {
            return Ok(StepEnd::GoOn);
        };
        let halt = Halt::broken(format!("{}: {error}", self.step.name));
        let finding = match self.phase {
            Phase::Judged => {
                let own = ApiCall::of(&exchange.request).and_then(ApiCall::proves);
                match unanswered(expectations, own, error) {
                    Some(finding) => Some(self.actor.confirm(finding, &exchange).await),
                    None => None,
                }
            }
            Phase::Given | Phase::Fixture => {
                let place = Some(&self.step.place);
                self.actor.fault_in(&exchange, None, place).await
            }
        };
        let Some(finding) = finding else {
            self.note(Vec::new(), Verdict::Broken, Some(exchange));
            return Err(halt);
        };
        self.note(vec![finding], Verdict::Fail, Some(exchange));
        match self.phase {
            Phase::Judged => Ok(StepEnd::CaseFailed),
            Phase::Given | Phase::Fixture => Err(halt.into_blocked()),
        }
    }

    pub(super) fn keep(
        &mut self,
        captures: &[Capture],
        response: &Response,
        elapsed: Duration,
    ) -> Result<(), Halt> {
        let answer = (response, elapsed);
        let kept = capture(captures, &Subject::new(&answer), self.values);
        let secret = captures.iter().filter(|capture| capture.secret);
        for value in secret.filter_map(|capture| self.values.get(capture.variable)) {
            self.actor.harness.redactor.learn(value);
        }
        kept.map_err(|error| Halt::blocked(format!("{}: {error}", self.step.name)))
    }

    fn observed(&self, exchange: Option<&Exchange>) -> Vec<(String, String)> {
        match (&self.step.action, exchange) {
            (Action::Exchange(step), Some(exchange)) => match &exchange.result {
                Ok(response) => {
                    let answer = (response, exchange.elapsed);
                    observe(&step.observations, &Subject::new(&answer))
                }
                Err(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    async fn mail(&mut self, mail: &MailStep) -> Result<StepEnd, Halt> {
        let burst = self.actor.permits.burst();
        if mail.number.is_some_and(|number| number > burst) {
            return Ok(StepEnd::GoOn);
        }
        let address = mail
            .to
            .render(self.values)
            .map_err(|missing| self.missing(missing))?;
        match self.actor.mailed_code(&address, mail.ordinal).await {
            Ok(code) => {
                self.values.set(mail.capture, code);
                self.note(Vec::new(), Verdict::Pass, None);
                Ok(StepEnd::GoOn)
            }
            Err(failure) => self.no_mail(mail, failure),
        }
    }

    /// A mail that does not come is the target's fault where the case is about the mail.
    fn no_mail(&mut self, mail: &MailStep, failure: MailFailure) -> Result<StepEnd, Halt> {
        let actual = match &failure {
            MailFailure::Mail(
                error @ (MailError::NotArrived { .. } | MailError::NoCode { .. }),
            ) if self.phase == Phase::Judged && !mail.optional => error.to_string(),
            _ => return Err(failure.into()),
        };
        let mismatch = Mismatch::new(Finding::MAIL, Finding::MAILED_CODE, actual);
        let finding = mismatch.finding(&mail.requirements, mail.level, &self.step.place);
        let verdict = Verdict::of_unmet(finding.level);
        self.note(vec![finding], verdict, None);
        Ok(StepEnd::CaseFailed)
    }

    /// A manner that the step is about and that this way of sending has not.
    fn check_manner(&self, step: &ExchangeStep) -> Result<(), Halt> {
        let can = self.actor.harness.transport.conditions();
        let lacking = step.request.manner.except(can);
        if lacking.is_plain() {
            return Ok(());
        }
        Err(Halt::not_applicable(format!(
            "{}: a request {lacking} cannot be sent on this way, which is not HTTP/1 straight to the target",
            self.step.name
        )))
    }

    pub(super) fn note(
        &mut self,
        findings: Vec<Finding>,
        verdict: Verdict,
        exchange: Option<Exchange>,
    ) {
        let redactor = self.actor.harness.redactor;
        let findings = findings.into_iter();
        let findings = findings.map(|one| one.masked(redactor)).collect();
        let mut observations = self.observed(exchange.as_ref());
        observations.append(&mut self.actor.readings);
        let step = StepResult {
            exchanges: std::mem::take(&mut self.actor.numbers),
            name: self.step.name.clone(),
            variation: self.step.variation().map(str::to_owned),
            manner: exchange
                .as_ref()
                .map_or_else(Vec::new, |one| one.request.manner.names()),
            phase: self.phase,
            verdict,
            status: exchange.as_ref().and_then(status_of),
            observations,
            findings,
            exchange: None,
        };
        self.actor.steps.push(step, exchange);
    }

    pub(super) fn missing(&self, MissingValue(variable): MissingValue) -> Halt {
        Halt::blocked(format!(
            "{}: no earlier step made ${{{}}}",
            self.step.name,
            self.variables.name(variable)
        ))
    }
}

/// The documented statuses that the narrowest of these expectations admits.
fn asked_for(expectations: &[Expectation]) -> Vec<u16> {
    let documented: BTreeSet<u16> = ENDPOINTS
        .iter()
        .flat_map(|one| one.statuses)
        .copied()
        .collect();
    let admitted = |expectation: &Expectation| match &expectation.rule {
        Rule::Status(statuses) if expectation.on.is_empty() => {
            let admits = |status: &&u16| statuses.iter().any(|one| one.contains(**status));
            Some(documented.iter().filter(admits).copied().collect())
        }
        _ => None,
    };
    let sets = expectations.iter().filter_map(admitted);
    sets.min_by_key(Vec::len).unwrap_or_default()
}

fn is_refusal(exchange: &Exchange) -> bool {
    matches!(&exchange.result, Ok(response) if (400..500).contains(&response.status))
}

pub(super) fn gravest(findings: &[Finding]) -> Verdict {
    findings
        .iter()
        .map(|finding| Verdict::of_unmet(finding.level))
        .max()
        .unwrap_or(Verdict::Pass)
}
