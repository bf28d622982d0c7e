//! Removes the accounts that a case made, whatever it takes: a code that comes late, or another session.

use futures_util::{StreamExt, stream};
use std::sync::Arc;

use super::actor::Actor;
use super::varied::StepManner;
use crate::model::Exchange;
use crate::record::Accounts;
use crate::users_api::{Account, AccountNumber, FixtureCall, OpenAccount, Session};

impl Actor<'_> {
    /// Removes the accounts that still stand, as far as the target and the mailbox allow; those of so many
    /// addresses at once. Holds no place.
    pub(super) async fn tear_down(self, width: usize) -> Accounts {
        let (harness, permits, variation) = (self.harness, self.permits, self.draw);
        // A balancer takes who cleans up for the client that it knows.
        let (met, client) = (self.met, self.client);
        let whose: Arc<str> = format!("clean-up of {}", self.whose).into();
        let of_one_address = |watch| {
            let mut actor = Self::taking_over(harness, watch, whose.clone());
            actor.permits = permits.clone();
            actor.met.clone_from(&met);
            actor.client = client.clone();
            actor.draw = variation.afterwards();
            actor
        };
        stream::iter(self.watch.by_address())
            .map(|watch| of_one_address(watch).tear_down_in_turn())
            .buffer_unordered(width.max(1))
            .fold(Accounts::default(), async |sum, one| sum + one)
            .await
    }

    async fn tear_down_in_turn(mut self) -> Accounts {
        for account in self.watch.standing() {
            self.remove(&account).await;
            let mut standing = self.watch.standing().into_iter();
            let left = standing.find(|one| one.number == account.number);
            // An answer that did not come leaves open what was done.
            if let Some(left) = left.filter(|left| left.uncertain && !account.uncertain) {
                self.remove(&left).await;
            }
        }
        let made = self.watch.made();
        Accounts {
            made,
            removed: made - self.watch.standing().len(),
        }
    }

    /// Tries to remove an account. Whether it worked, the watch sees by itself.
    async fn remove(&mut self, account: &Account) {
        let mut needs_session = account.uncertain;
        // The latest: a target may let a user have no more than one.
        let mut sessions = account.sessions.iter().rev();
        if let Some(session) = sessions.find(|session| session.verified) {
            let before = Box::pin(self.before_removal(account, session)).await;
            let deletion = self.delete(session).await;
            let removed = (account, session);
            let deletion = Box::pin(self.judge_removal(removed, before, deletion)).await;
            let has_lapsed = self.met_lapsed(&deletion);
            if !self.stands(account) || !(account.uncertain || has_lapsed) {
                return;
            }
            needs_session |= has_lapsed;
        }
        let Some(email) = &account.email else { return };
        let was_refused = self.remove_by_code(email, account, needs_session).await;
        // A target may lock a session after a wrong code.
        if was_refused && !needs_session {
            self.remove_by_code(email, account, true).await;
        }
    }

    /// Tries to remove the account of an address with a mailed code, for a new session if need be. True if the
    /// target refused every code.
    async fn remove_by_code(
        &mut self,
        email: &str,
        account: &Account,
        needs_session: bool,
    ) -> bool {
        if needs_session && !self.open_session(email).await {
            return false;
        }
        let opened = needs_session.then(|| self.account_of(email)).flatten();
        let account = opened.as_ref().unwrap_or(account);
        let Some(session) = account.sessions.last() else {
            return false;
        };
        // Accounts of one address may have got their mails in another order than their answers.
        let likely = session.code_ordinal;
        let others = (0..self.watch.mailed_to(Some(email))).filter(|other| *other != likely);
        let mut was_refused = false;
        for ordinal in std::iter::once(likely).chain(others) {
            let Some(code) = self.harness.mailed_code_for_removal(email, ordinal).await else {
                // Where one is missing, those behind it are, too.
                if ordinal > likely {
                    return was_refused;
                }
                continue;
            };
            let name = "verify to remove";
            let verification = FixtureCall::verify_session(name, &session.code_id, &code);
            if self.call(verification).await.is_ok() {
                self.delete(session).await;
                return false;
            }
            was_refused = true;
        }
        was_refused
    }

    /// Takes over an account that an earlier run left behind.
    pub(super) fn adopt(&mut self, number: AccountNumber, left: OpenAccount) {
        self.watch.adopt(number, left);
    }

    fn stands(&self, account: &Account) -> bool {
        let standing = self.watch.standing();
        standing.iter().any(|one| one.number == account.number)
    }

    /// Opens a session for an account that may not exist. False if it does not.
    async fn open_session(&mut self, email: &str) -> bool {
        let call = FixtureCall::open_session("open a session to remove", email);
        let exchange = self.send_call(call).await;
        match &exchange.result {
            Ok(response) if response.is_success() => true,
            Ok(response) if (400..500).contains(&response.status) => {
                self.watch.never_existed(email, self.harness.ledger);
                false
            }
            _ => false,
        }
    }

    pub(super) async fn delete(&mut self, session: &Session) -> Exchange {
        self.send_call(FixtureCall::delete_user(session)).await
    }

    async fn send_call(&mut self, FixtureCall { name, request }: FixtureCall) -> Exchange {
        self.send_varied(request, StepManner::fixture(name)).await
    }
}
