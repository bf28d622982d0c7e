//! Randomness of the machine.

/// 32 random bytes, fit for a key.
///
/// # Errors
///
/// If the system gives no randomness.
pub fn random_key() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A seed of a run. Small enough to be typed again.
///
/// # Errors
///
/// If the system gives no randomness.
pub fn random_seed() -> Result<u64, getrandom::Error> {
    getrandom::u32().map(u64::from)
}
