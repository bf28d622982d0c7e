//! What a program of this machine uses, as Linux tells it: the texts of `/proc` and of control groups
//! (proc(5), Documentation/admin-guide/cgroup-v2.rst).

/// Ticks of `/proc` in a second: part of what Linux promises to programs (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

/// Nanoseconds in a tick.
const NANOS_PER_TICK: u64 = super::NANOS_PER_SECOND / TICKS_PER_SECOND;

/// What a program uses at a moment. What the system does not tell is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time so far, in nanoseconds.
    pub cpu: u64,
    /// Memory in bytes: resident of a process, charged to a control group.
    pub memory: Option<u64>,
    /// Threads, or tasks of a control group.
    pub threads: Option<u64>,
    /// Open descriptors.
    pub descriptors: Option<u64>,
}

/// The CPU time in nanoseconds in `/proc/PID/stat`: its 14th and 15th field. The second is a name in
/// parentheses that may have any character.
#[must_use]
pub fn stat_cpu(text: &str) -> Option<u64> {
    let (_, after_name) = text.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) * NANOS_PER_TICK)
}

/// The process group in `/proc/PID/stat`, its fifth field, and the CPU time in nanoseconds of the process and of
/// its children that have ended: the 14th to the 17th.
#[must_use]
pub fn stat_group_cpu(text: &str) -> Option<(u32, u64)> {
    let (_, after_name) = text.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_ascii_whitespace().collect();
    let group = fields.get(2)?.parse().ok()?;
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>());
    let ticks = ticks.sum::<Result<u64, _>>().ok()?;
    Some((group, ticks * NANOS_PER_TICK))
}

/// A number in `/proc/PID/status`, such as `VmRSS` (in kB) or `Threads`.
#[must_use]
pub fn status_number(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_ascii_whitespace().next()?.parse().ok()
}

/// The CPU time in nanoseconds in `cpu.stat` of a control group.
#[must_use]
pub fn cgroup_cpu(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    let micros = lines.find_map(|line| line.strip_prefix("usage_usec "))?;
    Some(micros.trim().parse::<u64>().ok()? * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_linux_are_read() {
        let stat = "42 (a) (b c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 9 0 0";
        assert_eq!(stat_cpu(stat), Some(3_000_000_000));
        let with_children = stat.replace("250 50 0 0 20", "250 50 30 20 20");
        assert_eq!(stat_group_cpu(&with_children), Some((42, 3_500_000_000)));
        let status = "Name:\tx\nVmRSS:\t   2048 kB\nThreads:\t4\n";
        assert_eq!(status_number(status, "VmRSS"), Some(2048));
        assert_eq!(status_number(status, "Threads"), Some(4));
        assert_eq!(cgroup_cpu("usage_usec 12\nuser_usec 10\n"), Some(12_000));
    }

    #[test]
    fn what_is_not_there_is_missing() {
        assert_eq!(stat_cpu("42 (x) Z"), None);
        assert_eq!(status_number("Threads:\n", "Threads"), None);
        assert_eq!(cgroup_cpu(""), None);
    }
}
