//! Walks a plan of conformance cases, several at once, each in users of its own.

mod case_run;
mod code_choice;
mod conditions;
mod forecast;
mod narrowing;
mod several;
mod step_run;
mod timed;
mod turns;
mod way;
mod widening;

use futures_util::{StreamExt, join, stream};
use std::cmp::Reverse;
use std::time::Duration;
use tokio::sync::Mutex;

use super::actor::Actor;
use super::fixture::FixtureName;
use super::harness::{Halt, Harness};
use super::jobs::Jobs;
use super::manner_draw::MannerDraw;
use super::permits::Permits;
use crate::record::{Accounts, Event, EvidencePolicy};
use crate::suite::Case;
use crate::users_api::{FixtureUser, LentAccount, LentKeyPair, Need, Role};
use case_run::CaseRun;
use forecast::Workload;
use narrowing::Narrowed;
use timed::Timed;
use turns::Turns;
use way::LastQuestion;
use widening::Widening;

/// Cases that are begun and not ended at most, many of them waiting for a mail: each may have made users.
const MOST_BEGUN: usize = 256;

/// So many accounts of one case are a crowd.
const CROWD: usize = 20;

/// How long a step may take at a target that is so slow that the order of cases counts.
const LIKELY_STEP: Duration = Duration::from_millis(50);

/// Users that many cases share are made in this scope.
const SHARED_SCOPE: &str = "shared";

/// How many cases run at once, and how often each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Cases that are judged at once; 0 counts as 1. With 1, each case ends, its accounts removed, before
    /// the next begins.
    pub jobs: usize,
    /// Requests at once, over all cases; 0 counts as 1. With 1, steps that send several at the same
    /// moment are left out. As far as there are more of them than jobs, further cases are made ready.
    pub at_once: usize,
    /// Requests at the same moment, in steps that send several; at least `at_once`, and nothing with one job.
    pub burst: usize,
    /// Whether more may be done at once where the target takes its time over each answer.
    pub may_widen: bool,
    /// How often each case is run; 0 counts as 1.
    pub repeat: u64,
    /// How often a case that failed or broke is tried again.
    pub retries: u64,
    /// Whether a case that failed is run again to find the condition that it takes.
    pub narrow: bool,
    /// So many cases, those at the beginning, end before the others begin; the quickest of them before all.
    pub first: usize,
    /// Of which cases the exchanges are told. Of those that do not pass they always are: whoever keeps none
    /// leaves them out.
    pub evidence: EvidencePolicy,
}

impl Pace {
    /// Whether no case begins before the one before it has ended.
    const fn in_order(self) -> bool {
        self.jobs <= 1
    }

    /// Whether more requests may be under way than those of the cases that are judged.
    const fn has_room(self) -> bool {
        !self.in_order() && self.at_once > self.jobs
    }

    /// The same with so many times as much at once.
    const fn times(self, times: usize) -> Self {
        Self {
            jobs: self.jobs * times,
            at_once: self.at_once * times,
            ..self
        }
    }

    /// How many accounts of a case are removed at once.
    const fn side_by_side(self) -> usize {
        if self.in_order() { 1 } else { self.at_once }
    }
}

/// What the cases of a run share.
struct RunServices<'a> {
    harness: Harness<'a>,
    pace: Pace,
    /// For what is judged.
    permits: Permits,
    /// For what is made ready and for what is removed.
    aside: Permits,
    turns: Turns,
    /// For cases that need nothing made for them, from their first wait for a turn to their verdict.
    seats: Jobs,
    known_user: Mutex<Option<Result<FixtureUser, Halt>>>,
    actor: Mutex<Actor<'a>>,
    /// The findings of which the conditions were looked for.
    narrowed: Narrowed,
    /// Held by whoever asks the target once more before the run ends.
    last_question: Mutex<LastQuestion<'a>>,
}

/// What a case deletes an account with that the user lends.
enum Disposal<'a> {
    /// What a session is known by.
    Session(&'a str),
    /// A key pair.
    KeyPair(&'a LentKeyPair),
}

/// Runs all cases, some at once, and removes the accounts that they made.
///
/// Each case tells its result through the harness's sink as it ends.
pub async fn conform(harness: Harness<'_>, cases: &[Case], pace: Pace) {
    harness.sink.emit(&Event::Planned { cases: cases.len() });
    let workload = Workload::new(cases, harness.mailbox.is_some());
    let permits = Permits::new(pace.at_once, pace.burst);
    let (turns, seats) = (Turns::new(pace), Jobs::new(pace.jobs.saturating_mul(2)));
    let aside = if pace.has_room() {
        permits.aside(pace.at_once - pace.jobs)
    } else {
        permits.clone()
    };
    let widening = Widening::new(pace, &aside, &turns, &seats);
    let timed = Timed::new((harness.transport, harness.sink), workload, widening);
    let harness = Harness {
        transport: &timed,
        ..harness
    };
    let mut shared_actor = Actor::new(harness, aside.clone());
    if cases.iter().any(|case| case.draws_manners) {
        shared_actor = shared_actor.vary(MannerDraw::new(SHARED_SCOPE, 0));
    }
    shared_actor.whose = "the user that cases share".into();
    let shared = RunServices {
        harness,
        pace,
        permits,
        aside,
        turns,
        seats,
        known_user: Mutex::default(),
        actor: Mutex::new(shared_actor),
        narrowed: Narrowed::default(),
        last_question: Mutex::new(LastQuestion::new(harness)),
    };
    let is_last = |case: &&Case| shared.disposal(case).is_some();
    let (first, rest) = cases.split_at(pace.first.min(cases.len()));
    let (last, first): (Vec<_>, Vec<_>) = first.iter().partition(is_last);
    let mut of_cases = shared.before_others(first).await;
    let (more, others): (Vec<_>, Vec<_>) = rest.iter().partition(is_last);
    let (alone, together): (Vec<_>, Vec<_>) = others.into_iter().partition(|case| case.alone);
    of_cases = of_cases + shared.among_others(&together).await;
    of_cases = of_cases + in_turn(&alone, &shared).await;
    of_cases = of_cases + in_turn(&[last, more].concat(), &shared).await;
    let of_shared = shared.actor.into_inner().tear_down(1).await;
    let of_questions = shared.last_question.into_inner().tear_down().await;
    harness
        .sink
        .emit(&Event::TornDown(of_cases + of_shared + of_questions));
}

/// Runs cases, at the most as many at once as there are seats, from their first wait for their turn to their
/// verdict. Those that wait for a mail do not count.
async fn several(cases: &[&Case], shared: &RunServices<'_>, seats: &Jobs) -> Accounts {
    stream::iter(cases)
        .map(async |case| {
            let seat = seats.begin().await;
            let (actor, accounts) = CaseRun::run(case, shared, Some(seat)).await;
            accounts + shared.tear_down(actor).await
        })
        .buffer_unordered(MOST_BEGUN)
        .fold(Accounts::default(), async |sum, one| sum + one)
        .await
}

/// Runs cases one at a time. Where the mails that removing their accounts takes are late, all are waited for
/// together.
async fn in_turn(cases: &[&Case], shared: &RunServices<'_>) -> Accounts {
    let mut sum = Accounts::default();
    let mut left = Vec::new();
    for case in cases {
        let (actor, accounts) = CaseRun::run(case, shared, None).await;
        sum = sum + accounts;
        if shared.pace.in_order() {
            sum = sum + shared.tear_down(actor).await;
        } else {
            left.push(actor);
        }
    }
    stream::iter(left)
        .map(|actor| shared.tear_down(actor))
        .buffer_unordered(MOST_BEGUN)
        .fold(sum, async |sum, one| sum + one)
        .await
}

fn likely_duration(case: &Case) -> Duration {
    let steps = case.given.len() + case.steps.len();
    case.delays() + LIKELY_STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

impl RunServices<'_> {
    /// Runs cases that somebody waits for. What is found is told once nothing runs beside it, so the quickest runs by
    /// itself, and so do those that must.
    async fn before_others(&self, mut cases: Vec<&Case>) -> Accounts {
        cases.sort_by_key(|case| (case.has_preparation(), likely_duration(case)));
        let (alone, together): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.alone);
        let (quickest, others) = together.split_at(together.len().min(1));
        let of_quickest = in_turn(quickest, self).await;
        let of_alone = in_turn(&alone, self).await;
        of_quickest + of_alone + self.among_others(others).await
    }

    /// Runs cases that may run beside each other. Those that something must be made for do not wait for
    /// the others, nor these for them.
    async fn among_others(&self, cases: &[&Case]) -> Accounts {
        if self.pace.in_order() {
            return in_turn(cases, self).await;
        }
        let (mut prepared, mut others): (Vec<&Case>, Vec<&Case>) =
            cases.iter().partition(|case| case.has_preparation());
        // Those that take longest come first, and the others fill the time for which they wait. Before all comes
        // who makes a crowd, and so has the first user of the run.
        for cases in [&mut prepared, &mut others] {
            let makes_crowd = |case: &Case| case.accounts_made() >= CROWD;
            cases.sort_by_key(|case| Reverse((makes_crowd(case), likely_duration(case))));
        }
        let reads_known = |case: &&Case| case.needs.contains(&Need::KnownUser);
        let make_known = async {
            if cases.iter().any(reads_known) {
                // Who needs the user is told why there is none.
                drop(self.known_user().await);
            }
        };
        let any_number = Jobs::new(MOST_BEGUN);
        let (of_prepared, (), of_others) = join!(
            several(&prepared, self, &any_number),
            make_known,
            several(&others, self, &self.seats),
        );
        of_prepared + of_others
    }

    /// Removes the accounts of a case.
    async fn tear_down(&self, actor: Actor<'_>) -> Accounts {
        actor.tear_down(self.pace.side_by_side()).await
    }

    /// The account that the user lends; only looked at where there is no mailbox.
    fn lent(&self) -> Option<&LentAccount> {
        self.harness.lent.filter(|_| self.harness.mailbox.is_none())
    }

    /// What this case deletes an account with that the user lends; nothing, if it deletes none.
    fn disposal(&self, case: &Case) -> Option<Disposal<'_>> {
        let lent = self.lent().filter(|lent| lent.delete)?;
        if case.disposes_of_its_user() {
            return lent.session.as_deref().map(Disposal::Session);
        }
        let pair = lent.key_pair.as_ref()?;
        case.disposes_by_key_pair()
            .then_some(Disposal::KeyPair(pair))
    }

    /// The session of the account that the user lends to be read.
    fn lent_session(&self) -> Option<&str> {
        self.lent().and_then(|lent| lent.session.as_deref())
    }

    /// Whether a case can be run although there is no mailbox.
    fn lends_to(&self, case: &Case) -> bool {
        self.disposal(case).is_some()
            || (self.lent_session().is_some() && case.reads_a_known_user_only())
    }

    /// The user that many cases share, made when the first of them asks, and with a session that lasts for a
    /// while.
    async fn known_user(&self) -> Result<FixtureUser, Halt> {
        let mut known = self.known_user.lock().await;
        let mut actor = self.actor.lock().await;
        match &mut *known {
            Some(Ok(user)) if self.lent_session().is_none() => {
                actor.renew(user).await?;
                return Ok(user.clone());
            }
            Some(known) => return known.clone(),
            None => {}
        }
        let name = FixtureName {
            scope: SHARED_SCOPE,
            role: Role::Known,
            number: 0,
        };
        let made = if let Some(session) = self.lent_session() {
            actor.borrow_user(session).await
        } else {
            actor.make_user(name).await
        };
        known.insert(made).clone()
    }
}
