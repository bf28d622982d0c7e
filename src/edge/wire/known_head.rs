//! The head that was read last: a server says the same again and again, but for the time and what it counts, so that
//! most heads need not be read anew.

use std::cell::RefCell;

use super::head::{Framing, Head};

thread_local! {
    static LAST: RefCell<KnownHead> = RefCell::default();
}

/// A head, and what it says.
#[derive(Default)]
struct KnownHead {
    bytes: Vec<u8>,
    head: Head,
    /// How the body behind it ends; none before there was any.
    framing: Option<Framing>,
    to_head_request: bool,
}

/// Takes what the last head said for a head that begins with the same bytes, all of them, in answer to a request
/// of the same kind. None if it has to be read.
pub(super) fn recall(
    head: &mut Head,
    bytes: &[u8],
    to_head_request: bool,
    limit: usize,
) -> Option<Framing> {
    LAST.with_borrow(|last| {
        let framing = last.framing?;
        let is_same = last.to_head_request == to_head_request
            && last.bytes.len() <= limit
            && bytes.starts_with(&last.bytes);
        is_same.then(|| {
            head.copy(&last.head);
            framing
        })
    })
}

/// Keeps a head that counts, and what it says.
pub(super) fn keep(head: &Head, bytes: &[u8], to_head_request: bool, framing: Framing) {
    let Some(bytes) = bytes.get(..head.length) else {
        return;
    };
    LAST.with_borrow_mut(|last| {
        last.bytes.clear();
        last.bytes.extend_from_slice(bytes);
        last.head.copy(head);
        last.framing = Some(framing);
        last.to_head_request = to_head_request;
    });
}
