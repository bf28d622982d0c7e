//! What a defect does wrongly.

use super::{
    AnswerFault, Asked, CallKind, Deed, Holder, Intake, LetterFault, LoadFault, Nearly, StateFault,
};

/// What a defect does wrongly.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A create request that should be refused is made sound, and so accepted.
    Intake(Intake),
    /// The same, and the caller is told that it was refused.
    DeniedIntake(Intake),
    /// A delete is done for a holder of credentials that the caller has not given.
    Admission {
        /// Whose call it is taken to be.
        of: for<'a> fn(&'a [Holder], &Asked) -> Option<&'a Holder>,
        /// Whether the caller is told that it was refused.
        denied: bool,
    },
    /// A delete is done for somebody whose credentials are nearly those given.
    Nearly(Nearly),
    /// Besides what was asked, or in place of it, something else is done.
    Deed(Deed),
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
    /// Something goes wrong now and then, or under too much at once.
    Load(LoadFault),
}

/// Refuses calls that should be granted.
#[derive(Clone, Copy, Debug)]
pub struct Refuser {
    /// Which call.
    pub on: CallKind,
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
        on: CallKind,
        /// The member.
        member: &'static str,
    },
    /// The later of two deletes is acknowledged and forgotten.
    LosesDelete,
    /// A call is refused while another one is under way that concerns the same thing.
    Refuses {
        /// Which call is refused: of two that are alike the later.
        on: CallKind,
        /// Which call is under way.
        during: CallKind,
        /// What they concern; nothing, if they concern nothing of the kind.
        about: fn(&Asked) -> Option<String>,
        /// The status of the refusal.
        status: u16,
    },
}

impl Crossing {
    /// Whether a call of this kind has a part in it.
    #[must_use]
    pub fn concerns(&self, operation: CallKind) -> bool {
        match self {
            Self::Shares { on, .. } => *on == operation,
            Self::LosesDelete => operation == CallKind::DeleteUser,
            Self::Refuses { on, during, .. } => [*on, *during].contains(&operation),
        }
    }

    /// Whether it shows only if many cases run at once: no case by itself lets such calls meet.
    pub(super) const fn needs_company(&self) -> bool {
        matches!(self, Self::Shares { .. } | Self::LosesDelete)
    }
}
