//! A rate that changes over time, and when each arrival of it is due.
//!
//! The rate is linear within a stage, so the number of arrivals up to a time is a quadratic with
//! whole coefficients once all rates have a common denominator. The arrival with index n is due at
//! the last nanosecond at which no more than n arrivals have come: a root of that quadratic, found
//! from the index alone, so that nothing adds up over a long run.

use std::time::Duration;

use super::leg::{Leg, PARTS};
use super::rate::Rate;

/// A stretch of time in which the rate changes evenly from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The rate at its beginning; none for nothing at all.
    pub from: Option<Rate>,
    /// The rate at its end.
    pub to: Option<Rate>,
    /// How long it lasts.
    pub lasts: Duration,
    /// How far apart the moments are at which what has come since the last is due together; zero where each
    /// arrival is due by itself.
    pub bunched: Duration,
}

impl Stage {
    /// A stage at one rate.
    #[must_use]
    pub const fn hold(rate: Option<Rate>, lasts: Duration) -> Self {
        Self {
            from: rate,
            to: rate,
            lasts,
            bunched: Duration::ZERO,
        }
    }

    /// A stage in which so many arrivals are due at one moment, and again after each `every`; none if that is
    /// nothing, or more than can be asked for.
    #[must_use]
    pub fn bursts(of: u64, every: Duration, lasts: Duration) -> Option<Self> {
        let rate = Rate::per(of, every)?;
        Some(Self {
            bunched: every,
            ..Self::hold(Some(rate), lasts)
        })
    }
}

/// Why stages make no shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// Nothing is ever due.
    #[error("nothing is ever due")]
    Nothing,
    /// The due times cannot be computed exactly in 128 bits.
    #[error("its rates and times are too fine to be computed exactly; write fewer decimals")]
    TooFine,
}

/// A rate that changes over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    stages: Vec<Stage>,
    legs: Vec<Leg>,
    /// Twice the common period of all rates, in nanoseconds: counts are whole multiples of 1 ÷ this.
    unit: i128,
    /// All arrivals, in units.
    total: i128,
    /// When the last stage ends, in nanoseconds.
    end: u64,
}

impl Shape {
    /// The shape of these stages, one after the other.
    ///
    /// # Errors
    ///
    /// If nothing is ever due, or if due times could not be computed exactly.
    pub fn new(stages: &[Stage]) -> Result<Self, ShapeError> {
        let shape = Self::exact(stages).ok_or(ShapeError::TooFine)?;
        if shape.total == 0 {
            return Err(ShapeError::Nothing);
        }
        Ok(shape)
    }

    /// None where a product does not fit into 128 bits.
    fn exact(stages: &[Stage]) -> Option<Self> {
        let mut period = 1_i128;
        for rate in stages.iter().flat_map(|stage| [stage.from, stage.to]) {
            period = common_multiple(period, fraction(rate).1)?;
        }
        let mut shape = Self {
            stages: stages.to_vec(),
            legs: Vec::with_capacity(stages.len()),
            unit: period.checked_mul(2)?,
            total: 0,
            end: 0,
        };
        for stage in stages.iter().filter(|stage| !stage.lasts.is_zero()) {
            shape.push(stage, period)?;
        }
        Some(shape)
    }

    fn push(&mut self, stage: &Stage, period: i128) -> Option<()> {
        let in_units = |rate| {
            let (count, of) = fraction(rate);
            count.checked_mul(period / of)
        };
        let (from, to) = (in_units(stage.from)?, in_units(stage.to)?);
        let lasts = u64::try_from(stage.lasts.as_nanos()).ok()?;
        let divisor = greatest_divisor(i128::from(lasts), (to - from).abs());
        let leg = Leg {
            start: self.end,
            lasts,
            grid: u64::try_from(stage.bunched.as_nanos()).ok()?.max(1),
            before: self.total,
            from,
            scale: i128::from(lasts) / divisor,
            slope: (to - from) / divisor,
        };
        let come = from.checked_add(to)?.checked_mul(i128::from(lasts))?;
        self.total = self.total.checked_add(come)?;
        self.end = self.end.checked_add(lasts)?;
        leg.check(self.total, to.max(from), self.unit)?;
        self.legs.push(leg);
        Some(())
    }

    /// The stages, as they were given.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// When the last stage ends, in nanoseconds.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// When the arrival of this index is due, in nanoseconds, rounded down; none if the shape ends
    /// before.
    #[must_use]
    pub fn due(&self, index: u64) -> Option<u64> {
        self.reached(u128::from(index) * u128::from(PARTS))
    }

    /// When so many parts of an arrival have come, in nanoseconds, rounded down; none if the shape
    /// ends before.
    pub(super) fn reached(&self, parts: u128) -> Option<u64> {
        let level = i128::try_from(parts).ok()?.checked_mul(self.unit)?;
        let before = |leg: &Leg| leg.before * i128::from(PARTS);
        if level >= self.total * i128::from(PARTS) {
            return None;
        }
        let after = self.legs.partition_point(|leg| before(leg) <= level);
        let leg = self.legs.get(after.checked_sub(1)?)?;
        let after = leg.reached(level);
        Some(leg.start + after / leg.grid * leg.grid)
    }

    /// How many arrivals are due before a time in nanoseconds.
    #[must_use]
    pub fn count_before(&self, at: u64) -> u64 {
        let after = self.legs.partition_point(|leg| leg.start < at);
        let Some(leg) = after.checked_sub(1).and_then(|last| self.legs.get(last)) else {
            return 0;
        };
        // Of those that are due together all are before a time that is after their moment.
        let after = at.min(self.end) - leg.start;
        let after = after.div_ceil(leg.grid).saturating_mul(leg.grid);
        let come = leg.come(i128::from(after.min(leg.lasts)));
        let of = self.unit * leg.scale;
        u64::try_from((come + of - 1) / of).unwrap_or(u64::MAX)
    }
}

/// A rate as a reduced fraction: so many in so many nanoseconds.
fn fraction(rate: Option<Rate>) -> (i128, i128) {
    let Some((count, period)) = rate.map(Rate::fraction) else {
        return (0, 1);
    };
    let (count, period) = (i128::from(count), i128::from(period));
    let divisor = greatest_divisor(count, period);
    (count / divisor, period / divisor)
}

const fn greatest_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

const fn common_multiple(one: i128, other: i128) -> Option<i128> {
    (one / greatest_divisor(one, other)).checked_mul(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::leg::last_that_holds;
    use proptest::prelude::*;

    const SECOND: u64 = 1_000_000_000;

    fn stage(from: u64, to: u64, ms: u64) -> Stage {
        Stage {
            from: Rate::per_second(from),
            to: Rate::per_second(to),
            lasts: Duration::from_millis(ms),
            bunched: Duration::ZERO,
        }
    }

    fn shape(stages: &[(u64, u64, u64)]) -> Shape {
        let stages: Vec<Stage> = stages
            .iter()
            .map(|(from, to, ms)| stage(*from, *to, *ms))
            .collect();
        Shape::new(&stages).unwrap()
    }

    /// From 0 to 100/s in 10 s, 5·t² have come after t seconds: the n-th is due at √(n ÷ 5) s.
    #[test]
    fn a_ramp_from_nothing_is_due_at_square_roots() {
        let ramp = shape(&[(0, 100, 10_000)]);
        for (index, seconds) in [(0, 0), (5, 1), (20, 2), (125, 5), (405, 9)] {
            assert_eq!(ramp.due(index), Some(seconds * SECOND));
            assert_eq!(ramp.count_before(seconds * SECOND), index);
        }
        // √(1 ÷ 5) s = 447.213595499… ms
        assert_eq!(ramp.due(1), Some(447_213_595));
        assert_eq!((ramp.due(499).is_some(), ramp.due(500)), (true, None));
        assert_eq!(ramp.count_before(u64::MAX), 500);
    }

    #[test]
    fn a_ramp_down_is_a_ramp_up_read_backwards() {
        let (up, down) = (shape(&[(10, 200, 7_000)]), shape(&[(200, 10, 7_000)]));
        let all = up.count_before(u64::MAX);
        for index in 1..all {
            let mirrored = 7 * SECOND - down.due(all - index).unwrap();
            assert!(mirrored.abs_diff(up.due(index).unwrap()) <= 1, "{index}");
        }
    }

    #[test]
    fn after_a_pause_the_next_is_due_at_its_end() {
        let shape = shape(&[(100, 100, 1_000), (0, 0, 5_000), (100, 100, 1_000)]);
        assert_eq!(shape.due(99), Some(990_000_000));
        assert_eq!(shape.due(100), Some(6 * SECOND));
        assert_eq!(shape.count_before(3 * SECOND), 100);
        assert_eq!((shape.due(199).is_some(), shape.due(200)), (true, None));
    }

    #[test]
    fn what_is_bunched_is_due_together() {
        let second = Duration::from_secs(1);
        let steady = Stage::hold(Rate::per_second(500), second);
        let bursts = Stage::bursts(64, Duration::from_millis(300), second).unwrap();
        let shape = Shape::new(&[steady, bursts, steady]).unwrap();
        let due = |index| shape.due(index).unwrap();
        assert_eq!(due(499), 998_000_000);
        for (first, moment) in [(500, 1_000), (564, 1_300), (628, 1_600), (692, 1_900)] {
            let last = if first == 692 { 713 } else { first + 63 };
            assert_eq!([due(first), due(last)], [moment * 1_000_000; 2], "{first}");
            assert_eq!(shape.count_before(moment * 1_000_000), first);
            assert_eq!(shape.count_before(moment * 1_000_000 + 1), last + 1);
        }
        assert!(due(714) > 2 * SECOND);
        assert_eq!(Stage::bursts(64, Duration::ZERO, second), None);
    }

    #[test]
    fn a_held_rate_is_due_as_the_rate_itself() {
        let rate: Rate = "333.333333/s".parse().unwrap();
        let held = Shape::new(&[Stage::hold(Some(rate), Duration::from_mins(1))]).unwrap();
        for index in 0..20_000 {
            let due = Some(rate.due(index)).filter(|due| *due < 60 * SECOND);
            assert_eq!(held.due(index), due);
        }
    }

    #[test]
    fn what_is_never_due_or_too_fine_is_refused() {
        let nothing = Shape::new(&[stage(0, 0, 1_000)]);
        assert_eq!(nothing, Err(ShapeError::Nothing));
        let fine = |text: &str| text.parse::<Rate>().ok();
        let stage = Stage {
            from: fine("999.999999/h"),
            to: fine("9999999.999999/s"),
            lasts: Duration::from_hours(24),
            bunched: Duration::ZERO,
        };
        assert_eq!(Shape::new(&[stage]), Err(ShapeError::TooFine));
        let day = |to| Stage {
            from: Rate::per_second(100),
            to: Rate::per_second(to),
            lasts: Duration::from_hours(24),
            bunched: Duration::ZERO,
        };
        assert!(Shape::new(&[day(2_000)]).is_ok());
    }

    /// The area under the rate up to a time: trapezoids a millisecond wide, which a linear rate fills
    /// exactly. Shares nothing with the code.
    fn area(stages: &[(u64, u64, u64)], at: f64) -> f64 {
        let (mut area, mut begin) = (0.0, 0.0);
        for (from, to, ms) in stages {
            for step in 0..*ms {
                let width = (at - begin).clamp(0.0, 1e6);
                #[expect(clippy::cast_precision_loss, reason = "small test data")]
                let rate = |ms_in: f64| {
                    (*from as f64 + (*to as f64 - *from as f64) * ms_in / *ms as f64) / 1e9
                };
                let first = f64::from(u32::try_from(step).unwrap());
                area += width * f64::midpoint(rate(first), rate(first + width / 1e6));
                begin += 1e6;
            }
        }
        area
    }

    proptest! {
        #[test]
        fn due_times_agree_with_the_area_under_the_rate(
            stages in prop::collection::vec((0_u64..3_000, 1_u64..3_000, 1_u64..400), 1..5),
            share in 0.0_f64..1.0,
        ) {
            let shape = shape(&stages);
            let all = shape.count_before(u64::MAX);
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small test data"
            )]
            let index = (all as f64 * share) as u64;
            if let Some(due) = shape.due(index) {
                #[expect(clippy::cast_precision_loss, reason = "small test data")]
                let (at, wanted) = (due as f64, index as f64);
                // A millionth of an arrival is a nanosecond at 1,000/s.
                prop_assert!(area(&stages, at) <= wanted + 1e-5);
                prop_assert!(area(&stages, at + 1.0) > wanted - 1e-5);
            }
        }

        #[test]
        fn counts_agree_with_due_times(
            stages in prop::collection::vec((0_u64..3_000, 0_u64..3_000, 1_u64..400), 1..5),
            at in 0_u64..1_700_000_000,
        ) {
            let stages: Vec<_> = stages.into_iter().chain([(1, 1, 1_500)]).collect();
            let shape = shape(&stages);
            let counted = (0..).map_while(|index| shape.due(index)).take_while(|due| *due < at);
            prop_assert_eq!(shape.count_before(at), counted.count() as u64);
        }

        #[test]
        fn any_guess_leads_to_the_last_that_holds(
            guess in any::<u64>(),
            most in 0_u64..u64::MAX,
            last in any::<u64>(),
        ) {
            let found = last_that_holds(guess, most, |number| number <= last);
            prop_assert_eq!(found, last.min(most));
        }
    }
}
