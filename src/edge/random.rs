//! Randomness of the machine.

/// A seed of a run. Small enough to be typed again.
///
/// # Errors
///
/// If the system gives no randomness.
pub fn random_seed() -> Result<u64, getrandom::Error> {
    getrandom::u32().map(u64::from)
}
