//! What came of the thresholds of a load, and of the search for the highest rate that keeps them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::load_result::LoadResult;
use super::quantity;
use crate::load::{Counted, GeneratorFacts, SearchStep, Times, judge, may_be_ours};
use crate::model::{Measure, Threshold, Verdict};

/// Nanoseconds in a microsecond.
const NANOS_PER_MICRO: f64 = 1e3;

/// What came of a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdResult {
    /// The threshold as it was written.
    pub threshold: String,
    /// The unit of the figures.
    pub unit: ThresholdUnit,
    /// The limit.
    pub limit: f64,
    /// What was measured; none if there was nothing to measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<f64>,
    /// How many requests the figure rests on.
    pub samples: u64,
    /// Whether the threshold was kept. One that there was nothing to measure for was not, unless it is one
    /// on stalls.
    pub kept: bool,
    /// Whether it was missed perhaps only because of what this machine lacked, so that it is not judged.
    /// One that was kept in spite of that is: what is lacking makes times longer and rates lower.
    #[serde(default)]
    pub unsound: bool,
    /// Whether nobody gave it: it applies unless told otherwise.
    #[serde(default)]
    pub usual: bool,
    /// Where answers stalled: how many, by operation; only of a threshold on stalls.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stalled: BTreeMap<String, u64>,
}

/// What a threshold is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    /// What was counted.
    pub counted: &'a Counted<'a>,
    /// What the load was, and what its generator had.
    pub facts: &'a GeneratorFacts,
    /// How late iterations began although a connection was idle.
    pub own_lag: &'a Times,
    /// Whether what this machine lacked excuses nothing that was asked for.
    pub accept_invalid: bool,
}

/// The unit of a threshold's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdUnit {
    /// Response time in microseconds.
    Microseconds,
    /// A share from 0 to 1: of requests that failed, of answers that stalled, or of what was due that was
    /// answered.
    Share,
    /// Answers a second.
    PerSecond,
}

/// The search for the highest rate that keeps the thresholds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchResult {
    /// The highest rate, in iterations a second, that was confirmed; none if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<f64>,
    /// Whether the search ended there because assize could not keep up beyond: the target may do more.
    #[serde(default)]
    pub own_limit: bool,
    /// Everything that was tried, in order.
    pub stages: Vec<SearchStage>,
}

/// One rate of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchStage {
    /// Iterations a second that were due.
    pub rate: f64,
    /// Whether it was a long stage, to confirm the rate.
    pub confirming: bool,
    /// The time of the measurement, in seconds; shorter if it was given up.
    pub duration_s: f64,
    /// Answers a second.
    pub answered_rate: f64,
    /// The longest median of an operation's response times, in microseconds.
    pub p50_us: u64,
    /// The longest 99th percentile of an operation's response times, in microseconds.
    pub p99_us: u64,
    /// Answers that did not conform, and requests without an answer.
    pub errors: u64,
    /// Iterations that were due and never started.
    pub unstarted: u64,
    /// The thresholds that were missed; empty if all were kept.
    pub missed: Vec<String>,
    /// Whether all of those were missed perhaps only because of what this machine lacked.
    #[serde(default)]
    pub unsound: bool,
}

impl ThresholdResult {
    /// What was measured for a threshold; `usual` for one that nobody gave.
    #[must_use]
    pub fn new(threshold: &Threshold, usual: bool, judgement: &Judgement<'_>) -> Self {
        let measured = judge(threshold, judgement.counted);
        let ours = || {
            may_be_ours(
                threshold,
                measured.figure,
                judgement.facts,
                judgement.own_lag,
            )
        };
        let (unit, scale) = match threshold.measure {
            Measure::Percentile(_) | Measure::Longest | Measure::Mean => {
                (ThresholdUnit::Microseconds, NANOS_PER_MICRO)
            }
            Measure::Errors | Measure::Stalls | Measure::Achieved => (ThresholdUnit::Share, 1.0),
            Measure::Rate => (ThresholdUnit::PerSecond, 1.0),
        };
        Self {
            threshold: threshold.text.clone(),
            unit,
            limit: threshold.limit / scale,
            figure: measured.figure.map(|figure| figure / scale),
            samples: measured.samples,
            kept: measured.kept,
            unsound: !measured.kept && (usual || !judgement.accept_invalid) && ours(),
            usual,
            stalled: stalled(threshold, judgement.counted),
        }
    }

    /// What it means: pass if it was kept, fail if it was missed, skip if that may be because of this
    /// machine.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match (self.kept, self.unsound) {
            (true, _) => Verdict::Pass,
            (false, true) => Verdict::Skip,
            (false, false) => Verdict::Fail,
        }
    }

    /// Whether the run must answer whether it was kept: somebody gave it, or it is the usual one on the rate
    /// and most of the load was never made. A load of which this machine made the greater part ends by its
    /// answers.
    #[must_use]
    pub(super) fn is_asked_for(&self) -> bool {
        /// Of the rate that is due, in percent.
        const GREATER_PART: f64 = 50.0;
        let made = self.figure.is_some_and(|figure| figure >= GREATER_PART);
        let on_rate = self.unit == ThresholdUnit::Share && self.stalled.is_empty();
        !self.usual || (on_rate && !made)
    }

    /// The threshold as it was written, and that it is a usual one if nobody gave it.
    #[must_use]
    pub fn named(&self) -> String {
        let usual = if self.usual { " (default)" } else { "" };
        format!("{}{usual}", self.threshold)
    }

    /// The figure as people read it.
    #[must_use]
    pub fn told(&self) -> String {
        let Some(figure) = self.figure else {
            return "nothing was measured".to_owned();
        };
        match self.unit {
            ThresholdUnit::Microseconds => quantity::micros(quantity::whole(figure)),
            ThresholdUnit::Share => quantity::per_cent(figure) + &self.told_where(),
            ThresholdUnit::PerSecond => format!("{} a second", quantity::rate(figure)),
        }
    }

    /// The figure with what it rests on.
    #[must_use]
    pub fn told_of(&self) -> String {
        let unjudged = match self.verdict() {
            Verdict::Skip => ", not judged: assize itself may be why",
            _ => "",
        };
        match self.figure {
            None => format!("{}{unjudged}", self.told()),
            Some(_) => format!(
                "{} over {} requests{unjudged}",
                self.told(),
                quantity::count(self.samples)
            ),
        }
    }

    /// Which operations stalled, as an addition.
    fn told_where(&self) -> String {
        let one = |(name, count): (&String, &u64)| format!("{} of {name}", quantity::count(*count));
        let all: Vec<String> = self.stalled.iter().map(one).collect();
        if all.is_empty() {
            return String::new();
        }
        format!(" ({})", all.join(", "))
    }
}

/// Where answers stalled, if that is what the threshold looks at.
fn stalled(threshold: &Threshold, counted: &Counted<'_>) -> BTreeMap<String, u64> {
    if threshold.measure != Measure::Stalls {
        return BTreeMap::new();
    }
    let operations = counted.operations.iter();
    operations
        .filter(|operation| threshold.speaks_of(operation.name))
        .map(|operation| (operation.name.to_owned(), counted.stalled(operation)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

impl SearchStage {
    /// What came of a stage.
    #[must_use]
    pub fn new(next: SearchStep, load: &LoadResult) -> Self {
        let (rate, confirming) = match next {
            SearchStep::Try(rate) => (rate, false),
            SearchStep::Confirm(rate) => (rate, true),
            SearchStep::Done(rate) => (rate.unwrap_or_default(), true),
        };
        let operations = &load.operations;
        let failed = operations.iter().flat_map(|one| one.errors.values());
        let longest = |share| {
            let times = operations.iter().map(|one| one.response.at_us(share));
            times.max().unwrap_or_default()
        };
        Self {
            rate: quantity::float(rate),
            confirming,
            duration_s: load.duration_s,
            answered_rate: load.rate,
            p50_us: longest(0.5),
            p99_us: longest(0.99),
            errors: load.answered.saturating_sub(load.conforming) + failed.sum::<u64>(),
            unstarted: load.unstarted,
            missed: load
                .missed()
                .chain(load.unjudged())
                .map(|one| one.threshold.clone())
                .collect(),
            unsound: load.missed().next().is_none() && load.unjudged().next().is_some(),
        }
    }

    /// The cells of a table of stages, under the titles of [`SearchResult::TITLES`].
    #[must_use]
    pub fn cells(&self) -> [String; 7] {
        let verdict = match (self.missed.as_slice(), self.confirming) {
            ([], false) => "kept".to_owned(),
            ([], true) => "confirmed".to_owned(),
            (missed, _) if self.unsound => {
                format!("missed {}, perhaps by assize's limit", missed.join(", "))
            }
            (missed, _) => format!("missed {}", missed.join(", ")),
        };
        [
            format!("{}/s", quantity::rate(self.rate)),
            format!("{}/s", quantity::rate(self.answered_rate)),
            quantity::micros(self.p50_us),
            quantity::micros(self.p99_us),
            quantity::count(self.errors),
            quantity::count(self.unstarted),
            verdict,
        ]
    }
}

impl SearchResult {
    /// The titles of a table of stages.
    pub const TITLES: [&str; 7] = [
        "due",
        "answers",
        "worst p50",
        "worst p99",
        "errors",
        "unstarted",
        "thresholds",
    ];

    /// What came of a search that tried this: whose limit ended it.
    #[must_use]
    pub fn new(found: Option<f64>, stages: Vec<SearchStage>) -> Self {
        let beyond = |stage: &&SearchStage| {
            !stage.missed.is_empty() && found.is_none_or(|found| stage.rate > found)
        };
        let lowest = stages
            .iter()
            .filter(beyond)
            .map(|stage| stage.rate)
            .min_by(f64::total_cmp);
        // The same number again, so that it compares equal.
        let mut nearest = stages
            .iter()
            .filter(beyond)
            .filter(|stage| lowest.is_some_and(|lowest| stage.rate <= lowest));
        let own_limit = lowest.is_some() && nearest.all(|stage| stage.unsound);
        Self {
            found,
            own_limit,
            stages,
        }
    }

    /// The stages by rate, which shows the knee.
    #[must_use]
    pub fn curve(&self) -> Vec<&SearchStage> {
        let mut stages: Vec<&SearchStage> = self.stages.iter().collect();
        stages.sort_by(|one, other| {
            let rates = one.rate.total_cmp(&other.rate);
            rates.then(one.confirming.cmp(&other.confirming))
        });
        stages
    }

    /// The same where no rate was confirmed: none could be, or the search was stopped.
    fn unconfirmed(&self) -> String {
        let kept = self.stages.iter().filter(|stage| stage.missed.is_empty());
        match kept.map(|stage| stage.rate).max_by(f64::total_cmp) {
            Some(rate) => format!(
                "no rate was confirmed; {} iterations a second is the highest tried that kept all thresholds",
                quantity::rate(rate)
            ),
            None => "no rate was found that keeps all thresholds".to_owned(),
        }
    }

    /// What was found, as a sentence.
    #[must_use]
    pub fn told(&self) -> String {
        match self.found {
            Some(rate) if self.own_limit => format!(
                "at least {} iterations a second keep all thresholds; that is assize's limit, not the target's: beyond, assize itself could not keep up",
                quantity::rate(rate)
            ),
            Some(rate) => format!(
                "{} iterations a second is the highest rate found that keeps all thresholds",
                quantity::rate(rate)
            ),
            None if self.own_limit => {
                format!("{}; assize itself could not keep up", self.unconfirmed())
            }
            None => self.unconfirmed(),
        }
    }
}
