//! Headers of refusals.

use super::{CREATE, DELETE, ELSEWHERE, GET, REFUSED, USERS, answer};
use crate::reference::RefusalKind;
use crate::reference::defect::{Area, Calls, Change, Defect, Replies};

const fn refused_as(kind: RefusalKind) -> Calls {
    Calls::new(USERS, Replies::RefusedAs(kind))
}

fn blank(_: u16) -> String {
    String::new()
}

fn one_id(_: u16) -> String {
    "E-1".to_owned()
}

fn id_of_kind(status: u16) -> String {
    format!("E-{status}")
}

fn id_of_400_and_401(status: u16) -> String {
    id_of_kind(if status == 401 { 400 } else { status })
}

fn id_of_400_and_404(status: u16) -> String {
    id_of_kind(if status == 404 { 400 } else { status })
}

fn id_of_401_and_404(status: u16) -> String {
    id_of_kind(if status == 404 { 401 } else { status })
}

fn a_number(status: u16) -> String {
    status.to_string()
}

fn a_stack_trace(_: u16) -> String {
    "Error: no at Users.read (/srv/api/users.js:42:7)".to_owned()
}

fn a_statement(_: u16) -> String {
    "failed: SELECT alias FROM users WHERE id = $1".to_owned()
}

fn a_state_of_sql(_: u16) -> String {
    "ERROR: syntax error at or near the end (SQLSTATE 42601)".to_owned()
}

fn a_path(_: u16) -> String {
    "cannot read /var/lib/users/index".to_owned()
}

fn a_panic(_: u16) -> String {
    "thread main panicked at src/users.rs:42".to_owned()
}

defects! {
    must Headers "x-error-missing-on-400", &["error.x-error"], "The refusal of an invalid request has no x-error." =>
        answer(refused_as(RefusalKind::Invalid), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-401", &["error.x-error"], "The refusal of missing or bad credentials has no x-error." =>
        answer(refused_as(RefusalKind::Unauthenticated), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-403", &["error.x-error"], "The refusal of credentials that do not suffice has no x-error." =>
        answer(refused_as(RefusalKind::Forbidden), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-404", &["error.x-error"], "The refusal of what is not found has no x-error." =>
        answer(refused_as(RefusalKind::Unknown), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-create", &["error.x-error"], "A refused create has no x-error." =>
        answer(Calls::new(CREATE, Replies::Refused), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-get", &["error.x-error"], "A refused get has no x-error." =>
        answer(Calls::new(GET, Replies::Refused), Change::DropHeader("x-error"));
    must Headers "x-error-missing-on-delete", &["error.x-error"], "A refused delete has no x-error." =>
        answer(Calls::new(DELETE, Replies::Refused), Change::DropHeader("x-error"));
    must Headers "x-error-blank", &["error.x-error"], "A refusal has an x-error that is blank." =>
        answer(REFUSED, Change::Header("x-error", blank));
    should Headers "x-error-missing-elsewhere", &["error.other-routes"], "The refusal of a route or method that does not exist has no x-error." =>
        answer(ELSEWHERE, Change::DropHeader("x-error"));
    must Headers "x-error-id-missing-on-400", &["error.x-error-id"], "The refusal of an invalid request has no x-error-id." =>
        answer(refused_as(RefusalKind::Invalid), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-401", &["error.x-error-id"], "The refusal of missing or bad credentials has no x-error-id." =>
        answer(refused_as(RefusalKind::Unauthenticated), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-403", &["error.x-error-id"], "The refusal of credentials that do not suffice has no x-error-id." =>
        answer(refused_as(RefusalKind::Forbidden), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-404", &["error.x-error-id"], "The refusal of what is not found has no x-error-id." =>
        answer(refused_as(RefusalKind::Unknown), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-create", &["error.x-error-id"], "A refused create has no x-error-id." =>
        answer(Calls::new(CREATE, Replies::Refused), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-get", &["error.x-error-id"], "A refused get has no x-error-id." =>
        answer(Calls::new(GET, Replies::Refused), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-missing-on-delete", &["error.x-error-id"], "A refused delete has no x-error-id." =>
        answer(Calls::new(DELETE, Replies::Refused), Change::DropHeader("x-error-id"));
    must Headers "x-error-id-blank", &["error.x-error-id"], "A refusal has an x-error-id that is blank." =>
        answer(REFUSED, Change::Header("x-error-id", blank));
    should Headers "x-error-id-missing-elsewhere", &["error.other-routes"], "The refusal of a route or method that does not exist has no x-error-id." =>
        answer(ELSEWHERE, Change::DropHeader("x-error-id"));
    must Headers "x-error-id-constant", &["error.kinds", "error.unique-id"], "All errors have one id." =>
        answer(REFUSED, Change::Header("x-error-id", one_id));
    must Headers "x-error-id-of-400-and-401", &["error.kinds", "error.unique-id"], "Invalid requests and bad credentials have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", id_of_400_and_401));
    must Headers "x-error-id-of-400-and-404", &["error.kinds", "error.unique-id"], "Invalid requests and what is not found have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", id_of_400_and_404));
    must Headers "x-error-id-of-401-and-404", &["error.kinds", "error.unique-id"], "Bad credentials and what is not found have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", id_of_401_and_404));
    should Headers "x-error-id-of-kind", &["error.unique-id"], "All errors of a kind have one id." =>
        answer(REFUSED, Change::Header("x-error-id", id_of_kind));
    should Headers "x-error-number", &["error.described"], "An error is described by a number." =>
        answer(REFUSED, Change::Header("x-error", a_number));
    should Headers "x-error-stack-trace", &["error.discreet", "error.described"], "An error is described by a stack trace." =>
        answer(REFUSED, Change::Header("x-error", a_stack_trace));
    should Headers "x-error-sql", &["error.discreet", "error.described"], "An error is described by a statement of SQL." =>
        answer(REFUSED, Change::Header("x-error", a_statement));
    should Headers "x-error-sql-state", &["error.discreet", "error.described"], "An error is described in the words of a database." =>
        answer(REFUSED, Change::Header("x-error", a_state_of_sql));
    should Headers "x-error-path", &["error.discreet", "error.described"], "An error is described by a path of the server's files." =>
        answer(REFUSED, Change::Header("x-error", a_path));
    should Headers "x-error-panic", &["error.discreet", "error.described"], "An error is described by a panic and its line." =>
        answer(REFUSED, Change::Header("x-error", a_panic));
}
