//! What a target does only while other cases are under way: its violations spoil the ground under them.

use std::collections::BTreeSet;

use super::cause::Difference;
use super::difference_record::DiffRecord;
use crate::model::{CaseId, Level};

impl DiffRecord {
    /// The cases that are to be made by themselves, one after the other, so that it is known what they show of their
    /// own: those that met a violation, or a request that one target grants and another refuses. None where nobody
    /// violates anything.
    #[must_use]
    pub fn cases_to_isolate(&self) -> BTreeSet<CaseId> {
        let all = self.differences.iter();
        if !all.clone().any(|one| one.class.is_violation()) {
            return BTreeSet::new();
        }
        let met = all.filter(|one| is_open(one));
        let places = met.flat_map(|one| &one.places);
        places.map(|place| place.case.clone()).collect()
    }
}

/// Whether it may come of what another case did.
fn is_open(difference: &Difference) -> bool {
    let parts = ["status", "answer", "course"];
    difference.class.is_violation() || parts.contains(&difference.part.as_str())
}

/// Parts differences from those that did not come again when their cases were made by themselves. What does not is
/// put down to nobody only where a violation as grave did come, of which it may be what follows: a violation that
/// takes company is one all the same. Violations that spoilt their own ground among the other cases, and are seen
/// where a case is made by itself only, are added.
pub(super) fn part_company(
    mut found: Vec<Difference>,
    isolated: &[Difference],
) -> (Vec<Difference>, Vec<Difference>) {
    let own = isolated.iter().filter(|one| {
        let is_known = found.iter().any(|other| one.is_same(other));
        one.class.is_violation() && !is_known
    });
    let own: Vec<Difference> = own.cloned().collect();
    found.extend(own);
    let came_again = |one: &Difference| isolated.iter().any(|other| one.is_same(other));
    let violated = found.iter().filter(|one| one.class.is_violation());
    let gravest = violated
        .filter(|one| came_again(one))
        .filter_map(|one| one.level)
        .max();
    let Some(gravest) = gravest else {
        return (found, Vec::new());
    };
    let stands = |one: &Difference| {
        !is_open(one) || came_again(one) || one.level.unwrap_or(Level::May) > gravest
    };
    let (kept, mut beside): (Vec<_>, Vec<_>) = found.into_iter().partition(stands);
    for one in &mut beside {
        one.in_company = true;
    }
    (kept, beside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::difference::DifferenceClass;
    use crate::difference::steadiness::tests::difference;

    fn names(all: &[Difference]) -> Vec<&str> {
        all.iter().map(|one| one.name.as_str()).collect()
    }

    fn violation(name: &str, level: Level) -> Difference {
        let mut one = difference(DifferenceClass::SecondViolates, name);
        one.level = Some(level);
        one
    }

    #[test]
    fn what_does_not_come_again_by_itself_is_put_down_to_nobody_beside_what_does() {
        let reading = |name| difference(DifferenceClass::Reading, name);
        let found = || {
            let violations = [
                violation("own", Level::Must),
                violation("spoilt", Level::Must),
            ];
            let readings = [reading("status of one"), reading("status of another")];
            violations.into_iter().chain(readings).collect::<Vec<_>>()
        };
        let isolated = [violation("own", Level::Must), reading("status of one")];
        let (kept, beside) = part_company(found(), &isolated);
        assert_eq!(names(&kept), ["own", "status of one"]);
        assert_eq!(names(&beside), ["spoilt", "status of another"]);
        assert!(beside.iter().all(|one| one.in_company));
    }

    #[test]
    fn a_violation_that_is_seen_by_itself_only_takes_the_place_of_what_follows_of_it() {
        let found = vec![violation("spoilt", Level::Must)];
        let isolated = [
            violation("own", Level::Must),
            difference(DifferenceClass::Reading, "status of one"),
        ];
        let (kept, beside) = part_company(found, &isolated);
        assert_eq!(names(&kept), ["own"]);
        assert_eq!(names(&beside), ["spoilt"]);
    }

    #[test]
    fn a_violation_that_takes_company_stands_where_none_as_grave_comes_by_itself() {
        let found = || {
            vec![
                violation("must", Level::Must),
                violation("should", Level::Should),
            ]
        };
        let (kept, beside) = part_company(found(), &[]);
        assert_eq!((kept.len(), beside.len()), (2, 0));
        let (kept, beside) = part_company(found(), &[violation("should", Level::Should)]);
        assert_eq!((kept.len(), beside.len()), (2, 0));
    }
}
