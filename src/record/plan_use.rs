//! Which plan a record belongs to, and how much of it is in there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which plan a record belongs to, and how much of it is in there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanUse {
    /// The SHA-256 of the plan, as `sha256sum plan.json` prints it.
    pub sha256: String,
    /// How many workers the plan has.
    pub workers: usize,
    /// The workers whose shares are in this record, by index from 0.
    pub shares: Vec<usize>,
    /// The workers whose shares are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<usize>,
    /// How many were allowed to be missing.
    #[serde(default)]
    pub allowed_missing: usize,
    /// How far apart the first iterations of any two workers were due, in milliseconds; none if that is not
    /// known, or where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_ms: Option<f64>,
    /// How wrong that may be, in milliseconds: what is not known of the two clocks that are known least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_bound_ms: Option<f64>,
}

impl std::fmt::Display for ShardUse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.shard, self.shards)
    }
}

/// A shard of a check.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct ShardUse {
    /// Which one, from 1.
    pub shard: usize,
    /// Of how many.
    pub shards: usize,
}
