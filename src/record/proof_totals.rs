//! How many defects of a proof came to each verdict.

use serde::Serialize;

use super::defect_result::ProofVerdict;
use crate::model::size;

/// How many defects came to each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProofTotals {
    /// Defects that were found, and nothing besides.
    pub killed: usize,
    /// Defects that no case has found, as is known.
    pub escaped: usize,
    /// Defects that no case of a requirement they break has found.
    pub survived: usize,
    /// Defects at which requirements were reproached that they do not break.
    pub collateral: usize,
    /// Defects at which a case could not be judged for a reason of ours.
    pub broken: usize,
}

impl ProofTotals {
    /// All defects.
    #[must_use]
    pub const fn all(self) -> usize {
        self.killed + self.escaped + self.survived + self.collateral + self.broken
    }

    /// The share that was killed, in percent; 100 of none.
    #[must_use]
    pub fn share_killed(self) -> f64 {
        if self.all() == 0 {
            return 100.0;
        }
        100.0 * size(self.killed) / size(self.all())
    }

    /// Counts a defect.
    pub(super) const fn count(&mut self, verdict: ProofVerdict) {
        match verdict {
            ProofVerdict::Killed => self.killed += 1,
            ProofVerdict::Escaped => self.escaped += 1,
            ProofVerdict::Survived => self.survived += 1,
            ProofVerdict::Collateral => self.collateral += 1,
            ProofVerdict::Broken => self.broken += 1,
        }
    }
}
