//! What was run, where and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence_policy::EvidencePolicy;
use super::plan_use::{PlanUse, ShardUse};
use super::suites_used::SuitesUsed;
use crate::model::RunId;

/// What is said of a target that nobody has named.
const EMBEDDED: &str = "the reference server inside assize";

/// What was run, where and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the run by itself"
)]
pub struct RunInfo {
    /// The name of the run and of its folder.
    pub id: RunId,
    /// The version of assize.
    pub version: String,
    /// The verb: `run`, `check`, `load`.
    pub verb: String,
    /// The base URL of the target.
    pub target: String,
    /// What the target calls itself in its `Server` headers, each value once, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// Whether the target was the reference server inside the binary.
    pub embedded: bool,
    /// The mailbox, without its password; none if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
    /// The suites; none if they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suites: Option<SuitesUsed>,
    /// The plan of which the run is a share, or all shares together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanUse>,
    /// The shard of the cases that was run; none if all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardUse>,
    /// What narrows the cases, as it was asked for: `--case delete.*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<String>,
    /// The seed of all generated values.
    pub seed: u64,
    /// What the manners of its requests were drawn from; 0 is the draw of every run that decides a gate.
    #[serde(default, skip_serializing_if = "is_usual_draw")]
    pub draw: u64,
    /// What makes the users of the run new: the addresses of all of them have it behind what they have in
    /// common with those of other runs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Cases at once.
    pub jobs: usize,
    /// Whether a warning fails the run.
    pub strict: bool,
    /// Whether a run that leaves much of what it must try untried may conform.
    #[serde(default)]
    pub accept_partial: bool,
    /// Whether a run may conform although its generator was the bottleneck.
    #[serde(default)]
    pub accept_invalid: bool,
    /// Of which cases the exchanges are kept.
    #[serde(default)]
    pub evidence: EvidencePolicy,
    /// The beginning, as RFC 3339 in UTC.
    pub started: String,
    /// How long the whole run took, in milliseconds.
    pub duration_ms: f64,
    /// Whether the user interrupted it.
    pub interrupted: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde calls"
)]
const fn is_usual_draw(draw: &u64) -> bool {
    *draw == 0
}

impl RunInfo {
    /// The target as reports name it: whoever reads one must see that no server of theirs was tried.
    pub(crate) fn target_named(&self) -> String {
        if self.embedded {
            format!("{} ({EMBEDDED})", self.target)
        } else {
            self.target.clone()
        }
    }

    /// What the target calls itself. Nothing that a server says of itself is proof, and many say nothing.
    pub(crate) fn server_named(&self) -> String {
        if self.servers.is_empty() {
            "none came".to_owned()
        } else {
            self.servers.join(", ")
        }
    }

    /// What is added to the sentence of a run that tried no server of the user's.
    pub(crate) fn tried(&self) -> String {
        if self.embedded {
            format!("; tried was {EMBEDDED}")
        } else {
            String::new()
        }
    }
}
