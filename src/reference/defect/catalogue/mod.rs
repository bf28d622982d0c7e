//! All defects, one area a file.

mod admissions;
mod authentication;
mod codes;
mod concurrency;
mod create_refusals;
mod delete_refusals;
mod get_refusals;
mod headers;
mod load;
mod members;
mod protocol;
mod schema;
mod state;
mod status;
mod validation;

use super::answer::Replies::{Granted, Refused, RefusedAs};
use super::{AnswerFault, Area, Calls, Change, Defect, Fault, Operation};
use crate::model::Level;
use crate::reference::RefusalKind;

/// All tables.
const TABLES: [&[Defect]; 15] = [
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
];

/// All defects, area by area.
pub fn all() -> impl Iterator<Item = &'static Defect> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The defect of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Defect> {
    all().find(|defect| defect.name == name)
}

/// The three endpoints that are on trial.
const USERS: &[Operation] = &[
    Operation::CreateUser,
    Operation::GetUser,
    Operation::DeleteUser,
];

const CREATE: &[Operation] = &[Operation::CreateUser];
const GET: &[Operation] = &[Operation::GetUser];
const DELETE: &[Operation] = &[Operation::DeleteUser];

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
const ELSEWHERE: Calls = Calls::new(&[Operation::NoSuchCall], Refused);

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
        }
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
