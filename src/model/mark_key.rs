//! The key with which a run marks its secrets.

use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of a mark: with so many no two of a run's thousands of secrets meet by chance.
const MARK_BYTES: usize = 6;

/// The key with which a run marks its secrets. Drawn anew for each run and kept nowhere, so that no mark can be
/// compared with a guess: a code has six digits only.
#[derive(Clone)]
pub struct MarkKey([u8; 32]);

/// Does not show the key.
impl fmt::Debug for MarkKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MarkKey").finish_non_exhaustive()
    }
}

impl MarkKey {
    /// A key of these random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The mark of a value: 12 hexadecimal digits.
    pub(super) fn mark(&self, value: &str) -> String {
        // The key has one length, and the hash is cut: nothing can be appended to what was hashed.
        let hash = Sha256::new().chain_update(self.0).chain_update(value);
        let hash = hash.finalize();
        let digits = hash[..MARK_BYTES].iter().map(|byte| format!("{byte:02x}"));
        digits.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_have_one_mark_and_another_key_gives_another() {
        let key = MarkKey::new([1; 32]);
        assert_eq!(key.mark("482913"), key.mark("482913"));
        assert_ne!(key.mark("482913"), key.mark("482914"));
        assert_ne!(key.mark("482913"), MarkKey::new([2; 32]).mark("482913"));
        assert_eq!(key.mark("482913").len(), 12);
        assert_eq!(format!("{key:?}"), "MarkKey { .. }");
    }
}
