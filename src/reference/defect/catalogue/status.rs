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

defects! {
    must Status "create-status-201", &["create.status", "error.x-error", "error.x-error-id"], "A created user is answered with 201." =>
        answer(CREATED, Change::Status(201));
    must Status "create-status-203", &["create.status", "error.x-error", "error.x-error-id"], "A created user is answered with 203." =>
        answer(CREATED, Change::Status(203));
    must Status "create-status-204", SILENT_CREATE, "A created user is answered with 204 and no body." =>
        answer(CREATED, Change::Status(204));
    must Status "create-redirects", &["create.account", "error.status-set", "error.x-error", "error.x-error-id"], "A created user is answered with a redirection." =>
        answer(CREATED, Change::Status(303));
    must Status "create-says-400", &["create.account"], "Each third user is created, and the caller is told that the request was invalid." =>
        answer(CREATED.every(3), Change::Refuse(400));
    must Status "create-says-500", &["create.account", "error.no-5xx"], "A user is created, and the caller is told of a server error." =>
        answer(CREATED, Change::Refuse(500));
    must Status "get-status-201", &["get.status", "error.x-error", "error.x-error-id"], "A user who is read is answered with 201." =>
        answer(GOT, Change::Status(201));
    must Status "get-status-206", &["get.status", "error.x-error", "error.x-error-id"], "A user who is read is answered with 206." =>
        answer(GOT, Change::Status(206));
    must Status "get-status-204", &["get.status", "get.alias", "body.json", "error.x-error", "error.x-error-id"], "A user who is read is answered with 204 and no body." =>
        answer(GOT, Change::Status(204));
    must Status "get-redirects", &["get.alias", "create.account", "get.anonymous", "error.status-set", "error.x-error", "error.x-error-id"], "A user who is read is answered with a redirection." =>
        answer(GOT, Change::Status(302));
    must Status "delete-status-200", &["delete.status"], "A deletion is answered with 200." =>
        answer(DELETED, Change::Status(200));
    must Status "delete-status-201", &["delete.status", "error.x-error", "error.x-error-id"], "A deletion is answered with 201." =>
        answer(DELETED, Change::Status(201));
    must Status "delete-status-204", &["delete.status", "delete.body", "body.json", "error.x-error", "error.x-error-id"], "A deletion is answered with 204 and no body." =>
        answer(DELETED, Change::Status(204));
    must Status "delete-says-404", &["delete.bearer", "delete.api-key"], "An account is deleted, and the caller is told that it was not found." =>
        answer(DELETED, Change::Refuse(404));
}
