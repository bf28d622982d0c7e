//! What response times must be, worked out from a schedule and from what a server is told to do.

use super::rate::Rate;
use super::times::Times;

/// The response times of so many requests at a rate, at a server that stands still for `length` at
/// the beginning of each `every`, and otherwise answers after `delay`. All in nanoseconds. Whole
/// multiples of `every` give the same distribution wherever in one they begin.
#[must_use]
pub fn with_stalls(rate: Rate, requests: u64, delay: u64, every: u64, length: u64) -> Times {
    let mut times = Times::default();
    for index in 0..requests {
        let within = rate.due(index) % every.max(1);
        times.record(length.saturating_sub(within) + delay);
    }
    times
}

/// The response times of so many requests at a rate, at a server that does one after the other and
/// takes `each` nanoseconds for it.
#[must_use]
pub fn one_by_one(rate: Rate, requests: u64, each: u64) -> Times {
    let mut times = Times::default();
    let mut free = 0;
    for due in (0..requests).map(|index| rate.due(index)) {
        free = due.max(free) + each;
        times.record(free - due);
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn close(time: u64, ms: u64) -> bool {
        time.abs_diff(ms * MS) <= ms * MS / 500
    }

    /// 1 of 10 requests meets a stall of 200 ms in 2 s, and waits between 0 and 200 ms for its end.
    #[test]
    fn a_stall_makes_a_tenth_of_the_requests_wait_for_its_end() {
        let rate = Rate::per_second(1000).unwrap();
        let times = with_stalls(rate, 8_000, MS, 2_000 * MS, 200 * MS);
        assert!(close(times.quantile(0.5), 1));
        assert!(close(times.quantile(0.95), 101));
        assert!(close(times.quantile(0.99), 181));
        assert_eq!(times.max(), 201 * MS);
    }

    /// At 1,250 a second a server that can do 1,000 falls 0.2 ms further behind with each request.
    #[test]
    fn beyond_its_knee_a_server_falls_behind_and_below_it_does_not() {
        let beyond = one_by_one(Rate::per_second(1250).unwrap(), 1_001, MS);
        assert_eq!(beyond.max(), 201 * MS);
        assert!(close(beyond.quantile(0.5), 101));
        let below = one_by_one(Rate::per_second(800).unwrap(), 1_000, MS);
        assert_eq!((below.min(), below.max()), (MS, MS));
    }
}
