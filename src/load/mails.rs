//! How long mailed codes took.

use super::times::Times;

/// The codes that iterations waited for.
#[derive(Clone, Debug, Default)]
pub struct Mails {
    /// From the answer after which a code was awaited to the code, in nanoseconds; of those that came.
    pub waits: Times,
    /// Codes that did not come within the time that they had.
    pub missing: u64,
}

impl Mails {
    /// Adds everything of others.
    pub fn add(&mut self, other: &Self) {
        self.waits.add(&other.waits);
        self.missing += other.missing;
    }
}
