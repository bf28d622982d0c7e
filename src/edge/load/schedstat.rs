//! How long a thread had to wait for a processor, as the kernel of Linux counts it.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Three numbers of at most twenty digits each, with spaces between.
const LONGEST: usize = 64;

/// The time that one thread has been ready to run without running.
#[derive(Debug)]
pub(super) struct WaitClock(File);

impl WaitClock {
    /// Of the calling thread; none where the kernel does not tell.
    pub(super) fn of_this_thread() -> Option<Self> {
        let clock = Self(File::open("/proc/thread-self/schedstat").ok()?);
        clock.read().is_some().then_some(clock)
    }

    /// The time so far, in nanoseconds.
    pub(super) fn read(&self) -> Option<u64> {
        let mut text = [0; LONGEST];
        let length = self.0.read_at(&mut text, 0).ok()?;
        waited(text.get(..length)?)
    }
}

/// The second of the numbers: time on the run queue (Documentation/scheduler/sched-stats.rst).
fn waited(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::waited;

    #[test]
    fn the_second_number_is_the_time_on_the_run_queue() {
        assert_eq!(waited(b"765281 325984 12\n"), Some(325_984));
        assert_eq!(waited(b"765281"), None);
        assert_eq!(waited(b"a b c"), None);
    }
}
