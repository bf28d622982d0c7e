//! Refusals with a wrong status, and server errors where a refusal belongs.

use super::{
    CREATE_INVALID, DELETE_FORBIDDEN, DELETE_UNAUTHENTICATED, ELSEWHERE, GET_INVALID, GET_UNKNOWN,
    answer,
};
use crate::reference::defect::{Area, Asked, Change, Defect, Fault, Operation, Refuser};

/// Longer paths are very long ones, in bytes.
const LONG_PATH: usize = 512;
/// Longer members are very long ones, in bytes.
const LONG_NAME: usize = 512;

/// Everything that a member can be reproached with.
const INVALID_MEMBERS: &[&str] = &[
    "create.request.email.required",
    "create.request.email.string",
    "create.request.email.address",
    "create.request.email.impossible",
    "create.request.fullName.required",
    "create.request.fullName.string",
    "create.request.alias.required",
    "create.request.alias.string",
    "error.status-set",
];

fn nul_in_path(asked: &Asked) -> bool {
    asked.path.contains("%00")
}

fn quote_in_path(asked: &Asked) -> bool {
    asked.path.contains("%27")
}

fn traversal_in_path(asked: &Asked) -> bool {
    asked.path.contains("..%2f")
}

fn long_path(asked: &Asked) -> bool {
    asked.path.len() > LONG_PATH
}

fn json_but_no_object(asked: &Asked) -> bool {
    asked.json().is_some_and(|value| !value.is_object())
}

fn beyond_basic_plane(asked: &Asked) -> bool {
    let alias = asked.text("alias").unwrap_or_default();
    alias.chars().any(|letter| letter > '\u{ffff}')
}

fn nul_in_body(asked: &Asked) -> bool {
    asked
        .text("alias")
        .is_some_and(|alias| alias.contains('\0'))
}

fn long_name(asked: &Asked) -> bool {
    let long = |member| {
        asked
            .text(member)
            .is_some_and(|text| text.len() > LONG_NAME)
    };
    long("alias") && long("fullName")
}

/// A request with nothing to reproach but that its email is taken.
fn whole_request(asked: &Asked) -> bool {
    let sound = |member| {
        asked
            .text(member)
            .is_some_and(|text| text.starts_with("assize"))
    };
    let named = asked
        .text("fullName")
        .is_some_and(|text| text.starts_with("Assize"));
    sound("email") && sound("alias") && named && !not_declared_as_json(asked)
}

fn not_declared_as_json(asked: &Asked) -> bool {
    asked.media_type != "application/json" && !asked.has_empty_body()
}

/// Authorization that is there and holds no bearer.
fn unreadable_authorization(asked: &Asked) -> bool {
    asked.has_authorization && !asked.has_bearer()
}

fn bearer_and_pair(asked: &Asked) -> bool {
    asked.has_bearer() && asked.key().is_some() && asked.secret().is_some()
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "get-unknown-200",
        Area::Status,
        &["get.unknown"],
        "An id that nobody has is answered with an empty alias.",
        answer(GET_UNKNOWN, Change::Grant),
    ),
    Defect::must(
        "get-unknown-204",
        Area::Status,
        &["get.unknown", "error.x-error", "error.x-error-id"],
        "An id that nobody has is answered with 204.",
        answer(GET_UNKNOWN, Change::Status(204)),
    ),
    Defect::must(
        "get-unknown-400",
        Area::Status,
        &["get.unknown"],
        "An id that nobody has is answered with 400.",
        answer(GET_UNKNOWN, Change::Refuse(400)),
    ),
    Defect::must(
        "get-unknown-401",
        Area::Status,
        &["get.unknown"],
        "An id that nobody has is answered with 401.",
        answer(GET_UNKNOWN, Change::Refuse(401)),
    ),
    Defect::must(
        "get-unknown-410",
        Area::Status,
        &["get.unknown", "error.status-set"],
        "An id that nobody has is answered with 410.",
        answer(GET_UNKNOWN, Change::Refuse(410)),
    ),
    Defect::must(
        "get-unknown-500",
        Area::Status,
        &["get.unknown", "error.no-5xx"],
        "An id that nobody has is answered with 500.",
        answer(GET_UNKNOWN, Change::Refuse(500)),
    ),
    Defect::must(
        "get-malformed-200",
        Area::Status,
        &["get.malformed-id"],
        "A text that cannot be an id is answered with an empty alias.",
        answer(GET_INVALID, Change::Grant),
    ),
    Defect::must(
        "get-malformed-401",
        Area::Status,
        &["get.malformed-id"],
        "A text that cannot be an id is answered with 401.",
        answer(GET_INVALID, Change::Refuse(401)),
    ),
    Defect::must(
        "get-malformed-422",
        Area::Status,
        &["get.malformed-id", "error.status-set"],
        "A text that cannot be an id is answered with 422.",
        answer(GET_INVALID, Change::Refuse(422)),
    ),
    Defect::must(
        "get-malformed-500",
        Area::Status,
        &["get.malformed-id", "error.no-5xx", "error.status-set"],
        "A text that cannot be an id is answered with 500.",
        answer(GET_INVALID, Change::Refuse(500)),
    ),
    Defect::must(
        "get-nul-500",
        Area::Status,
        &["get.malformed-id", "error.no-5xx"],
        "An id with a NUL in it is answered with 500.",
        answer(GET_INVALID.when(nul_in_path), Change::Refuse(500)),
    ),
    Defect::must(
        "get-long-id-500",
        Area::Status,
        &["get.malformed-id", "error.no-5xx", "error.status-set"],
        "A very long id is answered with 500.",
        answer(GET_INVALID.when(long_path), Change::Refuse(500)),
    ),
    Defect::should(
        "get-long-id-414",
        Area::Status,
        &["error.status-set"],
        "A very long id is answered with 414.",
        answer(GET_INVALID.when(long_path), Change::Refuse(414)),
    ),
    Defect::must(
        "get-quote-500",
        Area::Status,
        &["get.malformed-id", "error.no-5xx"],
        "An id with a quotation mark in it is answered with 500.",
        answer(GET_INVALID.when(quote_in_path), Change::Refuse(500)),
    ),
    Defect::must(
        "get-traversal-200",
        Area::Status,
        &["get.malformed-id"],
        "An id that leads out of a folder is answered with success.",
        answer(GET_INVALID.when(traversal_in_path), Change::Grant),
    ),
    Defect::must(
        "create-malformed-422",
        Area::Status,
        &["create.malformed", "error.status-set"],
        "Malformed JSON is answered with 422.",
        answer(
            CREATE_INVALID.when(Asked::has_malformed_body),
            Change::Refuse(422),
        ),
    ),
    Defect::must(
        "create-malformed-500",
        Area::Status,
        &["create.malformed", "error.no-5xx", "error.status-set"],
        "Malformed JSON is answered with 500.",
        answer(
            CREATE_INVALID.when(Asked::has_malformed_body),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "create-empty-body-500",
        Area::Status,
        &["create.malformed", "error.no-5xx"],
        "An empty body is answered with 500.",
        answer(
            CREATE_INVALID.when(Asked::has_empty_body),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "create-not-an-object-500",
        Area::Status,
        &["create.malformed", "error.no-5xx"],
        "JSON that is not an object is answered with 500.",
        answer(CREATE_INVALID.when(json_but_no_object), Change::Refuse(500)),
    ),
    Defect::must(
        "create-wrong-type-500",
        Area::Status,
        &[
            "create.request.email.string",
            "create.request.fullName.string",
            "create.request.alias.string",
            "error.no-5xx",
        ],
        "A member of a wrong type is answered with 500.",
        answer(
            CREATE_INVALID.when(Asked::has_wrong_type),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "create-invalid-422",
        Area::Status,
        INVALID_MEMBERS,
        "An invalid member is answered with 422.",
        answer(CREATE_INVALID.when(Asked::has_object), Change::Refuse(422)),
    ),
    Defect::must(
        "create-invalid-404",
        Area::Status,
        INVALID_MEMBERS,
        "An invalid member is answered with 404.",
        answer(CREATE_INVALID.when(Asked::has_object), Change::Refuse(404)),
    ),
    Defect::must(
        "create-emoji-500",
        Area::Status,
        &["error.no-5xx", "error.status-set"],
        "An alias with characters beyond the basic plane is answered with 500.",
        Fault::Refuser(Refuser {
            on: Operation::CreateUser,
            when: beyond_basic_plane,
            status: 500,
        }),
    ),
    Defect::must(
        "create-control-500",
        Area::Status,
        &["error.no-5xx", "error.status-set"],
        "An alias with a NUL in it is answered with 500.",
        Fault::Refuser(Refuser {
            on: Operation::CreateUser,
            when: nul_in_body,
            status: 500,
        }),
    ),
    Defect::must(
        "create-long-name-500",
        Area::Status,
        &["error.no-5xx", "error.status-set"],
        "A very long name is answered with 500.",
        answer(CREATE_INVALID.when(long_name), Change::Refuse(500)),
    ),
    Defect::must(
        "create-taken-email-500",
        Area::Status,
        &["error.no-5xx", "error.status-set"],
        "An email that is taken is answered with 500.",
        answer(CREATE_INVALID.when(whole_request), Change::Refuse(500)),
    ),
    Defect::should(
        "create-taken-email-409",
        Area::Status,
        &["error.status-set"],
        "An email that is taken is answered with 409.",
        answer(CREATE_INVALID.when(whole_request), Change::Refuse(409)),
    ),
    Defect::must(
        "create-media-type-500",
        Area::Status,
        &["error.no-5xx"],
        "A body that is not declared as JSON is answered with 500.",
        answer(
            CREATE_INVALID.when(not_declared_as_json),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "delete-bare-400",
        Area::Status,
        &["delete.no-credentials"],
        "A delete without credentials is answered with 400.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials),
            Change::Refuse(400),
        ),
    ),
    Defect::must(
        "delete-bare-403",
        Area::Status,
        &["delete.no-credentials"],
        "A delete without credentials is answered with 403.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials),
            Change::Refuse(403),
        ),
    ),
    Defect::must(
        "delete-bare-500",
        Area::Status,
        &["delete.no-credentials", "error.no-5xx"],
        "A delete without credentials is answered with 500.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "delete-bad-bearer-403",
        Area::Status,
        &["delete.bad-bearer"],
        "A delete with an unknown bearer is answered with 403.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_bearer),
            Change::Refuse(403),
        ),
    ),
    Defect::must(
        "delete-bad-bearer-404",
        Area::Status,
        &["delete.bad-bearer"],
        "A delete with an unknown bearer is answered with 404.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_bearer),
            Change::Refuse(404),
        ),
    ),
    Defect::must(
        "delete-bad-bearer-500",
        Area::Status,
        &[
            "delete.bad-bearer",
            "delete.dead-credentials",
            "error.no-5xx",
        ],
        "A delete with an unknown bearer is answered with 500.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_bearer),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "delete-odd-authorization-500",
        Area::Status,
        &["delete.no-credentials", "delete.bad-bearer", "error.no-5xx"],
        "Authorization of another scheme is answered with 500.",
        answer(
            DELETE_UNAUTHENTICATED.when(unreadable_authorization),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "delete-bad-pair-403",
        Area::Status,
        &["delete.bad-key", "delete.bad-secret"],
        "A delete with a wrong key or secret is answered with 403.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_pair),
            Change::Refuse(403),
        ),
    ),
    Defect::must(
        "delete-bad-pair-404",
        Area::Status,
        &["delete.bad-key", "delete.bad-secret", "delete.foreign"],
        "A delete with a wrong key or secret is answered with 404.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_pair),
            Change::Refuse(404),
        ),
    ),
    Defect::must(
        "delete-half-pair-404",
        Area::Status,
        &["delete.half-pair"],
        "A delete with half a key pair is answered with 404.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair),
            Change::Refuse(404),
        ),
    ),
    Defect::must(
        "delete-half-pair-500",
        Area::Status,
        &["delete.half-pair", "error.no-5xx"],
        "A delete with half a key pair is answered with 500.",
        answer(
            DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair),
            Change::Refuse(500),
        ),
    ),
    Defect::must(
        "delete-unverified-400",
        Area::Status,
        &["delete.unverified", "create.verifiable"],
        "A delete by a session that is not verified is answered with 400.",
        answer(DELETE_FORBIDDEN, Change::Refuse(400)),
    ),
    Defect::must(
        "delete-unverified-404",
        Area::Status,
        &["delete.unverified", "create.verifiable"],
        "A delete by a session that is not verified is answered with 404.",
        answer(DELETE_FORBIDDEN, Change::Refuse(404)),
    ),
    Defect::must(
        "delete-two-credentials-500",
        Area::Status,
        &["delete.bad-bearer", "error.no-5xx", "error.status-set"],
        "A bearer beside a key pair is answered with 500.",
        Fault::Refuser(Refuser {
            on: Operation::DeleteUser,
            when: bearer_and_pair,
            status: 500,
        }),
    ),
    Defect::must(
        "unknown-route-500",
        Area::Status,
        &["error.other-routes", "error.no-5xx"],
        "A route that does not exist is answered with 500.",
        answer(ELSEWHERE, Change::Refuse(500)),
    ),
    Defect::should(
        "unknown-route-200",
        Area::Status,
        &["error.other-routes"],
        "A route that does not exist is answered with success.",
        answer(ELSEWHERE, Change::Grant),
    ),
];
