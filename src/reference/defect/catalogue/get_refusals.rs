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

defects! {
    must Status "get-unknown-200", &["get.unknown", "get.alias", "delete.gone", "delete.gone-at-once"], "An id that nobody has is answered with an empty alias." =>
        answer(GET_UNKNOWN, Change::Grant);
    must Status "get-unknown-204", &["get.unknown", "get.status", "error.x-error", "error.x-error-id"], "An id that nobody has is answered with 204." =>
        answer(GET_UNKNOWN, Change::Status(204));
    must Status "get-unknown-400", &["get.unknown"], "An id that nobody has is answered with 400." =>
        answer(GET_UNKNOWN, Change::Refuse(400));
    must Status "get-unknown-401", &["get.unknown"], "An id that nobody has is answered with 401." =>
        answer(GET_UNKNOWN, Change::Refuse(401));
    must Status "get-unknown-410", &["get.unknown", "error.status-set"], "An id that nobody has is answered with 410." =>
        answer(GET_UNKNOWN, Change::Refuse(410));
    must Status "get-unknown-500", &["get.unknown", "error.no-5xx", "delete.gone", "delete.gone-at-once"], "An id that nobody has is answered with 500." =>
        answer(GET_UNKNOWN, Change::Refuse(500));
    must Status "get-malformed-200", &["get.malformed-id"], "A text that cannot be an id is answered with an empty alias." =>
        answer(GET_INVALID, Change::Grant);
    must Status "get-malformed-401", &["get.malformed-id"], "A text that cannot be an id is answered with 401." =>
        answer(GET_INVALID, Change::Refuse(401));
    must Status "get-malformed-422", &["get.malformed-id", "error.status-set"], "A text that cannot be an id is answered with 422." =>
        answer(GET_INVALID, Change::Refuse(422));
    must Status "get-malformed-500", &["get.malformed-id", "error.no-5xx", "error.status-set"], "A text that cannot be an id is answered with 500." =>
        answer(GET_INVALID, Change::Refuse(500));
    must Status "get-nul-500", &["get.malformed-id", "error.no-5xx"], "An id with a NUL in it is answered with 500." =>
        answer(GET_INVALID.when(nul_in_path), Change::Refuse(500));
    must Status "get-long-id-500", &["get.malformed-id", "error.no-5xx", "error.status-set"], "A very long id is answered with 500." =>
        answer(GET_INVALID.when(long_path), Change::Refuse(500));
    should Status "get-long-id-414", &["error.status-set"], "A very long id is answered with 414." =>
        answer(GET_INVALID.when(long_path), Change::Refuse(414));
    must Status "get-quote-500", &["get.malformed-id", "error.no-5xx"], "An id with a quotation mark in it is answered with 500." =>
        answer(GET_INVALID.when(quote_in_path), Change::Refuse(500));
    must Status "get-traversal-200", &["get.malformed-id"], "An id that leads out of a folder is answered with success." =>
        answer(GET_INVALID.when(traversal_in_path), Change::Grant);
    must Status "unknown-route-500", &["error.other-routes", "error.no-5xx"], "A route that does not exist is answered with 500." =>
        answer(ELSEWHERE, Change::Refuse(500));
    should Status "unknown-route-200", &["error.other-routes"], "A route that does not exist is answered with success." =>
        answer(ELSEWHERE, Change::Grant);
}
