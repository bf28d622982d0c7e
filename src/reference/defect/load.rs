//! What goes wrong only now and then, or only if much is asked at once: a load finds it.

use super::{Asked, CallKind};

/// What goes wrong now and then, or under too much at once.
#[derive(Clone, Copy, Debug)]
pub enum LoadFault {
    /// A call is never answered.
    Stalls(Seldom),
    /// A connection is closed in place of an answer.
    HangsUp(Seldom),
    /// The answer to a granted call breaks off, and its connection with it.
    CutsOff {
        /// Which.
        seldom: Seldom,
        /// Whether its length was announced.
        sized: bool,
    },
    /// A call is acknowledged, and nothing is done.
    Forgets(Seldom),
    /// The answer is the one to the call of its kind before it.
    MixesUp(Seldom),
    /// A call is refused while too many are under way.
    Overloads {
        /// Which calls.
        on: fn(&Asked) -> bool,
        /// How many may be under way.
        above: usize,
        /// How long each takes, in milliseconds.
        takes_ms: u64,
        /// The status of the refusal.
        status: u16,
    },
}

/// Each one whose number, from 1, is a multiple of a number.
#[derive(Clone, Copy, Debug)]
pub struct Seldom {
    /// Which calls are counted.
    pub on: fn(&Asked) -> bool,
    /// At least 1.
    pub every: u64,
}

impl Seldom {
    /// Whether the call with this number, from 1, among those counted is one of them.
    #[must_use]
    pub const fn strikes(&self, number: u64) -> bool {
        number.is_multiple_of(self.every)
    }
}

impl LoadFault {
    /// Whether a call is one of those that are counted.
    #[must_use]
    pub fn concerns(&self, asked: &Asked) -> bool {
        match self {
            Self::Stalls(seldom)
            | Self::HangsUp(seldom)
            | Self::CutsOff { seldom, .. }
            | Self::Forgets(seldom)
            | Self::MixesUp(seldom) => (seldom.on)(asked),
            Self::Overloads { on, .. } => on(asked),
        }
    }
}

pub(super) fn gets(asked: &Asked) -> bool {
    asked.operation == CallKind::GetUser
}

pub(super) fn creates(asked: &Asked) -> bool {
    asked.operation == CallKind::CreateUser && asked.text("email").is_some()
}

pub(super) fn deletes_by_bearer(asked: &Asked) -> bool {
    asked.operation == CallKind::DeleteUser && asked.has_bearer()
}

pub(super) fn verifies(asked: &Asked) -> bool {
    asked.method == "PUT" && asked.path == "/session/verification"
}
