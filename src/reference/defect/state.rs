//! What of the state of a server may go wrong.

use crate::reference::{Code, Secret};

/// What is kept, changed or removed otherwise than it should be.
#[derive(Clone, Copy, Debug)]
pub enum StateFault {
    /// An alias is kept as something else.
    Alias(fn(&str) -> String),
    /// Of those who read an account, each one whose number is a multiple of this gets the alias that
    /// was given last.
    LatestAlias {
        /// At least 1.
        every: u64,
    },
    /// A new account is not kept.
    Unkept,
    /// Of new accounts each one whose number is a multiple of this is not kept.
    SeldomUnkept {
        /// At least 1.
        every: u64,
    },
    /// Of removed accounts each one whose number is a multiple of this can still be read.
    SeldomLingering {
        /// At least 1.
        every: u64,
    },
    /// A removed account is kept.
    Kept,
    /// A removed account can still be read so many times.
    Lingering {
        /// How many times.
        readings: u32,
    },
    /// With an account the one that was created next after it is removed.
    TakesNext {
        /// If there is one, the account itself stays.
        instead: bool,
    },
    /// Something of a removed account still opens it.
    Ghost(Ghost),
    /// Sessions count as verified from the start.
    BornVerified {
        /// Not the first session of an account, but all that follow.
        later_ones: bool,
    },
    /// A code verifies what it should not, or does not verify what it should.
    Code(CodeFault),
}

/// What of a removed account still opens something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ghost {
    /// Its sessions.
    Sessions,
    /// Its sessions but for the latest, if there are several.
    EarlierSessions,
    /// Its key pairs.
    KeyPairs,
    /// Its sessions, but they open an account that was created later with the same address.
    Reborn,
}

/// Which codes verify.
#[derive(Clone, Copy, Debug)]
pub enum CodeFault {
    /// All.
    Any,
    /// None.
    Never,
    /// The right one, which is acknowledged and opens nothing.
    InVain,
    /// The right one, and any that was sent to anybody.
    AnyIssued,
    /// The right one, and each of these.
    Also(fn(&Code) -> Vec<Secret>),
    /// The right one, and any that was mailed to the same address before.
    Older,
    /// The right one, and the third one that is tried.
    ThirdTry,
}
