//! All defects, one area a file.

use super::answer::Replies::{Granted, Refused, RefusedAs};
use super::{AnswerFault, Area, CallKind, Calls, Change, Defect, Fault, Trigger};
use crate::model::Level;
use crate::reference::RefusalKind;

/// A table of defects. A row has the level, the area, the name, all requirements that it breaks, what is
/// wrong, and the fault; last, if it does not show always, the condition.
macro_rules! defects {
    ($($level:ident $area:ident $name:expr, $breaks:expr, $says:expr =>
        $fault:expr $(, when $condition:expr)?;)*) => {
        pub(super) const DEFECTS: &[Defect] = &[
            $(Defect::$level($name, Area::$area, $breaks, $says, $fault)$(.when($condition))?),*
        ];
    };
}

mod admissions;
mod afterwards;
mod always;
mod authentication;
mod codes;
mod compositions;
mod concurrency;
mod create_refusals;
mod deeds;
mod delete_refusals;
mod errors;
mod get_refusals;
mod headers;
mod load;
mod members;
mod nearly;
mod protocol;
mod schema;
mod state;
mod status;
mod types;
mod validation;

pub use compositions::pairs;

/// All tables.
const TABLES: [&[Defect]; 21] = [
    status::DEFECTS,
    create_refusals::DEFECTS,
    get_refusals::DEFECTS,
    delete_refusals::DEFECTS,
    schema::DEFECTS,
    members::DEFECTS,
    headers::DEFECTS,
    validation::DEFECTS,
    admissions::DEFECTS,
    authentication::DEFECTS,
    state::DEFECTS,
    codes::DEFECTS,
    concurrency::DEFECTS,
    protocol::DEFECTS,
    load::DEFECTS,
    always::DEFECTS,
    nearly::DEFECTS,
    deeds::DEFECTS,
    errors::DEFECTS,
    types::DEFECTS,
    afterwards::DEFECTS,
];

/// All defects but those that are composed.
fn unconditional() -> impl Iterator<Item = &'static Defect> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// All defects, area by area, and those that are composed of a behaviour and a condition behind them.
pub fn all() -> impl Iterator<Item = &'static Defect> {
    unconditional().chain(compositions::NAMED.iter())
}

/// The defect of this name, among all and among those that may be drawn at random.
#[must_use]
pub fn named(name: &str) -> Option<&'static Defect> {
    all()
        .find(|defect| defect.name == name)
        .or_else(|| compositions::composed(name))
}

/// The three endpoints that are on trial.
const USERS: &[CallKind] = &[
    CallKind::CreateUser,
    CallKind::GetUser,
    CallKind::DeleteUser,
];

const CREATE: &[CallKind] = &[CallKind::CreateUser];
const GET: &[CallKind] = &[CallKind::GetUser];
const DELETE: &[CallKind] = &[CallKind::DeleteUser];

const CREATED: Calls = Calls::new(CREATE, Granted);
const GOT: Calls = Calls::new(GET, Granted);
const DELETED: Calls = Calls::new(DELETE, Granted);
const GRANTED: Calls = Calls::new(USERS, Granted);

const CREATE_INVALID: Calls = Calls::new(CREATE, RefusedAs(RefusalKind::Invalid));
const GET_UNKNOWN: Calls = Calls::new(GET, RefusedAs(RefusalKind::Unknown));
const GET_INVALID: Calls = Calls::new(GET, RefusedAs(RefusalKind::Invalid));
const DELETE_UNAUTHENTICATED: Calls = Calls::new(DELETE, RefusedAs(RefusalKind::Unauthenticated));
const DELETE_FORBIDDEN: Calls = Calls::new(DELETE, RefusedAs(RefusalKind::Forbidden));

const REFUSED: Calls = Calls::new(USERS, Refused);
const ELSEWHERE: Calls = Calls::new(&[CallKind::NoSuchCall], Refused);

const fn answer(calls: Calls, change: Change) -> Fault {
    Fault::Answer(AnswerFault { calls, change })
}

impl Defect {
    /// A defect that a suite must find at level must.
    const fn must(
        name: &'static str,
        area: Area,
        breaks: &'static [&'static str],
        says: &'static str,
        fault: Fault,
    ) -> Self {
        Self {
            name,
            area,
            level: Level::Must,
            breaks,
            says,
            only_under_load: false,
            fault,
            condition: Trigger::ALWAYS,
        }
    }

    /// The same, but only under a condition.
    const fn when(self, condition: &'static Trigger) -> Self {
        Self { condition, ..self }
    }

    /// A defect that a load must find at level must.
    const fn under_load(
        name: &'static str,
        area: Area,
        breaks: &'static [&'static str],
        says: &'static str,
        fault: Fault,
    ) -> Self {
        Self {
            only_under_load: true,
            ..Self::must(name, area, breaks, says, fault)
        }
    }

    /// A defect that the document does not settle: a suite warns of it.
    const fn should(
        name: &'static str,
        area: Area,
        breaks: &'static [&'static str],
        says: &'static str,
        fault: Fault,
    ) -> Self {
        Self {
            level: Level::Should,
            ..Self::must(name, area, breaks, says, fault)
        }
    }
}
