//! How often each endpoint on trial gave each status, and which of those the document knows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::contract::{ENDPOINTS, Endpoint};

/// The answers of an endpoint that had one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerCount {
    /// The endpoint: `GET /user/{id}`.
    pub endpoint: String,
    /// The status.
    pub status: u16,
    /// Whether the document gives it to the endpoint.
    pub documented: bool,
    /// How many answers of the check had it, those of set-up and clean-up included. The load tells its own.
    pub seen: u64,
}

impl AnswerCount {
    /// Puts together what was counted, by method, path and status, with what the document knows: what it knows
    /// and nobody saw is counted as 0. Nothing at all if nothing was counted.
    #[must_use]
    pub fn of_all(counted: &BTreeMap<(String, String, u16), u64>) -> Vec<Self> {
        if counted.is_empty() {
            return Vec::new();
        }
        ENDPOINTS
            .iter()
            .flat_map(|endpoint| Self::of(endpoint, counted))
            .collect()
    }

    fn of(endpoint: &Endpoint, counted: &BTreeMap<(String, String, u16), u64>) -> Vec<Self> {
        let is_its = |method: &str, path: &str| method == endpoint.method && path == endpoint.path;
        let documented = endpoint.statuses.iter().map(|status| (*status, 0));
        let mut seen: BTreeMap<u16, u64> = documented.collect();
        let own = counted.iter();
        let own = own.filter(|((method, path, _), _)| is_its(method, path));
        for ((_, _, status), count) in own {
            *seen.entry(*status).or_default() += count;
        }
        let count = |(status, seen)| Self {
            endpoint: format!("{} {}", endpoint.method, endpoint.path),
            status,
            documented: endpoint.statuses.contains(&status),
            seen,
        };
        seen.into_iter().map(count).collect()
    }
}
