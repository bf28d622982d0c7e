//! Whole answers of HTTP/1.1. The first byte says to what request, the second how they are cut.
#![no_main]

use assize::edge::read_answer;
use assize::model::TransferErrorKind;
use libfuzzer_sys::fuzz_target;

/// An answer must end the same way however it is cut. Only bytes behind a whole answer may come in
/// time to be refused, or not.
fn same_in_pieces(bytes: &[u8], piece: usize, to_head: bool) {
    let at_once = read_answer(bytes, bytes.len(), to_head);
    let in_pieces = read_answer(bytes, piece, to_head);
    let surplus = at_once == Err(TransferErrorKind::Malformed) && in_pieces.is_ok();
    assert!(at_once == in_pieces || surplus, "{at_once:?} {in_pieces:?}");
}

fuzz_target!(|input: &[u8]| {
    if let [request, piece, bytes @ ..] = input {
        same_in_pieces(bytes, usize::from(*piece), request % 2 == 1);
    }
});
