//! Who counts in the response times: everyone whose request was due.

use proptest::prelude::*;
use std::collections::VecDeque;
use std::time::Duration;

use super::{Act, Call, LOOKUP, MS, SimulatedClock, job, nothing, right, run, simulate};
use crate::engine::Stopper;
use crate::engine::load::LoadClock;
use crate::load::{Profile, Spacing, Stages};
use crate::model::{TransferError, TransferErrorKind, Verdict};

/// The time limit of a request.
const LIMIT: u64 = 700 * MS;
/// One is due so often, for this long.
const EVERY: u64 = 10 * MS;
const END: u64 = 1_000 * MS;

/// What becomes of a request, after so many milliseconds; with a bit more, so that nothing becomes due as
/// something ends.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered(u64),
    HungUp(u64),
    Silence,
}

impl Fate {
    fn lasts(self) -> u64 {
        match self {
            Self::Answered(ms) | Self::HungUp(ms) => ms * MS + 37,
            Self::Silence => LIMIT + 37,
        }
    }

    fn act(self, call: &Call) -> Act {
        let failed = |kind| Err(TransferError::new(kind, "no answer"));
        match self {
            Self::Answered(_) => right(call, self.lasts()),
            Self::HungUp(_) => (self.lasts(), failed(TransferErrorKind::Closed)),
            Self::Silence => (self.lasts(), failed(TransferErrorKind::Timeout)),
        }
    }
}

/// The oracle: one connection and a queue of bounded length, played through. Gives the response time of
/// everyone whose request was due, in order of the times, and how many were answered.
fn everyone(fates: &[Fate], room: usize) -> (Vec<u64>, u64) {
    let (mut free, mut queue, mut number) = (0, VecDeque::new(), 0);
    let (mut times, mut answered) = (Vec::new(), 0);
    let mut send = |due: u64, free: &mut u64| {
        let fate = fates[number % fates.len()];
        let started = due.max(*free);
        *free = started + fate.lasts();
        number += 1;
        if let Fate::Answered(_) = fate {
            answered += 1;
            times.push(*free - due);
        } else {
            times.push((*free).max(started + LIMIT) - due);
        }
    };
    let mut turned_away = Vec::new();
    for due in (0..END).step_by(usize::try_from(EVERY).unwrap()) {
        while free <= due
            && let Some(first) = queue.pop_front()
        {
            send(first, &mut free);
        }
        if free <= due {
            send(due, &mut free);
        } else if queue.len() < room {
            queue.push_back(due);
        } else {
            turned_away.push(due);
        }
    }
    while free < END
        && let Some(first) = queue.pop_front()
    {
        send(first, &mut free);
    }
    // The connection was busy at the end, and takes one more of those that wait.
    if let Some(first) = queue.pop_front() {
        send(first, &mut free);
    }
    times.extend(queue.iter().map(|due| END - due));
    times.extend(turned_away.iter().map(|due| (END - due).max(LIMIT)));
    times.sort_unstable();
    (times, answered)
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => (1_u64..40).prop_map(Fate::Answered),
        1 => (1_u64..40).prop_map(Fate::HungUp),
        1 => Just(Fate::Silence),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn response_times_are_those_of_everyone_whose_request_was_due(
        fates in prop::collection::vec(any_fate(), 1..30),
        room in 0_usize..12,
    ) {
        let mut job = job(LOOKUP, "100/s", 1, 1.0);
        job.settings.timeout = Duration::from_nanos(LIMIT);
        job.settings.queue = room;
        let result = run(&job, |call| {
            let number = usize::try_from(call.number).unwrap();
            fates[number % fates.len()].act(&call)
        });
        let (exact, answered) = everyone(&fates, room);
        let times = &result.operations[0].response;
        prop_assert_eq!(times.count(), 100);
        prop_assert_eq!((result.answered, result.operations[0].answers.count()), (answered, answered));
        for (ours, share) in [(times.at_us(0.5), 500), (times.at_us(0.9), 900), (times.at_us(0.99), 990), (times.max_us(), 1_000)] {
            let exact = exact[(exact.len() * share).div_ceil(1_000) - 1] / 1_000;
            prop_assert!(ours.abs_diff(exact) <= exact / 500 + 1, "{}: {} for {}", share, ours, exact);
        }
        let sum: u64 = exact.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "small test data")]
        let mean = sum as f64 / exact.len() as f64 / 1e3;
        prop_assert!((times.mean_us() - mean).abs() <= mean / 500.0, "{} for {}", times.mean_us(), mean);
    }
}

#[test]
fn a_request_that_fails_at_once_makes_no_percentile_better() {
    let with = |kind: TransferErrorKind, took| {
        let result = run(&job(LOOKUP, "100/s", 2, 1.0), |call| {
            if call.number % 20 == 3 {
                return (took, Err(TransferError::new(kind, "no answer")));
            }
            right(&call, 5 * MS)
        });
        let times = &result.operations[0].response;
        (
            times.at_us(0.9),
            times.at_us(0.99),
            times.max_us(),
            times.count(),
        )
    };
    let limit_us = 10_000_000;
    for kind in [TransferErrorKind::Connect, TransferErrorKind::Closed] {
        let (p90, p99, max, count) = with(kind, MS / 10);
        assert_eq!((max, count), (limit_us, 100));
        assert!(p90.abs_diff(5_000) <= 5, "{p90}");
        assert!(p99.abs_diff(limit_us) <= limit_us / 1_000, "{p99}");
    }
}

/// One connection, 500 ms each, ten a second: at the end of a warm-up of 4 s 32 wait, and the measurement of
/// 2 s would be spent on them.
#[test]
fn what_waits_at_the_end_of_the_warm_up_is_dropped() {
    let mut job = job(LOOKUP, "10/s", 1, 2.0);
    job.settings.warm_up = Duration::from_secs(4);
    let result = run(&job, |call| right(&call, 500 * MS));
    // One is under way when the measurement begins; the next begin at 4.0 or 4.5 s and each 500 ms, and one
    // more after the end.
    assert!((4..=5).contains(&result.answered), "{}", result.answered);
    assert_eq!(result.answered + result.unstarted, 20);
    assert_eq!(result.operations[0].response.count(), 20);
    assert_eq!(result.verdict, Verdict::Pass);
}

#[test]
fn a_pause_ends_with_the_load() {
    let mut job = job(LOOKUP, "max", 2, 2.0);
    job.settings.think = Duration::from_hours(1);
    let ended = std::cell::Cell::new(0);
    let beside = |_: Stopper, clock: SimulatedClock| {
        let ended = &ended;
        async move {
            // As long as the load lasts, it looks what time it is.
            loop {
                clock.sleep_until(clock.now() + MS).await;
                ended.set(clock.now());
            }
        }
    };
    let result = simulate(&job, 1, |call| right(&call, MS), beside);
    assert_eq!(result.answered, 2);
    assert!(ended.get() < 2_100 * MS, "{}", ended.get());
}

#[test]
fn a_request_that_a_stop_cuts_off_counts_with_what_it_lasted() {
    let stop_after = |stopper: Stopper, clock: SimulatedClock| async move {
        clock.sleep_until(1_000 * MS).await;
        stopper.stop();
        std::future::pending::<()>().await;
    };
    let act = |call: Call| {
        let took = if call.number == 9 { 60_000 * MS } else { MS };
        right(&call, took)
    };
    let result = simulate(&job(LOOKUP, "100/s", 2, 60.0), 1, act, stop_after);
    let operation = &result.operations[0];
    assert_eq!(result.cut_off, 1);
    assert_eq!(operation.response.count(), operation.answers.count() + 1);
    // Due at 90 ms, given up on a second after the stop.
    assert!(operation.response.max_us() > 1_900_000);
    assert!(operation.errors.is_empty());
    assert_eq!(result.verdict, Verdict::Pass);
}

#[test]
fn each_stage_of_a_profile_has_its_own_figures() {
    let mut job = job(LOOKUP, "1/s", 4, 3.0);
    let stages: Stages = "100/s for 1s, spike 400/s for 1s, hold 1s".parse().unwrap();
    job.settings.profile = Profile::shaped(&stages, Duration::ZERO, Spacing::Even).unwrap();
    // Beyond 200 a second it is ten times as slow, and hangs up on every fourth.
    let spike = 1_000 * MS..2_000 * MS;
    let result = simulate(
        &job,
        2,
        |call| match (spike.contains(&call.now), call.number % 4) {
            (true, 0) => {
                let error = TransferError::new(TransferErrorKind::Closed, "too many");
                (MS, Err(error))
            }
            (true, _) => right(&call, 10 * MS),
            (false, _) => right(&call, MS),
        },
        nothing,
    );
    let rows: Vec<_> = result
        .stages
        .iter()
        .map(|one| {
            (
                one.start_s,
                one.due,
                one.answered,
                one.p50_us / 100,
                one.response.times().unwrap().count(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (0.0, 100, 100, 10, 100),
            (1.0, 400, 300, 100, 400),
            (2.0, 100, 100, 10, 100)
        ]
    );
    let errors: Vec<u64> = result.stages.iter().map(|one| one.errors).collect();
    assert_eq!(errors, [0, 100, 0]);
    assert!(result.stages[1].p99_us >= 9_990_000 && result.stages[2].p99_us == 1_000);
}
