//! Cases that fail, each in its own way.

use assize::model::{Level, Verdict};
use assize::record::{CaseResult, ReasonKind};

use super::case::{at, case, finding, found, skipped, step};
use super::exchange::{self, record};
use super::sample::{creates, deletes, misses, reads};

pub(crate) fn cases() -> Vec<CaseResult> {
    vec![
        wrong_status(),
        wrong_alias(),
        missing_header(),
        case(
            "get",
            "get.malformed-id",
            "A text that cannot be an id",
            &["get.malformed-id"],
        ),
        wrong_delete(),
        skipped(
            case(
                "delete",
                "delete.gone",
                "A deleted user is gone",
                &["delete.gone"],
            ),
            ReasonKind::Blocked,
            "the account could not be deleted: expected 202, actual 200",
        ),
        skipped(
            case(
                "delete",
                "delete.api-key",
                "A key pair alone deletes the own account",
                &["delete.api-key"],
            ),
            ReasonKind::NoMailbox,
            "needs a mailbox: give one with --mailbox",
        ),
    ]
}

fn wrong_status() -> CaseResult {
    let status = finding(
        Level::Must,
        &["create.status"],
        "status",
        "one of 200, 202",
        "201",
    );
    let answer = record(exchange::create(), exchange::session(201), 8_420);
    found(creates(), vec![status], answer)
}

/// Two findings of which the first breaks two requirements.
fn wrong_alias() -> CaseResult {
    let alias = finding(
        Level::Must,
        &["get.alias", "body.json"],
        "json /alias",
        "\"kim-7f3a\"",
        "\"KIM-7F3A\"",
    );
    let schema = finding(
        Level::Must,
        &["body.json"],
        "schema user",
        "a value of the type string",
        "null",
    );
    let user = exchange::answer(
        200,
        &[("content-type", "application/json")],
        br#"{"alias":"KIM-7F3A","fullName":null}"#,
    );
    found(
        reads(),
        vec![alias, at(schema, "/fullName", "/properties/fullName/type")],
        record(exchange::get("5a1c0f9e"), user, 1_530),
    )
}

/// Two findings of different levels.
fn missing_header() -> CaseResult {
    let header = finding(
        Level::Must,
        &["error.x-error-id"],
        "header x-error-id",
        "a value that is not blank",
        "nothing",
    );
    let unique = finding(
        Level::Should,
        &["error.unique-id"],
        "header x-error-id",
        "another value at each answer",
        "\"7\" twice",
    );
    let nobody = exchange::answer(404, &[("x-error", "no such user")], b"");
    found(
        misses(),
        vec![header, unique],
        record(exchange::get("00000000"), nobody, 990),
    )
}

/// Two steps, of which the second fails.
fn wrong_delete() -> CaseResult {
    let status = finding(Level::Must, &["delete.status"], "status", "202", "200");
    let body = br#"{"message":"acknowledged"}"#;
    let answer = exchange::answer(200, &[], body);
    let mut case = found(
        deletes(),
        vec![status],
        record(exchange::delete(), answer, 2_610),
    );
    let created = record(exchange::create(), exchange::session(202), 7_100);
    let made = step("create", Verdict::Pass, Vec::new(), Some(created));
    case.steps.insert(0, made);
    case
}
