//! Whether a measurement tells of the target or of the generator: a decision over measured facts.
//!
//! A request can be late for two reasons. All connections were busy: that is the target's slowness,
//! which an open model must show, and it is never held against the generator. Or the generator's own
//! thread did not get to it: then the times are the generator's. Here the second is looked for.

use super::effort::ThreadTime;

/// A 99th percentile tells of the generator once the generator itself was held up for this share of
/// the time. It is the highest percentile that is commonly judged.
const ONE_IN_A_HUNDRED: f64 = 0.01;

/// Being held up matters if it made up this share of the 99th percentile of the response time.
const MATERIAL: f64 = 0.1;

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

/// What a load was, and what its generator had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether arrivals follow a schedule.
    pub open: bool,
    /// What all threads together had of the processors.
    pub threads: ThreadTime,
    /// Seconds of the measurement.
    pub seconds: u64,
    /// Seconds in which a thread had no time left.
    pub saturated: u64,
    /// The 99th percentile of how late iterations began although a connection was idle, in
    /// nanoseconds.
    pub own_lag_p99: u64,
    /// The 99th percentile of the response time of the slowest operation, in nanoseconds.
    pub response_p99: u64,
    /// Requests that could not be sent because this machine had no port, descriptor or memory left.
    pub exhausted: u64,
}

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
pub fn shortages(facts: &Facts) -> Vec<(Shortage, Effect)> {
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

fn processors(facts: &Facts) -> Option<Effect> {
    let starved = facts.threads.starved_share();
    if starved < ONE_IN_A_HUNDRED {
        return None;
    }
    let material = is_share(facts.threads.mean_stretch(), MATERIAL, facts.response_p99);
    Some(if starved >= MOSTLY || material {
        Effect::Invalid
    } else {
        Effect::Limited
    })
}

fn time(facts: &Facts) -> Option<Effect> {
    let hiccup = facts.seconds > HICCUP && facts.saturated <= HICCUP;
    let many = facts.saturated > 0 && is_share(facts.saturated, SATURATED, facts.seconds);
    (many && !hiccup).then_some(Effect::Invalid)
}

fn punctuality(facts: &Facts) -> Option<Effect> {
    let late = facts.own_lag_p99 >= LATE;
    (late && is_share(facts.own_lag_p99, MOSTLY_LATE, facts.response_p99))
        .then_some(Effect::Invalid)
}

/// Whether a part is at least this share of a whole.
#[expect(
    clippy::cast_precision_loss,
    reason = "compared with a rough threshold"
)]
fn is_share(part: u64, share: f64, whole: u64) -> bool {
    part as f64 >= share * whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    /// Ten seconds of one thread on a quiet machine, against a target that answers in a millisecond.
    const QUIET: Facts = Facts {
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
        let hiccups = Facts {
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
        let beside = Facts {
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
        let slow = |threads| Facts {
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
        let busy = Facts {
            saturated: 10,
            ..QUIET
        };
        assert_eq!(shortages(&busy), [(Shortage::Time, Effect::Invalid)]);
        let closed = Facts {
            open: false,
            ..busy
        };
        assert_eq!(shortages(&closed), [(Shortage::Time, Effect::Limited)]);
        let short = Facts {
            seconds: 1,
            saturated: 1,
            ..QUIET
        };
        assert_eq!(shortages(&short), [(Shortage::Time, Effect::Invalid)]);
    }

    #[test]
    fn late_beginnings_count_only_where_they_are_most_of_the_response_time() {
        let late = |response_p99| Facts {
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

    #[test]
    fn without_connections_no_model_measures_the_target() {
        for open in [true, false] {
            let exhausted = Facts {
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
