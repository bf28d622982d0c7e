//! Answers that are HTTP, with bodies that are not what they say.
#![expect(clippy::too_many_lines, reason = "a catalogue is as long as it is")]

use flate2::Compression;
use flate2::bufread::GzEncoder;
use std::io::Read;

use super::act::send;
use super::server::{RIGHT_BODY, right, with};
use super::{Class, Misbehaviour, broken, fails, fine};

pub(super) fn all() -> Vec<Misbehaviour> {
    let mut all = json();
    all.extend(kinds());
    all
}

fn json() -> Vec<Misbehaviour> {
    let body = |text: &str| send(with("", text));
    let deep = "[".repeat(100_000);
    vec![
        fails(
            "deep JSON",
            body(&format!("{{\"alias\":{deep}")),
            "recursion limit",
        ),
        fails(
            "deep objects",
            body(&"{\"a\":".repeat(50_000)),
            "recursion limit",
        ),
        fails(
            "a huge number",
            body(&format!("{{\"alias\":{}}}", "9".repeat(10_000))),
            "out of range",
        ),
        fails(
            "a number beyond all",
            body("{\"alias\":1e999999999}"),
            "out of range",
        ),
        fails(
            "a member twice",
            body("{\"alias\":\"wrong\",\"alias\":\"right\"}"),
            "twice",
        ),
        fails(
            "a byte order mark",
            body(&format!("\u{feff}{RIGHT_BODY}")),
            "not JSON",
        ),
        fails(
            "two documents",
            body(&RIGHT_BODY.repeat(2)),
            "trailing characters",
        ),
        fails("half a document", body("{\"alias\":\"right\""), "EOF"),
        fails(
            "half a surrogate pair",
            body("{\"alias\":\"\\ud800\"}"),
            "not JSON",
        ),
        fails("not a number", body("{\"alias\":NaN}"), "not JSON"),
        fails(
            "a comment",
            body("{\"alias\":\"right\" /* yes */}"),
            "not JSON",
        ),
        fails(
            "a control character",
            body("{\"alias\":\"ri\u{1b}[31mght\"}"),
            "not JSON",
        ),
        fails("a list", body("[]"), "one JSON object"),
        fails("null", body("null"), "one JSON object"),
        fails("no body", body(""), "no body"),
        fails(
            "another alias",
            body("{\"alias\":\"\\u202ethgir\"}"),
            "alias",
        ),
        fails(
            "an alias of a megabyte",
            body(&format!("{{\"alias\":\"{}\"}}", "x".repeat(1_000_000))),
            "alias",
        ),
        fails("bytes that are not text", not_text(), "not JSON"),
        fails("UTF-16", send(utf_16()), "not JSON"),
        fine("a thousand members", body(&many_members())),
        broken(
            "a body of nine megabytes",
            body(&format!("{{\"x\":\"{}\"}}", "x".repeat(9_000_000))),
            "larger than",
        ),
    ]
}

fn not_text() -> super::Act {
    let text = with("", "{\"alias\":\"ri??\"}").replace("??\"", "\u{0}\u{0}\"");
    send(
        text.bytes()
            .map(|byte| if byte == 0 { 0xff } else { byte })
            .collect::<Vec<u8>>(),
    )
}

fn utf_16() -> Vec<u8> {
    let body: Vec<u8> = RIGHT_BODY
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let head = right("");
    let head = head.replace(
        "content-length: 17",
        &format!("content-length: {}", body.len()),
    );
    let head = head.trim_end_matches(RIGHT_BODY);
    [head.as_bytes(), &body].concat()
}

fn many_members() -> String {
    let members: Vec<String> = (0..1_000).map(|one| format!("\"m{one}\":{one}")).collect();
    format!("{{{},\"alias\":\"right\"}}", members.join(","))
}

fn kinds() -> Vec<Misbehaviour> {
    let typed = |kind: &str| send(right("").replace("application/json", kind));
    vec![
        fails("JSON called HTML", typed("text/html"), "content-type"),
        fails(
            "JSON called nothing",
            send(right("").replace("content-type: application/json\r\n", "")),
            "content-type",
        ),
        fails(
            "a type that is no type",
            typed("\u{e9};;;=\"json"),
            "content-type",
        ),
        broken("a zip bomb", bomb(), "decoded from gzip, is larger than"),
        broken(
            "a zip that is none",
            send(right("content-encoding: gzip\r\n")),
            "not what its content-encoding says, gzip",
        ),
        broken(
            "a zip that is cut",
            coded("gzip", &zipped()[..20]),
            "not what its content-encoding says, gzip",
        ),
        broken(
            "a zip of another kind",
            coded("br", &zipped()),
            "not what its content-encoding says, br",
        ),
        fine("a body in gzip", coded("gzip", &zipped())),
        fine(
            "a body in brotli",
            coded("br", include_bytes!("../../targets/codings/right.br")),
        ),
        fine(
            "a body in zstd",
            coded("zstd", include_bytes!("../../targets/codings/right.zst")),
        ),
        fine(
            "no coding by name",
            send(right("content-encoding: identity\r\n")),
        ),
        fails(
            "a coding nobody knows",
            send(right("content-encoding: x-y\r\n")),
            "content-encoding",
        ),
        fine("cookies", send(right(&"set-cookie: a=b\r\n".repeat(50)))),
        fine(
            "a type in capitals",
            typed("Application/JSON;charset=UTF-8"),
        )
        .under_load(Class::Fine, ""),
    ]
}

/// Ten megabytes of zeros.
fn bomb() -> super::Act {
    coded("gzip", include_bytes!("../../targets/ten-megabytes.gz"))
}

/// The right body in gzip.
fn zipped() -> Vec<u8> {
    let mut zipped = Vec::new();
    let mut encoder = GzEncoder::new(RIGHT_BODY.as_bytes(), Compression::fast());
    encoder.read_to_end(&mut zipped).unwrap();
    zipped
}

/// A body that is said to be in a coding.
fn coded(coding: &str, body: &[u8]) -> super::Act {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {coding}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    send([head.as_bytes(), body].concat())
}
