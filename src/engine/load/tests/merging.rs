//! Simulated loads as one, and judged again: what comes of it must be what one load had said.

use super::*;
use crate::contract::Requirements;
use crate::record::{
    Arrivals, Event, GivenThresholds, MergeError, MergedRun, Record, RecordBuilder, RunInfo,
};
use proptest::prelude::*;

/// A load whose request number n takes `took[n]` milliseconds, every fifth answer wrong.
fn load(took: &[u64]) -> LoadResult {
    load_of(2.0, took)
}

fn load_of(seconds: f64, took: &[u64]) -> LoadResult {
    let mut job = job(LOOKUP, "100/s", 4, seconds);
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

fn run_info() -> RunInfo {
    serde_json::from_value(json!({
        "id": "a-run", "version": "", "verb": "load", "target": "", "embedded": false, "seed": 1,
        "jobs": 0, "strict": false, "started": "", "duration_ms": 0.0, "interrupted": false,
    }))
    .unwrap()
}

/// Shares of a run are added up and judged once, which must come to the same as merging them two by two; what stalls
/// of single seconds take from the sample, too.
#[test]
fn shares_that_are_judged_once_are_what_loads_merged_two_by_two_are() {
    // In one second of ten all wait.
    let stalled: Vec<u64> = (0..1_000)
        .map(|n| if n / 100 == 4 { 30 } else { 1 })
        .collect();
    let loads = [
        stalled.clone(),
        stalled.iter().map(|took| took + 1).collect(),
        stalled,
    ];
    let loads = loads.map(|took| load_of(10.0, &took));
    let mut run = MergedRun::new(run_info());
    for (index, load) in loads.iter().enumerate() {
        let mut builder = RecordBuilder::new(run_info());
        builder.apply(&Event::LoadFinished(Box::new(load.clone())));
        let record: Record = builder.finish(0.0, &[], &Requirements::default());
        run.add(record, &format!("worker {index}")).unwrap();
    }
    let together = run.finish(&[], &Requirements::default());
    let [one, two, three] = &loads;
    let mut merged = one.merge(two, false).unwrap().merge(three, false).unwrap();
    merged.arrivals = one.arrivals.clone();
    let stored = |load: &LoadResult| serde_json::to_value(load).unwrap();
    assert_eq!(stored(&together.loads[0]), stored(&merged));
    let effects = &stored(&merged)["operations"][0]["response"]["design_effects"];
    assert!(effects["p90"].as_f64().unwrap() > 2.0, "{effects}");
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
