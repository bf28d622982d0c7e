//! File descriptors: every connection takes one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that the process needs besides its connections: the runtimes, files, an embedded
/// server's listeners.
const BESIDES: u64 = 64;

/// Raises the limit on open descriptors if it is too low for this many connections.
///
/// # Errors
///
/// The highest number of connections that this machine allows, if that is less.
pub fn allow_for(connections: u64) -> Result<(), u64> {
    let needed = connections.saturating_add(BESIDES);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(limit.maximum.map_or(needed, |maximum| maximum.min(needed))),
        maximum: limit.maximum,
    };
    let granted = setrlimit(Resource::Nofile, raised).map_or(limit.current, |()| raised.current);
    match granted {
        Some(granted) if granted < needed => Err(granted.saturating_sub(BESIDES)),
        _ => Ok(()),
    }
}
