//! Simulated loads as one, and judged again: what comes of it must be what one load had said.

use super::*;
use crate::record::{Arrivals, GivenThresholds, MergeError};
use proptest::prelude::*;

/// A load whose request number n takes `took[n]` milliseconds, every fifth answer wrong.
fn load(took: &[u64]) -> LoadResult {
    let mut job = job(LOOKUP, "100/s", 4, 2.0);
    job.settings.thresholds = vec![
        "p99 < 40ms".parse().unwrap(),
        "rate >= 99%".parse().unwrap(),
    ];
    job.settings.usual_thresholds = 1;
    run(&job, |call| {
        let took = took[usize::try_from(call.number).unwrap() % took.len()] * MS;
        match call.number % 5 {
            4 => (took, Ok(answer(404, &json!({})))),
            _ => right(&call, took),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// The oracle is the sorted list of the response times of both.
    #[test]
    fn merged_loads_have_the_percentiles_of_all_their_requests_in_either_order(
        one in prop::collection::vec(1_u64..9, 1..40),
        other in prop::collection::vec(1_u64..9, 1..40),
    ) {
        let (first, second) = (load(&one), load(&other));
        let both = first.merge(&second, false).unwrap();
        prop_assert_eq!(&both, &second.merge(&first, false).unwrap());
        let of = |took: &[u64]| (0..200).map(|n| took[n % took.len()]).collect::<Vec<_>>();
        let mut exact = [of(&one), of(&other)].concat();
        exact.sort_unstable();
        let operation = &both.operations[0];
        prop_assert_eq!((operation.response.count(), operation.answered, both.answered), (400, 400, 400));
        prop_assert_eq!(both.conforming, first.conforming + second.conforming);
        for (share, rank) in [(0.5, 200), (0.9, 360), (0.99, 396)] {
            let (ours, exact) = (operation.response.at_us(share), exact[rank - 1] * 1_000);
            prop_assert!(ours.abs_diff(exact) <= exact / 1_000, "{share}: {ours} for {exact}");
        }
        // Side by side: as many seconds, each with the answers of both, and the rates added.
        prop_assert_eq!(both.series.len(), first.series.len());
        let answered: u64 = both.series.iter().map(|second| second.answered).sum();
        prop_assert_eq!(answered, 400);
        prop_assert!((both.rate - first.rate - second.rate).abs() < 1e-9);
        let found: u64 = both.findings.iter().map(|found| found.count).sum();
        prop_assert_eq!((both.findings.len(), found), (1, 80));
        // Nothing of it but what is asked of the times together.
        let p99 = exact[396 - 1];
        prop_assert_eq!(both.thresholds[0].kept, p99 < 40);
    }
}

#[test]
fn three_loads_are_one_whatever_comes_first() {
    let [one, two, three] = [load(&[1, 30]), load(&[2]), load(&[45, 3, 3])];
    let left = one
        .merge(&two, false)
        .unwrap()
        .merge(&three, false)
        .unwrap();
    let right = one
        .merge(&two.merge(&three, false).unwrap(), false)
        .unwrap();
    assert_eq!(left, right);
    assert_eq!(
        left.series[1].response.times().unwrap().count(),
        left.series[1].answered
    );
}

#[test]
fn loads_that_did_not_do_the_same_are_not_one() {
    let one = load(&[1]);
    let mut job = job(LIFECYCLE, "100/s", 4, 2.0);
    job.settings.thresholds.clear();
    let other = run(&job, |call| right(&call, MS));
    let refused = one.merge(&other, false);
    assert!(
        matches!(refused, Err(MergeError::Differ("scenario"))),
        "{refused:?}"
    );
    let mut closed = one.clone();
    closed.arrivals = Arrivals::Closed;
    assert!(one.merge(&closed, false).is_err());
}

#[test]
fn a_load_that_was_stored_is_judged_again_as_at_first_and_by_other_thresholds() {
    let first = load(&[1, 1, 1, 30]);
    let stored = serde_json::to_string(&first).unwrap();
    let read: LoadResult = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, first);
    let judged = |texts: &[&str]| {
        let all: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
        read.clone().judged(GivenThresholds {
            all: &all,
            usual: 0,
            accept_invalid: false,
        })
    };
    let again = judged(&["p99 < 40ms"]);
    assert_eq!(again.thresholds, first.thresholds[..1]);
    assert_eq!(
        (again.rate, again.generator),
        (first.rate, first.generator.clone())
    );
    let other = judged(&["p99 < 20ms", "p50 < 2ms", "errors < 1%", "rate >= 50/s"]);
    let kept: Vec<bool> = other.thresholds.iter().map(|one| one.kept).collect();
    assert_eq!(kept, [false, true, false, true]);
}
