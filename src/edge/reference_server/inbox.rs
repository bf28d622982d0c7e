//! Codes kept in memory, for a client that cannot receive mail.

use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::reference::{Email, Letter, Secret};

/// How many codes are kept in all. When one more comes, the oldest of all goes; a client of the
/// fastest load reads its code long before. Some 20 MiB.
const MOST_CODES: usize = 100_000;

/// The codes sent to each address.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    kept: Mutex<KeptCodes>,
}

#[derive(Debug, Default)]
struct KeptCodes {
    by_recipient: HashMap<String, VecDeque<Secret>>,
    /// The recipients of all kept codes, the oldest code first.
    order: VecDeque<String>,
}

/// The codes sent to one address.
#[derive(Debug, Serialize)]
pub(super) struct InboxCodes {
    /// The latest.
    code: Secret,
    /// All that are kept, the oldest first.
    codes: VecDeque<Secret>,
}

impl Inbox {
    /// Keeps a code.
    pub(super) fn put(&self, letter: Letter) {
        let recipient = letter.to.folded().to_owned();
        let mut kept = self.kept();
        kept.order.push_back(recipient.clone());
        kept.by_recipient
            .entry(recipient)
            .or_default()
            .push_back(letter.digits);
        if kept.order.len() > MOST_CODES {
            kept.forget_oldest();
        }
    }

    /// The codes sent to an address; `None` if there are none.
    pub(super) fn codes(&self, email: &Email) -> Option<InboxCodes> {
        let kept = self.kept();
        let codes = kept.by_recipient.get(email.folded())?;
        Some(InboxCodes {
            code: codes.back()?.clone(),
            codes: codes.clone(),
        })
    }

    fn kept(&self) -> MutexGuard<'_, KeptCodes> {
        // What a panicking holder may leave half done costs a client one code at most.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptCodes {
    fn forget_oldest(&mut self) {
        let Some(recipient) = self.order.pop_front() else {
            return;
        };
        let Some(codes) = self.by_recipient.get_mut(&recipient) else {
            return;
        };
        codes.pop_front();
        if codes.is_empty() {
            self.by_recipient.remove(&recipient);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, digits: usize) -> Letter {
        Letter {
            to: Email::parse(to).unwrap(),
            digits: Secret::new(format!("{digits:06}")),
            valid_seconds: 900,
        }
    }

    fn listed(inbox: &Inbox, email: &str) -> Option<serde_json::Value> {
        let codes = inbox.codes(&Email::parse(email).unwrap())?;
        Some(serde_json::to_value(codes).unwrap())
    }

    #[test]
    fn the_latest_code_and_all_in_order_are_told_to_each_recipient() {
        let inbox = Inbox::default();
        assert!(listed(&inbox, "john@doe.net").is_none());
        inbox.put(letter("john@doe.net", 1));
        inbox.put(letter("jane@doe.net", 2));
        inbox.put(letter("John@doe.net", 3));
        assert_eq!(
            listed(&inbox, "john@DOE.net").unwrap(),
            serde_json::json!({"code": "000003", "codes": ["000001", "000003"]})
        );
    }

    #[test]
    fn the_oldest_codes_are_forgotten_beyond_the_limit() {
        let inbox = Inbox::default();
        inbox.put(letter("first@doe.net", 0));
        inbox.put(letter("second@doe.net", 0));
        for digits in 1..MOST_CODES {
            inbox.put(letter("third@doe.net", digits));
        }
        assert!(listed(&inbox, "first@doe.net").is_none());
        assert!(listed(&inbox, "second@doe.net").is_some());
        let kept = inbox.kept();
        assert_eq!(kept.by_recipient.len(), 2);
        assert_eq!(kept.order.len(), MOST_CODES);
    }
}
