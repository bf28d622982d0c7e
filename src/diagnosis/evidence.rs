//! The fingerprints of a run.

use std::collections::BTreeSet;

use super::fingerprint::Fingerprint;

/// More exchanges that were granted are not kept: they only show that the API answers.
const GRANTED_KEPT: usize = 20_000;
/// More exchanges are not kept at all, about 300 bytes each.
const KEPT: usize = 60_000;

/// So many answers may come between the moment at which a target changes and the last answer to what it was asked
/// before: a burst and what other cases ask meanwhile.
pub(super) const UNDER_WAY: usize = 100;

/// The fingerprints of a run, in the order of the answers.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    prints: Vec<Fingerprint>,
    granted: usize,
    /// All names that plain creates asked for.
    names: BTreeSet<u64>,
}

impl Evidence {
    /// Adds an exchange. Beyond 60,000, or 20,000 that were granted, it is dropped.
    pub fn push(&mut self, mut print: Fingerprint) {
        for name in &print.names {
            // A name that was asked for before may be taken.
            print.is_plain_create &= self.names.insert(*name);
        }
        let granted = print.is_granted();
        if self.prints.len() < KEPT && !(granted && self.granted >= GRANTED_KEPT) {
            self.granted += usize::from(granted);
            self.prints.push(print);
        }
    }

    /// All of them.
    #[must_use]
    pub fn prints(&self) -> &[Fingerprint] {
        &self.prints
    }

    /// Whether anything was granted.
    pub(super) const fn has_granted(&self) -> bool {
        self.granted > 0
    }
}

/// How many different questions these are.
pub(super) fn questions<'a>(prints: impl IntoIterator<Item = &'a Fingerprint>) -> usize {
    let questions: BTreeSet<u64> = prints.into_iter().map(|print| print.question).collect();
    questions.len()
}

/// How many methods and routes these ask.
pub(super) fn kinds<'a>(prints: impl IntoIterator<Item = &'a Fingerprint>) -> usize {
    let kinds: BTreeSet<_> = prints
        .into_iter()
        .map(Fingerprint::kind)
        .filter(|(_, route)| *route != "other")
        .collect();
    kinds.len()
}
