//! Answers with any body, damaged ones, and any bytes at all, cut at any places.

use proptest::prelude::*;

use super::response::ResponseReader;
use super::response_tests::{LIMITS, feed, outcome};
use crate::model::TransferErrorKind;

/// A valid answer with any body, and how it is framed.
fn any_answer() -> impl Strategy<Value = (Vec<u8>, Vec<u8>, bool)> {
    let chunks = prop::collection::vec(prop::collection::vec(any::<u8>(), 1..60), 0..8);
    (chunks, 0..3).prop_map(|(chunks, framing)| {
        let body = chunks.concat();
        let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
        match framing {
            0 => {
                bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(&body);
            }
            1 => {
                bytes.extend(b"transfer-encoding: chunked\r\n\r\n");
                for chunk in &chunks {
                    bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n\r\n");
            }
            _ => {
                bytes.extend(b"\r\n");
                bytes.extend(&body);
            }
        }
        (bytes, body, framing == 2)
    })
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
    fn any_body_arrives_unchanged_in_any_pieces(
        answers in prop::collection::vec(any_answer(), 1..4),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut reader = ResponseReader::new(LIMITS);
        for (bytes, body, closes) in answers {
            reader.begin(false);
            let read = feed(&mut reader, pieces(&bytes, &cuts), closes).unwrap().unwrap();
            prop_assert_eq!(read, (200, Vec::new(), body, !closes));
        }
    }

    /// However an answer is damaged: no panic, and the same outcome however it is cut, except that an
    /// answer which is whole may be followed by bytes that come in time or not.
    #[test]
    fn damaged_answers_end_the_same_way_in_any_pieces(
        (mut bytes, _, _) in any_answer(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let end = |pieces: Vec<&[u8]>| {
            let mut reader = ResponseReader::new(LIMITS);
            reader.begin(false);
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
