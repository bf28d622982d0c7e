//! A stretch of a rate that changes evenly, as a quadratic with whole coefficients.

/// Parts of an arrival that are told apart, for arrivals at random distances: at 1,000 a second
/// one is a nanosecond.
pub(super) const PARTS: u64 = 1 << 20;

/// A stage with its coefficients. After t nanoseconds of it, `scale` times as many units have come
/// as `scale · before + 2 · from · scale · t + slope · t²`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leg {
    pub(super) start: u64,
    pub(super) lasts: u64,
    /// Arrivals are due at multiples of this, in nanoseconds; 1 where each is due by itself.
    pub(super) grid: u64,
    pub(super) before: i128,
    pub(super) from: i128,
    pub(super) scale: i128,
    pub(super) slope: i128,
}

impl Leg {
    /// Whether all products that due times need fit: the largest is that of all that has come.
    pub(super) fn check(&self, total: i128, highest: i128, unit: i128) -> Option<()> {
        let lasts = i128::from(self.lasts);
        let straight = highest.checked_mul(2 * lasts)?.checked_mul(self.scale)?;
        let curved = self.slope.checked_mul(lasts)?.checked_mul(lasts)?.abs();
        total
            .checked_add(unit)?
            .checked_mul(self.scale)?
            .checked_add(straight)?
            .checked_add(curved)?
            .checked_mul(i128::from(PARTS))
            .map(|_| ())
    }

    /// `scale` times the units that have come after so many nanoseconds of this stage.
    pub(super) const fn come(&self, after: i128) -> i128 {
        self.before * self.scale + 2 * self.from * self.scale * after + self.slope * after * after
    }

    /// The last nanosecond of this stage at which no more than `level` parts of a unit have come.
    pub(super) fn reached(&self, level: i128) -> u64 {
        let limit = level * self.scale;
        let holds = |after: u64| self.come(i128::from(after)) * i128::from(PARTS) <= limit;
        last_that_holds(self.root(level), self.lasts - 1, holds)
    }

    /// The root of the quadratic in floating point: right to a few nanoseconds.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a first guess that whole numbers set right"
    )]
    fn root(&self, level: i128) -> u64 {
        let missing = (level - self.before * i128::from(PARTS)) as f64 / PARTS as f64;
        let (scale, slope) = (self.scale as f64, self.slope as f64);
        let straight = self.from as f64 * scale;
        let missing = missing * scale;
        // This form of the solution does not cancel where the slope is small.
        let root =
            missing / (straight + straight.mul_add(straight, slope * missing).max(0.0).sqrt());
        if root.is_finite() { root as u64 } else { 0 }
    }
}

/// The last number up to `most` for which something holds that holds up to some number and then no
/// more, and at 0 in any case. Looked for around a guess, further and further away.
pub(super) fn last_that_holds(guess: u64, most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut step) = (guess.min(most), 1_u64);
    while low > 0 && !holds(low) {
        low = low.saturating_sub(step);
        step = step.saturating_mul(2);
    }
    let mut high = low;
    step = 1;
    while high <= most && holds(high) {
        low = high;
        high = high.saturating_add(step);
        step = step.saturating_mul(2);
    }
    high = high.min(most + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
