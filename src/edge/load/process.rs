//! What this process uses while it makes load.

use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::cell::Cell;

use super::clock::nanos;
use crate::record::ProcessUse;

/// Where Linux lists the open descriptors of this process.
const DESCRIPTORS: &str = "/proc/self/fd";

/// Watches this process from the beginning of a load to its end.
#[derive(Debug)]
pub(super) struct ProcessWatch {
    cpu: u64,
    descriptors: Cell<u64>,
}

impl ProcessWatch {
    pub(super) fn begin() -> Self {
        let watch = Self {
            cpu: cpu(),
            descriptors: Cell::new(0),
        };
        watch.look();
        watch
    }

    /// Counts what is open now.
    pub(super) fn look(&self) {
        self.descriptors.set(self.descriptors.get().max(open()));
    }

    pub(super) fn end(&self) -> ProcessUse {
        ProcessUse {
            cpu: cpu().saturating_sub(self.cpu),
            descriptors: self.descriptors.get(),
            descriptor_limit: getrlimit(Resource::Nofile).current,
        }
    }
}

fn cpu() -> u64 {
    nanos(clock_gettime(ClockId::ProcessCPUTime))
}

/// 0 where the system does not tell.
fn open() -> u64 {
    let listed = std::fs::read_dir(DESCRIPTORS);
    listed.map_or(0, |entries| {
        u64::try_from(entries.count()).unwrap_or(u64::MAX)
    })
}
