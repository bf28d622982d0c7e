//! The cases that are run before the others, since somebody waits for a first verdict.

use std::collections::BTreeSet;

use crate::model::CaseId;
use crate::suite::Case;

/// The cases that are run before the others.
#[derive(Clone, Debug, Default)]
pub(super) enum FirstCases {
    /// None: the order is the engine's.
    #[default]
    None,
    /// The first of each suite that takes no time to speak of, which is the one that shows its endpoint at work.
    OfEachSuite,
    /// These, as far as they are there.
    Named(Vec<CaseId>),
}

impl FirstCases {
    /// Puts them first, and gives how many there are.
    pub(super) fn put_first(&self, cases: &mut [Case]) -> usize {
        let chosen: BTreeSet<CaseId> = match self {
            Self::None => return 0,
            Self::OfEachSuite => of_each_suite(cases),
            Self::Named(ids) => ids.iter().cloned().collect(),
        };
        cases.sort_by_key(|case| !chosen.contains(&case.id));
        cases.partition_point(|case| chosen.contains(&case.id))
    }
}

fn of_each_suite(cases: &[Case]) -> BTreeSet<CaseId> {
    let is_quick = |case: &&Case| {
        let waits = case.alone || !case.delays().is_zero();
        !waits && case.accounts_made() <= 1
    };
    let mut suites = BTreeSet::new();
    let quick = cases.iter().filter(is_quick);
    let first = quick.filter(|case| suites.insert(&case.suite));
    first.map(|case| case.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::suites::planned_by;
    use crate::suite::plan;

    #[test]
    fn what_is_chosen_stands_first_and_is_counted() {
        let mut cases = planned_by(plan, None).unwrap().plan.cases;
        assert_eq!(FirstCases::None.put_first(&mut cases), 0);
        let named = ["get.unknown", "delete.bearer", "gone"].map(CaseId::new);
        let named = FirstCases::Named(named.to_vec());
        assert_eq!(named.put_first(&mut cases), 2);
        let first: BTreeSet<&str> = cases[..2].iter().map(|case| case.id.as_str()).collect();
        assert!(first.into_iter().eq(["delete.bearer", "get.unknown"]));
        let suites: BTreeSet<_> = cases.iter().map(|case| case.suite.clone()).collect();
        let number = FirstCases::OfEachSuite.put_first(&mut cases);
        assert!(number > 5 && number <= suites.len(), "{number}");
        assert!(cases[..number].iter().all(|case| !case.alone));
    }
}
