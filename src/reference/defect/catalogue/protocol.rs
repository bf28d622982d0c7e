//! The form of answers: media type, encoding, where they end.

use serde_json::{Value, json};

use super::{CREATED, DELETED, GOT, GRANTED, answer};
use crate::reference::defect::{Area, Change, Defect};

/// What cannot be read in an answer that is no object.
const NO_OBJECT: &[&str] = &[
    "body.json",
    "create.body.bearer",
    "create.body.sessionID",
    "create.body.expireAt",
    "create.body.ip",
    "create.body.userAgent",
    "create.body.verificationCodeID",
];

fn html(_: u16) -> String {
    "text/html; charset=utf-8".to_owned()
}

fn plain(_: u16) -> String {
    "text/plain".to_owned()
}

fn in_array(answer: &Value) -> Value {
    json!([answer])
}

fn in_text(answer: &Value) -> Value {
    answer.to_string().into()
}

fn bare_alias(answer: &Value) -> Value {
    answer.get("alias").cloned().unwrap_or_default()
}

fn twice(answer: &[u8]) -> Vec<u8> {
    [answer, b"\n", answer].concat()
}

fn continued(answer: &[u8]) -> Vec<u8> {
    [answer, b"\n<!-- served in 3 ms -->"].concat()
}

fn cut_off(answer: &[u8]) -> Vec<u8> {
    answer
        .split_last()
        .map_or_else(Vec::new, |(_, rest)| rest.to_vec())
}

fn nothing(_: &[u8]) -> Vec<u8> {
    Vec::new()
}

fn bare_word(_: &[u8]) -> Vec<u8> {
    b"acknowledged".to_vec()
}

fn xml(_: &[u8]) -> Vec<u8> {
    b"<user><alias>johny</alias></user>".to_vec()
}

fn marked(answer: &[u8]) -> Vec<u8> {
    [b"\xef\xbb\xbf", answer].concat()
}

/// What Latin-1 has no character for becomes a question mark.
fn latin1(answer: &[u8]) -> Vec<u8> {
    let letter = |letter: char| u8::try_from(letter).unwrap_or(b'?');
    String::from_utf8_lossy(answer)
        .chars()
        .map(letter)
        .collect()
}

fn utf16(answer: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer).into_owned();
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "media-type-html",
        Area::Protocol,
        &["body.json"],
        "Answers are declared as HTML.",
        answer(GRANTED, Change::Header("content-type", html)),
    ),
    Defect::must(
        "media-type-text",
        Area::Protocol,
        &["body.json"],
        "Answers are declared as plain text.",
        answer(GRANTED, Change::Header("content-type", plain)),
    ),
    Defect::must(
        "media-type-missing",
        Area::Protocol,
        &["body.json"],
        "Answers are not declared as anything.",
        answer(GRANTED, Change::DropHeader("content-type")),
    ),
    Defect::must(
        "media-type-html-on-get",
        Area::Protocol,
        &["body.json"],
        "The answer to a get is declared as HTML.",
        answer(GOT, Change::Header("content-type", html)),
    ),
    Defect::must(
        "media-type-html-on-delete",
        Area::Protocol,
        &["body.json"],
        "The answer to a delete is declared as HTML.",
        answer(DELETED, Change::Header("content-type", html)),
    ),
    Defect::must(
        "get-two-documents",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is two JSON documents.",
        answer(GOT, Change::Bytes(twice)),
    ),
    Defect::must(
        "get-trailing-garbage",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get goes on behind the JSON.",
        answer(GOT, Change::Bytes(continued)),
    ),
    Defect::must(
        "get-cut-off",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get breaks off.",
        answer(GOT, Change::Bytes(cut_off)),
    ),
    Defect::must(
        "get-array",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is an array.",
        answer(GOT, Change::Json(in_array)),
    ),
    Defect::must(
        "get-bare-text",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is the alias alone.",
        answer(GOT, Change::Json(bare_alias)),
    ),
    Defect::must(
        "get-json-in-text",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is JSON inside a JSON text.",
        answer(GOT, Change::Json(in_text)),
    ),
    Defect::must(
        "get-empty-body",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is empty.",
        answer(GOT, Change::Bytes(nothing)),
    ),
    Defect::must(
        "get-latin1",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is in Latin-1.",
        answer(GOT, Change::Bytes(latin1)),
    ),
    Defect::must(
        "get-utf16",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is in UTF-16.",
        answer(GOT, Change::Bytes(utf16)),
    ),
    Defect::must(
        "get-byte-order-mark",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get begins with a byte order mark.",
        answer(GOT, Change::Bytes(marked)),
    ),
    Defect::must(
        "get-xml",
        Area::Protocol,
        &["body.json", "get.alias"],
        "The answer to a get is XML.",
        answer(GOT, Change::Bytes(xml)),
    ),
    Defect::must(
        "create-array",
        Area::Protocol,
        NO_OBJECT,
        "The answer to a create is an array.",
        answer(CREATED, Change::Json(in_array)),
    ),
    Defect::must(
        "create-two-documents",
        Area::Protocol,
        NO_OBJECT,
        "The answer to a create is two JSON documents.",
        answer(CREATED, Change::Bytes(twice)),
    ),
    Defect::must(
        "create-empty-answer",
        Area::Protocol,
        NO_OBJECT,
        "The answer to a create is empty.",
        answer(CREATED, Change::Bytes(nothing)),
    ),
    Defect::must(
        "delete-array",
        Area::Protocol,
        &["body.json", "delete.body"],
        "The answer to a delete is an array.",
        answer(DELETED, Change::Json(in_array)),
    ),
    Defect::must(
        "delete-two-documents",
        Area::Protocol,
        &["body.json", "delete.body"],
        "The answer to a delete is two JSON documents.",
        answer(DELETED, Change::Bytes(twice)),
    ),
    Defect::must(
        "delete-empty-answer",
        Area::Protocol,
        &["body.json", "delete.body"],
        "The answer to a delete is empty.",
        answer(DELETED, Change::Bytes(nothing)),
    ),
    Defect::must(
        "delete-bare-text",
        Area::Protocol,
        &["body.json", "delete.body"],
        "The answer to a delete is a text that is no JSON.",
        answer(DELETED, Change::Bytes(bare_word)),
    ),
];
