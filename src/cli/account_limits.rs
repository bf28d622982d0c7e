//! How many accounts a run may make, and how many it may leave behind, from what the user set.

use super::options::{CheckOptions, TargetOptions};
use crate::session::AccountLimits;

/// How many accounts may be left behind unless told otherwise.
const LEAVE_ACCOUNTS: usize = 100;
/// How many accounts may be made on another machine unless told otherwise: several times what the
/// built-in suites make.
const MOST_ACCOUNTS: usize = 1_000;

impl AccountLimits {
    pub(super) fn new(target: &TargetOptions, check: Option<&CheckOptions>) -> Self {
        let rounds = check.and_then(|check| check.repeat).unwrap_or(1).max(1);
        Self {
            leave: target.leave_accounts.unwrap_or(LEAVE_ACCOUNTS),
            most: target.most_accounts.unwrap_or(MOST_ACCOUNTS),
            rounds: usize::try_from(rounds).unwrap_or(usize::MAX),
        }
    }
}
