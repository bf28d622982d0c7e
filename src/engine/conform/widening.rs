//! More at once where the target takes its time: what it is asked for in a second stays as little as before.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Pace;
use super::turns::Turns;
use crate::engine::jobs::Jobs;
use crate::engine::permits::Permits;
use crate::model::Exchange;

/// So many answers are looked at before each step. More than those that were under way when the last step
/// was made, of which most were asked for at the width before.
const LOOKED_AT: u32 = 50;
/// Requests in a second that a check may come to by being wider. A target that answers faster is not asked for
/// more at once than the pace says.
const MOST_A_SECOND: u32 = 170;
/// How many times as wide as the pace says a check may become, in steps of two.
const WIDEST: usize = 4;
/// If answers then take so many percent of the time before, the target works on one after the other, and
/// more at once only makes a queue.
const QUEUES: u32 = 140;

/// What bounds how much is done at once, and how wide it is.
pub(super) struct Widening {
    pace: Pace,
    permits: Permits,
    turns: Turns,
    seats: Jobs,
    seen: Mutex<WindowSeen>,
}

#[derive(Default)]
struct WindowSeen {
    answers: u32,
    took: Duration,
    /// The mean before the last step.
    before: Option<Duration>,
    /// How many times as wide as the pace says, as a power of two.
    steps: u32,
    is_settled: bool,
}

impl Widening {
    pub(super) fn new(pace: Pace, permits: &Permits, turns: &Turns, seats: &Jobs) -> Self {
        Self {
            pace,
            permits: permits.clone(),
            turns: turns.clone(),
            seats: seats.clone(),
            seen: Mutex::new(WindowSeen {
                is_settled: !pace.may_widen || pace.in_order(),
                ..WindowSeen::default()
            }),
        }
    }

    /// The pace before anything has come.
    pub(super) const fn pace(&self) -> Pace {
        self.pace
    }

    /// Takes in an exchange. If more may be done at once from now on, the pace that holds then, and how long
    /// answers take on average.
    pub(super) fn take(&self, exchange: &Exchange) -> Option<(Pace, Duration)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.is_settled {
            return None;
        }
        if is_trouble(exchange) {
            seen.is_settled = true;
            return None;
        }
        seen.answers += 1;
        seen.took += exchange.elapsed;
        if seen.answers < LOOKED_AT {
            return None;
        }
        let mean = seen.took / LOOKED_AT;
        (seen.answers, seen.took) = (0, Duration::ZERO);
        let factor = 1_usize << seen.steps;
        let queues = seen
            .before
            .is_some_and(|before| mean * 100 > before * QUEUES);
        let pace = self.pace.times(factor * 2);
        let is_quick = mean * MOST_A_SECOND < Duration::from_secs(pace.at_once as u64);
        if queues || factor >= WIDEST {
            seen.is_settled = true;
        }
        if seen.is_settled || is_quick {
            return None;
        }
        seen.before = Some(mean);
        seen.steps += 1;
        drop(seen);
        self.permits.widen(self.pace.at_once * factor);
        self.turns.widen(self.pace, factor);
        self.seats.widen(self.pace.jobs * factor * 2);
        Some((pace, mean))
    }
}

/// Whether the target, or what stands before it, has more than it can do, or wants to be asked less.
fn is_trouble(exchange: &Exchange) -> bool {
    match &exchange.result {
        Ok(answer) => matches!(answer.status, 429 | 502..=504),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Manner, Request, Response, TransferError, TransferErrorKind};
    use crate::record::EvidencePolicy;

    const PACE: Pace = Pace {
        evidence: EvidencePolicy::Failing,
        jobs: 4,
        at_once: 8,
        burst: 8,
        may_widen: true,
        repeat: 1,
        retries: 0,
        narrow: false,
        first: 0,
    };

    fn widening(pace: Pace) -> Widening {
        let permits = Permits::new(pace.at_once, pace.burst);
        Widening::new(pace, &permits, &Turns::new(pace), &Jobs::new(pace.jobs))
    }

    fn exchange(status: u16, millis: u64) -> Exchange {
        let response = Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        };
        Exchange {
            number: 0,
            request: Request {
                method: "GET".to_owned(),
                path: "/tasks".to_owned(),
                headers: Vec::new(),
                body: None,
                manner: Manner::default(),
            },
            result: Ok(response),
            elapsed: Duration::from_millis(millis),
        }
    }

    /// The jobs after each step, if answers take as long as this says at that many requests at once.
    fn steps(widening: &Widening, takes: impl Fn(usize) -> u64) -> Vec<usize> {
        let mut at_once = PACE.at_once;
        let mut steps = Vec::new();
        for _ in 0..20 * LOOKED_AT {
            if let Some((pace, _)) = widening.take(&exchange(200, takes(at_once))) {
                at_once = pace.at_once;
                steps.push(pace.jobs);
            }
        }
        steps
    }

    #[test]
    fn a_check_widens_up_to_a_rate_and_no_further_than_four_times() {
        assert_eq!(steps(&widening(PACE), |_| 60), [0; 0]);
        assert_eq!(steps(&widening(PACE), |_| 120), [8]);
        assert_eq!(steps(&widening(PACE), |_| 1_000), [8, 16]);
        let stays = Pace {
            may_widen: false,
            ..PACE
        };
        assert_eq!(steps(&widening(stays), |_| 1_000), [0; 0]);
    }

    #[test]
    fn a_target_that_serves_one_after_the_other_is_not_pressed() {
        let one_by_one = |at_once: usize| 30 * u64::try_from(at_once).unwrap();
        assert_eq!(steps(&widening(PACE), one_by_one), [8]);
    }

    #[test]
    fn what_asks_for_less_ends_it() {
        let limited = widening(PACE);
        assert!(limited.take(&exchange(429, 1)).is_none());
        assert_eq!(steps(&limited, |_| 1_000), [0; 0]);
        let cut = widening(PACE);
        let lost = TransferError::new(TransferErrorKind::Closed, "closed");
        let lost = Exchange {
            result: Err(lost),
            ..exchange(200, 1)
        };
        assert!(cut.take(&lost).is_none());
        assert_eq!(steps(&cut, |_| 1_000), [0; 0]);
    }

    #[test]
    fn room_is_made_for_all_that_is_bounded() {
        let permits = Permits::new(PACE.at_once, PACE.burst);
        let widening = Widening::new(PACE, &permits, &Turns::new(PACE), &Jobs::new(PACE.jobs));
        steps(&widening, |_| 1_000);
        assert_eq!(permits.free(), 4 * PACE.at_once);
    }
}
