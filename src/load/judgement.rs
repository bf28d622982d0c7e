//! Whether a load keeps its thresholds.

use super::tally::Tally;
use super::times::Times;
use super::{NANOS_PER_SECOND, seconds};
use crate::model::{Measure, Threshold, float, share, whole};

/// A lag of the generator this long tells of a machine that stood still, and with it perhaps the target.
const STANDSTILL: u64 = NANOS_PER_SECOND / 2;

/// Before a load is stopped early, at least this many requests must be on the wrong side of the
/// limit: with fewer, a few slow answers of a cold start would decide.
const ENOUGH: f64 = 10.0;

/// What was counted of a load.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The operations, in the order of the scenario.
    pub operations: &'a [CountedOperation<'a>],
    /// The time of the measurement, in nanoseconds.
    pub duration: u64,
    /// Iterations that were due and never started.
    pub unstarted: u64,
    /// The longest that an iteration was late for no fault of the target, in nanoseconds. Stalls of which
    /// that may be the cause are not held against the target.
    pub own_lag: u64,
}

impl Counted<'_> {
    /// How many answers of an operation stalled, unless this machine may have held them up.
    #[must_use]
    pub fn stalled(&self, operation: &CountedOperation<'_>) -> u64 {
        if self.own_lag < STANDSTILL {
            operation.tally.stalled()
        } else {
            0
        }
    }
}

/// What was counted of an operation.
#[derive(Clone, Copy, Debug)]
pub struct CountedOperation<'a> {
    /// Its name.
    pub name: &'a str,
    /// The counts.
    pub tally: &'a Tally,
    /// Of how many iterations it is, as a share of all (0 to 1).
    pub share: f64,
}

/// What was measured for a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The figure in the unit of the measure; none if there was nothing to measure.
    pub figure: Option<f64>,
    /// How many requests it rests on.
    pub samples: u64,
    /// Whether the threshold was kept. One that there was nothing to measure for was not, unless it is one
    /// on stalls.
    pub kept: bool,
}

/// Judges a threshold by everything that was counted.
#[must_use]
pub fn judge(threshold: &Threshold, counted: &Counted<'_>) -> Measured {
    let total = total(threshold, counted);
    let (figure, samples) = figure(threshold.measure, &total, counted.duration);
    let holds = |figure| threshold.relation.holds(&figure, &threshold.limit);
    Measured {
        figure,
        samples,
        // Where nothing is answered nothing stalls; what is wrong then, others say.
        kept: figure.map_or(threshold.measure == Measure::Stalls, holds),
    }
}

/// Whether a threshold is missed for good enough reasons to stop the load: by enough requests, and
/// for what cannot be caught up. A rate can: a queue may still be worked off.
#[must_use]
pub fn is_lost(threshold: &Threshold, counted: &Counted<'_>) -> bool {
    if !threshold.relation.is_ceiling() || judge(threshold, counted).kept {
        return false;
    }
    let total = total(threshold, counted);
    let all = float(total.response.count());
    match threshold.measure {
        Measure::Percentile(share) => all * (1.0 - share) >= ENOUGH,
        // One request is enough to break it, whatever follows.
        Measure::Longest => all > 0.0,
        Measure::Mean => all >= ENOUGH,
        Measure::Errors => float(total.bad) >= ENOUGH,
        Measure::Stalls => float(total.stalled) >= ENOUGH,
        Measure::Achieved | Measure::Rate => false,
    }
}

/// What a threshold looks at: one operation, or all together.
struct Total {
    response: Times,
    answered: u64,
    sent: u64,
    bad: u64,
    stalled: u64,
    due: f64,
}

fn total(threshold: &Threshold, counted: &Counted<'_>) -> Total {
    let mut total = Total {
        response: Times::default(),
        answered: 0,
        sent: 0,
        bad: 0,
        stalled: 0,
        due: 0.0,
    };
    let of_time = matches!(
        threshold.measure,
        Measure::Percentile(_) | Measure::Longest | Measure::Mean
    );
    let operations = counted.operations.iter();
    for operation in operations.filter(|operation| threshold.speaks_of(operation.name)) {
        let tally = operation.tally;
        if of_time {
            total.response.add(&tally.answers);
            total.response.add(&tally.unanswered);
        }
        let sent = tally.answered + tally.failed();
        total.answered += tally.answered;
        // What this machine could not send is no error of the target's.
        total.sent += sent - tally.exhausted();
        total.bad += sent - tally.exhausted() - tally.conforming;
        if threshold.measure == Measure::Stalls {
            total.stalled += counted.stalled(operation);
        }
        total.due += float(sent) + float(counted.unstarted) * operation.share;
    }
    total
}

fn figure(measure: Measure, total: &Total, duration: u64) -> (Option<f64>, u64) {
    let times = &total.response;
    let of_times = |figure: f64| ((times.count() > 0).then_some(figure), times.count());
    match measure {
        Measure::Percentile(share) => of_times(float(times.quantile(share))),
        Measure::Longest => of_times(float(times.max())),
        Measure::Mean => of_times(times.mean()),
        Measure::Errors => {
            let share = (total.sent > 0).then(|| share(total.bad, total.sent));
            (share, total.sent)
        }
        Measure::Stalls => {
            let share = (total.answered > 0).then(|| share(total.stalled, total.answered));
            (share, total.answered)
        }
        Measure::Achieved => {
            let share = (total.due > 0.0).then(|| float(total.answered) / total.due);
            (share, whole(total.due))
        }
        Measure::Rate => {
            let rate = (duration > 0).then(|| float(total.answered) / seconds(duration));
            (rate, total.answered)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Reply, Sample};
    use crate::model::TransferErrorKind;
    use proptest::prelude::*;

    const MS: u64 = 1_000_000;

    /// Answers after so many milliseconds, each conforming or not.
    fn tally(answers: impl IntoIterator<Item = (u64, bool)>, failed: u64) -> Tally {
        let mut tally = Tally::default();
        let sample = |ms: u64, reply| Sample {
            operation: 0,
            due: 0,
            started: 0,
            finished: ms * MS,
            reply,
        };
        for (ms, conforming) in answers {
            let status = 200;
            tally.record(&sample(ms, Reply::Answered { status, conforming }));
        }
        for _ in 0..failed {
            let reply = Reply::Failed {
                kind: TransferErrorKind::Timeout,
                at_least: 1_000 * MS,
            };
            tally.record(&sample(1, reply));
        }
        tally
    }

    fn judged(text: &str, tally: &Tally, unstarted: u64) -> (Measured, bool) {
        let threshold = text.parse().unwrap();
        let operations = [CountedOperation {
            name: "get",
            tally,
            share: 1.0,
        }];
        let counted = Counted {
            operations: &operations,
            duration: 2 * NANOS_PER_SECOND,
            unstarted,
            own_lag: 0,
        };
        (judge(&threshold, &counted), is_lost(&threshold, &counted))
    }

    #[test]
    fn each_measure_is_what_it_says() {
        let tally = tally((1..=97).map(|ms| (ms, ms > 2)), 3);
        for (text, figure, samples, kept) in [
            ("p50 < 51ms", 50e6, 100, true),
            ("get p50 < 49ms", 50e6, 100, false),
            ("p97 < 98ms", 97e6, 100, true),
            ("p98 < 1s", 1e9, 100, false),
            ("max <= 1s", 1e9, 100, true),
            ("max < 1s", 1e9, 100, false),
            ("mean <= 78ms", 77.53e6, 100, true),
            ("errors <= 5%", 0.05, 100, true),
            ("errors < 5%", 0.05, 100, false),
            ("rate >= 77.6%", 0.776, 125, true),
            ("rate >= 78%", 0.776, 125, false),
            ("rate > 48/s", 48.5, 97, true),
            ("rate > 49/s", 48.5, 97, false),
        ] {
            let (measured, _) = judged(text, &tally, 25);
            let close = (measured.figure.unwrap() - figure).abs() <= figure / 1_000.0;
            assert!(close, "{text}: {measured:?}");
            assert_eq!((measured.samples, measured.kept), (samples, kept), "{text}");
        }
    }

    /// Of a hundred answers two take a second or longer. Where the others take 99 ms that is a stall, where
    /// they take 101 ms, half of what takes that long is slow.
    #[test]
    fn a_stall_is_long_and_far_from_the_usual() {
        let with_two = |usual| {
            tally(
                (0..98)
                    .map(|_| usual)
                    .chain([999, 1_001, 3_000])
                    .map(|ms| (ms, true)),
                0,
            )
        };
        for (usual, stalled) in [(1, 2.0), (99, 2.0), (110, 1.0), (400, 0.0)] {
            let (measured, lost) = judged("stalls < 1%", &with_two(usual), 0);
            let figure = measured.figure.unwrap() * 101.0;
            assert!((figure - stalled).abs() < 1e-9, "{usual} ms: {figure}");
            assert_eq!(
                (measured.samples, measured.kept),
                (101, stalled < 1.01),
                "{usual} ms"
            );
            assert!(!lost, "two are too few to stop a load");
        }
        let frozen = tally(
            (0..30).map(|index| (if index < 10 { 2_000 } else { 1 }, true)),
            0,
        );
        assert!(judged("stalls < 1%", &frozen, 0).1);
    }

    #[test]
    fn what_this_machine_may_have_held_up_is_no_stall() {
        let stalled = tally((0..30).map(|_| 1).chain([2_000]).map(|ms| (ms, true)), 0);
        let operations = [CountedOperation {
            name: "get",
            tally: &stalled,
            share: 1.0,
        }];
        for (own_lag, kept) in [(STANDSTILL - 1, false), (STANDSTILL, true)] {
            let counted = Counted {
                operations: &operations,
                duration: NANOS_PER_SECOND,
                unstarted: 0,
                own_lag,
            };
            let measured = judge(&"stalls < 1%".parse().unwrap(), &counted);
            assert_eq!(measured.kept, kept, "{own_lag}");
        }
    }

    #[test]
    fn what_was_not_measured_was_not_kept() {
        assert!(judged("stalls < 1%", &Tally::default(), 0).0.kept);
        for text in ["p99 < 1s", "errors < 1%", "rate >= 1%", "post max < 1s"] {
            let (measured, lost) = judged(text, &Tally::default(), 0);
            assert_eq!((measured.figure, measured.kept, lost), (None, false, false));
        }
    }

    #[test]
    fn a_load_is_given_up_only_after_enough_requests() {
        let slow = |answers| tally((0..answers).map(|_| (90, true)), 0);
        assert!(!judged("p99 < 50ms", &slow(999), 0).1);
        assert!(judged("p99 < 50ms", &slow(1_001), 0).1);
        assert!(!judged("p99 < 95ms", &slow(5_000), 0).1);
        assert!(judged("max < 50ms", &slow(1), 0).1);
        assert!(!judged("errors < 1%", &tally([(1, true)], 9), 0).1);
        assert!(judged("errors < 1%", &tally([(1, true)], 10), 0).1);
        assert!(
            !judged("rate >= 99%", &slow(10), 5_000).1,
            "it may catch up"
        );
    }

    /// Two scenarios in turns, three iterations of one to one of the other: of 40 that never started,
    /// 30 lack the first's operation, and 10 the two of the other.
    #[test]
    fn what_never_started_is_due_in_proportion() {
        let tallies = [30, 10, 10].map(|count| tally((0..count).map(|_| (1, true)), 0));
        let operation = |name, index: usize, share| CountedOperation {
            name,
            tally: &tallies[index],
            share,
        };
        let operations = [
            operation("read: get", 0, 0.75),
            operation("life: create", 1, 0.25),
            operation("life: delete", 2, 0.25),
        ];
        let counted = Counted {
            operations: &operations,
            duration: NANOS_PER_SECOND,
            unstarted: 40,
            own_lag: 0,
        };
        for (text, due, figure) in [
            ("rate >= 50%", 100, 0.5),
            ("read rate >= 50%", 60, 0.5),
            ("life rate >= 50%", 40, 0.5),
            ("life: create rate >= 50%", 20, 0.5),
        ] {
            let measured = judge(&text.parse().unwrap(), &counted);
            assert_eq!((measured.samples, measured.kept), (due, true), "{text}");
            assert!((measured.figure.unwrap() - figure).abs() < 1e-9, "{text}");
        }
    }

    proptest! {
        /// The oracle is the sorted list of all times of all operations.
        #[test]
        fn a_percentile_of_all_operations_is_that_of_all_their_times(
            one in prop::collection::vec(1_u64..5_000, 1..200),
            other in prop::collection::vec(1_u64..5_000, 1..200),
            limit in 1_u64..5_000,
        ) {
            let tallies = [&one, &other].map(|all| tally(all.iter().map(|ms| (*ms, true)), 0));
            let operation = |name, tally| CountedOperation { name, tally, share: 1.0 };
            let operations = [operation("one", &tallies[0]), operation("other", &tallies[1])];
            let counted = Counted { operations: &operations, duration: 1, unstarted: 0, own_lag: 0 };
            let mut all: Vec<u64> = one.iter().chain(&other).copied().collect();
            all.sort_unstable();
            let exact = all[(all.len() * 9).div_ceil(10) - 1];
            // Closer to the limit the histogram's three digits decide.
            prop_assume!(exact.abs_diff(limit) * 1_000 > exact);
            let threshold = format!("p90 < {limit}ms").parse().unwrap();
            prop_assert_eq!(judge(&threshold, &counted).kept, exact < limit);
        }
    }
}
