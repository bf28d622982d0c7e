//! What came of requirements from run to run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::runs::BuildHistory;
use crate::model::Verdict;

/// What came of a requirement from run to run, where it was violated in one at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementHistory {
    /// The requirement.
    pub id: String,
    /// The runs that tried it.
    pub runs: usize,
    /// Those of them that found it violated.
    pub violated: usize,
    /// How often its verdict changed from one run to the next: of a requirement that many builds violate in turns
    /// rather the server is flaky than a build wrong.
    pub flips: usize,
    /// The first build of the violations that last to the newest run; none if that run did not violate it.
    pub since: Option<String>,
}

/// The requirements that some run violated: those first that the newest run violates, then by their flips.
pub(super) fn requirement_histories(history: &BuildHistory) -> Vec<RequirementHistory> {
    let mut found: BTreeMap<&str, RequirementHistory> = BTreeMap::new();
    let mut last: BTreeMap<&str, bool> = BTreeMap::new();
    for entry in &history.entries {
        for (id, verdict) in &entry.requirements {
            let fails = *verdict == Verdict::Fail;
            let one = found.entry(id).or_insert_with(|| RequirementHistory {
                id: id.clone(),
                runs: 0,
                violated: 0,
                flips: 0,
                since: None,
            });
            one.runs += 1;
            one.violated += usize::from(fails);
            let before = last.insert(id, fails);
            one.flips += usize::from(before.is_some_and(|before| before != fails));
            one.since = if fails {
                one.since.take().or_else(|| Some(entry.build.clone()))
            } else {
                None
            };
        }
    }
    let mut all: Vec<RequirementHistory> = found.into_values().collect();
    all.retain(|one| one.violated > 0);
    all.sort_by(|one, other| {
        let rank = |one: &RequirementHistory| (one.since.is_none(), usize::MAX - one.flips);
        rank(one)
            .cmp(&rank(other))
            .then_with(|| one.id.cmp(&other.id))
    });
    all
}
