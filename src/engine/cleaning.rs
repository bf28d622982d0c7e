//! Finishes what an earlier run could not: removes the accounts that its ledger leaves open.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::harness::Harness;
use super::permits::Permits;
use crate::record::Accounts;
use crate::users_api::{AccountNumber, LedgerLine, OpenAccount};

/// Removes accounts that an earlier run left behind, as far as the target and the mailbox allow.
/// Those that turn out not to exist are struck off the ledger and not counted as made.
pub async fn clean(harness: Harness<'_>, left: BTreeMap<AccountNumber, OpenAccount>) -> Accounts {
    let mut actor = Actor::new(harness, Permits::new(1, 1));
    for (number, account) in left {
        if account.was_hardly_made() {
            harness.ledger.write(&LedgerLine::Struck { number });
            continue;
        }
        actor.adopt(number, account);
    }
    actor.tear_down(1).await
}
