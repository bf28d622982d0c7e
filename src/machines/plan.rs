//! The plan: one document that says to every worker what all of them do together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

use crate::record::SuitesUsed;

/// The version of the plan's format.
pub const PLAN_FORMAT: &str = "assize/plan/1";

/// A load that several workers make together, each its own share of the same schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkPlan {
    /// The version of this format: `assize/plan/1`.
    pub format: String,
    /// The version of assize that made the plan; workers have the same.
    pub version: String,
    /// What all workers do together, as a sentence.
    pub says: String,
    /// The base URL of the target.
    pub target: String,
    /// The suites, which every worker must have.
    pub suites: SuitesUsed,
    /// How many workers there are: processes, on any machines.
    pub workers: usize,
    /// Threads that send, in each worker.
    pub threads: usize,
    /// The options of the load, with the keys and values of `assize.toml`. Rates, connections, users and the
    /// queue are those of all workers together. Of a secret it says where a worker finds it: `{"env": "NAME"}`
    /// or `{"command": "PROGRAM"}`.
    pub options: Map<String, Value>,
    /// How the workers begin together.
    pub start: StartRules,
}

/// How workers begin together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRules {
    /// How far ahead the start is set once all are ready, in milliseconds.
    pub lead_ms: u64,
    /// How often a worker gives a sign of life, in milliseconds.
    pub beat_ms: u64,
    /// After so long without one a worker is taken for dead, in milliseconds.
    pub silence_ms: u64,
    /// How long workers wait for each other, in milliseconds.
    pub gather_ms: u64,
    /// How far apart the first iterations of two workers may be due, in milliseconds.
    pub skew_limit_ms: u64,
}

impl Default for StartRules {
    fn default() -> Self {
        Self {
            lead_ms: 5_000,
            beat_ms: 1_000,
            silence_ms: 15_000,
            gather_ms: 300_000,
            skew_limit_ms: 100,
        }
    }
}

impl StartRules {
    pub(super) const fn lead(&self) -> Duration {
        Duration::from_millis(self.lead_ms)
    }

    /// How often a worker gives a sign of life.
    #[must_use]
    pub const fn beat(&self) -> Duration {
        Duration::from_millis(self.beat_ms)
    }

    pub(super) const fn silence(&self) -> Duration {
        Duration::from_millis(self.silence_ms)
    }

    /// So old may the last sign of life of a worker be that the start counts on: a slow one delays the start
    /// by a beat, a dead one would spoil it.
    pub(super) const fn fresh(&self) -> Duration {
        Duration::from_millis(self.beat_ms.saturating_mul(FRESH_BEATS))
    }

    pub(super) const fn gather(&self) -> Duration {
        Duration::from_millis(self.gather_ms)
    }

    pub(super) const fn skew_limit(&self) -> Duration {
        Duration::from_millis(self.skew_limit_ms)
    }

    /// How often the store is looked at while somebody waits.
    #[must_use]
    pub const fn look(&self) -> Duration {
        Duration::from_millis(self.beat_ms.div_ceil(2))
    }
}

/// A plan that no worker of this binary can follow.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It is none.
    #[error("it is no plan: {0}")]
    NoPlan(#[from] serde_json::Error),
    /// It is of another format.
    #[error("its format is {0:?}, and this assize reads {PLAN_FORMAT:?}")]
    Format(String),
    /// It was made by another version.
    #[error("assize {made} made it, and this is {own}; use the same version for all")]
    Version {
        /// The version that made it.
        made: String,
        /// This one.
        own: String,
    },
    /// Something that must be the same for all is left to each worker.
    #[error("its options have no `{0}`, which must be the same for all workers; plan anew")]
    Unsettled(&'static str),
    /// A number in it makes no sense.
    #[error("{0}")]
    Number(&'static str),
}

impl WorkPlan {
    /// Reads a plan that this version can follow.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn parse(text: &str, version: &str) -> Result<Self, PlanError> {
        let any: Value = serde_json::from_str(text)?;
        let format = any
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if format != PLAN_FORMAT {
            return Err(PlanError::Format(format.to_owned()));
        }
        let made = any
            .get("version")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if made != version {
            return Err(PlanError::Version {
                made: made.to_owned(),
                own: version.to_owned(),
            });
        }
        serde_json::from_value::<Self>(any)?.checked()
    }

    fn checked(self) -> Result<Self, PlanError> {
        let missing = |key: &&&str| !self.options.contains_key(**key);
        if let Some(key) = SETTLED.iter().find(missing) {
            return Err(PlanError::Unsettled(key));
        }
        let rules = &self.start;
        if self.workers == 0 || self.threads == 0 || self.workers > MOST_WORKERS {
            return Err(PlanError::Number(
                "a plan has 1 to 10000 workers, and each of them at least 1 thread",
            ));
        }
        if rules.beat_ms == 0 || rules.silence_ms < rules.beat_ms.saturating_mul(3) {
            return Err(PlanError::Number(
                "workers give a sign of life every 1 ms or less often, and are dead after three that did not come, or later",
            ));
        }
        Ok(self)
    }

    /// The plan as it is written, with its end of line.
    ///
    /// # Errors
    ///
    /// If it cannot be written as JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }
}

/// A sign of life is fresh for so many times the time between two of them.
const FRESH_BEATS: u64 = 3;

/// The options that a plan always has: without them each worker would choose for itself.
const SETTLED: [&str; 5] = ["seed", "draw", "workers", "connections", "users"];

/// More are no plan but a mistake.
const MOST_WORKERS: usize = 10_000;
