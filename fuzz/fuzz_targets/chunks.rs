//! Chunked bodies. The first byte says how they are cut.
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

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

fuzz_target!(|input: &[u8]| {
    if let [piece, body @ ..] = input {
        same_in_pieces(&[HEAD, body].concat(), usize::from(*piece), false);
    }
});
