//! One case from its fixtures to its verdict.

use std::time::Duration;

use super::narrowing::narrow;
use super::step_run::{StepEnd, StepRun};
use super::{Disposal, RunServices};
use crate::engine::actor::Actor;
use crate::engine::fixture::{FixtureName, fill};
use crate::engine::harness::Halt;
use crate::engine::jobs::{Job, Places};
use crate::engine::manner_draw::MannerDraw;
use crate::model::Verdict;
use crate::record::{
    Accounts, Again, CaseResult, Event, EvidencePolicy, Phase, Reason, ReasonKind, settle,
};
use crate::suite::{Case, Source, Step, Values};
use crate::users_api::{FixtureUser, Need, Role};

/// So often a case begins anew whose target locked an account at the wrong one of a mail's numbers.
const ATTEMPTS_AT_CODES: u32 = 2;

/// A case under way.
pub(super) struct CaseRun<'run, 'a> {
    case: &'run Case,
    shared: &'run RunServices<'a>,
    /// Which attempt this is, from 0: each has users of its own.
    round: u64,
    /// How long it waited for its turn.
    waited: Duration,
    actor: Actor<'a>,
    values: Values,
    /// The users that were made for it.
    users: Vec<FixtureUser>,
}

impl<'run, 'a> CaseRun<'run, 'a> {
    /// Runs a case as often as it is to be run and tells its result. The accounts of its last attempt
    /// stand afterwards: they hold nobody up, since their case has had its turn.
    pub(super) async fn run(
        case: &'run Case,
        shared: &'run RunServices<'a>,
        mut seat: Option<Job>,
    ) -> (Actor<'a>, Accounts) {
        let harness = shared.harness;
        let mut attempts = Vec::new();
        let mut accounts = Accounts::default();
        let mut retries = shared.pace.retries;
        let mut left = shared.pace.repeat.max(1);
        let again = Again::of(left);
        let (mut round, mut unclear) = (0, 0);
        let width = shared.pace.side_by_side();
        let actor = loop {
            let variation = MannerDraw::of(case, round);
            let (mut result, mut actor) =
                Self::attempt(case, shared, (round, variation), seat).await;
            seat = std::mem::take(&mut actor.places).into_first();
            let failed = result.verdict >= Verdict::Fail;
            // By the next attempt a mail may have shown which of its numbers is the code.
            let is_unclear = actor.refused_all_codes && !failed && unclear < ATTEMPTS_AT_CODES;
            if is_unclear && !harness.stop.is_set() {
                accounts = accounts + actor.tear_down(width).await;
                (round, unclear) = (round + 1, unclear + 1);
                continue;
            }
            harness.rules.tell(&result);
            if failed && shared.pace.narrow {
                let drawn = (round, actor.draw.drawn_yet());
                let narrowing = narrow(case, shared, &mut result, drawn);
                accounts = accounts + Box::pin(narrowing).await;
            }
            attempts.push(result);
            if failed && retries > 0 {
                retries -= 1;
            } else {
                left -= 1;
            }
            if left == 0 || harness.stop.is_set() {
                break actor;
            }
            // The next attempt must not meet what this one has left.
            accounts = accounts + actor.tear_down(width).await;
            round += 1;
        };
        if let Some(result) = settle(attempts, again) {
            harness.sink.emit(&Event::CaseFinished(Box::new(result)));
        }
        drop(seat);
        (actor, accounts)
    }

    /// Runs a case once, with the values of a round and in the manners that are drawn.
    pub(super) async fn attempt(
        case: &'run Case,
        shared: &'run RunServices<'a>,
        (round, variation): (u64, MannerDraw),
        seat: Option<Job>,
    ) -> (CaseResult, Actor<'a>) {
        let harness = shared.harness;
        let mut places = Places::default();
        let mut is_judged = true;
        if let Some(seat) = seat {
            let ready = shared.turns.ready(case).await;
            is_judged = ready.is_judged;
            places.hold(seat);
            places.hold(ready.job);
        }
        if round == 0 {
            harness.sink.emit(&Event::CaseStarted(case.id.clone()));
        }
        let started = harness.clock.elapsed();
        let mut run = Self {
            case,
            shared,
            round,
            waited: Duration::ZERO,
            actor: Actor::new(harness, shared.aside.clone()).vary(variation),
            values: case.variables.empty_values(),
            users: Vec::new(),
        };
        run.actor.places = places;
        run.actor.whose = case.id.as_str().into();
        let halt = run.walk(is_judged).await.err();
        let took = harness.clock.elapsed().saturating_sub(started);
        let result = run.result(halt, started, took.saturating_sub(run.waited));
        (result, run.actor)
    }

    async fn walk(&mut self, is_judged: bool) -> Result<(), Halt> {
        if self.shared.harness.stop.is_set() {
            return Err(Halt::interrupted());
        }
        self.shared.way_is_open().await?;
        let no_mailbox = self.shared.harness.mailbox.is_none();
        if self.case.needs.contains(&Need::Mailbox)
            && no_mailbox
            && !self.shared.lends_to(self.case)
        {
            return Err(Halt::no_mailbox());
        }
        self.generate();
        self.make_fixtures().await?;
        let case = self.case;
        self.walk_steps(&case.given, Phase::Given).await?;
        if !is_judged {
            self.judged_turn().await;
        }
        self.shared.way_is_open().await?;
        self.extend_sessions().await?;
        self.actor.permits = self.shared.permits.clone();
        let walked = self.walk_steps(&case.steps, Phase::Judged).await;
        self.actor.permits = self.shared.aside.clone();
        walked
    }

    /// Waits for the turn to be judged; that time is not the case's.
    async fn judged_turn(&mut self) {
        let clock = self.shared.harness.clock;
        let from = clock.elapsed();
        let turn = self.shared.turns.judged().await;
        self.actor.places.give_back();
        self.actor.places.hold(turn);
        self.waited += clock.elapsed().saturating_sub(from);
    }

    /// Sees to it that no session lapses that was opened before the wait. One that does all the same explains
    /// what it meets.
    async fn extend_sessions(&mut self) -> Result<(), Halt> {
        if self.case.needs.contains(&Need::KnownUser) && self.shared.disposal(self.case).is_none() {
            let user = self.actor.places.away(self.shared.known_user()).await?;
            fill(&user, Role::Known, &self.case.variables, &mut self.values);
        }
        for user in &self.users {
            self.actor.extend(user).await;
        }
        Ok(())
    }

    fn generate(&mut self) {
        for (id, variable) in self.case.variables.iter() {
            if let Source::Generated(generator) = variable.source {
                let value = self.shared.harness.generation.value(
                    generator,
                    self.case.id.as_str(),
                    &variable.name,
                    self.round,
                );
                self.values.set(id, value);
            }
        }
    }

    async fn make_fixtures(&mut self) -> Result<(), Halt> {
        let needs = &self.case.needs;
        if let Some(disposal) = self.shared.disposal(self.case) {
            let user = match disposal {
                Disposal::Session(session) => self.actor.borrow_user(session).await?,
                Disposal::KeyPair(pair) => self.actor.borrow_user_of(pair).await?,
            };
            fill(&user, Role::User, &self.case.variables, &mut self.values);
            return Ok(());
        }
        // The user whom all share comes first, so that it never stands among a case's own.
        if needs.contains(&Need::KnownUser) {
            let user = self.actor.places.away(self.shared.known_user()).await?;
            fill(&user, Role::Known, &self.case.variables, &mut self.values);
        }
        // The mails of both are on their way together.
        let mut begun = Vec::new();
        for (role, need, key_need) in [
            (Role::User, Need::User, Need::KeyPair),
            (Role::Second, Need::SecondUser, Need::SecondKeyPair),
        ] {
            if needs.contains(&need) {
                let name = FixtureName {
                    scope: self.case.id.as_str(),
                    role,
                    number: self.round,
                };
                begun.push((role, key_need, self.actor.begin_user(name).await?));
            }
        }
        for (role, key_need, user) in begun {
            let mut user = self.actor.finish_user(user).await?;
            if needs.contains(&key_need) {
                self.actor.make_key_pair(&mut user).await?;
            }
            self.actor.renew(&mut user).await?;
            fill(&user, role, &self.case.variables, &mut self.values);
            self.users.push(user);
        }
        Ok(())
    }

    async fn walk_steps(&mut self, steps: &[Step], phase: Phase) -> Result<(), Halt> {
        for step in steps {
            if self.shared.harness.stop.is_set() {
                return Err(Halt::interrupted());
            }
            let run = StepRun {
                step,
                phase,
                variables: &self.case.variables,
                values: &mut self.values,
                actor: &mut self.actor,
            };
            match run.run().await {
                StepEnd::GoOn => {}
                StepEnd::CaseFailed => return Ok(()),
                StepEnd::Halted(halt) => return Err(halt),
            }
        }
        Ok(())
    }

    fn result(&mut self, halt: Option<Halt>, started: Duration, took: Duration) -> CaseResult {
        let steps = std::mem::take(&mut self.actor.steps);
        let mut verdict = steps
            .results()
            .map(|step| step.verdict)
            .filter(|verdict| *verdict != Verdict::Skip)
            .max()
            .unwrap_or(Verdict::Pass);
        if let Some(halt) = &halt {
            verdict.raise(match halt.kind {
                ReasonKind::Broken => Verdict::Broken,
                ReasonKind::Blocked
                | ReasonKind::NotApplicable
                | ReasonKind::Taken
                | ReasonKind::NoMailbox
                | ReasonKind::Flaky
                | ReasonKind::ExpectedFailure
                | ReasonKind::Interrupted
                | ReasonKind::Ended => Verdict::Skip,
            });
        }
        // Seldom does anybody ask for the exchanges of a passing case, and they make reports large.
        let shown = verdict != Verdict::Pass || self.shared.pace.evidence == EvidencePolicy::All;
        let steps = steps.into_results(|exchange| shown.then(|| self.actor.record(exchange)));
        let case = self.case;
        CaseResult {
            id: case.id.clone(),
            suite: case.suite.clone(),
            title: case.title.clone(),
            level: case.level,
            requirements: case.requirements.clone(),
            tags: case.tags.clone(),
            verdict,
            reason: halt.map(|halt| Reason {
                kind: halt.kind,
                text: self.shared.harness.redactor.text(&halt.text),
            }),
            place: case.place.clone(),
            started_ms: started.as_secs_f64() * 1e3,
            duration_ms: took.as_secs_f64() * 1e3,
            attempts: Vec::new(),
            steps,
        }
    }
}
