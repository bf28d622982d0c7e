//! Whether it still makes sense to ask the target, and what it is asked before a run ends for that.

use std::time::Duration;

use super::{Accounts, RunServices};
use crate::diagnosis::{Diagnosis, RunShape};
use crate::engine::actor::Actor;
use crate::engine::fixture::FixtureName;
use crate::engine::harness::{Halt, Harness};
use crate::engine::permits::Permits;
use crate::users_api::Role;

/// How often a target that is gone is asked whether it is back, and the pause before each time: long enough
/// for a restart.
const TIMES_ASKED_BACK: usize = 6;
const PAUSE_BEFORE_ASKED_BACK: Duration = Duration::from_millis(500);

/// Users that are asked for alone are made in this scope.
const ALONE_SCOPE: &str = "alone";

/// Asks the target once more where a run would end.
pub(super) struct LastQuestion<'a> {
    /// Makes the users that are asked for while nothing else is under way, and needs no permit for it.
    actor: Actor<'a>,
    users: u64,
}

impl<'a> LastQuestion<'a> {
    pub(super) fn new(harness: Harness<'a>) -> Self {
        let mut actor = Actor::new(harness, Permits::new(1, 1));
        actor.whose = "users that are asked for alone".into();
        Self { actor, users: 0 }
    }

    /// Removes the users that were admitted after all.
    pub(super) async fn tear_down(self) -> Accounts {
        self.actor.tear_down(1).await
    }
}

impl RunServices<'_> {
    /// Ends the cases where it makes no sense to ask any further. A target that was there is given a few
    /// seconds to come back, and one that refuses users is asked for one when nothing else is under way: it may
    /// refuse those whose requests cross.
    pub(super) async fn way_is_open(&self) -> Result<(), Halt> {
        let harness = self.harness;
        if harness.evidence.ending().is_none() {
            return Ok(());
        }
        let mut question = self.last_question.lock().await;
        let mut asked = 0;
        while let Some(why) = harness.evidence.ending() {
            let has_ended = harness.evidence.has_ended() || harness.stop.is_set();
            if has_ended || asked == times_asked(&why) {
                let halt = Halt::ended(&why);
                harness.evidence.end(why);
                return Err(halt);
            }
            // What comes is evidence, whether it is an answer or not.
            if why.shape == RunShape::NoCreates {
                self.ask_for_user(&mut question).await;
            } else {
                harness.clock.sleep(PAUSE_BEFORE_ASKED_BACK).await;
                drop(harness.reach().await);
            }
            asked += 1;
        }
        Ok(())
    }

    async fn ask_for_user(&self, question: &mut LastQuestion<'_>) {
        let _nothing_else = self.permits.several(usize::MAX).await;
        question.users += 1;
        let name = FixtureName {
            scope: ALONE_SCOPE,
            role: Role::Known,
            number: question.users,
        };
        drop(question.actor.begin_user(name).await);
    }
}

/// How often the target is asked once more before a run ends for this.
const fn times_asked(why: &Diagnosis) -> usize {
    match why.shape {
        RunShape::Gone => TIMES_ASKED_BACK,
        RunShape::NoCreates => 1,
        _ => 0,
    }
}
