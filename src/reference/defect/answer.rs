//! Answers that are not what they should be: described here, in the words of HTTP, and spoilt by the
//! server.

use serde_json::Value;

use super::{Asked, CallKind};
use crate::reference::RefusalKind;

/// An answer that is not what it should be.
#[derive(Clone, Copy, Debug)]
pub struct AnswerFault {
    /// The calls whose answers are spoilt.
    pub calls: Calls,
    /// How.
    pub change: Change,
}

/// Calls, by what was asked and by what came of them.
#[derive(Clone, Copy, Debug)]
pub struct Calls {
    /// Which calls.
    pub on: &'static [CallKind],
    /// What came of them.
    pub replies: Replies,
    /// Which of these calls.
    pub when: fn(&Asked) -> bool,
    /// Of those calls each one whose number, from 1, is a multiple of this; at least 1.
    pub every: u64,
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replies {
    /// It was granted.
    Granted,
    /// It was refused.
    Refused,
    /// It was refused for a reason of this kind.
    RefusedAs(RefusalKind),
}

/// How an answer is spoilt.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// It has this status; all else stays.
    Status(u16),
    /// A refusal with this status, in good form, takes its place.
    Refuse(u16),
    /// What a success of the call looks like takes its place.
    Grant,
    /// A member of its object is missing.
    Drop(&'static str),
    /// A member of its object is what the function makes of it; of null, if there is none.
    Member(&'static str, fn(&Value) -> Value),
    /// A member of its object is the one that was told of the earliest session that is open.
    Repeat(&'static str),
    /// Its body is another JSON value.
    Json(fn(&Value) -> Value),
    /// Its body has other bytes.
    Bytes(fn(&[u8]) -> Vec<u8>),
    /// A header is missing.
    DropHeader(&'static str),
    /// A header is what the function makes of the status.
    Header(&'static str, fn(u16) -> String),
    /// The error has the id that the function makes of the call, of the status, and of the number, from
    /// 1, of the answer among those that are spoilt.
    ErrorId(fn(&Asked, u16, u64) -> String),
}

impl Calls {
    pub(super) const fn new(on: &'static [CallKind], replies: Replies) -> Self {
        Self {
            on,
            replies,
            when: Asked::any,
            every: 1,
        }
    }

    pub(super) const fn when(self, when: fn(&Asked) -> bool) -> Self {
        Self { when, ..self }
    }

    pub(super) const fn every(self, every: u64) -> Self {
        Self { every, ..self }
    }

    /// Whether a call is one of these, counting aside.
    #[must_use]
    pub fn include(&self, asked: &Asked, granted: bool, refused_as: Option<RefusalKind>) -> bool {
        let replied = match self.replies {
            Replies::Granted => granted,
            Replies::Refused => !granted,
            Replies::RefusedAs(kind) => refused_as == Some(kind),
        };
        replied && self.on.contains(&asked.operation) && (self.when)(asked)
    }
}
