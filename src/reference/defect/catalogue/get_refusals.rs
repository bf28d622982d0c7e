//! Refused gets, and routes that do not exist, with a wrong status.

use super::{ELSEWHERE, GET_INVALID, GET_UNKNOWN, answer};
use crate::reference::defect::{Area, Asked, Change, Defect};

/// Longer paths are very long ones, in bytes.
const LONG_PATH: usize = 512;

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
