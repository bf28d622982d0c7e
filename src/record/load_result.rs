//! What came of a load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::exchange::ExchangeRecord;
use super::generator::GeneratorResult;
use super::generator_effort::GeneratorEffort;
use super::load_judgement::{SearchResult, ThresholdResult};
use super::operation_result::OperationResult;
use super::quantity;
use super::second_result::SecondResult;
use super::stage_result::StageResult;
use super::target_use::TargetUse;
use crate::load::{Mails, Profile, Spacing};
use crate::model::{Finding, Protocol, RequirementId, ScenarioId, TransferErrorKind, Verdict};

/// What came of a load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadResult {
    /// The scenario.
    pub scenario: ScenarioId,
    /// What it does.
    pub title: String,
    /// The requirements that its expectations prove.
    pub requirements: Vec<RequirementId>,
    /// How arrivals were made.
    pub arrivals: Arrivals,
    /// Connections at the most.
    pub connections: usize,
    /// The version of HTTP that was spoken.
    #[serde(default)]
    pub protocol: Protocol,
    /// Exchanges that a connection carried at a time; more than 1 only over HTTP/2.
    #[serde(default = "one_stream")]
    pub streams: usize,
    /// The time before the measurement, in seconds. Nothing of it is counted.
    pub warm_up_s: f64,
    /// The time of the measurement, in seconds.
    pub duration_s: f64,
    /// Answers to what was due within the measurement, whatever they were.
    pub answered: u64,
    /// Answers that met all expectations that were judged; those of the level `may` are only observed.
    pub conforming: u64,
    /// Answers by which a limiter refused a request: 429, or 503 with `Retry-After`. They say nothing of the
    /// operation; a threshold on errors counts them. Their times are in no distribution.
    #[serde(default)]
    pub limited: u64,
    /// Answers that were judged in full. Of the others the status alone was judged.
    #[serde(default)]
    pub judged: u64,
    /// Iterations that were due within the measurement but never started: no connection was free
    /// before its end, or the queue for one was full. Each counts in the response times of the operation
    /// that it begins with, with as long as it waited at the least.
    pub unstarted: u64,
    /// Of those, the ones that found the queue full.
    #[serde(default)]
    pub refused: u64,
    /// Requests that were sent again on another connection, because the target had closed the idle one that
    /// they were first sent on; of the whole load, the warm-up included. They count once.
    #[serde(default)]
    pub resent: u64,
    /// Requests that were still under way when the load was stopped early: nobody knows whether they
    /// would have been answered. They count in the response times with as long as they lasted.
    #[serde(default)]
    pub cut_off: u64,
    /// How many due iterations could wait for a connection at once.
    #[serde(default)]
    pub queue: usize,
    /// In a closed model, how long a connection waited between two iterations, in seconds.
    #[serde(default)]
    pub think_s: f64,
    /// Answers a second.
    pub rate: f64,
    /// Each operation by itself, in the order of the scenario.
    pub operations: Vec<OperationResult>,
    /// The mailed codes that iterations waited for; none if they waited for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mails: Option<MailResult>,
    /// What was not as expected, each kind once with its count.
    pub findings: Vec<LoadFinding>,
    /// Unmet expectations and failed transfers of further kinds, when there are too many to list.
    #[serde(default)]
    pub further_findings: u64,
    /// Second by second.
    pub series: Vec<SecondResult>,
    /// Stage by stage, where the profile has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageResult>,
    /// What came of the load as a whole: `fail` if anything failed, whatever else was broken.
    pub verdict: Verdict,
    /// What came of the thresholds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<ThresholdResult>,
    /// The threshold because of which the load was stopped early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<String>,
    /// The search of which this load is the last stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchResult>,
    /// CPU time that the threads of the generator used within the measurement, in seconds.
    pub generator_cpu_s: f64,
    /// What was counted of the generator. Results of the format `assize-results/1` have nothing of it.
    #[serde(default)]
    pub effort: GeneratorEffort,
    /// Whether the generator itself kept up.
    #[serde(default)]
    pub generator: GeneratorResult,
    /// What the target used; none if it was not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetUse>,
}

/// Before HTTP/2 each connection carried one exchange at a time.
const fn one_stream() -> usize {
    1
}

/// How arrivals were made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "model")]
pub enum Arrivals {
    /// Closed model: each connection sends its next request when the last is answered. A slow target
    /// is asked less often, so the response time equals the service time.
    Closed,
    /// Open model: requests are due at a rate of the schedule's, whatever the target does.
    Open {
        /// Iterations a second.
        rate: f64,
    },
    /// Open model at a rate that changes, or with random distances.
    Shaped {
        /// The rate over time, as it was written.
        profile: String,
        /// Whether the distances are random: a Poisson process.
        poisson: bool,
    },
}

/// The mailed codes that iterations waited for within the measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MailResult {
    /// From the answer after which a code was awaited, such as that to its create, to its arrival; of
    /// those that came.
    pub wait: Distribution,
    /// Codes that did not come within the time that they had.
    pub missing: u64,
}

impl MailResult {
    /// What was counted of mailed codes; none if no iteration waited for any.
    #[must_use]
    pub fn new(mails: &Mails) -> Option<Self> {
        let result = Self {
            wait: Distribution::from(&mails.waits),
            missing: mails.missing,
        };
        (result.wait.count() + result.missing > 0).then_some(result)
    }
}

/// One kind of unmet expectation or failed transfer under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadFinding {
    /// The operation.
    pub operation: String,
    /// How often.
    pub count: u64,
    /// The first of its kind; none for transfers whose failure may be no fault of the target's. If the
    /// answer lacks something that later requests need, it has no requirements and the verdict is
    /// `broken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The kind of failed transfer; none for unmet expectations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferErrorKind>,
    /// The exchange of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<ExchangeRecord>,
    /// What it means for the run.
    pub verdict: Verdict,
}

/// What the findings of a load mean together: a failure is one whatever else was broken, otherwise the
/// gravest counts.
#[derive(Clone, Copy, Debug)]
pub struct LoadVerdict(Verdict);

impl Default for LoadVerdict {
    fn default() -> Self {
        Self(Verdict::Pass)
    }
}

impl LoadVerdict {
    /// Adds what one more finding means.
    pub const fn weigh(&mut self, verdict: Verdict) {
        self.0 = match (self.0, verdict) {
            (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
            (Verdict::Broken, _) | (_, Verdict::Broken) => Verdict::Broken,
            (Verdict::Warn, _) | (_, Verdict::Warn) => Verdict::Warn,
            (Verdict::Skip, _) | (_, Verdict::Skip) => Verdict::Skip,
            (Verdict::Pass, Verdict::Pass) => Verdict::Pass,
        };
    }

    /// What they mean.
    #[must_use]
    pub const fn get(self) -> Verdict {
        self.0
    }
}

impl LoadResult {
    /// Whether a limiter refused so much that the rest says little of the target under this load.
    #[must_use]
    pub const fn is_drowned(&self) -> bool {
        self.limited > self.answered / 2
    }

    /// Answers that were the target's own and did not conform.
    #[must_use]
    pub const fn nonconforming(&self) -> u64 {
        self.answered
            .saturating_sub(self.conforming)
            .saturating_sub(self.limited)
    }

    /// The thresholds that were missed, and not because of this machine.
    pub fn missed(&self) -> impl Iterator<Item = &ThresholdResult> {
        self.thresholds
            .iter()
            .filter(|threshold| threshold.verdict() == Verdict::Fail)
    }

    /// The thresholds that were missed, perhaps because of this machine, so that they are not judged.
    pub fn unjudged(&self) -> impl Iterator<Item = &ThresholdResult> {
        self.thresholds
            .iter()
            .filter(|threshold| threshold.verdict() == Verdict::Skip)
    }

    /// Adds what one more finding means for the load.
    pub const fn weigh(&mut self, verdict: Verdict) {
        let mut whole = LoadVerdict(self.verdict);
        whole.weigh(verdict);
        self.verdict = whole.get();
    }

    /// How arrivals were made, as a phrase.
    #[must_use]
    pub fn model(&self) -> String {
        match &self.arrivals {
            Arrivals::Closed if self.think_s > 0.0 => {
                let pause = quantity::millis(self.think_s * 1e3);
                format!("closed model, {pause} between two iterations of a connection")
            }
            Arrivals::Closed => "closed model".to_owned(),
            Arrivals::Open { rate } => {
                format!("open model, {} iterations a second", quantity::rate(*rate))
            }
            Arrivals::Shaped { profile, poisson } => {
                let spacing = if *poisson {
                    ", at random distances"
                } else {
                    ""
                };
                format!("open model, {profile}{spacing}")
            }
        }
    }
}

impl From<&Profile> for Arrivals {
    fn from(profile: &Profile) -> Self {
        match profile {
            Profile::Closed => Self::Closed,
            Profile::Constant(rate) => Self::Open {
                rate: rate.per_second_f64(),
            },
            Profile::Shaped { spacing, text, .. } => Self::Shaped {
                profile: text.to_string(),
                poisson: *spacing != Spacing::Even,
            },
        }
    }
}
