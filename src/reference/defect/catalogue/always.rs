//! What goes wrong in answers that no case is about: in set-up, in clean-up, or now and then; and refusals that
//! say nothing.

use super::{CREATED, DELETED, GOT, REFUSED, answer};
use crate::reference::defect::{Area, Change, Defect, Fault, StateFault};

fn null(_: u16) -> String {
    "null".to_owned()
}

fn undefined(_: u16) -> String {
    "undefined".to_owned()
}

fn full_stop(_: u16) -> String {
    ".".to_owned()
}

fn template(_: u16) -> String {
    "{{ .Message }}".to_owned()
}

fn placeholder(_: u16) -> String {
    "%s".to_owned()
}

fn object(_: u16) -> String {
    "[object Object]".to_owned()
}

fn half_filled(status: u16) -> String {
    format!("refused with {status}: ${{reason}}")
}

fn encoded_line_end(status: u16) -> String {
    format!("refused%0D%0Awith {status}")
}

fn one_text(_: u16) -> String {
    "the request failed".to_owned()
}

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec()
}

fn done(_: &serde_json::Value) -> serde_json::Value {
    "done".into()
}

/// What a refusal without words violates: it is the same for all, besides.
const SAYS_NOTHING: &[&str] = &["error.x-error", "error.described"];

defects! {
    must Headers "always-x-error-null", SAYS_NOTHING, "Every refusal is described as null." =>
        answer(REFUSED, Change::Header("x-error", null));
    must Headers "always-x-error-undefined", SAYS_NOTHING, "Every refusal is described as undefined." =>
        answer(REFUSED, Change::Header("x-error", undefined));
    must Headers "always-x-error-full-stop", SAYS_NOTHING, "Every refusal is described by a full stop." =>
        answer(REFUSED, Change::Header("x-error", full_stop));
    must Headers "always-x-error-template", SAYS_NOTHING, "Every refusal is described by a template that nobody filled in." =>
        answer(REFUSED, Change::Header("x-error", template));
    must Headers "always-x-error-placeholder", SAYS_NOTHING, "Every refusal is described by a placeholder of a format." =>
        answer(REFUSED, Change::Header("x-error", placeholder));
    must Headers "always-x-error-object", SAYS_NOTHING, "Every refusal is described as an object that was made a text of." =>
        answer(REFUSED, Change::Header("x-error", object));
    should Headers "always-x-error-half-filled", &["error.described"], "The text of every refusal ends in a template that nobody filled in." =>
        answer(REFUSED, Change::Header("x-error", half_filled));
    should Headers "always-x-error-encoded-line-end", &["error.described"], "The text of every refusal has an encoded line end in it." =>
        answer(REFUSED, Change::Header("x-error", encoded_line_end));
    should Headers "always-x-error-one-text", &["error.described"], "Every refusal has the same text." =>
        answer(REFUSED, Change::Header("x-error", one_text));
    must Headers "always-x-error-missing-seldom", &["error.x-error"], "One in 60 refusals has no x-error." =>
        answer(REFUSED.every(60), Change::DropHeader("x-error"));
    must Status "always-create-bare-500-seldom", &["create.account", "create.status", "create.code", "create.race", "error.no-5xx", "error.x-error", "error.x-error-id"], "One in 20 creates is done and answered 500, without the headers of an error." =>
        answer(CREATED.every(20), Change::Status(500));
    must Schema "always-create-cut-seldom", &["body.json"], "Of one in 20 creates the answer is half a JSON object." =>
        answer(CREATED.every(20), Change::Bytes(cut));
    must Status "always-get-203-seldom", &["get.status", "error.x-error", "error.x-error-id"], "One in 40 gets is answered 203." =>
        answer(GOT.every(40), Change::Status(203));
    must Status "always-delete-200-seldom", &["delete.status"], "One in 40 deletes is answered 200." =>
        answer(DELETED.every(40), Change::Status(200));
    must Schema "always-delete-done-seldom", &["delete.body"], "One in 40 deletes is answered with another message." =>
        answer(DELETED.every(40), Change::Member("message", done));
    must Status "always-delete-bare-500-seldom", &["delete.status", "delete.bearer", "delete.api-key", "error.no-5xx", "error.x-error", "error.x-error-id"], "One in 40 deletes is done and answered 500, without the headers of an error." =>
        answer(DELETED.every(40), Change::Status(500));
    must Authentication "always-delete-denied-but-done-seldom", &["delete.bearer", "delete.api-key", "delete.status"], "One in 9 deletes is done and answered as if it had been refused." =>
        answer(DELETED.every(9), Change::Refuse(401));
    must State "always-removed-user-readable-seldom", &["delete.gone", "delete.gone-at-once"], "One in 12 removed users can still be read." =>
        Fault::State(StateFault::SeldomLingering { every: 12 });
}
