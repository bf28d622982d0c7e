//! What machine this is, as far as it bears on times.

use rustix::process::{Resource, getrlimit};
use std::fs;

use super::threads::processors;

/// The processors of this machine, as the kernel names them: `4 x AMD EPYC 7763 64-Core Processor`. Hosts of one
/// kind have one name, so that a pipeline may run on any of them.
#[must_use]
pub fn machine_name() -> String {
    let processors = processors();
    // Not every architecture names its model.
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let model = model.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{processors} x {model}")
}

/// How much of a load this machine can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineLimits {
    /// Descriptors that the process may open, once it has asked for as many as it may have; none if there is no
    /// limit.
    pub descriptors: Option<u64>,
    /// Ports that connections to one address can come from; none where the system does not tell.
    pub ports: Option<u64>,
    /// Processors that this process may use.
    pub processors: usize,
}

/// The limits of this machine for this process.
#[must_use]
pub fn machine_limits() -> MachineLimits {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok();
    MachineLimits {
        descriptors: getrlimit(Resource::Nofile).maximum,
        ports: range.as_deref().and_then(ports_of),
        processors: processors(),
    }
}

/// How many ports a range has, which is written as its first and its last.
fn ports_of(range: &str) -> Option<u64> {
    let mut bounds = range.split_whitespace().map(str::parse::<u64>);
    let (first, last) = (bounds.next()?.ok()?, bounds.next()?.ok()?);
    Some(last.checked_sub(first)? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_ports_has_both_its_ends() {
        assert_eq!(ports_of("32768\t60999\n"), Some(28_232));
        assert_eq!(ports_of("9 8"), None);
        assert!(machine_limits().processors > 0);
    }
}
