//! Walks a plan of conformance cases, several at once, each in users of its own.

mod case_run;
mod step_run;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::OnceCell;

use super::actor::Actor;
use super::fixture::{FixtureName, FixtureUser};
use super::harness::{Halt, Harness, LentAccount, LentKeyPair};
use super::permits::Permits;
use crate::report::{Accounts, Event};
use crate::suite::{Case, Role};
use case_run::CaseRun;

/// Users that many cases share are made in this scope.
const SHARED_SCOPE: &str = "shared";

/// How many cases run at once, and how often each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Cases at once; 0 counts as 1.
    pub jobs: usize,
    /// Requests at once, over all cases; 0 counts as 1. With 1, steps that send several at the same
    /// moment are left out.
    pub at_once: usize,
    /// How often each case is run; 0 counts as 1.
    pub repeat: u64,
    /// How often a case that failed or broke is tried again.
    pub retries: u64,
}

/// What the cases of a run share.
struct Shared<'a> {
    harness: Harness<'a>,
    pace: Pace,
    permits: Permits,
    known_user: OnceCell<Result<FixtureUser, Halt>>,
    actor: tokio::sync::Mutex<Actor<'a>>,
}

/// What a case deletes an account with that the user lends.
enum Disposal<'a> {
    /// The bearer of a session.
    Bearer(&'a str),
    /// A key pair.
    KeyPair(&'a LentKeyPair),
}

/// Runs all cases, some at once, and removes the accounts that they made.
///
/// Each case tells its result through the harness's sink as it ends.
pub async fn conform(harness: Harness<'_>, cases: &[Case], pace: Pace) {
    harness.sink.emit(&Event::Planned { cases: cases.len() });
    let permits = Permits::new(pace.at_once);
    let shared = Shared {
        harness,
        pace,
        permits: permits.clone(),
        known_user: OnceCell::new(),
        actor: tokio::sync::Mutex::new(Actor::new(harness, permits)),
    };
    let is_last = |case: &&Case| shared.disposal(case).is_some();
    let (last, others): (Vec<_>, Vec<_>) = cases.iter().partition(is_last);
    let (alone, together): (Vec<_>, Vec<_>) = others.into_iter().partition(|case| case.alone);
    let mut of_cases = several(&together, &shared, pace.jobs.max(1)).await;
    of_cases = add(of_cases, several(&alone, &shared, 1).await);
    of_cases = add(of_cases, several(&last, &shared, 1).await);
    let of_shared = shared.actor.into_inner().tear_down().await;
    harness
        .sink
        .emit(&Event::TornDown(add(of_cases, of_shared)));
}

async fn several(cases: &[&Case], shared: &Shared<'_>, jobs: usize) -> Accounts {
    stream::iter(cases)
        .map(|case| CaseRun::run(case, shared))
        .buffer_unordered(jobs)
        .fold(Accounts::default(), async |sum, one| add(sum, one))
        .await
}

const fn add(one: Accounts, other: Accounts) -> Accounts {
    Accounts {
        made: one.made + other.made,
        removed: one.removed + other.removed,
    }
}

impl Shared<'_> {
    /// The account that the user lends; only looked at where there is no mailbox.
    fn lent(&self) -> Option<&LentAccount> {
        self.harness.lent.filter(|_| self.harness.mailbox.is_none())
    }

    /// What this case deletes an account with that the user lends; nothing, if it deletes none.
    fn disposal(&self, case: &Case) -> Option<Disposal<'_>> {
        let lent = self.lent().filter(|lent| lent.delete)?;
        if case.disposes_of_its_user() {
            return lent.bearer.as_deref().map(Disposal::Bearer);
        }
        let pair = lent.key_pair.as_ref()?;
        case.disposes_by_key_pair()
            .then_some(Disposal::KeyPair(pair))
    }

    /// The bearer of the account that the user lends to be read.
    fn lent_bearer(&self) -> Option<&str> {
        self.lent().and_then(|lent| lent.bearer.as_deref())
    }

    /// Whether a case can be run although there is no mailbox.
    fn lends_to(&self, case: &Case) -> bool {
        self.disposal(case).is_some()
            || (self.lent_bearer().is_some() && case.reads_a_known_user_only())
    }

    /// The user that many cases share, made when the first of them asks.
    async fn known_user(&self) -> Result<FixtureUser, Halt> {
        self.known_user
            .get_or_init(|| async {
                if let Some(bearer) = self.lent_bearer() {
                    return self.actor.lock().await.borrow_user(bearer).await;
                }
                let name = FixtureName {
                    scope: SHARED_SCOPE,
                    role: Role::Known,
                    number: 0,
                };
                self.actor.lock().await.make_user(name).await
            })
            .await
            .clone()
    }
}
