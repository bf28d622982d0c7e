//! What came of a load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::record::ExchangeRecord;
use crate::model::{Finding, RequirementId, ScenarioId, TransferErrorKind, Verdict};

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
    /// The time before the measurement, in seconds. Nothing of it is counted.
    pub warm_up_s: f64,
    /// The time of the measurement, in seconds.
    pub duration_s: f64,
    /// Answers received within the measurement, whatever they were.
    pub answered: u64,
    /// Answers that met all expectations.
    pub conforming: u64,
    /// Slots that were due but never started: no connection was free in time.
    pub unstarted: u64,
    /// Answers a second.
    pub rate: f64,
    /// Each operation by itself, in the order of the scenario.
    pub operations: Vec<OperationResult>,
    /// What was not as expected, each kind once with its count.
    pub findings: Vec<LoadFinding>,
    /// Second by second.
    pub series: Vec<SecondResult>,
    /// What came of the load as a whole.
    pub verdict: Verdict,
    /// CPU time that the generator used, in seconds.
    pub generator_cpu_s: f64,
}

/// How arrivals were made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
}

/// One operation of a load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationResult {
    /// The name of the step.
    pub name: String,
    /// Answers received.
    pub answered: u64,
    /// Answers that met all expectations.
    pub conforming: u64,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without an answer, by kind.
    pub errors: BTreeMap<TransferErrorKind, u64>,
    /// From the moment a request was due to the last byte of its answer.
    pub response: Distribution,
    /// From the moment a request was sent to the last byte of its answer.
    pub service: Distribution,
    /// From the moment a request was due to the moment it was sent.
    pub lag: Distribution,
}

/// A distribution of times, all in microseconds.
///
/// A percentile is the smallest recorded value that at least that share of all values does not
/// exceed, to three significant digits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// How many times were recorded.
    pub count: u64,
    /// Times above the longest that the histogram holds, recorded as that.
    pub clamped: u64,
    /// The shortest.
    pub min_us: u64,
    /// The arithmetic mean.
    pub mean_us: f64,
    /// The median.
    pub p50_us: u64,
    /// The 90th percentile.
    pub p90_us: u64,
    /// The 95th percentile.
    pub p95_us: u64,
    /// The 99th percentile.
    pub p99_us: u64,
    /// The 99.9th percentile.
    pub p999_us: u64,
    /// The longest.
    pub max_us: u64,
    /// The whole histogram in the HdrHistogram V2 compressed format, in base64; empty if nothing was
    /// recorded.
    pub histogram: String,
}

/// One kind of unmet expectation or failed transfer under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadFinding {
    /// The operation.
    pub operation: String,
    /// How often.
    pub count: u64,
    /// The first of its kind; none for failed transfers.
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

/// One second of a load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondResult {
    /// The end of the second, in seconds from the beginning of the measurement; negative in the
    /// warm-up.
    pub at_s: f64,
    /// Answers received.
    pub answered: u64,
    /// Answers that did not meet all expectations.
    pub nonconforming: u64,
    /// Requests without an answer.
    pub errors: u64,
    /// The median response time in microseconds.
    pub p50_us: u64,
    /// The 99th percentile of the response time in microseconds.
    pub p99_us: u64,
    /// The longest schedule lag in microseconds.
    pub lag_max_us: u64,
}
