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

defects! {
    must Protocol "media-type-html", &["body.json"], "Answers are declared as HTML." =>
        answer(GRANTED, Change::Header("content-type", html));
    must Protocol "media-type-text", &["body.json"], "Answers are declared as plain text." =>
        answer(GRANTED, Change::Header("content-type", plain));
    must Protocol "media-type-missing", &["body.json"], "Answers are not declared as anything." =>
        answer(GRANTED, Change::DropHeader("content-type"));
    must Protocol "media-type-html-on-get", &["body.json"], "The answer to a get is declared as HTML." =>
        answer(GOT, Change::Header("content-type", html));
    must Protocol "media-type-html-on-delete", &["body.json"], "The answer to a delete is declared as HTML." =>
        answer(DELETED, Change::Header("content-type", html));
    must Protocol "get-two-documents", &["body.json", "get.alias"], "The answer to a get is two JSON documents." =>
        answer(GOT, Change::Bytes(twice));
    must Protocol "get-trailing-garbage", &["body.json", "get.alias"], "The answer to a get goes on behind the JSON." =>
        answer(GOT, Change::Bytes(continued));
    must Protocol "get-cut-off", &["body.json", "get.alias"], "The answer to a get breaks off." =>
        answer(GOT, Change::Bytes(cut_off));
    must Protocol "get-array", &["body.json", "get.alias"], "The answer to a get is an array." =>
        answer(GOT, Change::Json(in_array));
    must Protocol "get-bare-text", &["body.json", "get.alias"], "The answer to a get is the alias alone." =>
        answer(GOT, Change::Json(bare_alias));
    must Protocol "get-json-in-text", &["body.json", "get.alias"], "The answer to a get is JSON inside a JSON text." =>
        answer(GOT, Change::Json(in_text));
    must Protocol "get-empty-body", &["body.json", "get.alias"], "The answer to a get is empty." =>
        answer(GOT, Change::Bytes(nothing));
    must Protocol "get-latin1", &["body.json", "get.alias"], "The answer to a get is in Latin-1." =>
        answer(GOT, Change::Bytes(latin1));
    must Protocol "get-utf16", &["body.json", "get.alias"], "The answer to a get is in UTF-16." =>
        answer(GOT, Change::Bytes(utf16));
    must Protocol "get-byte-order-mark", &["body.json", "get.alias"], "The answer to a get begins with a byte order mark." =>
        answer(GOT, Change::Bytes(marked));
    must Protocol "get-xml", &["body.json", "get.alias"], "The answer to a get is XML." =>
        answer(GOT, Change::Bytes(xml));
    must Protocol "create-array", NO_OBJECT, "The answer to a create is an array." =>
        answer(CREATED, Change::Json(in_array));
    must Protocol "create-two-documents", NO_OBJECT, "The answer to a create is two JSON documents." =>
        answer(CREATED, Change::Bytes(twice));
    must Protocol "create-empty-answer", NO_OBJECT, "The answer to a create is empty." =>
        answer(CREATED, Change::Bytes(nothing));
    must Protocol "delete-array", &["body.json", "delete.body"], "The answer to a delete is an array." =>
        answer(DELETED, Change::Json(in_array));
    must Protocol "delete-two-documents", &["body.json", "delete.body"], "The answer to a delete is two JSON documents." =>
        answer(DELETED, Change::Bytes(twice));
    must Protocol "delete-empty-answer", &["body.json", "delete.body"], "The answer to a delete is empty." =>
        answer(DELETED, Change::Bytes(nothing));
    must Protocol "delete-bare-text", &["body.json", "delete.body"], "The answer to a delete is a text that is no JSON." =>
        answer(DELETED, Change::Bytes(bare_word));
}
