//! Who may do what.

use super::{DELETE_FORBIDDEN, DELETE_UNAUTHENTICATED, GET_INVALID, answer};
use crate::reference::defect::{Area, Asked, Change, Defect, Fault, Operation, Refuser};

fn email_in_path(asked: &Asked) -> bool {
    asked.path.contains("%40") || asked.path.contains('@')
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "delete-bearer-not-enough",
        Area::Authentication,
        &["delete.bearer"],
        "A bearer alone does not suffice to delete.",
        Fault::Refuser(Refuser {
            on: Operation::DeleteUser,
            when: Asked::has_bearer,
            status: 401,
        }),
    ),
    Defect::must(
        "delete-key-pair-not-enough",
        Area::Authentication,
        &["delete.api-key"],
        "A key pair alone does not suffice to delete.",
        Fault::Refuser(Refuser {
            on: Operation::DeleteUser,
            when: Asked::has_pair,
            status: 401,
        }),
    ),
    Defect::must(
        "delete-acknowledges-bad-bearer",
        Area::Authentication,
        &["delete.bad-bearer", "delete.dead-credentials"],
        "A delete with an unknown bearer is acknowledged.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_bearer),
            Change::Grant,
        ),
    ),
    Defect::must(
        "delete-acknowledges-bad-pair",
        Area::Authentication,
        &[
            "delete.bad-key",
            "delete.bad-secret",
            "delete.foreign",
            "delete.dead-credentials",
        ],
        "A delete with an unknown key pair is acknowledged.",
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_pair), Change::Grant),
    ),
    Defect::must(
        "delete-acknowledges-half-pair",
        Area::Authentication,
        &["delete.half-pair"],
        "A delete with half a key pair is acknowledged.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair),
            Change::Grant,
        ),
    ),
    Defect::must(
        "delete-acknowledges-nobody",
        Area::Authentication,
        &["delete.no-credentials"],
        "A delete without credentials is acknowledged.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials),
            Change::Grant,
        ),
    ),
    Defect::must(
        "delete-acknowledges-odd-authorization",
        Area::Authentication,
        &["delete.no-credentials", "delete.bad-bearer"],
        "A delete with authorization of another form is acknowledged.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_odd_authorization),
            Change::Grant,
        ),
    ),
    Defect::must(
        "delete-acknowledges-unverified",
        Area::Authentication,
        &["delete.unverified", "create.verifiable"],
        "A delete by a session that is not verified is acknowledged.",
        answer(DELETE_FORBIDDEN, Change::Grant),
    ),
    Defect::should(
        "get-wants-credentials",
        Area::Authentication,
        &["get.anonymous"],
        "A user is read only with credentials.",
        Fault::Refuser(Refuser {
            on: Operation::GetUser,
            when: Asked::has_no_credentials,
            status: 401,
        }),
    ),
    Defect::should(
        "get-by-email",
        Area::Authentication,
        &["get.malformed-id"],
        "A user is found by email, too.",
        answer(GET_INVALID.when(email_in_path), Change::Grant),
    ),
];
