//! Answers that are not quite HTTP, or too much of it (RFC 9112).
#![expect(clippy::too_many_lines, reason = "a catalogue is as long as it is")]

use super::act::{close, hold, later, repeat, send};
use super::server::{RIGHT_BODY, right, with};
use super::{Class, Misbehaviour, broken, fails, fine};

/// More than any limit on what is read.
const FAR_TOO_LONG: usize = 100 * 1024 * 1024;
const STATUS: &str = "HTTP/1.1 200 OK\r\n";
const JSON: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

pub(super) fn all() -> Vec<Misbehaviour> {
    let mut all = heads();
    all.extend(statuses());
    all.extend(lengths());
    all.extend(chunks());
    all.extend(too_much());
    all
}

fn sized(headers: &str) -> String {
    format!("{JSON}{headers}\r\n\r\n{RIGHT_BODY}")
}

fn heads() -> Vec<Misbehaviour> {
    let header = |text: &str| send(right(&format!("{text}\r\n")));
    vec![
        broken("a header without a colon", header("no colon"), "header"),
        broken("a space in a header's name", header("x y: z"), "header"),
        broken("a space before the colon", header("x : z"), "header"),
        broken("NUL in a header", header("x: a\0b"), "header"),
        broken("a bare CR in a header", header("x: a\rb: c"), "header"),
        broken("an empty header name", header(": x"), "header"),
        fine("a folded header", header("x: a\r\n b")),
        fine("bare LF", send(right("").replace("\r\n", "\n"))),
        fine("latin-1 in a header", send(latin_1())),
        fine("a header that is not text", send(not_text())),
        fine(
            "an early hint",
            send(format!("HTTP/1.1 103 Early Hints\r\n\r\n{}", right(""))),
        ),
        fine(
            "another service named",
            send(right("alt-svc: h3=\"127.0.0.1:1\"\r\n")),
        ),
    ]
}

fn latin_1() -> Vec<u8> {
    right("x: caf?\r\n")
        .bytes()
        .map(|byte| if byte == b'?' { 0xe9 } else { byte })
        .collect()
}

fn not_text() -> Vec<u8> {
    right("x: ??\r\n")
        .bytes()
        .map(|byte| if byte == b'?' { 0xff } else { byte })
        .collect()
}

fn statuses() -> Vec<Misbehaviour> {
    let status = |line: &str| send(right("").replace("HTTP/1.1 200 OK", line));
    vec![
        broken("HTTP/0.9", close(RIGHT_BODY), "HTTP"),
        broken("HTTP/2 in the status line", status("HTTP/2 200 OK"), "HTTP"),
        broken("HTTP/1.2", status("HTTP/1.2 200 OK"), "HTTP"),
        broken(
            "frames of HTTP/2",
            hold(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\x60\0\0"),
            "HTTP",
        ),
        broken("a status of two digits", status("HTTP/1.1 20 OK"), "HTTP"),
        broken(
            "a status of four digits",
            status("HTTP/1.1 2000 OK"),
            "HTTP",
        ),
        broken("a status below 100", status("HTTP/1.1 099 Low"), "HTTP"),
        broken("a status in letters", status("HTTP/1.1 abc OK"), "HTTP"),
        broken("NUL in the reason", status("HTTP/1.1 200 O\0K"), "HTTP"),
        broken(
            "an unwanted switch",
            send("HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n"),
            "",
        ),
        fails("a status nobody knows", status("HTTP/1.1 999 What"), "999"),
        fails(
            "a redirection to itself",
            redirect("/api/user/poison"),
            "302",
        ),
        fails(
            "a redirection elsewhere",
            redirect("http://192.0.2.1/"),
            "302",
        ),
        fails(
            "too many requests",
            send(with("", "{}").replace("200 OK", "429 No\r\nretry-after: 99999999999")),
            "429",
        )
        .in_a_check(Class::Broken, "a limiter before it")
        .under_load(Class::Warn, "limit on requests"),
        fails(
            "unavailable",
            send(with("", "{}").replace("200 OK", "503 No")),
            "503",
        ),
        fails("no content", send("HTTP/1.1 204 No Content\r\n\r\n"), "204"),
        fails(
            "not modified",
            send("HTTP/1.1 304 Not Modified\r\n\r\n"),
            "304",
        ),
        fine("no reason", status("HTTP/1.1 200")),
        fine("HTTP/1.0", close(right("").replace("HTTP/1.1", "HTTP/1.0"))),
    ]
}

fn redirect(to: &str) -> super::Act {
    send(with("", "").replace("200 OK", &format!("302 Found\r\nlocation: {to}")))
}

/// Sends whoever asks to another place, in every way there is.
pub(crate) fn elsewhere(place: &str) -> Misbehaviour {
    let host = place.trim_start_matches("http://");
    let headers = format!(
        "alt-svc: http/1.1=\"{host}\"\r\nrefresh: 0;url={place}\r\ncontent-location: {place}\r\nlocation: {place}"
    );
    let answer = with("", "").replace("200 OK", &format!("307 Elsewhere\r\n{headers}"));
    fails("elsewhere", send(answer), "307")
}

fn lengths() -> Vec<Misbehaviour> {
    vec![
        broken(
            "two lengths",
            send(sized("content-length: 17\r\ncontent-length: 18")),
            "content-length",
        ),
        fine(
            "the same length twice",
            send(sized("content-length: 17\r\ncontent-length: 17")),
        ),
        broken(
            "a negative length",
            send(sized("content-length: -17")),
            "content-length",
        ),
        broken(
            "a length with a sign",
            send(sized("content-length: +17")),
            "content-length",
        ),
        broken(
            "a length in words",
            send(sized("content-length: seventeen")),
            "content-length",
        ),
        broken(
            "a length beyond 64 bits",
            send(sized("content-length: 99999999999999999999")),
            "content-length",
        ),
        broken(
            "a huge length",
            hold(sized("content-length: 9999999999999")),
            "larger than",
        ),
        broken(
            "a length and chunks",
            send(
                CHUNKED.replace("transfer", "content-length: 27\r\ntransfer")
                    + "11\r\n"
                    + RIGHT_BODY
                    + "\r\n0\r\n\r\n",
            ),
            "transfer-encoding",
        ),
        broken(
            "a length that is too long",
            close(sized("content-length: 20")),
            "closed",
        ),
        broken(
            "a length that is too short",
            send(sized("content-length: 9")),
            "8 bytes follow",
        ),
        fine("no length", close(format!("{JSON}\r\n{RIGHT_BODY}"))),
    ]
}

fn chunks() -> Vec<Misbehaviour> {
    let chunked = |body: &str| format!("{CHUNKED}{body}");
    let right_chunk = format!("11\r\n{RIGHT_BODY}\r\n");
    vec![
        broken(
            "a chunk without a size",
            send(chunked("\r\n{}\r\n0\r\n\r\n")),
            "chunk",
        ),
        broken(
            "a chunk's size in words",
            send(chunked("two\r\n{}\r\n0\r\n\r\n")),
            "chunk",
        ),
        broken(
            "a negative chunk",
            send(chunked("-2\r\n{}\r\n0\r\n\r\n")),
            "chunk",
        ),
        broken(
            "a chunk beyond 64 bits",
            send(chunked("fffffffffffffffff\r\n{}")),
            "chunk",
        ),
        broken(
            "a chunk that is longer than it says",
            send(chunked("1\r\n{}\r\n0\r\n\r\n")),
            "chunk",
        ),
        broken(
            "a chunk that is shorter than it says",
            close(chunked("20\r\n{}\r\n0\r\n\r\n")),
            "closed",
        ),
        broken("no last chunk", close(chunked(&right_chunk)), "closed"),
        broken(
            "a body that is zipped on its way",
            send(chunked("0\r\n\r\n").replace("chunked", "gzip, chunked")),
            "gzip",
        ),
        broken(
            "a coding nobody has",
            close(chunked(RIGHT_BODY).replace("chunked", "identity")),
            "identity",
        ),
        fine(
            "chunks with extensions",
            send(chunked(&format!(
                "11;a=\"b\"\r\n{RIGHT_BODY}\r\n0\r\nx-sum: 1\r\n\r\n"
            ))),
        ),
    ]
}

fn too_much() -> Vec<Misbehaviour> {
    let poison = with("", "{\"alias\":\"poison\"}");
    vec![
        broken(
            "an endless body",
            repeat(format!("{JSON}\r\n"), vec![b'x'; 65_536]),
            "larger than",
        ),
        broken(
            "endless chunks",
            repeat(CHUNKED, b"1\r\nx\r\n".repeat(10_000)),
            "",
        ),
        broken(
            "one endless chunk",
            repeat(format!("{CHUNKED}fffffffffff\r\n"), vec![b'x'; 65_536]),
            "larger than",
        ),
        broken(
            "an endless chunk extension",
            repeat(format!("{CHUNKED}1;"), vec![b'x'; 65_536]),
            "",
        ),
        broken(
            "endless trailers",
            repeat(format!("{CHUNKED}0\r\n"), b"x: y\r\n".repeat(10_000)),
            "",
        ),
        broken(
            "endless headers",
            repeat(STATUS, b"x: y\r\n".repeat(10_000)),
            "larger than",
        ),
        broken(
            "one endless header",
            repeat(format!("{STATUS}x: "), vec![b'x'; 65_536]),
            "larger than",
        ),
        broken(
            "a header of 100 MB",
            send(
                [
                    STATUS.as_bytes(),
                    b"x: ",
                    &vec![b'x'; FAR_TOO_LONG],
                    b"\r\n\r\n",
                ]
                .concat(),
            ),
            "larger than",
        ),
        broken(
            "an endless status line",
            repeat("HTTP/1.1 200 ", vec![b'x'; 65_536]),
            "larger than",
        ),
        broken(
            "a thousand headers",
            send(right(&"x: y\r\n".repeat(1_000))),
            "larger than",
        ),
        broken(
            "interim answers for ever",
            repeat("", b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000)),
            "",
        ),
        broken(
            "hints for ever",
            repeat(
                "",
                b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1_000),
            ),
            "",
        ),
        broken(
            "empty lines for ever",
            repeat("", b"\r\n".repeat(10_000)),
            "",
        ),
        broken(
            "another answer behind it",
            send(right("") + &poison),
            "follow its end",
        ),
        fine("another answer a moment later", later(right(""), poison))
            .under_load(Class::Unsure, ""),
        broken(
            "noise behind it",
            send(right("") + "noise"),
            "follow its end",
        ),
    ]
}
