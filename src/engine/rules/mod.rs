//! The rules that hold for every answer of a run, judged on every answer: of steps, of fixtures, of what is
//! asked again and again, and of clean-up.
//!
//! An [`Actor`](super::actor::Actor) shows each exchange to the [`RuleBook`]; when the run has ended each rule is
//! told as a case whose steps are the exchanges that broke it.

mod breach;
mod conclude;
mod error_ids;
mod error_texts;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::check::{Context, Subject, judge};
use crate::model::{Exchange, Finding, Level, Mismatch, RequirementId, Response};
use crate::record::CaseResult;
use crate::suite::{AnswerRule, RuleCheck, RunCheck, Values};
use crate::users_api::{GivenText, KnownUsers, SessionMember};
use breach::{BreachKind, Breaches, Met};
pub use conclude::conclude_rules;
use error_ids::ErrorIds;
use error_texts::ErrorTexts;

/// So many of a sort are looked at, however many follow.
const SAMPLED_FIRST: usize = 3;
/// Of those that follow one in so many.
const SAMPLED_EVERY: usize = 6;

/// The rules of a run, and what its answers have shown of them so far.
#[derive(Debug, Default)]
pub struct RuleBook {
    rules: Vec<AnswerRule>,
    state: Mutex<RuleState>,
}

#[derive(Debug, Default)]
struct RuleState {
    /// One for each rule.
    breaches: Vec<Breaches>,
    users: KnownUsers,
    ids: ErrorIds,
    texts: ErrorTexts,
    /// How many of each sort could have been looked at.
    sampled: HashMap<[usize; 3], usize>,
    /// What cases have found in exchanges themselves, by the number of the exchange.
    told: HashMap<u64, Vec<(RequirementId, Level)>>,
}

/// What is known of an exchange besides itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occasion<'a> {
    /// For what it was made: the id of a case, or what else sent it.
    pub(super) whose: &'a str,
    /// The time of the answer in unix seconds.
    pub(super) unix_now: i64,
}

/// What a finding about the state of an account rests on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing<'a> {
    pub(super) occasion: Occasion<'a>,
    /// The exchanges that brought the account there: where one did not reach the target, nobody knows its state.
    pub(super) rests_on: &'a [u64],
}

/// An exchange under judgement.
struct Judged<'a> {
    exchange: &'a Exchange,
    response: &'a Response,
    subject: &'a Subject<'a, (&'a Response, Duration)>,
    occasion: Occasion<'a>,
    /// What the user was given who is read.
    given: Option<GivenText>,
    /// What the session that it opened shares with another one; none if it opened none.
    shared: Option<Vec<SessionMember>>,
}

impl RuleBook {
    /// A book of these rules.
    #[must_use]
    pub fn new(rules: &[AnswerRule]) -> Self {
        let breaches = rules.iter().map(|_| Breaches::default()).collect();
        Self {
            rules: rules.to_vec(),
            state: Mutex::new(RuleState {
                breaches,
                ..RuleState::default()
            }),
        }
    }

    /// Judges an exchange that was counted, with what the session that it opened shares with another one. One without an answer, or whose request HTTP does not allow, says
    /// nothing of any rule.
    pub(super) fn judge(
        &self,
        exchange: &Exchange,
        shared: Option<Vec<SessionMember>>,
        occasion: Occasion<'_>,
    ) {
        let Ok(response) = &exchange.result else {
            return;
        };
        if self.rules.is_empty() {
            return;
        }
        let mut state = self.state();
        let given = state.users.learn(&exchange.request, response);
        if !exchange.request.is_valid_http() {
            return;
        }
        let answer = (response, exchange.elapsed);
        let judged = Judged {
            exchange,
            response,
            subject: &Subject::new(&answer),
            occasion,
            given,
            shared,
        };
        for (place, rule) in self.rules.iter().enumerate() {
            if !rule.is_about(&exchange.request) || !rule.speaks_of(&answer) {
                continue;
            }
            let found = state.examine(rule, &judged);
            if let (Some(found), Some(breaches)) = (found, state.breaches.get_mut(place)) {
                breaches.seen += 1;
                let met = Met {
                    exchange,
                    occasion,
                    rests_on: &[],
                };
                breaches.add(found, met);
            }
        }
    }

    /// Takes in what somebody who looked at the right moment found, or that nothing was found.
    pub(super) fn note(
        &self,
        check: RunCheck,
        exchange: &Exchange,
        Standing { occasion, rests_on }: Standing<'_>,
        found: Option<&Mismatch>,
    ) {
        let mut state = self.state();
        let rules = self.rules.iter().zip(&mut state.breaches);
        for (rule, breaches) in rules {
            if matches!(rule.check, RuleCheck::Run(one) if one == check) {
                breaches.seen += 1;
                let found = found.map(|found| finding(rule, found.clone()));
                let met = Met {
                    exchange,
                    occasion,
                    rests_on,
                };
                breaches.add(found.into_iter().collect(), met);
            }
        }
    }

    /// Whether a rule makes this comparison.
    pub(super) fn compares(&self, check: RunCheck) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| matches!(rule.check, RuleCheck::Run(one) if one == check))
    }

    /// Whether so many broke this comparison that one more, for which a run may have to wait, tells nothing new.
    pub(super) fn has_enough(&self, check: RunCheck) -> bool {
        let state = self.state();
        let mut rules = self.rules.iter().zip(&state.breaches);
        rules.any(|(rule, breaches)| {
            let is_it = matches!(rule.check, RuleCheck::Run(one) if one == check);
            is_it && breaches.kinds.iter().any(BreachKind::is_full)
        })
    }

    /// Whether one of this sort is to be looked at: the first of each, and some of the others.
    pub(super) fn samples(&self, sort: [usize; 3]) -> bool {
        let mut state = self.state();
        let count = state.sampled.entry(sort).or_default();
        *count += 1;
        *count <= SAMPLED_FIRST || (*count).is_multiple_of(SAMPLED_EVERY)
    }

    /// Takes in what a case found itself, which is not told twice.
    pub(super) fn tell(&self, result: &CaseResult) {
        let mut state = self.state();
        for step in &result.steps {
            for number in &step.exchanges {
                for finding in &step.findings {
                    let of_each = finding.requirements.iter();
                    let found = of_each.map(|one| (one.clone(), finding.level));
                    state.told.entry(*number).or_default().extend(found);
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, RuleState> {
        // Each answer is taken in as a whole, whatever a panicking holder was doing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RuleState {
    /// What a rule finds in an answer that it speaks of; none if the answer says nothing of it.
    fn examine(&mut self, rule: &AnswerRule, judged: &Judged<'_>) -> Option<Vec<Finding>> {
        let Judged {
            exchange,
            response,
            subject,
            occasion,
            given,
            shared,
        } = judged;
        match &rule.check {
            RuleCheck::Answer(expectations) => {
                let mut apt = expectations.iter();
                let context = Context {
                    values: &Values::default(),
                    unix_now: occasion.unix_now,
                };
                apt.any(|one| one.speaks_of(response.status))
                    .then(|| judge(expectations, subject, context))
            }
            RuleCheck::Run(RunCheck::GivenAlias) => {
                let changed = given.as_ref()?.changed_to(response);
                Some(changed.map(|one| finding(rule, one)).into_iter().collect())
            }
            RuleCheck::Run(RunCheck::ErrorKinds) => {
                self.ids.learn(exchange, response, *occasion).then(Vec::new)
            }
            RuleCheck::Run(RunCheck::ErrorTexts) => {
                self.texts.learn(exchange, response).then(Vec::new)
            }
            // Those who remove accounts and those who make them tell of these.
            RuleCheck::Run(RunCheck::SoundCredentials | RunCheck::Gone | RunCheck::FreeNames) => {
                None
            }
            RuleCheck::Distinct(members) => {
                let shared = shared.as_ref()?.iter();
                let shared = shared.filter(|member| members.contains(member));
                let one = |member: &SessionMember| {
                    let subject = format!("json /{}", member.as_str());
                    let expected = "one that no session has of a user who lives";
                    let actual = "one that another session has, too";
                    finding(rule, Mismatch::new(subject, expected, actual))
                };
                Some(shared.map(one).collect())
            }
        }
    }
}

/// What is not as a rule says, as its finding.
fn finding(rule: &AnswerRule, mismatch: Mismatch) -> Finding {
    mismatch.finding(&rule.requirements, rule.level, &rule.place)
}

/// The text of the first header of this name that is not blank.
fn said(response: &Response, name: &str) -> Option<String> {
    let mut headers = response.headers.iter();
    let (_, value) = headers.find(|(one, _)| one.eq_ignore_ascii_case(name))?;
    let text = crate::model::header_text(value).trim().to_owned();
    (!text.is_empty()).then_some(text)
}
