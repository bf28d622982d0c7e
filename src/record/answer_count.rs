//! How often each endpoint on trial gave each status, and which of those the document knows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::users_api::{DocumentedEndpoint, ENDPOINTS};

/// How often a status was asked for, and how often it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCount {
    /// Judged answers of which a case demanded this status, or one of a few with it.
    pub tried: u64,
    /// Answers that had it.
    pub seen: u64,
}

/// The answers of an endpoint that had one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerCount {
    /// The endpoint: `GET /user/{id}`.
    pub endpoint: String,
    /// The status.
    pub status: u16,
    /// Whether the document gives it to the endpoint.
    pub documented: bool,
    /// How many requests of the check tried to get it: a case demanded it, or one of a few with it.
    pub tried: u64,
    /// How many answers of the check had it, those of set-up and clean-up included. The load tells its own.
    pub seen: u64,
}

impl AnswerCount {
    /// Puts together what was counted, by method, path and status, with what the document knows: what it knows
    /// and nobody saw is counted as 0. Nothing at all if nothing was counted.
    #[must_use]
    pub fn of_all(counted: &BTreeMap<(String, String, u16), StatusCount>) -> Vec<Self> {
        if counted.is_empty() {
            return Vec::new();
        }
        ENDPOINTS
            .iter()
            .flat_map(|endpoint| Self::of(endpoint, counted))
            .collect()
    }

    fn of(
        endpoint: &DocumentedEndpoint,
        counted: &BTreeMap<(String, String, u16), StatusCount>,
    ) -> Vec<Self> {
        let is_its = |method: &str, path: &str| method == endpoint.method && path == endpoint.path;
        let documented = endpoint
            .statuses
            .iter()
            .map(|status| (*status, StatusCount::default()));
        let mut seen: BTreeMap<u16, StatusCount> = documented.collect();
        let own = counted.iter();
        let own = own.filter(|((method, path, status), count)| {
            let is_worth_a_row = endpoint.statuses.contains(status) || count.seen > 0;
            is_its(method, path) && is_worth_a_row
        });
        for ((_, _, status), count) in own {
            seen.insert(*status, *count);
        }
        let count = |(status, count): (u16, StatusCount)| Self {
            endpoint: format!("{} {}", endpoint.method, endpoint.path),
            status,
            documented: endpoint.statuses.contains(&status),
            tried: count.tried,
            seen: count.seen,
        };
        seen.into_iter().map(count).collect()
    }
}
