//! Finds the highest rate that keeps the thresholds: doubled until one is missed, halved until none
//! is, bisected in between, then confirmed over a longer time. A rate that misses one is tried a
//! second time before that counts: one hiccup of a machine would end the search far too low.
//!
//! Decides which rate comes next; sends nothing and looks at no clock.

/// The highest rate that is tried, per second: what a [`super::Rate`] can be.
const HIGHEST: u64 = 10_000_000;

/// The search ends when the rate that kept the thresholds and the one that missed them are as close
/// as this part of the lower one: two runs of the same target differ by about as much.
const PRECISION: u64 = 20;

/// Stages at the most: from 500 a second that is enough to come to 1, or to a million, and to bisect.
const MOST_TRIES: usize = 30;

/// Confirmations at the most. A rate that is kept for seconds may be missed over a longer time.
const MOST_CONFIRMATIONS: usize = 4;

/// How much lower the next confirmation is than one that missed: a tenth.
const BACK: u64 = 10;

/// What comes next in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchStep {
    /// A stage at this rate per second.
    Try(u64),
    /// A long stage at this rate per second.
    Confirm(u64),
    /// The end: the highest rate that was confirmed, if any was.
    Done(Option<u64>),
}

/// A search for the highest rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    next: SearchStep,
    /// The highest rate that kept the thresholds.
    kept: Option<u64>,
    /// The lowest rate that missed one.
    missed: Option<u64>,
    /// Whether the last stage missed one, and its rate is to be tried again.
    in_doubt: bool,
    tries: usize,
    confirmations: usize,
}

impl Search {
    /// A search that begins at a rate per second.
    #[must_use]
    pub fn new(first: u64) -> Self {
        Self {
            next: SearchStep::Try(first.clamp(1, HIGHEST)),
            kept: None,
            missed: None,
            in_doubt: false,
            tries: 0,
            confirmations: 0,
        }
    }

    /// What comes next.
    #[must_use]
    pub const fn next(&self) -> SearchStep {
        self.next
    }

    /// Takes what came of that: whether the thresholds were kept.
    pub fn record(&mut self, kept: bool) {
        self.next = match self.next {
            SearchStep::Try(rate) => {
                self.tries += 1;
                self.tried(rate, kept)
            }
            SearchStep::Confirm(rate) => {
                self.confirmations += 1;
                self.confirmed(rate, kept)
            }
            done @ SearchStep::Done(_) => done,
        };
    }

    fn tried(&mut self, rate: u64, kept: bool) -> SearchStep {
        self.in_doubt = !kept && !self.in_doubt;
        if self.in_doubt && self.tries < MOST_TRIES {
            return SearchStep::Try(rate);
        }
        if kept {
            self.kept = self.kept.max(Some(rate));
        } else {
            self.missed = Some(self.missed.map_or(rate, |missed| missed.min(rate)));
        }
        let spent = self.tries >= MOST_TRIES;
        match (self.kept, self.missed) {
            (Some(kept), _) if spent => SearchStep::Confirm(kept),
            (None, _) if spent => SearchStep::Done(None),
            (Some(kept), None) if kept >= HIGHEST => SearchStep::Confirm(kept),
            (Some(kept), None) => SearchStep::Try(kept.saturating_mul(2).min(HIGHEST)),
            (None, Some(missed)) if missed > 1 => SearchStep::Try(missed / 2),
            (Some(kept), Some(missed)) if missed - kept <= (kept / PRECISION).max(1) => {
                SearchStep::Confirm(kept)
            }
            (Some(kept), Some(missed)) => SearchStep::Try(kept + (missed - kept) / 2),
            (None, _) => SearchStep::Done(None),
        }
    }

    const fn confirmed(&self, rate: u64, kept: bool) -> SearchStep {
        if kept {
            return SearchStep::Done(Some(rate));
        }
        let lower = rate - rate.div_ceil(BACK);
        if self.confirmations >= MOST_CONFIRMATIONS || lower == 0 {
            SearchStep::Done(None)
        } else {
            SearchStep::Confirm(lower)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Searches a target played by a function. Gives everything that was tried, and what was found.
    fn search(
        first: u64,
        mut keeps: impl FnMut(SearchStep) -> bool,
    ) -> (Vec<SearchStep>, Option<u64>) {
        let mut search = Search::new(first);
        let mut tried = Vec::new();
        loop {
            match search.next() {
                SearchStep::Done(found) => return (tried, found),
                next => {
                    tried.push(next);
                    search.record(keeps(next));
                }
            }
        }
    }

    fn rate(next: SearchStep) -> u64 {
        match next {
            SearchStep::Try(rate) | SearchStep::Confirm(rate) => rate,
            SearchStep::Done(_) => 0,
        }
    }

    #[test]
    fn doubled_then_bisected_then_confirmed() {
        let (tried, found) = search(500, |next| rate(next) <= 1_700);
        let (last, stages) = tried.split_last().unwrap();
        let rates: Vec<u64> = stages.iter().map(|next| rate(*next)).collect();
        assert_eq!(
            rates,
            [500, 1_000, 2_000, 2_000, 1_500, 1_750, 1_750, 1_625, 1_687]
        );
        assert_eq!((*last, found), (SearchStep::Confirm(1_687), Some(1_687)));
    }

    #[test]
    fn halved_when_the_first_is_too_much() {
        let (tried, found) = search(500, |next| rate(next) <= 70);
        assert_eq!(
            tried[..7]
                .iter()
                .map(|next| rate(*next))
                .collect::<Vec<_>>(),
            [500, 500, 250, 250, 125, 125, 62]
        );
        assert_eq!(found, Some(69));
        let (tried, found) = search(500, |_| false);
        assert_eq!((tried.last(), found), (Some(&SearchStep::Try(1)), None));
    }

    #[test]
    fn one_hiccup_does_not_count() {
        let mut hiccup = true;
        let (_, found) = search(500, |next| {
            rate(next) <= 4_000 && !(rate(next) == 1_000 && std::mem::take(&mut hiccup))
        });
        assert_eq!(found, Some(4_000));
    }

    #[test]
    fn a_rate_that_is_not_kept_for_long_is_lowered() {
        let (tried, found) = search(1_000, |next| match next {
            SearchStep::Confirm(rate) => rate <= 900,
            other => rate(other) <= 1_000,
        });
        assert_eq!(
            tried[tried.len() - 2..],
            [SearchStep::Confirm(1_000), SearchStep::Confirm(900)]
        );
        assert_eq!(found, Some(900));
        let (tried, found) = search(
            1_000,
            |next| matches!(next, SearchStep::Try(rate) if rate <= 1_000),
        );
        let confirmations = tried
            .iter()
            .filter(|next| matches!(next, SearchStep::Confirm(_)));
        assert_eq!((confirmations.count(), found), (MOST_CONFIRMATIONS, None));
    }

    proptest! {
        #[test]
        fn what_is_found_is_close_to_what_the_target_can_do(
            first in 1_u64..100_000,
            limit in 1_u64..1_000_000,
        ) {
            prop_assume!(limit < first * 1_000 && first < limit * 1_000);
            let (_, found) = search(first, |next| rate(next) <= limit);
            let found = found.unwrap();
            prop_assert!(found <= limit);
            prop_assert!(limit - found <= (found / PRECISION).max(1), "{found} of {limit}");
        }

        /// However erratic a target is, the search ends, and finds only what was confirmed.
        #[test]
        fn every_search_ends(first: u64, keeps in prop::collection::vec(any::<bool>(), 64)) {
            let mut keeps = keeps.into_iter();
            let mut last = false;
            let (tried, found) = search(first, |_| {
                last = keeps.next().unwrap();
                last
            });
            prop_assert!(tried.len() <= MOST_TRIES + MOST_CONFIRMATIONS);
            if let Some(found) = found {
                prop_assert_eq!((tried.last().copied(), last), (Some(SearchStep::Confirm(found)), true));
            }
        }
    }
}
