//! What the target used while it was under load, where it runs on this machine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::rounded_share;
use super::quantity::{self, float};
use crate::load::{Usage, seconds};

/// Bytes in a mebibyte.
pub(crate) const MIB: u64 = 1024 * 1024;

/// What the target used while it was under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetUse {
    /// The process or control group that was watched.
    pub watched: String,
    /// CPU time within the measurement, in seconds.
    pub cpu_s: f64,
    /// CPU time for each answer, in microseconds; none without an answer.
    pub cpu_us_per_answer: Option<f64>,
    /// When it was looked for in vain, in seconds from the beginning of the measurement; none if it was there
    /// to the end. What it used after it was last seen is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_at_s: Option<f64>,
    /// Second by second, the warm-up included.
    pub series: Vec<TargetSecond>,
}

/// What the target used in one second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetSecond {
    /// When it was looked at, in seconds from the beginning of the measurement; negative in the
    /// warm-up.
    pub at_s: f64,
    /// Processors that it used since it was last looked at: 1 is one without a pause.
    pub processors: f64,
    /// Memory in bytes; none if the system does not tell.
    pub memory: Option<u64>,
    /// Threads, or tasks of a control group.
    pub threads: Option<u64>,
    /// Open descriptors.
    pub descriptors: Option<u64>,
}

impl TargetUse {
    /// From what was seen at the beginning of the load and then at each second's end, each with its
    /// time as in [`TargetSecond::at_s`]; none if it was not seen twice.
    #[must_use]
    pub fn new(watched: String, seen: &[(f64, Usage)], answered: u64) -> Option<Self> {
        let before = seen.iter().rev().find(|(at_s, _)| *at_s <= 0.0);
        let (_, first) = before.or_else(|| seen.first())?;
        let (_, last) = seen.last().filter(|_| seen.len() > 1)?;
        let cpu_s = seconds(last.cpu.saturating_sub(first.cpu));
        Some(Self {
            watched,
            cpu_s,
            cpu_us_per_answer: (answered > 0).then(|| cpu_s * 1e6 / float(answered)),
            gone_at_s: None,
            series: seen.windows(2).filter_map(second).collect(),
        })
    }

    /// What it used, as a sentence without its full stop.
    pub(crate) fn told(&self) -> String {
        let mut parts = vec![format!("{} of CPU time", quantity::seconds(self.cpu_s))];
        if let Some(us) = self.cpu_us_per_answer.filter(|_| self.gone_at_s.is_none()) {
            parts.push(format!("{} µs for each answer", quantity::plain(us)));
        }
        let most = [
            (self.most(|one| one.memory.map(|bytes| bytes / MIB)), "MiB"),
            (self.most(|one| one.threads), "threads"),
            (self.most(|one| one.descriptors), "descriptors"),
        ];
        for (number, what) in most {
            parts.extend(number.map(|number| format!("{} {what}", quantity::count(number))));
        }
        let gone = self.gone_at_s.map_or_else(String::new, |at_s| {
            let at = quantity::seconds(at_s.max(0.0));
            format!("; it was gone {at} after the measurement began")
        });
        format!(
            "{} used {} at the most{gone}",
            self.watched,
            parts.join(", ")
        )
    }

    /// The most that one of the figures of the seconds came to; none if it was never told.
    pub(crate) fn most(&self, figure: fn(&TargetSecond) -> Option<u64>) -> Option<u64> {
        self.series.iter().filter_map(figure).max()
    }
}

fn second(pair: &[(f64, Usage)]) -> Option<TargetSecond> {
    let [(from, before), (to, after)] = pair else {
        return None;
    };
    let wall = (to - from).max(f64::MIN_POSITIVE);
    Some(TargetSecond {
        at_s: *to,
        processors: rounded_share(seconds(after.cpu.saturating_sub(before.cpu)) / wall),
        memory: after.memory,
        threads: after.threads,
        descriptors: after.descriptors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at_s: f64, cpu_ms: u64) -> (f64, Usage) {
        let usage = Usage {
            cpu: cpu_ms * 1_000_000,
            memory: Some(cpu_ms),
            ..Usage::default()
        };
        (at_s, usage)
    }

    #[test]
    fn the_warm_up_counts_in_the_series_and_not_in_the_sum() {
        let all = [
            seen(-1.0, 100),
            seen(0.0, 400),
            seen(1.0, 900),
            seen(2.0, 1_400),
        ];
        let used = TargetUse::new("process 1".into(), &all, 1_000).unwrap();
        assert!((used.cpu_s - 1.0).abs() < 1e-9);
        assert!((used.cpu_us_per_answer.unwrap() - 1_000.0).abs() < 1e-6);
        let processors: Vec<f64> = used.series.iter().map(|one| one.processors).collect();
        assert_eq!(processors, [0.3, 0.5, 0.5]);
        assert_eq!(used.most(|second| second.memory), Some(1_400));
        assert_eq!(used.most(|second| second.descriptors), None);
    }

    #[test]
    fn what_a_target_used_that_went_away_is_not_told_for_each_answer() {
        let all = [seen(0.0, 400), seen(1.0, 900)];
        let used = TargetUse::new("process 1".into(), &all, 1_000).unwrap();
        assert!(used.told().contains("for each answer"), "{}", used.told());
        let gone = TargetUse {
            gone_at_s: Some(2.0),
            ..used
        };
        let told = gone.told();
        assert!(
            told.ends_with("; it was gone 2 s after the measurement began"),
            "{told}"
        );
        assert!(!told.contains("for each answer"), "{told}");
    }

    #[test]
    fn what_was_not_seen_twice_tells_nothing() {
        assert_eq!(TargetUse::new(String::new(), &[seen(0.0, 1)], 1), None);
    }
}
