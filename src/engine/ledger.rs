//! The ledger of accounts: written before an account can exist, struck off when it is gone, so that
//! none is forgotten, whatever becomes of this process.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// A bearer that can remove it, if one was verified.
    pub bearer: Option<String>,
}

/// The accounts that the lines of a ledger leave open, by number.
#[must_use]
pub fn open_accounts(lines: &[LedgerLine]) -> BTreeMap<AccountNumber, OpenAccount> {
    let mut open = BTreeMap::new();
    for line in lines {
        match line {
            LedgerLine::Intended { number, email } => {
                let account = OpenAccount {
                    email: email.clone(),
                    bearer: None,
                };
                open.insert(*number, account);
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
    }
}
