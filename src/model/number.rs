//! Counts and times as floating-point numbers, and back.

/// A count or a time as a floating-point number.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53: counts stay below, nanoseconds for 104 days"
)]
pub const fn float(number: u64) -> f64 {
    number as f64
}

/// A number of things as a floating-point number.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "as many things do not fit into memory"
)]
pub const fn size(number: usize) -> f64 {
    number as f64
}

/// A figure that is not negative, rounded to a whole one; what is too large is the largest number.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and no count, rate or time is negative"
)]
pub const fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// A part of a whole as a share, 0 to 1; 0 of nothing.
#[must_use]
pub const fn share(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        whole => float(part) / float(whole),
    }
}
