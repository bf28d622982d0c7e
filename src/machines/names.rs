//! What the objects of a store are called.

/// The plan.
pub const PLAN: &str = "plan.json";
/// The agreed start.
pub(super) const START: &str = "start.json";
/// Who works on which share.
pub(super) const CLAIMS: &str = "claim";
/// Signs of life.
pub(super) const BEATS: &str = "beat";
/// Who is ready to begin.
pub(super) const READY: &str = "ready";
/// What workers measure the clock of the store with.
pub(super) const CLOCKS: &str = "clock";
/// What shows whether a store decides who is first.
pub(super) const PROBES: &str = "probe";
/// Which accounts workers have made.
pub(super) const LEDGERS: &str = "ledgers";
/// What workers delivered.
pub(super) const SHARES: &str = "share";

/// The name of what is one worker's: sorts by its index.
pub(super) fn of_index(index: usize) -> String {
    format!("{index:05}.json")
}

/// The name of what is an attempt's at a share.
pub(super) fn of_attempt(index: usize, attempt: u32) -> String {
    format!("{index:05}-{attempt}")
}

/// The index and the attempt that a name stands for.
pub(super) fn attempt_of(name: &str) -> Option<(usize, u32)> {
    let (index, attempt) = name.split_once('-')?;
    let read = (index.parse().ok()?, attempt.parse().ok()?);
    (of_attempt(read.0, read.1) == name).then_some(read)
}

/// An object in a folder.
pub(super) fn key(folder: &str, name: &str) -> String {
    format!("{folder}/{name}")
}
