//! Profiles, the bounded queue, think time and thresholds, in simulated time.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::{LIFECYCLE, LOOKUP, MS, answer, job, nothing, right, run};
use crate::engine::load::LoadJob;
use crate::engine::load::simulation::simulate;
use crate::load::{Profile, Spacing, Stages};
use crate::model::{TransferError, TransferErrorKind, Verdict};
use crate::record::Arrivals;
use serde_json::json;

fn shaped(stages: &str, spacing: Spacing, connections: usize) -> LoadJob {
    let stages: Stages = stages.parse().unwrap();
    let mut job = job(LOOKUP, "max", connections, stages.duration().as_secs_f64());
    job.settings.profile = Profile::shaped(&stages, Duration::ZERO, spacing).unwrap();
    job
}

/// From 0 to 100/s in 4 s: 12.5·t² have come after t seconds, so the n-th is sent at √(n ÷ 12.5) s.
#[test]
fn a_ramp_sends_when_the_area_under_it_says() {
    let starts = RefCell::new(Vec::new());
    let job = shaped("ramp 0..100 over 4s", Spacing::Even, 4);
    let result = run(&job, |call| {
        starts.borrow_mut().push(call.now);
        right(&call, MS)
    });
    assert_eq!((result.answered, result.unstarted), (200, 0));
    for (index, start) in (0_u32..).zip(starts.into_inner()) {
        let exact = (f64::from(index) / 12.5).sqrt() * 1e9;
        #[expect(clippy::cast_precision_loss, reason = "small test data")]
        let off = (start as f64 - exact).abs();
        assert!(off <= 1.0, "{index}: {start} for {exact}");
    }
    let per_second: Vec<u64> = result.series.iter().map(|second| second.answered).collect();
    // 12.5·t² at whole seconds, rounded up: 13, 50, 113, 200.
    assert_eq!(per_second, [13, 37, 63, 87]);
    let Arrivals::Shaped { profile, poisson } = &result.arrivals else {
        panic!("{:?}", result.arrivals);
    };
    assert_eq!((profile.as_str(), *poisson), ("ramp 0..100 over 4s", false));
}

#[test]
fn random_arrivals_are_the_same_for_any_number_of_workers() {
    let starts = |workers| {
        let starts = RefCell::new(Vec::new());
        let job = shaped("200 for 2s", Spacing::Poisson { seed: 11 }, 8);
        let act = |call: super::Call| {
            starts.borrow_mut().push(call.now);
            // So fast that none may wait for the next.
            right(&call, MS / 100)
        };
        let result = simulate(&job, workers, act, nothing);
        let mut starts = starts.into_inner();
        starts.sort_unstable();
        assert_eq!(result.answered, starts.len() as u64);
        starts
    };
    let one = starts(1);
    assert_eq!(one, starts(3));
    let distances: BTreeSet<u64> = one.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(distances.len() > one.len() / 2, "they are not even");
}

/// What a queue with this much room before one server makes of arrivals: the response times of those
/// that were served, in order, and how many were turned away. Event by event, sharing nothing with the code.
fn bounded_queue(due: &[u64], room: usize, took: u64) -> (Vec<u64>, u64) {
    let (mut responses, mut refused) = (Vec::new(), 0);
    let mut queue: VecDeque<u64> = VecDeque::new();
    let mut free = 0;
    for &at in due {
        while free <= at
            && let Some(first) = queue.pop_front()
        {
            free = free.max(first) + took;
            responses.push(free - first);
        }
        if free <= at {
            free = at + took;
            responses.push(took);
        } else if queue.len() < room {
            queue.push_back(at);
        } else {
            refused += 1;
        }
    }
    for first in queue {
        free += took;
        responses.push(free - first);
    }
    (responses, refused)
}

#[test]
fn what_finds_the_queue_full_is_turned_away_and_counted() {
    let mut job = job(LOOKUP, "100/s", 1, 2.0);
    job.settings.queue = 3;
    // Only the hundredth multiple of it is one of 10 ms, so that nothing becomes due as something ends.
    let took = 23 * MS + 7 * MS / 10;
    let result = run(&job, |call| right(&call, took));
    let due: Vec<u64> = (0..200).map(|index| index * 10 * MS).collect();
    let (responses, refused) = bounded_queue(&due, 3, took);
    // Of those that the oracle serves after the end one is begun, the others wait at the end.
    let started = result.answered;
    assert_eq!(started + result.unstarted, 200);
    assert_eq!((result.refused, result.queue), (refused, 3));
    assert_eq!(result.unstarted - refused, responses.len() as u64 - started);
    let served = &responses[..usize::try_from(started).unwrap()];
    let longest = served.iter().max().unwrap() / 1_000;
    assert!(result.operations[0].answers.max_us().abs_diff(longest) <= longest / 1_000);
    // Three wait in front of it, then it is served itself.
    assert!(longest <= 4 * took / 1_000);
}

#[test]
fn without_a_queue_only_a_free_connection_takes_an_iteration() {
    let mut job = job(LOOKUP, "100/s", 2, 1.0);
    job.settings.queue = 0;
    let result = run(&job, |call| right(&call, 35 * MS));
    // Two start at 0 and 10 ms, the next two at 40 and 50 ms, and so on.
    assert_eq!(
        (result.answered, result.refused, result.unstarted),
        (50, 50, 50)
    );
    assert_eq!(result.operations[0].lag.max_us(), 0);
}

#[test]
fn a_connection_of_a_closed_model_thinks_between_two_iterations() {
    let mut job = job(LOOKUP, "max", 2, 1.0);
    job.settings.think = Duration::from_millis(40);
    let result = run(&job, |call| right(&call, 10 * MS));
    assert_eq!(
        (result.answered, result.operations[0].response.max_us()),
        (40, 10_000)
    );
    assert!(result.model().contains("40.0 ms"), "{}", result.model());
}

#[test]
fn thresholds_are_judged_by_the_whole_load() {
    let mut job = job(LOOKUP, "100/s", 1, 2.0);
    let texts = [
        "p50 < 2ms",
        "get max < 50ms",
        "errors < 1%",
        "rate >= 99%",
        "rate > 99/s",
    ];
    job.settings.thresholds = texts.map(|text| text.parse().unwrap()).to_vec();
    // One answer takes 100 ms, and those that wait behind it take less and less.
    let result = run(&job, |call| {
        let took = if call.number == 20 { 100 * MS } else { MS };
        right(&call, took)
    });
    let kept: Vec<bool> = result.thresholds.iter().map(|one| one.kept).collect();
    assert_eq!(kept, [true, false, true, true, true]);
    let longest = result.thresholds[1].figure.unwrap();
    assert!((longest - 100_000.0).abs() < 1.0, "{longest}");
    assert_eq!(result.missed().count(), 1);
    assert_eq!(
        result.verdict,
        Verdict::Pass,
        "a threshold is no part of the contract"
    );
}

/// One answer in three hundred takes two seconds, of 900 three: those are named, and no other is slow.
#[test]
fn answers_that_stall_are_named() {
    let mut job = job(LOOKUP, "100/s", 8, 9.0);
    job.settings.thresholds = vec!["stalls < 0.01%".parse().unwrap()];
    let stalling = |every: u64| {
        let result = run(&job, |call| {
            let stalls = call.number % every == every - 1;
            right(&call, if stalls { 2_000 * MS } else { MS })
        });
        result.thresholds[0].clone()
    };
    let missed = stalling(300);
    assert_eq!((missed.kept, missed.stalled["get"]), (false, 3));
    assert_eq!(missed.told(), "0.3333 % (3 of get)");
    let kept = stalling(10_000);
    assert!(kept.kept && kept.stalled.is_empty());
}

#[test]
fn a_load_that_limits_its_errors_can_bear_some() {
    let verdict = |slo: Option<&str>| {
        let mut job = job(LOOKUP, "100/s", 2, 1.0);
        job.settings
            .thresholds
            .extend(slo.map(|slo| slo.parse().unwrap()));
        run(&job, |call| {
            if call.number == 7 {
                (
                    MS,
                    Err(TransferError::new(TransferErrorKind::Timeout, "late")),
                )
            } else {
                right(&call, MS)
            }
        })
    };
    assert_eq!(verdict(None).verdict, Verdict::Fail);
    let limited = verdict(Some("errors <= 1%"));
    assert_eq!(
        (limited.verdict, limited.thresholds[0].kept),
        (Verdict::Warn, true)
    );
    let missed = verdict(Some("errors < 1%"));
    assert_eq!(
        (missed.verdict, missed.thresholds[0].kept),
        (Verdict::Warn, false)
    );
}

#[test]
fn loads_that_begin_at_other_iterations_make_other_values() {
    let emails = |first_iteration| {
        let mut job = job(LIFECYCLE, "10/s", 1, 1.0);
        job.settings.first_iteration = first_iteration;
        let emails = RefCell::new(BTreeSet::new());
        run(&job, |call| {
            let body = call.request.body.clone().unwrap_or_default();
            if !body.is_empty() {
                emails.borrow_mut().insert(body);
            }
            (MS, Ok(answer(200, &json!({"token": "b"}))))
        });
        emails.into_inner()
    };
    let (one, other) = (emails(0), emails(1 << 32));
    assert_eq!((one.len(), other.len()), (10, 10));
    assert!(one.is_disjoint(&other));
}
