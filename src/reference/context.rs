//! What surrounds a call: the time, fresh random bytes, and who calls.

use uuid::Uuid;

use super::Secret;

/// How many different codes there are: every text of six digits.
const CODES: u64 = 1_000_000;

/// A point in time, in whole seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// The moment so many seconds after the Unix epoch; before it if negative.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// The moment so many seconds later. Stops at the largest moment there is.
    #[must_use]
    pub const fn after_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds as i64))
    }
}

/// A source of bytes that nobody can foresee.
pub trait Entropy: Send + Sync {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The time and the randomness that one call may use.
#[derive(Clone, Copy)]
pub struct CallContext<'a> {
    /// When the call is made.
    pub now: Moment,
    /// Where its identifiers, tokens and codes come from.
    pub entropy: &'a dyn Entropy,
}

impl CallContext<'_> {
    pub(super) fn identifier(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    pub(super) fn token<const LENGTH: usize>(&self) -> Secret {
        Secret::from_bytes(&self.bytes::<LENGTH>())
    }

    /// Six digits. The remainder favours some codes by less than one part in 10¹³.
    pub(super) fn digits(&self) -> Secret {
        let number = u64::from_le_bytes(self.bytes()) % CODES;
        Secret::new(format!("{number:06}"))
    }

    fn bytes<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// Who calls, as a session remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The network address, as text.
    pub ip: String,
    /// What the client calls itself; not empty.
    pub user_agent: String,
}
