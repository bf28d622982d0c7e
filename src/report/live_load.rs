//! A load while it is under way, as far as its seconds tell: what is counted grows with the operations, not with the time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::load::{
    Counted, CountedOperation, Effect, Efforts, GeneratorFacts, NANOS_PER_SECOND, Tally, Times,
    Usage, shortages,
};
use crate::record::quantity::{float, whole};
use crate::record::{
    Judgement, LoadOutline, LoadSecond, SecondResult, Soundness, StoredTimes, ThresholdResult,
};

/// Seconds that are kept: ten minutes, so that a load of a day takes no more memory than one of these.
const SECONDS: usize = 600;
/// The highest percentile that is commonly judged.
const P99: f64 = 0.99;

/// A load while it is under way. The warm-up is shown and not counted.
#[derive(Clone, Debug)]
pub(super) struct LiveLoad {
    pub(super) outline: Arc<LoadOutline>,
    /// The beginning of the measurement in unix seconds; 0 before the first second.
    pub(super) measured_from: f64,
    pub(super) seconds: VecDeque<LiveSecond>,
    /// In the order of the scenario.
    pub(super) operations: Vec<LiveOperation>,
    pub(super) efforts: Efforts,
    /// The longest response time of the last second, in microseconds.
    pub(super) max_us: u64,
    pub(super) target: Option<LiveTarget>,
    /// As it was judged in the end; none before.
    pub(super) soundness: Option<Soundness>,
}

/// A second, with its response times as roughly as a chart shows them: whoever draws it each second has no time to read
/// histograms.
#[derive(Clone, Debug)]
pub(super) struct LiveSecond {
    /// Its figures, without the histogram.
    pub(super) figures: SecondResult,
    /// The shortest and the longest time, in nanoseconds; none if there are no times.
    pub(super) ends: Option<(u64, u64)>,
    /// Times in nanoseconds to a sixteenth, each with how many there are.
    pub(super) times: Vec<(u64, u64)>,
}

/// Times are told apart by so many of their highest bits.
const BITS: u32 = 5;

impl From<&LoadSecond> for LiveSecond {
    fn from(second: &LoadSecond) -> Self {
        let tallies = second.interval.tallies.iter();
        let all = tallies.flat_map(|tally| [&tally.answers, &tally.unanswered]);
        let some: Vec<&Times> = all.filter(|times| times.count() > 0).collect();
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for (time, count) in some.iter().flat_map(|times| times.recorded()) {
            let cut = (u64::BITS - time.leading_zeros()).saturating_sub(BITS);
            *counts.entry(time >> cut << cut).or_default() += count;
        }
        let ends = some.iter().map(|times| (times.min(), times.max()));
        Self {
            figures: SecondResult {
                response: StoredTimes::default(),
                ..second.result.clone()
            },
            ends: ends.reduce(|(low, high), (min, max)| (low.min(min), high.max(max))),
            times: counts.into_iter().collect(),
        }
    }
}

/// What was counted of an operation since the measurement began.
#[derive(Clone, Debug)]
pub(super) struct LiveOperation {
    pub(super) name: String,
    pub(super) tally: Tally,
}

/// What the target used in the last second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LiveTarget {
    /// When that was, in seconds from the beginning of the measurement.
    at_s: f64,
    usage: Usage,
    /// Processors that it kept busy; none of the first second.
    pub(super) processors: Option<f64>,
}

impl LiveTarget {
    /// Memory in bytes.
    pub(super) const fn memory(&self) -> Option<u64> {
        self.usage.memory
    }

    fn next(before: Option<Self>, at_s: f64, usage: Usage) -> Self {
        let processors = before.filter(|before| before.at_s < at_s).map(|before| {
            let cpu = usage.cpu.saturating_sub(before.usage.cpu);
            crate::load::seconds(cpu) / (at_s - before.at_s)
        });
        Self {
            at_s,
            usage,
            processors,
        }
    }
}

impl LiveLoad {
    pub(super) fn new(outline: Arc<LoadOutline>) -> Self {
        Self {
            outline,
            measured_from: 0.0,
            seconds: VecDeque::new(),
            operations: Vec::new(),
            efforts: Efforts::default(),
            max_us: 0,
            target: None,
            soundness: None,
        }
    }

    /// Takes a second.
    pub(super) fn take(&mut self, second: &LoadSecond) {
        let tallies = &second.interval.tallies;
        let longest = tallies.iter().map(|tally| tally.answers.max()).max();
        self.max_us = longest.unwrap_or_default() / 1_000;
        self.measured_from = second.measured_from;
        let at_s = second.result.at_s;
        let used = second.target;
        self.target = used.map(|usage| LiveTarget::next(self.target, at_s, usage));
        if second.interval.second >= 0 {
            self.count(second);
        }
        if self.seconds.len() == SECONDS {
            self.seconds.pop_front();
        }
        self.seconds.push_back(LiveSecond::from(second));
    }

    fn count(&mut self, second: &LoadSecond) {
        if self.operations.is_empty() {
            let empty = |name: &String| LiveOperation {
                name: name.clone(),
                tally: Tally::default(),
            };
            self.operations = second.operations.iter().map(empty).collect();
        }
        for (operation, tally) in self.operations.iter_mut().zip(&second.interval.tallies) {
            operation.tally.add(tally);
        }
        self.efforts.add(&second.interval.effort);
    }

    /// The figures of the last second.
    pub(super) fn last(&self) -> Option<&SecondResult> {
        self.seconds.back().map(|second| &second.figures)
    }

    /// A count of all operations together.
    pub(super) fn sum(&self, count: fn(&Tally) -> u64) -> u64 {
        let operations = self.operations.iter();
        operations.map(|operation| count(&operation.tally)).sum()
    }

    /// The response times of all answers.
    pub(super) fn answers(&self) -> Times {
        let mut all = Times::default();
        for operation in &self.operations {
            all.add(&operation.tally.answers);
        }
        all
    }

    /// What came of each threshold so far.
    pub(super) fn thresholds(&self) -> Vec<ThresholdResult> {
        let LoadOutline {
            thresholds,
            usual_thresholds,
            shares,
            ..
        } = self.outline.as_ref();
        let operations: Vec<CountedOperation<'_>> = (self.operations.iter().zip(shares))
            .map(|(operation, share)| CountedOperation {
                name: &operation.name,
                tally: &operation.tally,
                share: *share,
            })
            .collect();
        let at_s = self.last().map_or(0.0, |second| second.at_s);
        let judgement = Judgement {
            counted: &Counted {
                operations: &operations,
                duration: whole(at_s.max(0.0) * float(NANOS_PER_SECOND)),
                unstarted: 0,
                own_lag: self.efforts.lag.max(),
            },
            facts: &self.facts(),
            own_lag: &self.efforts.lag,
            accept_invalid: false,
        };
        let given = thresholds.len().saturating_sub(*usual_thresholds);
        let numbered = thresholds.iter().enumerate();
        numbered
            .map(|(index, one)| ThresholdResult::new(one, index >= given, &judgement))
            .collect()
    }

    /// Whether the figures tell of the target: as it was judged in the end, before that by what is counted so far.
    pub(super) fn soundness(&self) -> Soundness {
        let gravest = || {
            let found = shortages(&self.facts()).into_iter();
            found.map(|(_, effect)| effect).max()
        };
        self.soundness.unwrap_or_else(|| match gravest() {
            None => Soundness::Sound,
            Some(Effect::Limited) => Soundness::Limited,
            Some(Effect::Invalid) => Soundness::Invalid,
        })
    }

    fn facts(&self) -> GeneratorFacts {
        let tallies = || self.operations.iter().map(|operation| &operation.tally);
        let slowest = tallies().map(|tally| tally.response().quantile(P99)).max();
        GeneratorFacts {
            open: self.outline.is_open,
            threads: self.efforts.threads,
            seconds: self.efforts.seconds,
            saturated: self.efforts.saturated,
            own_lag_p99: self.efforts.lag.quantile(P99),
            response_p99: slowest.unwrap_or_default(),
            exhausted: tallies().map(Tally::exhausted).sum(),
        }
    }
}
