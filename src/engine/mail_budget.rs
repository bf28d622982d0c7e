//! How long a mail is worth waiting for, by what came of the other waits of the run. Waits for nothing.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

/// So many addresses in a row that get nothing within the whole limit shorten all other waits.
const IN_A_ROW: usize = 3;

/// A shortened wait lasts this share of the limit, or longer where mails took longer than that.
const SHORT_SHARE: u32 = 100;

/// Where no mail came at all, what is waited for after the first wait in vain lasts this share of the limit.
const NEXT_SHARE: u32 = 3;

/// A mail that comes at all is not expected to take longer than this multiple of the slowest so far.
const SLOWER: u32 = 2;

/// More addresses than this are not told apart when nothing comes.
const MOST_ADDRESSES: usize = 10_000;

/// What came of the waits of a run so far.
#[derive(Debug, Default)]
pub(super) struct MailBudget {
    last_arrival: Option<Duration>,
    slowest: Duration,
    /// The addresses that got nothing within the whole limit while no other did, since the last arrival.
    vain: HashSet<String>,
    /// All addresses that got nothing within the whole limit.
    missed: HashSet<String>,
    /// The addresses that were waited for to judge something, for as long as nothing has come at all.
    asked: HashSet<String>,
    /// The longest wait in vain.
    limit: Duration,
}

impl MailBudget {
    /// A wait begins; `judged` if something is judged by it.
    pub(super) fn begin(&mut self, address: &str, judged: bool) {
        if judged && self.last_arrival.is_none() && self.asked.len() < MOST_ADDRESSES {
            self.asked.insert(address.to_owned());
        }
    }

    /// How long a wait may last, from its beginning. What was waited for in full once is not again, only to
    /// remove its account.
    pub(super) fn allowed(&self, address: &str, judged: bool, limit: Duration) -> Duration {
        let again = !judged && self.missed.contains(address);
        if again || self.is_spent() {
            let short = (limit / SHORT_SHARE).max(self.slowest * SLOWER);
            short.min(limit)
        } else if !judged && self.has_arrivals() {
            // Where mails come, one that only removes an account is not worth the longest wait.
            (limit / NEXT_SHARE)
                .max(self.slowest * SLOWER * SLOWER)
                .min(limit)
        } else if self.vain.is_empty() || self.has_arrivals() {
            limit
        } else {
            // Those that were begun together are waited for in full; one after the other would take too long.
            limit / NEXT_SHARE
        }
    }

    /// Whether waits are shortened.
    pub(super) fn is_spent(&self) -> bool {
        self.vain.len() >= IN_A_ROW
    }

    /// Whether a mail has come at all.
    pub(super) const fn has_arrivals(&self) -> bool {
        self.last_arrival.is_some()
    }

    /// How many addresses got nothing in a row.
    pub(super) fn in_vain(&self) -> usize {
        self.vain.len()
    }

    /// The longest wait in vain.
    pub(super) const fn longest(&self) -> Duration {
        self.limit
    }

    /// A mail came, to a wait that began at `began`; both since the run began.
    pub(super) fn arrived(&mut self, began: Duration, now: Duration) {
        self.last_arrival = Some(now);
        self.slowest = self.slowest.max(now.saturating_sub(began));
        self.vain.clear();
        self.asked.clear();
    }

    /// A wait of the whole limit, or of what was allowed of it, ended without a mail. It says something of others only if they got none
    /// meanwhile.
    pub(super) fn in_vain_for(&mut self, address: &str, began: Duration, limit: Duration) {
        if self.missed.len() < MOST_ADDRESSES {
            self.missed.insert(address.to_owned());
        }
        if self.last_arrival.is_none_or(|at| at < began) {
            self.vain.insert(address.to_owned());
            self.limit = self.limit.max(limit);
        }
    }

    /// The addresses that got nothing since the last mail of the run, if they are enough.
    pub(super) fn cut_off(&self) -> Option<BTreeSet<String>> {
        let has_stopped = self.has_arrivals() && self.is_spent();
        has_stopped.then(|| self.vain.iter().cloned().collect())
    }

    /// How many addresses were waited for to judge something, if none of all got a mail.
    pub(super) fn silent_addresses(&self) -> Option<usize> {
        let silent = !self.has_arrivals() && !self.vain.is_empty() && !self.asked.is_empty();
        silent.then_some(self.asked.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);
    const SHORT: Duration = Duration::from_millis(300);

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn in_vain(budget: &mut MailBudget, began: u64) {
        for address in ["a", "b", "c"] {
            assert!(budget.allowed(address, true, LIMIT) >= LIMIT / NEXT_SHARE);
            budget.begin(address, true);
            budget.in_vain_for(address, at(began), LIMIT);
        }
    }

    #[test]
    fn three_addresses_that_get_nothing_shorten_the_rest_until_a_mail_comes() {
        let mut budget = MailBudget::default();
        budget.begin("d", true);
        in_vain(&mut budget, 1);
        assert_eq!(budget.allowed("d", true, LIMIT), SHORT);
        assert_eq!(budget.silent_addresses(), Some(4));
        budget.arrived(at(31), at(31));
        assert_eq!(budget.allowed("d", true, LIMIT), LIMIT);
        assert_eq!(budget.silent_addresses(), None);
    }

    #[test]
    fn mails_that_stop_shorten_waits_to_what_mails_took() {
        let mut budget = MailBudget::default();
        budget.arrived(at(0), at(5));
        in_vain(&mut budget, 6);
        assert_eq!(budget.allowed("d", true, LIMIT), at(10));
        assert_eq!(budget.cut_off().map(|addresses| addresses.len()), Some(3));
        assert_eq!(budget.silent_addresses(), None);
    }

    #[test]
    fn what_gets_nothing_while_others_do_shortens_nothing() {
        let mut budget = MailBudget::default();
        budget.arrived(at(0), at(20));
        in_vain(&mut budget, 10);
        assert_eq!(budget.allowed("d", true, LIMIT), LIMIT);
        for _ in 0..5 {
            budget.in_vain_for("one", at(40), LIMIT);
        }
        assert_eq!(budget.allowed("d", true, LIMIT), LIMIT);
    }

    #[test]
    fn what_was_missed_once_is_waited_for_shortly_to_remove_it() {
        let mut budget = MailBudget::default();
        budget.in_vain_for("a", at(0), LIMIT);
        assert_eq!(budget.allowed("a", false, LIMIT), SHORT);
        assert_eq!(budget.allowed("b", false, LIMIT), LIMIT / NEXT_SHARE);
    }

    #[test]
    fn waits_that_judge_nothing_do_not_make_a_run_silent() {
        let mut budget = MailBudget::default();
        budget.begin("a", false);
        budget.in_vain_for("a", at(0), LIMIT);
        assert_eq!(budget.silent_addresses(), None);
    }
}
