//! Successes with a wrong status.

use super::{CREATED, DELETED, GOT, answer};
use crate::reference::defect::{Area, Change, Defect};

/// What an answer without a body lacks.
const SILENT_CREATE: &[&str] = &[
    "create.status",
    "create.body.bearer",
    "create.body.sessionID",
    "create.body.expireAt",
    "create.body.ip",
    "create.body.userAgent",
    "create.body.verificationCodeID",
    "body.json",
    "error.x-error",
    "error.x-error-id",
];

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "create-status-201",
        Area::Status,
        &["create.status", "error.x-error", "error.x-error-id"],
        "A created user is answered with 201.",
        answer(CREATED, Change::Status(201)),
    ),
    Defect::must(
        "create-status-203",
        Area::Status,
        &["create.status", "error.x-error", "error.x-error-id"],
        "A created user is answered with 203.",
        answer(CREATED, Change::Status(203)),
    ),
    Defect::must(
        "create-status-204",
        Area::Status,
        SILENT_CREATE,
        "A created user is answered with 204 and no body.",
        answer(CREATED, Change::Status(204)),
    ),
    Defect::must(
        "create-redirects",
        Area::Status,
        &["create.account", "error.status-set"],
        "A created user is answered with a redirection.",
        answer(CREATED, Change::Status(303)),
    ),
    Defect::must(
        "create-says-400",
        Area::Status,
        &["create.account"],
        // Where every caller is told so, nobody is admitted as far as a client can see.
        "Each third user is created, and the caller is told that the request was invalid.",
        answer(CREATED.every(3), Change::Refuse(400)),
    ),
    Defect::must(
        "create-says-500",
        Area::Status,
        &["create.account", "error.no-5xx"],
        "A user is created, and the caller is told of a server error.",
        answer(CREATED, Change::Refuse(500)),
    ),
    Defect::must(
        "get-status-201",
        Area::Status,
        &["get.status", "error.x-error", "error.x-error-id"],
        "A user who is read is answered with 201.",
        answer(GOT, Change::Status(201)),
    ),
    Defect::must(
        "get-status-206",
        Area::Status,
        &["get.status", "error.x-error", "error.x-error-id"],
        "A user who is read is answered with 206.",
        answer(GOT, Change::Status(206)),
    ),
    Defect::must(
        "get-status-204",
        Area::Status,
        &[
            "get.status",
            "get.alias",
            "body.json",
            "error.x-error",
            "error.x-error-id",
        ],
        "A user who is read is answered with 204 and no body.",
        answer(GOT, Change::Status(204)),
    ),
    Defect::must(
        "get-redirects",
        Area::Status,
        &["get.alias", "create.account", "get.anonymous"],
        "A user who is read is answered with a redirection.",
        answer(GOT, Change::Status(302)),
    ),
    Defect::must(
        "delete-status-200",
        Area::Status,
        &["delete.status"],
        "A deletion is answered with 200.",
        answer(DELETED, Change::Status(200)),
    ),
    Defect::must(
        "delete-status-201",
        Area::Status,
        &["delete.status", "error.x-error", "error.x-error-id"],
        "A deletion is answered with 201.",
        answer(DELETED, Change::Status(201)),
    ),
    Defect::must(
        "delete-status-204",
        Area::Status,
        &[
            "delete.status",
            "delete.body",
            "body.json",
            "error.x-error",
            "error.x-error-id",
        ],
        "A deletion is answered with 204 and no body.",
        answer(DELETED, Change::Status(204)),
    ),
    Defect::must(
        "delete-says-404",
        Area::Status,
        &["delete.bearer", "delete.api-key"],
        "An account is deleted, and the caller is told that it was not found.",
        answer(DELETED, Change::Refuse(404)),
    ),
];
