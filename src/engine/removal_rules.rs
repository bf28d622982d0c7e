//! What the removal of an account shows of the target: sound credentials are accepted, and who was removed is gone.

use std::time::Duration;

use super::actor::{Actor, status_of};
use super::rules::Standing;
use crate::model::{Exchange, Mismatch};
use crate::suite::RunCheck;
use crate::users_api::{Account, FixtureCall, Session};

/// For how long an acknowledged deletion may not show yet.
const GONE_WITHIN: Duration = Duration::from_secs(5);
/// The pause before a removed user is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What was seen of an account before its removal.
#[derive(Clone, Copy, Debug)]
pub(super) struct BeforeRemoval {
    /// Whether it was read with its own session.
    was_read: bool,
}

impl Actor<'_> {
    /// Looks at an account that is about to be removed: at some of each sort, so that a run sends little more.
    pub(super) async fn before_removal(
        &mut self,
        account: &Account,
        session: &Session,
    ) -> BeforeRemoval {
        let rules = self.harness.rules;
        let verified = account.sessions.iter().filter(|one| one.verified).count();
        let sort = [account.sessions.len(), verified, account.keys.len()];
        let looks = self.may_be_sound(account, session) && rules.samples(sort);
        BeforeRemoval {
            was_read: looks && self.is_read_by(account, session).await,
        }
    }

    /// Judges the removal of an account by a verified session, and gives the answer that counts: a sound
    /// session that was refused is sent once more.
    pub(super) async fn judge_removal(
        &mut self,
        (account, session): (&Account, &Session),
        before: BeforeRemoval,
        removal: Exchange,
    ) -> Exchange {
        let rules = self.harness.rules;
        let check = RunCheck::SoundCredentials;
        match status_of(&removal) {
            Some(200..=299) => {
                rules.note(check, &removal, self.standing(), None);
                if rules.compares(RunCheck::Gone) && !rules.has_enough(RunCheck::Gone) {
                    self.look_for(account).await;
                }
                removal
            }
            Some(status @ 400..=499)
                if self.may_be_sound(account, session) && !self.met_lapsed(&removal) =>
            {
                let stands = self.is_read_by(account, session).await;
                if !stands && !before.was_read {
                    // Somebody else may have removed it.
                    return removal;
                }
                let again = self.delete(session).await;
                let then = match (stands, status_of(&again)) {
                    (false, _) => "the user was readable before, and is not now",
                    (true, Some(202)) => "the second time 202",
                    _ => "the second time not accepted either, though the user stands",
                };
                let expected = "202 for the verified session of a user who stands";
                let found = Mismatch::new("status", expected, format!("{status}; {then}"));
                rules.note(check, &removal, self.standing(), Some(&found));
                again
            }
            _ => removal,
        }
    }

    /// What a finding about the state of an account rests on: all that this actor has met.
    pub(super) fn standing(&self) -> Standing<'_> {
        Standing {
            occasion: self.occasion(),
            rests_on: &self.met,
        }
    }

    /// Whether nothing that happened to an account explains that its session is refused. A target may let a user
    /// have one session only, the latest.
    fn may_be_sound(&self, account: &Account, session: &Session) -> bool {
        let is_latest = account.sessions.last() == Some(session);
        let has_tag = account.email.as_ref().is_none_or(|one| one.contains('+'));
        let is_certain = !account.uncertain && !account.is_meddled_with;
        self.harness.rules.compares(RunCheck::SoundCredentials)
            && session.has_credential()
            && account.id.is_some()
            && self.watch.has_one_account()
            && is_certain
            && is_latest
            && !has_tag
    }

    /// Whether an account is read with its own alias by its own session.
    async fn is_read_by(&mut self, account: &Account, session: &Session) -> bool {
        let Some(exchange) = self.read(account, Some(session)).await else {
            return false;
        };
        let Ok(response) = &exchange.result else {
            return false;
        };
        response.is_success() && account.is_shown_by(response)
    }

    /// Looks for a user whose removal was acknowledged, if its id is known.
    async fn look_for(&mut self, account: &Account) {
        let rules = self.harness.rules;
        let clock = self.harness.clock;
        let deadline = clock.elapsed() + GONE_WITHIN;
        while let Some(exchange) = self.read(account, None).await {
            let Ok(response) = &exchange.result else {
                return;
            };
            let id = account.id.as_deref().unwrap_or_default();
            let is_there = response.is_success() && self.watch.still_shows(id, response);
            let is_late = clock.elapsed() >= deadline;
            if is_there && !is_late && !self.harness.stop.is_set() {
                clock.sleep(LOOK_AGAIN).await;
                continue;
            }
            let expected = "404 for a user whose deletion was acknowledged 5 s ago";
            let found = Mismatch::new("status", expected, response.status.to_string());
            let found = (is_there && is_late).then_some(&found);
            if found.is_some() || response.status == 404 {
                rules.note(RunCheck::Gone, &exchange, self.standing(), found);
            }
            return;
        }
    }

    /// Reads an account; nothing if its id is not known.
    async fn read(&mut self, account: &Account, session: Option<&Session>) -> Option<Exchange> {
        let call = FixtureCall::read_user(account.id.as_ref()?, session);
        Some(self.send(call.request).await)
    }
}
