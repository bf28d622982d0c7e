//! Which codes were handed out, for sources that show only the latest one. Asks nobody.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many addresses are remembered; beyond it the oldest are forgotten. One takes some 200 bytes.
const MOST_ADDRESSES: usize = 200_000;

/// Codes that were mailed before this run stand under ordinals from this one on.
const EARLIER: usize = usize::MAX / 2;

/// What a source shows for an address at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CodesShown {
    /// The code that was sent last.
    Latest(String),
    /// Every code that was sent, the oldest first.
    All(Vec<String>),
}

/// The codes that were handed out, by address and ordinal.
#[derive(Debug, Default)]
pub(super) struct DeliveredCodes {
    codes: Mutex<CodesByAddress>,
}

#[derive(Debug, Default)]
struct CodesByAddress {
    by_address: HashMap<String, Vec<(usize, String)>>,
    order: VecDeque<String>,
}

impl DeliveredCodes {
    /// The code that was handed out as this one before.
    pub(super) fn again(&self, address: &str, ordinal: usize) -> Option<String> {
        let codes = self.codes();
        let told = codes.by_address.get(address)?;
        let same = told.iter().find(|(at, _)| *at == ordinal);
        same.map(|(_, code)| code.clone())
    }

    /// Hands out a code from what is shown, if it is there. The latest code is the wanted one if it
    /// was not handed out under another ordinal. Of all codes one that comes twice is a copy, unless `repeats`
    /// says that the target may have sent it again.
    pub(super) fn pick(
        &self,
        address: &str,
        ordinal: usize,
        (shown, repeats): (&CodesShown, bool),
    ) -> Option<String> {
        let mut codes = self.codes();
        let code = match shown {
            CodesShown::All(all) => {
                let mut seen = HashSet::new();
                let mut new = (all.iter().skip(codes.earlier(address)))
                    .filter(|code| repeats || seen.insert(*code));
                new.nth(ordinal)
            }
            CodesShown::Latest(latest) => {
                let told = codes.by_address.get(address).map_or(&[][..], Vec::as_slice);
                let old = told
                    .iter()
                    .any(|(at, code)| *at != ordinal && code == latest);
                (!old).then_some(latest)
            }
        };
        let code = code.cloned()?;
        codes.remember(address, ordinal, &code);
        Some(code)
    }

    /// Whether anything is known of an address.
    pub(super) fn knows(&self, address: &str) -> bool {
        self.codes().by_address.contains_key(address)
    }

    /// Notes what was shown for an address before anything was mailed to it in this run.
    pub(super) fn note_earlier(&self, address: &str, shown: Option<&CodesShown>) {
        let mut codes = self.codes();
        codes.know(address);
        let earlier = match shown {
            Some(CodesShown::Latest(latest)) => std::slice::from_ref(latest),
            Some(CodesShown::All(all)) => all,
            None => &[],
        };
        for (place, code) in earlier.iter().enumerate() {
            codes.remember(address, EARLIER + place, code);
        }
    }

    fn codes(&self) -> MutexGuard<'_, CodesByAddress> {
        // Lists of texts are whole whatever a panicking holder was doing.
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CodesByAddress {
    /// How many codes of an address were mailed before this run.
    fn earlier(&self, address: &str) -> usize {
        let told = self.by_address.get(address).into_iter().flatten();
        told.filter(|(at, _)| *at >= EARLIER).count()
    }

    fn remember(&mut self, address: &str, ordinal: usize, code: &str) {
        let told = self.know(address);
        told.retain(|(at, _)| *at != ordinal);
        told.push((ordinal, code.to_owned()));
    }

    /// What was handed out for an address, which is remembered from now on.
    fn know(&mut self, address: &str) -> &mut Vec<(usize, String)> {
        if !self.by_address.contains_key(address) {
            self.order.push_back(address.to_owned());
            if self.order.len() > MOST_ADDRESSES
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_address.remove(&oldest);
            }
        }
        self.by_address.entry(address.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(code: &str) -> CodesShown {
        CodesShown::Latest(code.to_owned())
    }

    #[test]
    fn the_latest_code_is_handed_out_once() {
        let told = DeliveredCodes::default();
        assert_eq!(
            told.pick("a", 0, (&latest("1"), false)).as_deref(),
            Some("1")
        );
        assert_eq!(
            told.pick("a", 0, (&latest("1"), false)).as_deref(),
            Some("1")
        );
        assert_eq!(told.pick("a", 1, (&latest("1"), false)), None);
        assert_eq!(
            told.pick("b", 1, (&latest("1"), false)).as_deref(),
            Some("1")
        );
        assert_eq!(
            told.pick("a", 1, (&latest("2"), false)).as_deref(),
            Some("2")
        );
        assert_eq!(told.again("a", 0).as_deref(), Some("1"));
        assert_eq!(told.again("a", 1).as_deref(), Some("2"));
        assert_eq!(told.again("a", 2), None);
    }

    #[test]
    fn of_all_codes_the_ordinal_chooses() {
        let told = DeliveredCodes::default();
        let all = CodesShown::All(["1", "1", "2", "1"].map(str::to_owned).to_vec());
        let pick = |ordinal, repeats| told.pick("a", ordinal, (&all, repeats));
        assert_eq!(pick(0, false).as_deref(), Some("1"));
        // A copy is no new one, for a while.
        assert_eq!(pick(1, false).as_deref(), Some("2"));
        assert_eq!(pick(2, false), None);
        assert_eq!(pick(3, true).as_deref(), Some("1"));
        assert_eq!(pick(4, true), None);
    }
}
