//! Answers with any body, damaged ones, and any bytes at all, cut at any places.

use proptest::prelude::*;

use super::response::ResponseReader;
use super::response_tests::{LIMITS, Read, feed, outcome};
use crate::model::TransferErrorKind;

/// A valid answer, and what is to be made of it.
#[derive(Clone, Debug)]
struct Valid {
    bytes: Vec<u8>,
    to_head: bool,
    read: Read,
    closes: bool,
}

/// How the end of an answer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Sized,
    Chunked,
    UntilClose,
    /// To a HEAD request, which has the headers of a body and none.
    Head,
    NoContent,
    NotModified,
}

/// What is around the body.
#[derive(Clone, Debug)]
struct Around {
    /// Interim answers before the one that counts.
    interim: Vec<u16>,
    /// Values of the header `x-a`.
    headers: Vec<String>,
    /// Values of trailers, of chunked answers.
    trailers: Vec<String>,
    /// Whether chunks have extensions.
    extensions: bool,
    /// What the answer says of the connection.
    connection: Option<&'static str>,
    version: &'static str,
}

fn any_around() -> impl Strategy<Value = Around> {
    let text = "[!-~]([ -~]{0,20}[!-~])?";
    (
        prop::collection::vec(100_u16..200, 0..4),
        prop::collection::vec(text, 0..4),
        prop::collection::vec(text, 0..4),
        any::<bool>(),
        prop::option::of(prop::sample::select(vec![
            "close",
            "keep-alive",
            "x, Close",
        ])),
        prop::sample::select(vec!["1.1", "1.1", "1.0"]),
    )
        .prop_map(
            |(interim, headers, trailers, extensions, connection, version)| Around {
                interim: interim
                    .into_iter()
                    .filter(|status| *status != 101)
                    .collect(),
                headers,
                trailers,
                extensions,
                connection,
                version,
            },
        )
}

fn any_form() -> impl Strategy<Value = Form> {
    prop::sample::select(vec![
        Form::Sized,
        Form::Chunked,
        Form::UntilClose,
        Form::Head,
        Form::NoContent,
        Form::NotModified,
    ])
}

/// An answer of each form, with any body of up to the limit.
fn any_answer() -> impl Strategy<Value = Valid> {
    let chunks = prop::collection::vec(prop::collection::vec(any::<u8>(), 1..60), 0..8);
    (any_form(), any_around(), chunks)
        .prop_map(|(form, around, chunks)| answer(form, &around, &chunks))
}

fn answer(form: Form, around: &Around, chunks: &[Vec<u8>]) -> Valid {
    let chunked = form == Form::Chunked;
    let version = if chunked { "1.1" } else { around.version };
    let status = match form {
        Form::NoContent => 204,
        Form::NotModified => 304,
        _ => 200,
    };
    let mut bytes = Vec::new();
    for status in &around.interim {
        bytes.extend(format!("HTTP/1.1 {status} Wait\r\nlink: </x>\r\n\r\n").bytes());
    }
    bytes.extend(format!("HTTP/{version} {status} So\r\n").bytes());
    for value in &around.headers {
        bytes.extend(format!("X-A: {value}\r\n").bytes());
    }
    if let Some(connection) = around.connection {
        bytes.extend(format!("Connection: {connection}\r\n").bytes());
    }
    let body = chunks.concat();
    match form {
        Form::Chunked => bytes.extend(b"Transfer-Encoding: chunked\r\n"),
        // What a body would have is said, though there is none.
        Form::Sized | Form::Head | Form::NotModified => {
            bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
        }
        Form::UntilClose | Form::NoContent => {}
    }
    let has_body = matches!(form, Form::Sized | Form::Chunked | Form::UntilClose);
    bytes.extend(b"\r\n");
    match form {
        Form::Chunked => in_chunks(&mut bytes, around, chunks),
        _ if has_body => bytes.extend(&body),
        _ => {}
    }
    let closes = form == Form::UntilClose;
    let refused = around.connection.is_some_and(|value| value != "keep-alive");
    let headers = around
        .headers
        .iter()
        .map(|value| value.clone().into_bytes());
    Valid {
        bytes,
        to_head: form == Form::Head,
        read: (
            status,
            headers.collect(),
            if has_body { body } else { Vec::new() },
            !closes && !refused && version == "1.1",
        ),
        closes,
    }
}

fn in_chunks(bytes: &mut Vec<u8>, around: &Around, chunks: &[Vec<u8>]) {
    let extension = if around.extensions { ";a=\"b\"" } else { "" };
    for chunk in chunks {
        bytes.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        bytes.extend(chunk);
        bytes.extend(b"\r\n");
    }
    bytes.extend(format!("0{extension}\r\n").bytes());
    for trailer in &around.trailers {
        bytes.extend(format!("X-T: {trailer}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
}

/// Cuts bytes into pieces at any places.
fn pieces<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places
        .windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}

proptest! {
    #[test]
    fn any_answer_is_understood_in_any_pieces_after_any_other(
        answers in prop::collection::vec(any_answer(), 1..5),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut reader = ResponseReader::new(LIMITS);
        for Valid { bytes, to_head, read, closes } in answers {
            reader.begin(to_head);
            let outcome = feed(&mut reader, pieces(&bytes, &cuts), closes).unwrap();
            prop_assert_eq!(outcome, Some(read));
        }
    }

    #[test]
    fn every_split_in_two_of_any_answer_gives_the_same(answer in any_answer()) {
        let Valid { bytes, to_head, read, closes } = answer;
        let mut reader = ResponseReader::new(LIMITS);
        for at in 0..=bytes.len() {
            reader.begin(to_head);
            let outcome = feed(&mut reader, [&bytes[..at], &bytes[at..]], closes).unwrap();
            prop_assert_eq!(outcome.as_ref(), Some(&read), "cut at {}", at);
        }
    }

    /// The limit of a body holds to the byte, in each form that has one.
    #[test]
    fn a_body_of_the_limit_is_read_and_one_byte_more_is_not(
        form in prop::sample::select(vec![Form::Sized, Form::Chunked, Form::UntilClose]),
        around in any_around(),
        chunk in 1..400_usize,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        for (length, fits) in [(LIMITS.body, true), (LIMITS.body + 1, false)] {
            let body = vec![b'x'; length];
            let chunks: Vec<Vec<u8>> = body.chunks(chunk).map(<[u8]>::to_vec).collect();
            let answer = answer(form, &around, &chunks);
            let mut reader = ResponseReader::new(LIMITS);
            reader.begin(false);
            match feed(&mut reader, pieces(&answer.bytes, &cuts), answer.closes) {
                Ok(outcome) => prop_assert!(fits && outcome == Some(answer.read)),
                Err(error) => prop_assert!(!fits && error.kind == TransferErrorKind::TooLarge),
            }
        }
    }

    /// However an answer is damaged: no panic, and the same outcome however it is cut, except that an
    /// answer which is whole may be followed by bytes that come in time or not.
    #[test]
    fn damaged_answers_end_the_same_way_in_any_pieces(
        Valid { mut bytes, to_head, .. } in any_answer(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let end = |pieces: Vec<&[u8]>| {
            let mut reader = ResponseReader::new(LIMITS);
            reader.begin(to_head);
            for piece in pieces {
                reader.room().extend_from_slice(piece);
                match reader.advance() {
                    Ok(false) => {}
                    Ok(true) => return Ok(Some(outcome(&reader))),
                    Err(error) => return Err(error.kind),
                }
            }
            reader.end().map(|()| Some(outcome(&reader))).map_err(|error| error.kind)
        };
        let at_once = end(vec![&bytes]);
        let in_pieces = end(pieces(&bytes, &cuts));
        let surplus = at_once == Err(TransferErrorKind::Malformed) && in_pieces.is_ok();
        prop_assert!(at_once == in_pieces || surplus, "{at_once:?} {in_pieces:?}");
    }

    #[test]
    fn no_bytes_at_all_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut reader = ResponseReader::new(LIMITS);
        reader.begin(false);
        for piece in pieces(&bytes, &cuts) {
            reader.room().extend_from_slice(piece);
            if reader.advance().is_err() {
                break;
            }
        }
    }
}
