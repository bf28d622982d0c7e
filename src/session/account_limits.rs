//! How many accounts a run may make, and how many it may leave behind.

use super::failure::Failure;
use super::loading::Loading;
use crate::edge::NetworkScope;
use crate::engine::Harness;
use crate::record::Event;
use crate::suite::Case;
use crate::users_api::Need;

/// How many accounts a run may make, and how many it may leave behind.
pub(crate) struct AccountLimits {
    /// Accounts that may be left behind.
    pub(crate) leave: usize,
    /// Accounts that may be made on another machine.
    pub(crate) most: usize,
    /// How often each case is run.
    pub(crate) rounds: usize,
}

impl AccountLimits {
    /// Refuses cases that would make more accounts than a target on another machine should bear.
    fn limit(&self, cases: &[Case], distance: NetworkScope) -> Result<(), Failure> {
        if distance == NetworkScope::Here {
            return Ok(());
        }
        let once: usize = cases.iter().map(Case::accounts_needed).sum();
        let accounts = once.saturating_mul(self.rounds);
        if accounts <= self.most {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "this would make up to {accounts} accounts at a target that is not this machine; --most-accounts {accounts} allows it"
        )))
    }

    /// Says before anything is sent that accounts will be left behind, if they will.
    pub(crate) fn announce(
        &self,
        harness: &Harness<'_>,
        cases: &[Case],
        loading: Option<&Loading>,
        distance: NetworkScope,
    ) -> Result<(), Failure> {
        if harness.mailbox.is_some() {
            return self.limit(cases, distance);
        }
        let sendable = cases
            .iter()
            .filter(|case| !case.needs.contains(&Need::Mailbox));
        let of_cases: usize = sendable.map(Case::accounts_made).sum();
        let of_load = match loading {
            Some(loading) => loading.accounts_made().ok_or_else(|| {
                Failure::Usage("this load would leave any number of accounts at the target, since without --mailbox none can be removed; give --mailbox, or a --rate".to_owned())
            })?,
            None => 0,
        };
        let accounts = of_cases.saturating_add(of_load);
        if accounts > self.leave {
            return Err(Failure::Usage(format!(
                "this would leave up to {accounts} accounts at the target, since without --mailbox none can be removed; give --mailbox, or allow it with --leave-accounts {accounts}"
            )));
        }
        if accounts > 0 {
            let text = format!(
                "this will leave up to {accounts} accounts at the target, since without --mailbox none can be removed"
            );
            harness.sink.emit(&Event::Notice(text));
        }
        Ok(())
    }
}
