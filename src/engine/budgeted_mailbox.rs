//! A mailbox whose waits end early once it is plain that no mail comes, and that knows whether any came.
//! The one place that decides whether a mail that does not come is held against the target.

use async_trait::async_trait;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

use super::clock::Clock;
use super::mail_budget::MailBudget;
use super::mailbox::{MailError, MailQuery, Mailbox};
use crate::diagnosis::Diagnosis;
use crate::record::quantity::seconds;

/// A mail that is handed out this soon was there already.
const AT_ONCE: Duration = Duration::from_millis(50);

/// A mailbox of a run.
pub struct BudgetedMailbox<'a> {
    mailbox: &'a dyn Mailbox,
    clock: &'a dyn Clock,
    budget: Mutex<MailBudget>,
    /// Rung when the others may have to wait less.
    changed: Notify,
}

impl<'a> BudgetedMailbox<'a> {
    /// Bounds the waits for this mailbox.
    #[must_use]
    pub fn new(mailbox: &'a dyn Mailbox, clock: &'a dyn Clock) -> Self {
        Self {
            mailbox,
            clock,
            budget: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Why nothing could be judged by mails, if not one came to any address: a sentence with the way out.
    #[must_use]
    pub fn silence(&self) -> Option<String> {
        let budget = self.budget();
        let addresses = match budget.silent_addresses()? {
            1 => "the one address that was waited for".to_owned(),
            several => format!("any of {several} addresses"),
        };
        let limit = seconds(budget.longest().as_secs_f64());
        drop(budget);
        let noticed = self.mailbox.noticed();
        let noticed = noticed.map_or(String::new(), |noticed| format!(": {noticed}"));
        Some(format!(
            "no mail came to {addresses} within {limit}{noticed}; check that the server mails to {}, or raise --mail-limit",
            self.mailbox.name()
        ))
    }

    /// The mails that stopped, if they came at first and to none of the last addresses. Whoever lost them, the
    /// target or what delivers for it, cannot be told from here.
    #[must_use]
    pub fn stopped(&self) -> Option<Diagnosis> {
        let budget = self.budget();
        let addresses = budget.cut_off()?;
        let longest = seconds(budget.longest().as_secs_f64());
        let quote = format!("nothing within {longest}");
        Some(Diagnosis::mails_stopped(addresses, quote))
    }

    fn budget(&self) -> MutexGuard<'_, MailBudget> {
        // Each change is whole whoever panicked.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when a wait that began then has lasted as long as it may, if that is less than its limit.
    async fn cut_short(&self, began: Duration, query: MailQuery<'_>) -> Duration {
        let limit = query.limit;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Before the look, so that a change right after it is not missed.
            changed.as_mut().enable();
            let allowed = self
                .budget()
                .allowed(query.address, !query.for_removal, limit);
            let waited = self.clock.elapsed().saturating_sub(began);
            if allowed >= limit {
                changed.await;
            } else if waited >= allowed {
                return waited;
            } else {
                self.clock.sleep(allowed.saturating_sub(waited)).await;
            }
        }
    }

    fn note_arrival(&self, query: MailQuery<'_>, began: Duration) {
        let now = self.clock.elapsed();
        let mut budget = self.budget();
        // It may have come at any time before, and says nothing of now.
        let old = query.for_removal && now.saturating_sub(began) < AT_ONCE;
        if !(old && budget.has_arrivals()) {
            budget.arrived(began, now);
        }
    }

    fn judged(&self, began: Duration, error: MailError) -> MailError {
        let mut budget = self.budget();
        match error {
            MailError::NotArrived { address, limit } => {
                budget.in_vain_for(&address, began, limit);
                self.changed.notify_waiters();
                if budget.has_arrivals() {
                    MailError::NotArrived { address, limit }
                } else {
                    MailError::Silent { address, limit }
                }
            }
            MailError::NoCode { .. } => {
                let now = self.clock.elapsed();
                budget.arrived(now, now);
                error
            }
            other => other,
        }
    }
}

#[async_trait]
impl Mailbox for BudgetedMailbox<'_> {
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        let began = self.clock.elapsed();
        self.budget().begin(query.address, !query.for_removal);
        tokio::select! {
            biased;
            code = self.mailbox.code(query) => match code {
                Ok(code) => {
                    self.note_arrival(query, began);
                    Ok(code)
                }
                Err(error) => Err(self.judged(began, error)),
            },
            waited = self.cut_short(began, query) => {
                let mut budget = self.budget();
                let others = budget.in_vain();
                budget.in_vain_for(query.address, began, waited);
                self.changed.notify_waiters();
                Err(MailError::GivenUp {
                    address: query.address.to_owned(),
                    waited,
                    others,
                    limit: budget.longest(),
                })
            }
        }
    }

    async fn note_earlier(&self, address: &str) {
        self.mailbox.note_earlier(address).await;
    }

    fn others(&self, address: &str, code: &str) -> Vec<String> {
        self.mailbox.others(address, code)
    }

    fn settle(&self, address: &str, code: &str, taken: Option<&str>) -> Option<usize> {
        self.mailbox.settle(address, code, taken)
    }

    fn name(&self) -> String {
        self.mailbox.name()
    }

    fn noticed(&self) -> Option<String> {
        self.mailbox.noticed()
    }
}
