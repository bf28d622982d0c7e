//! What every report says of a load in the same words.

use super::load_result::LoadResult;
use super::quantity::{self, things};
use crate::model::Protocol;

/// How many connections there were, and over which version of HTTP, if not the usual one.
pub(super) fn carriers(load: &LoadResult) -> String {
    match load.protocol {
        Protocol::Http1 => things(load.connections, "connection"),
        Protocol::Http2 => format!(
            "{} of HTTP/2 with {} each",
            things(load.connections, "connection"),
            things(load.streams, "stream"),
        ),
    }
}

/// How much of the answers was judged.
pub(super) fn judged(load: &LoadResult) -> String {
    if load.judged == load.answered {
        "all judged in full".to_owned()
    } else if load.judged == 0 {
        "judged by their status only".to_owned()
    } else {
        format!(
            "{} judged in full and the others by their status only",
            quantity::count(load.judged)
        )
    }
}
