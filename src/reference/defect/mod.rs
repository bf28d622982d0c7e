//! The ways in which the reference server can be told to misbehave, one at a time.
//!
//! A defect is a value: what it is called, which requirements it breaks, and a [`Fault`] that says
//! what is done wrongly. What concerns state, requests, credentials and letters is done here, as
//! functions of their arguments; what concerns HTTP is only described here, and done by the server.
//! The honest API knows nothing of all this: a fault stands before it, behind it, or between it and
//! its store.

mod admission;
mod answer;
mod asked;
mod catalogue;
mod circumstances;
mod codes;
mod condition;
mod conditions;
mod deed;
mod drawing;
mod escaping;
mod fault;
mod intake;
mod letters;
mod load;
mod naming;
mod nearly;
mod records;
mod state;
mod store;

pub use admission::Holder;
pub use answer::{AnswerFault, Calls, Change, Replies};
pub use asked::{Asked, CallKind};
pub use catalogue::{all, named, pairs};
pub use circumstances::Circumstances;
pub use condition::{Prelude, Provocation, Trigger};
pub use deed::Deed;
pub use drawing::drawn;
pub use fault::{Crossing, Fault, Refuser};
pub use intake::Intake;
pub use letters::LetterFault;
pub use load::{LoadFault, Seldom};
pub use nearly::{Nearly, Part};
pub use records::{Issued, Person, Records, Scene};
pub use state::{CodeFault, Ghost, StateFault};
pub use store::FaultyStore;

use crate::model::Level;

/// One way in which the reference server can misbehave.
#[derive(Clone, Copy, Debug)]
pub struct Defect {
    /// The name, in kebab case, unique among all defects.
    pub name: &'static str,
    /// What kind of thing goes wrong.
    pub area: Area,
    /// How strongly the gravest violation is forbidden: a suite has to find one of this level.
    pub level: Level,
    /// The ids of all requirements that a correct suite may find violated.
    pub breaks: &'static [&'static str],
    /// What is wrong, as a sentence.
    pub says: &'static str,
    /// Whether it shows only under load, so that no case finds it.
    pub only_under_load: bool,
    /// What is done wrongly.
    pub fault: Fault,
    /// When it is done wrongly; at all other times the server is honest.
    pub condition: &'static Trigger,
}

impl Defect {
    /// Whether the suites are known not to find it yet.
    #[must_use]
    pub fn is_known_to_escape(&self) -> bool {
        escaping::ESCAPING.contains(&self.name)
    }

    /// Whether the defect shows, or is found in bearable time, only if many cases run at once: two
    /// calls have to meet, or most cases wait for what never comes.
    #[must_use]
    pub const fn needs_company(&self) -> bool {
        match &self.fault {
            _ if self.condition.takes_ms > 0 => true,
            Fault::Crossing(crossing) => crossing.needs_company(),
            Fault::Letter(_) | Fault::State(StateFault::Kept | StateFault::Lingering { .. }) => {
                true
            }
            _ => false,
        }
    }
}

/// What kind of thing goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// The status of an answer.
    Status,
    /// The members of an answer.
    Schema,
    /// The headers of an answer.
    Headers,
    /// What is accepted and what is refused.
    Validation,
    /// Who may do what.
    Authentication,
    /// What is kept, changed and removed; which codes verify what.
    State,
    /// What several users, or calls at the same time, have in common.
    Concurrency,
    /// The form of a message: its media type, its encoding, where it ends.
    Protocol,
    /// What goes wrong now and then, or under too much at once.
    Load,
}

impl Area {
    /// All areas, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Schema,
        Self::Headers,
        Self::Validation,
        Self::Authentication,
        Self::State,
        Self::Concurrency,
        Self::Protocol,
        Self::Load,
    ];

    /// The area as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Schema => "schema",
            Self::Headers => "headers",
            Self::Validation => "validation",
            Self::Authentication => "authentication",
            Self::State => "state",
            Self::Concurrency => "concurrency",
            Self::Protocol => "protocol",
            Self::Load => "load",
        }
    }
}
