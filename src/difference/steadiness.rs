//! What differs in each of two passes, and what in one of them only.

use super::cause::Difference;

/// Puts the differences of two passes over the same two targets together: those that are steady, and those that one
/// pass alone has. A violation stays one, however seldom it is.
pub(super) fn steady(passes: Vec<Vec<Difference>>) -> (Vec<Difference>, Vec<Difference>) {
    let all = passes.len();
    let mut seen: Vec<(Difference, usize)> = Vec::new();
    for difference in passes.into_iter().flatten() {
        let is_same = |(other, _): &&mut (Difference, usize)| other.is_same(&difference);
        match seen.iter_mut().find(is_same) {
            Some((kept, times)) => {
                *times += 1;
                kept.count = kept.count.max(difference.count);
            }
            None => seen.push((difference, 1)),
        }
    }
    let mut differences = Vec::new();
    let mut unsteady = Vec::new();
    for (mut difference, times) in seen {
        difference.unsteady = times < all;
        if difference.unsteady && !difference.class.is_violation() {
            unsteady.push(difference);
        } else {
            differences.push(difference);
        }
    }
    differences.sort_by_key(Difference::rank);
    unsteady.sort_by_key(Difference::rank);
    (differences, unsteady)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::difference::cause::DifferenceClass;

    pub(in crate::difference) fn difference(class: DifferenceClass, name: &str) -> Difference {
        Difference {
            name: name.to_owned(),
            class,
            sides: ["A".to_owned(), "B".to_owned()],
            requirements: Vec::new(),
            says: None,
            level: None,
            question: None,
            part: "status".to_owned(),
            expected: None,
            forms: ["1".to_owned(), "2".to_owned()],
            count: 1,
            places: Vec::new(),
            example: None,
            unsteady: false,
            in_company: false,
            accepted: None,
        }
    }

    #[test]
    fn what_one_pass_alone_has_is_unsteady_and_a_violation_counts_all_the_same() {
        let reading = |name| difference(DifferenceClass::Reading, name);
        let violation = difference(DifferenceClass::SecondViolates, "now and then");
        let passes = vec![
            vec![reading("always"), reading("once")],
            vec![reading("always"), violation],
        ];
        let (steady, unsteady) = steady(passes);
        let names = |all: &[Difference]| {
            let named = all.iter().map(|one| (one.name.clone(), one.unsteady));
            named.collect::<Vec<_>>()
        };
        assert_eq!(
            names(&steady),
            [
                ("always".to_owned(), false),
                ("now and then".to_owned(), true)
            ]
        );
        assert_eq!(names(&unsteady), [("once".to_owned(), true)]);
    }
}
