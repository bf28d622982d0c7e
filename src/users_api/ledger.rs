//! The ledger of accounts: written before an account can exist, struck off when it is gone, so that
//! none is forgotten, whatever becomes of this process.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of an account in its ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountNumber(pub u64);

/// A line of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerLine {
    /// A request that may make an account is about to be sent.
    Intended {
        /// The account's number.
        number: AccountNumber,
        /// The address that the request names, if it names one.
        email: Option<String>,
        /// The beginning of the body, where no address is found in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<String>,
    },
    /// The request was answered with a success, though it named no address.
    Acknowledged {
        /// The account's number.
        number: AccountNumber,
    },
    /// A session of the account can be used: with this bearer it can be removed.
    Verified {
        /// The account's number.
        number: AccountNumber,
        /// The bearer.
        bearer: String,
    },
    /// The account does not exist: it never came to be, or its deletion was acknowledged.
    Struck {
        /// The account's number.
        number: AccountNumber,
    },
}

/// Where lines are written. A line is on its way to the disk when the call returns.
pub trait Ledger: Send + Sync {
    /// A number that no account of this ledger has.
    fn next_number(&self) -> AccountNumber;

    /// Writes a line. That it cannot be written must not stop a teardown, so failures are kept and
    /// told when the ledger is closed.
    fn write(&self, line: &LedgerLine);

    /// Whether a line could not be written: then no account may come to be any more, since nothing
    /// would keep account of it.
    fn has_failed(&self) -> bool {
        false
    }
}

/// An account that a ledger has not struck off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenAccount {
    /// The address, if the request named one.
    pub email: Option<String>,
    /// The beginning of the request's body, if it named no address.
    pub sent: Option<String>,
    /// Whether a request that named no address is known to have made it.
    pub acknowledged: bool,
    /// A bearer that can remove it, if one was verified.
    pub bearer: Option<String>,
}

impl OpenAccount {
    /// The lines of a ledger that say of an account what is known of this one.
    #[must_use]
    pub fn lines(&self, number: AccountNumber) -> Vec<LedgerLine> {
        let Self {
            email,
            sent,
            acknowledged,
            bearer,
        } = self.clone();
        let intended = LedgerLine::Intended {
            number,
            email,
            sent,
        };
        let acknowledged = acknowledged.then_some(LedgerLine::Acknowledged { number });
        let verified = bearer.map(|bearer| LedgerLine::Verified { number, bearer });
        let all = std::iter::once(intended).chain(acknowledged);
        all.chain(verified).collect()
    }

    /// Whether nothing says that it was ever made: its request named no address, which the API refuses, and
    /// was cut off before it was answered.
    #[must_use]
    pub const fn was_hardly_made(&self) -> bool {
        self.email.is_none() && self.bearer.is_none() && !self.acknowledged
    }

    /// What tells the account from others: its address, or what was sent to make it.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.email.as_deref().or(self.sent.as_deref());
        name.unwrap_or("no address was sent")
    }
}

/// A ledger that keeps nothing, for a target whose accounts end with it.
#[derive(Debug, Default)]
pub struct NullLedger(AtomicU64);

impl Ledger for NullLedger {
    fn next_number(&self) -> AccountNumber {
        AccountNumber(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn write(&self, _: &LedgerLine) {}
}

/// The accounts that the lines of a ledger leave open, by number.
#[must_use]
pub fn open_accounts(lines: &[LedgerLine]) -> BTreeMap<AccountNumber, OpenAccount> {
    let mut open = BTreeMap::new();
    for line in lines {
        match line {
            LedgerLine::Intended {
                number,
                email,
                sent,
            } => {
                let account = OpenAccount {
                    email: email.clone(),
                    sent: sent.clone(),
                    acknowledged: false,
                    bearer: None,
                };
                open.insert(*number, account);
            }
            LedgerLine::Acknowledged { number } => {
                if let Some(account) = open.get_mut(number) {
                    account.acknowledged = true;
                }
            }
            LedgerLine::Verified { number, bearer } => {
                if let Some(account) = open.get_mut(number) {
                    account.bearer = Some(bearer.clone());
                }
            }
            LedgerLine::Struck { number } => {
                open.remove(number);
            }
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_struck_off_is_open() {
        let number = AccountNumber;
        let intended = |at| LedgerLine::Intended {
            number: number(at),
            email: Some(format!("{at}@x")),
            sent: None,
        };
        let lines = [
            intended(1),
            intended(2),
            LedgerLine::Verified {
                number: number(2),
                bearer: "b".into(),
            },
            LedgerLine::Struck { number: number(1) },
        ];
        let open = open_accounts(&lines);
        assert_eq!(open.len(), 1);
        assert_eq!(open[&number(2)].bearer.as_deref(), Some("b"));
        let kept = open[&number(2)].lines(number(2));
        assert_eq!(open_accounts(&kept), open);
    }
}
