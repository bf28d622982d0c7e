//! Every valid answer in every split, and everything else refused.

use std::time::Duration;

use super::limits::WireLimits;
use super::response::ResponseReader;
use crate::model::{Answer, TransferError, TransferErrorKind};

pub(super) const LIMITS: WireLimits = WireLimits {
    connect: Duration::from_secs(1),
    exchange: Duration::from_secs(1),
    head: 512,
    body: 1_000,
};

/// What became of an answer: status, `x-a` headers, body, whether the connection can be used again.
pub(super) type Read = (u16, Vec<Vec<u8>>, Vec<u8>, bool);

pub(super) fn outcome(reader: &ResponseReader) -> Read {
    let answer = reader.answer(Duration::ZERO);
    let headers = answer.header("x-a").map(<[u8]>::to_vec).collect();
    (
        answer.status(),
        headers,
        answer.body().to_vec(),
        reader.reusable(),
    )
}

/// Feeds an answer in pieces. `None` if more would have to come.
pub(super) fn feed<'a>(
    reader: &mut ResponseReader,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    closes: bool,
) -> Result<Option<Read>, TransferError> {
    let mut whole = false;
    for piece in pieces {
        if piece.is_empty() {
            continue;
        }
        assert!(!whole, "bytes after an answer that was whole");
        reader.room().extend_from_slice(piece);
        whole = reader.advance()?;
    }
    if closes && !whole {
        reader.end()?;
        whole = true;
    }
    Ok(whole.then(|| outcome(reader)))
}

fn read(text: &str, to_head: bool, closes: bool) -> Result<Option<Read>, TransferError> {
    let mut reader = ResponseReader::new(LIMITS);
    reader.begin(to_head);
    feed(&mut reader, [text.as_bytes()], closes)
}

struct Valid {
    text: &'static str,
    to_head: bool,
    closes: bool,
    status: u16,
    headers: &'static [&'static str],
    body: &'static str,
    reusable: bool,
}

const fn valid(text: &'static str, status: u16, body: &'static str) -> Valid {
    Valid {
        text,
        to_head: false,
        closes: false,
        status,
        headers: &[],
        body,
        reusable: true,
    }
}

fn valid_answers() -> impl Iterator<Item = Valid> {
    answers_that_say_how_long_they_are()
        .into_iter()
        .chain(other_answers())
}

fn answers_that_say_how_long_they_are() -> Vec<Valid> {
    vec![
        Valid {
            headers: &["1", "two words"],
            ..valid(
                "HTTP/1.1 200 OK\r\nX-A: 1\r\ncontent-length: 5\r\nx-a: two words \r\n\r\nhello",
                200,
                "hello",
            )
        },
        Valid {
            headers: &["over   three   lines"],
            ..valid(
                "HTTP/1.1 200 OK\r\nX-A: over\r\n three\r\n\tlines\r\ncontent-length: 0\r\n\r\n",
                200,
                "",
            )
        },
        valid(
            "HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\n{}",
            200,
            "{}",
        ),
        valid("HTTP/1.1 202\r\nContent-Length:0\r\n\r\n", 202, ""),
        valid("HTTP/1.1 200 \nContent-Length: 2\n\n{}", 200, "{}"),
        valid(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\n{}",
            200,
            "{}",
        ),
        valid(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n006;a=\"b\"\r\n world\r\n0\r\n\r\n",
            200,
            "hello world",
        ),
        valid(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx-sum: 1\r\nx-b: 2\r\n\r\n",
            200,
            "0123456789",
        ),
        valid(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            200,
            "",
        ),
        valid(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 201 C\r\ncontent-length: 1\r\n\r\nx",
            201,
            "x",
        ),
    ]
}

fn other_answers() -> Vec<Valid> {
    vec![
        valid("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        valid(
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n",
            304,
            "",
        ),
        Valid {
            to_head: true,
            ..valid("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n", 200, "")
        },
        Valid {
            closes: true,
            reusable: false,
            ..valid(
                "HTTP/1.1 500 Oops\r\n\r\nuntil the end",
                500,
                "until the end",
            )
        },
        Valid {
            closes: true,
            reusable: false,
            ..valid("HTTP/1.0 200 OK\r\n\r\nold", 200, "old")
        },
        Valid {
            reusable: false,
            ..valid(
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\ncontent-length: 2\r\n\r\nok",
                200,
                "ok",
            )
        },
        Valid {
            reusable: false,
            ..valid("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, "ok")
        },
    ]
}

fn expected(answer: &Valid) -> Read {
    let headers = answer.headers.iter().map(|one| one.as_bytes().to_vec());
    (
        answer.status,
        headers.collect(),
        answer.body.as_bytes().to_vec(),
        answer.reusable,
    )
}

#[test]
fn valid_answers_are_understood_in_every_split_in_two_and_byte_by_byte() {
    for answer in valid_answers() {
        let bytes = answer.text.as_bytes();
        let mut reader = ResponseReader::new(LIMITS);
        let mut check = |pieces: Vec<&[u8]>| {
            reader.begin(answer.to_head);
            let read = feed(&mut reader, pieces, answer.closes).unwrap();
            assert_eq!(read, Some(expected(&answer)), "{:?}", answer.text);
        };
        for at in 0..=bytes.len() {
            check(vec![&bytes[..at], &bytes[at..]]);
        }
        check(bytes.chunks(1).collect());
    }
}

#[test]
fn an_answer_that_ends_early_is_closed_and_one_that_does_not_end_waits() {
    for answer in valid_answers() {
        let whole_at_close = if answer.closes {
            answer.text.find("\r\n\r\n").unwrap() + 4
        } else {
            answer.text.len()
        };
        for at in 0..whole_at_close {
            let part = &answer.text[..at];
            assert_eq!(read(part, answer.to_head, false).unwrap(), None, "{part:?}");
            let error = read(part, answer.to_head, true).unwrap_err();
            assert_eq!(error.kind, TransferErrorKind::Closed, "{part:?}");
        }
    }
}

#[test]
fn bytes_behind_an_answer_are_refused() {
    for answer in valid_answers().filter(|answer| !answer.closes) {
        let error = read(&format!("{}H", answer.text), answer.to_head, false).unwrap_err();
        assert_eq!(
            error.kind,
            TransferErrorKind::Malformed,
            "{:?}",
            answer.text
        );
        assert!(error.detail.ends_with("1 byte follows its end"));
    }
}

#[test]
fn what_is_not_http_is_malformed() {
    let with = |header: &str| format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n");
    let chunked =
        |body: &str| format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}");
    for text in [
        "220 mail.example ESMTP\r\n".to_owned(),
        "HTTP/2 200 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 2000 OK\r\n\r\n".to_owned(),
        "HTTP/1.1 099 Low\r\n\r\n".to_owned(),
        "HTTP/1.1 101 Switching\r\n\r\n".to_owned(),
        with("no colon"),
        with("bad name: x"),
        with(" folded"),
        with("x: \u{1}"),
        with("content-length: 1,2"),
        with("content-length: +1"),
        with("content-length: -1"),
        with("content-length:"),
        with("content-length: 99999999999999999999"),
        with("content-length: 1\r\ncontent-length: 2"),
        with("content-length: 1\r\ntransfer-encoding: chunked"),
        with("transfer-encoding: gzip, chunked"),
        with("transfer-encoding: identity"),
        with("transfer-encoding: chunked\r\ntransfer-encoding: chunked"),
        "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        chunked("x\r\n"),
        chunked("\r\nhello\r\n0\r\n\r\n"),
        chunked("-1\r\n"),
        chunked("5 5\r\nhello\r\n0\r\n\r\n"),
        chunked("11111111111111111\r\n"),
        chunked("5\r\nhello0\r\n\r\n"),
        chunked("5\r\nhello\r0\r\n\r\n"),
        chunked("0\r\nno colon\r\n\r\n"),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(101),
    ] {
        let error = read(&text, false, false).unwrap_err();
        assert_eq!(error.kind, TransferErrorKind::Malformed, "{text:?}");
    }
}

#[test]
fn what_is_too_large_is_refused_as_soon_as_that_is_clear() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for text in [
        format!("HTTP/1.1 200 OK\r\nx: {}", "a".repeat(600)),
        format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(600)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "a:\r\n".repeat(129)),
        "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(1_001)),
        format!(
            "{chunked}{}",
            "64\r\n".to_owned() + &"b".repeat(100) + "\r\n"
        )
        .to_owned()
            + &("64\r\n".to_owned() + &"b".repeat(100) + "\r\n").repeat(10),
        format!("{chunked}5;{}", "e".repeat(5_000)),
        format!("{chunked}0\r\nx: {}", "t".repeat(20_000)),
    ] {
        let error = read(&text, false, false).unwrap_err();
        assert_eq!(error.kind, TransferErrorKind::TooLarge, "{:?}", &text[..40]);
    }
}

#[test]
fn what_stands_behind_the_limit_does_not_matter_however_much_comes_at_once() {
    let long = format!("HTTP/1.1 200 OK\r\nx-a: {}\r\n", "a".repeat(LIMITS.head));
    let text = format!("{long}no header\r\n\r\n");
    for size in [1, 7, text.len()] {
        let mut reader = ResponseReader::new(LIMITS);
        reader.begin(false);
        let error = feed(&mut reader, text.as_bytes().chunks(size), true).unwrap_err();
        assert_eq!(error.kind, TransferErrorKind::TooLarge, "{size}");
    }
}

#[test]
fn the_buffer_of_a_chunked_body_holds_no_more_than_the_body() {
    let mut reader = ResponseReader::new(LIMITS);
    reader.begin(false);
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    reader.room().extend_from_slice(head);
    assert!(!reader.advance().unwrap());
    for _ in 0..1_000 {
        reader
            .room()
            .extend_from_slice(b"1;some-extension\r\nx\r\n");
        assert!(!reader.advance().unwrap());
        assert!(reader.unread().len() <= head.len() + 1_000);
    }
    reader.room().extend_from_slice(b"0\r\n\r\n");
    assert!(reader.advance().unwrap());
    assert_eq!(outcome(&reader).2, vec![b'x'; 1_000]);
}

#[test]
fn the_same_head_says_the_same_again_and_no_other_does() {
    let head = "HTTP/1.1 200 OK\r\nx-a: one\r\ncontent-length: 2\r\n\r\n";
    let told = |text: &str, to_head: bool| {
        let told = read(text, to_head, false).unwrap().unwrap();
        (told.1.concat(), told.2)
    };
    let both = |a: &[u8], body: &[u8]| (a.to_vec(), body.to_vec());
    for _ in 0..2 {
        assert_eq!(told(&format!("{head}ab"), false), both(b"one", b"ab"));
        assert_eq!(told(&format!("{head}cd"), false), both(b"one", b"cd"));
        assert_eq!(told(head, true), both(b"one", b""));
        let other = head.replace("one", "two");
        assert_eq!(told(&format!("{other}ef"), false), both(b"two", b"ef"));
        let longer = head.replace(": 2", ": 3");
        assert_eq!(told(&format!("{longer}abc"), false), both(b"one", b"abc"));
    }
}
