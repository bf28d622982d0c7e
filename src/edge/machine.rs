//! What machine this is, as far as it bears on times.

use std::fs;
use std::num::NonZeroUsize;
use std::thread;

/// The processors of this machine, as the kernel names them: `4 x AMD EPYC 7763 64-Core Processor`. Hosts of one
/// kind have one name, so that a pipeline may run on any of them.
#[must_use]
pub fn machine_name() -> String {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    // Not every architecture names its model.
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let model = model.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{processors} x {model}")
}
