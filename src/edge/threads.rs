//! Work on several threads.

use std::num::NonZeroUsize;
use std::thread;

/// The processors that this process may use; one where the system does not tell.
#[must_use]
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Does each piece of work on a thread of its own and waits for all. None for one that panicked, which has been
/// printed by then.
pub fn on_threads<T: Send>(work: &[&(dyn Fn() -> T + Sync)]) -> Vec<Option<T>> {
    thread::scope(|scope| {
        let threads: Vec<_> = work.iter().map(|one| scope.spawn(one)).collect();
        threads.into_iter().map(|one| one.join().ok()).collect()
    })
}
