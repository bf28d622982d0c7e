//! Whether a measurement tells of the target or of the generator: a decision over measured facts.
//!
//! A request can be late for two reasons. All connections were busy: that is the target's slowness,
//! which an open model must show, and it is never held against the generator. Or the generator's own
//! thread did not get to it: then the times are the generator's. Here the second is looked for.
//!
//! What the generator lacks can only make a time of an open model longer, and a rate lower. So a limit
//! that was kept was kept; only one that was missed may be missed because of the generator.

use super::generator_facts::GeneratorFacts;
use super::times::Times;
use crate::model::{Measure, Threshold, float, whole};

/// A 99th percentile tells of the generator once the generator itself was held up for this share of
/// the time. It is the highest percentile that is commonly judged.
const ONE_IN_A_HUNDRED: f64 = 0.01;

/// Being held up matters if it made up this share of the 99th percentile of the response time.
const MATERIAL: f64 = 0.1;

/// The median's share, which the mean is taken to be near to.
const ONE_HALF: f64 = 0.5;

/// From this share of the time on, stretches follow upon each other, so that single ones say nothing
/// about their effect any more.
const MOSTLY: f64 = 0.1;

/// Beginning late matters if one in a hundred iterations was begun this late, in nanoseconds, though
/// its connection was idle. A virtual machine that is taken off its processor now and then stays
/// below, and so do the coarse timers of systems without a `timerfd`, by far.
const LATE: u64 = 10_000_000;

/// And if that is this share of the 99th percentile of the response time.
const MOSTLY_LATE: f64 = 0.5;

/// Seconds without time left matter if they are this share of all: fewer are hiccups.
const SATURATED: f64 = 0.1;

/// And if there is more than one of them, where the measurement has more than one second.
const HICCUP: u64 = 1;

/// What the generator lacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// Processors: others used them while its threads were ready.
    Processors,
    /// Time: a thread was busy without a pause.
    Time,
    /// Punctuality: it began late although a connection was idle.
    Punctuality,
    /// Ports, descriptors or memory for connections.
    Connections,
}

/// What a shortage means for the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They must be read with care.
    Limited,
    /// They tell of the generator.
    Invalid,
}

/// What the generator lacked, each with its effect; empty if the figures tell of the target.
///
/// In a closed model there is no schedule to be late against: whatever the generator needs for
/// itself only lowers the rate, which is then a limit of the generator. So nothing but missing
/// connections makes such a measurement invalid.
#[must_use]
pub fn shortages(facts: &GeneratorFacts) -> Vec<(Shortage, Effect)> {
    let found = [
        (Shortage::Processors, processors(facts)),
        (Shortage::Time, time(facts)),
        (Shortage::Punctuality, punctuality(facts)),
    ];
    let most = if facts.open {
        Effect::Invalid
    } else {
        Effect::Limited
    };
    let connections = (facts.exhausted > 0).then_some((Shortage::Connections, Effect::Invalid));
    found
        .into_iter()
        .filter_map(|(shortage, effect)| Some((shortage, effect?.min(most))))
        .chain(connections)
        .collect()
}

/// Whether the percentile at this share (0 to 1), which was measured as `response` nanoseconds, may be the
/// generator's doing. `own_lag` is how late iterations began although a connection was idle.
///
/// Being held up for a share of the time spoils the percentiles that leave out no more than that, as far as
/// it is material to them; from a tenth of the time on it spoils all of them.
#[must_use]
pub fn is_spoiled(facts: &GeneratorFacts, own_lag: &Times, share: f64, response: u64) -> bool {
    if !facts.open {
        return !shortages(facts).is_empty();
    }
    is_overtaxed(facts)
        || starved(facts, 1.0 - share, response) == Some(Effect::Invalid)
        || is_late(own_lag.quantile(share), response)
}

/// Whether a threshold that was missed with this figure, in the unit of its measure, may have been missed
/// because of the generator.
#[must_use]
pub fn may_be_ours(
    threshold: &Threshold,
    figure: Option<f64>,
    facts: &GeneratorFacts,
    own_lag: &Times,
) -> bool {
    let of_time = threshold.measure.is_time();
    if of_time != threshold.relation.is_ceiling() && threshold.measure != Measure::Stalls {
        // What the generator lacks only helps to keep it.
        return false;
    }
    let Some(figure) = figure.filter(|_| !is_overtaxed(facts)) else {
        return is_overtaxed(facts);
    };
    // Without what was lost a time would have been shorter by so much, and by no more.
    let would_hold = |late: f64| {
        let could = figure * (1.0 - facts.threads.starved_share()) - late;
        !facts.open || threshold.relation.holds(&could, &threshold.limit)
    };
    let of_quantile = |share: f64| {
        let late = float(own_lag.quantile(share));
        is_spoiled(facts, own_lag, share, whole(figure)) && would_hold(late)
    };
    match threshold.measure {
        Measure::Percentile(share) => of_quantile(share),
        Measure::Longest => of_quantile(1.0),
        Measure::Mean => {
            let late = own_lag.mean();
            let spoiled = is_spoiled(facts, own_lag, ONE_HALF, whole(figure));
            (spoiled || late >= MATERIAL * figure) && would_hold(late)
        }
        Measure::Stalls => is_spoiled(facts, own_lag, ONE_HALF, facts.response_p99),
        Measure::Errors => false,
        Measure::Achieved | Measure::Rate => {
            // In the time without a processor as much again could have been sent, and no more.
            let lacked = facts.threads.starved_share();
            let could = figure / (1.0 - lacked).max(f64::MIN_POSITIVE);
            let enough = threshold.relation.holds(&could, &threshold.limit);
            enough || (!facts.open && !shortages(facts).is_empty())
        }
    }
}

/// Whether it had no time left for what it was to do, or could not open the connections for it.
fn is_overtaxed(facts: &GeneratorFacts) -> bool {
    // A load that was given up on after a moment has no second second to tell a hiccup by.
    let mostly = facts.saturated > 0 && is_share(facts.saturated, ONE_HALF, facts.seconds);
    time(facts).is_some() || mostly || facts.exhausted > 0
}

fn processors(facts: &GeneratorFacts) -> Option<Effect> {
    starved(facts, ONE_IN_A_HUNDRED, facts.response_p99)
}

/// What being held up does to the percentile that leaves out this share of all times.
fn starved(facts: &GeneratorFacts, left_out: f64, response: u64) -> Option<Effect> {
    let starved = facts.threads.starved_share();
    if facts.threads.starved == 0 || starved < left_out.min(MOSTLY) {
        return None;
    }
    let material = is_share(facts.threads.mean_stretch(), MATERIAL, response);
    Some(if starved >= MOSTLY || material {
        Effect::Invalid
    } else {
        Effect::Limited
    })
}

fn time(facts: &GeneratorFacts) -> Option<Effect> {
    let hiccup = facts.seconds > HICCUP && facts.saturated <= HICCUP;
    let many = facts.saturated > 0 && is_share(facts.saturated, SATURATED, facts.seconds);
    (many && !hiccup).then_some(Effect::Invalid)
}

fn punctuality(facts: &GeneratorFacts) -> Option<Effect> {
    is_late(facts.own_lag_p99, facts.response_p99).then_some(Effect::Invalid)
}

fn is_late(own_lag: u64, response: u64) -> bool {
    own_lag >= LATE && is_share(own_lag, MOSTLY_LATE, response)
}

/// Whether a part is at least this share of a whole.
fn is_share(part: u64, share: f64, whole: u64) -> bool {
    float(part) >= share * float(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::effort::ThreadTime;

    const MS: u64 = 1_000_000;

    /// Ten seconds of one thread on a quiet machine, against a target that answers in a millisecond.
    const QUIET: GeneratorFacts = GeneratorFacts {
        open: true,
        threads: ThreadTime {
            wall: 10_000 * MS,
            cpu: 400 * MS,
            starved: 30 * MS,
            stretches: 20,
        },
        seconds: 10,
        saturated: 0,
        own_lag_p99: MS / 4,
        response_p99: 3 * MS,
        exhausted: 0,
    };

    fn starved(ms: u64, stretches: u64) -> ThreadTime {
        ThreadTime {
            starved: ms * MS,
            stretches,
            ..QUIET.threads
        }
    }

    #[test]
    fn a_quiet_machine_is_sound_and_so_is_one_with_hiccups() {
        assert_eq!(shortages(&QUIET), []);
        let hiccups = GeneratorFacts {
            threads: starved(95, 12),
            saturated: 1,
            own_lag_p99: 9 * MS,
            ..QUIET
        };
        assert_eq!(shortages(&hiccups), []);
    }

    #[test]
    fn a_busy_loop_on_the_same_processor_makes_it_invalid() {
        // As measured beside one: 4 ms at a time, a few in a hundred of the time.
        let beside = GeneratorFacts {
            threads: starved(350, 88),
            response_p99: 5 * MS,
            ..QUIET
        };
        assert_eq!(
            shortages(&beside),
            [(Shortage::Processors, Effect::Invalid)]
        );
    }

    #[test]
    fn short_waits_do_not_matter_to_a_slow_target_but_long_ones_do() {
        let slow = |threads| GeneratorFacts {
            threads,
            response_p99: 300 * MS,
            ..QUIET
        };
        let effects = |facts| shortages(&facts).into_iter().map(|(_, effect)| effect);
        assert!(effects(slow(starved(350, 88))).eq([Effect::Limited]));
        assert!(effects(slow(starved(350, 7))).eq([Effect::Invalid]));
        assert!(effects(slow(starved(4_000, 1_000))).eq([Effect::Invalid]));
    }

    #[test]
    fn a_thread_without_time_left_makes_an_open_model_invalid_and_limits_a_closed_one() {
        let busy = GeneratorFacts {
            saturated: 10,
            ..QUIET
        };
        assert_eq!(shortages(&busy), [(Shortage::Time, Effect::Invalid)]);
        let closed = GeneratorFacts {
            open: false,
            ..busy
        };
        assert_eq!(shortages(&closed), [(Shortage::Time, Effect::Limited)]);
        let short = GeneratorFacts {
            seconds: 1,
            saturated: 1,
            ..QUIET
        };
        assert_eq!(shortages(&short), [(Shortage::Time, Effect::Invalid)]);
    }

    #[test]
    fn late_beginnings_count_only_where_they_are_most_of_the_response_time() {
        let late = |response_p99| GeneratorFacts {
            own_lag_p99: 20 * MS,
            response_p99,
            ..QUIET
        };
        assert_eq!(
            shortages(&late(25 * MS)),
            [(Shortage::Punctuality, Effect::Invalid)]
        );
        assert_eq!(shortages(&late(200 * MS)), []);
    }

    /// Held up for 4 % of the time, 4 ms at a stretch: the median and p90 of a target that answers in 5 ms
    /// leave out more than that, p99 does not.
    #[test]
    fn a_percentile_is_spoiled_that_leaves_out_no_more_than_was_lost() {
        let facts = GeneratorFacts {
            threads: starved(400, 100),
            ..QUIET
        };
        let spoiled = |share, response| is_spoiled(&facts, &Times::default(), share, response);
        let shares = [0.5, 0.9, 0.95, 0.97, 0.99, 0.999, 1.0];
        let found = shares.map(|share| spoiled(share, 5 * MS));
        assert_eq!(found, [false, false, false, true, true, true, true]);
        assert!(!spoiled(0.99, 300 * MS), "it is not material there");
        let mostly = GeneratorFacts {
            threads: starved(1_500, 100),
            ..QUIET
        };
        assert!(is_spoiled(&mostly, &Times::default(), 0.5, 300 * MS));
    }

    #[test]
    fn only_what_the_generator_can_have_caused_may_be_ours() {
        let held_up = GeneratorFacts {
            threads: starved(400, 100),
            ..QUIET
        };
        let mostly = GeneratorFacts {
            threads: starved(3_000, 600),
            ..QUIET
        };
        let busy = GeneratorFacts {
            saturated: 10,
            ..QUIET
        };
        let closed = |facts| GeneratorFacts {
            open: false,
            ..facts
        };
        for (text, figure, facts, ours) in [
            ("p99 < 4ms", 5e6, held_up, true),
            ("p99 < 4ms", 30e6, held_up, false),
            ("p99 < 50ms", 1e9, mostly, false),
            ("p99 < 50ms", 52e6, mostly, true),
            ("p50 < 4ms", 4.2e6, mostly, true),
            ("p50 < 4ms", 5e6, held_up, false),
            ("p99 < 4ms", 5e6, QUIET, false),
            ("max < 4ms", 8e6, held_up, true),
            ("max < 4ms", 15e6, held_up, false),
            ("max < 4ms", 900e6, held_up, false),
            ("p99 > 9ms", 5e6, busy, false),
            // Of 100 due 96.2 could have been answered in the time that was lost, 99 could not.
            ("rate >= 96%", 0.95, held_up, true),
            ("rate >= 99%", 0.95, held_up, false),
            ("rate >= 99%", 0.5, busy, true),
            ("rate < 20/s", 30.0, busy, false),
            ("errors < 1%", 0.5, busy, false),
            ("p50 < 4ms", 5e6, closed(busy), true),
            ("rate >= 900/s", 300.0, closed(busy), true),
            ("rate >= 900/s", 300.0, closed(QUIET), false),
        ] {
            let threshold = text.parse().unwrap();
            // One in a hundred iterations began 4 ms late.
            let mut own_lag = Times::default();
            own_lag.record_many(MS / 10, 980);
            own_lag.record_many(4 * MS, 20);
            let may = may_be_ours(&threshold, Some(figure), &facts, &own_lag);
            assert_eq!(may, ours, "{text} {figure} {facts:?}");
        }
    }

    #[test]
    fn without_connections_no_model_measures_the_target() {
        for open in [true, false] {
            let exhausted = GeneratorFacts {
                open,
                exhausted: 1,
                ..QUIET
            };
            assert_eq!(
                shortages(&exhausted),
                [(Shortage::Connections, Effect::Invalid)]
            );
        }
    }
}
