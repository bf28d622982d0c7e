//! What a defect does wrongly.

use super::{AnswerFault, Asked, Holder, Intake, LetterFault, Operation, StateFault};

/// What a defect does wrongly.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A create request that should be refused is made sound, and so accepted.
    Intake(Intake),
    /// A delete is done for a holder of credentials that the caller has not given.
    Admission {
        /// Whose call it is taken to be.
        of: for<'a> fn(&'a [Holder], &Asked) -> Option<&'a Holder>,
        /// Whether the caller is told that it was refused.
        denied: bool,
    },
    /// A call that should be granted is refused, and nothing is done.
    Refuser(Refuser),
    /// State is kept, changed or removed otherwise than it should be.
    State(StateFault),
    /// A letter is not what it should be.
    Letter(LetterFault),
    /// An answer is not what it should be.
    Answer(AnswerFault),
    /// Two calls at the same time get in each other's way.
    Crossing(Crossing),
}

/// Refuses calls that should be granted.
#[derive(Clone, Copy, Debug)]
pub struct Refuser {
    /// Which call.
    pub on: Operation,
    /// Which of these calls.
    pub when: fn(&Asked) -> bool,
    /// The status of the refusal.
    pub status: u16,
}

/// How two calls at the same time get in each other's way.
#[derive(Clone, Copy, Debug)]
pub enum Crossing {
    /// The later of two calls is told a member of the answer to the earlier.
    Shares {
        /// Which call.
        on: Operation,
        /// The member.
        member: &'static str,
    },
    /// The later of two deletes is acknowledged and forgotten.
    LosesDelete,
}

impl Crossing {
    /// Which call it is about.
    #[must_use]
    pub const fn on(&self) -> Operation {
        match self {
            Self::Shares { on, .. } => *on,
            Self::LosesDelete => Operation::DeleteUser,
        }
    }
}
