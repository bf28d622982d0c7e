//! After a load: looks whether what was deleted is gone for good, and removes what it made.

use futures_util::StreamExt;
use futures_util::stream;
use std::collections::BTreeMap;
use std::time::Duration;

use super::history::{DeletedUser, LeftoverUsers};
use super::worker_result::WorkerResult;
use crate::engine::Harness;
use crate::engine::actor::Actor;
use crate::model::{Exchange, Level, Mismatch, RequirementId, Response, Verdict};
use crate::record::{Accounts, Event, ExchangeRecord, LoadFinding, LoadResult};
use crate::suite::Scenario;
use crate::users_api::AccountWatch;

/// After so long an acknowledged deletion must be done.
const DELETION_TIME: Duration = Duration::from_secs(5);
/// Must be gone after that time.
const GONE: &str = "delete.gone";
/// Should be gone at once.
const GONE_AT_ONCE: &str = "delete.gone-at-once";
/// Exchanges at once: enough that a thousand accounts are removed within seconds.
const AT_ONCE: usize = 16;

/// What a load leaves to be looked into and to be removed.
#[derive(Debug, Default)]
pub struct PostLoadChecks {
    users: Vec<AccountWatch>,
    settled: Accounts,
    gone: Vec<DeletedUser>,
}

impl PostLoadChecks {
    /// What all workers left.
    #[must_use]
    pub fn gather(ends: &mut [WorkerResult]) -> Self {
        let mut all = Self::default();
        for end in ends {
            let LeftoverUsers {
                users,
                settled,
                gone,
            } = std::mem::take(&mut end.leftover);
            all.users.extend(users);
            all.gone.extend(gone);
            all.settled = all.settled + settled;
        }
        all
    }

    /// Looks whether the users whose deletion was acknowledged are gone, and adds to the result what it
    /// finds. If some are not, it waits for as long as a deletion may take and looks again.
    pub async fn look_back(
        &self,
        harness: Harness<'_>,
        scenario: &Scenario,
        result: &mut LoadResult,
    ) {
        if harness.stop.is_set() {
            return;
        }
        let readable = still_readable(harness, self.gone.iter().collect()).await;
        if readable.is_empty() || harness.stop.is_set() {
            return;
        }
        harness.clock.sleep(DELETION_TIME).await;
        let first: Vec<&DeletedUser> = readable.iter().map(|(gone, _)| *gone).collect();
        let lasting = still_readable(harness, first).await;
        let examiner = Examiner { harness, scenario };
        examiner.tell(result, &readable, GONE_AT_ONCE, Level::Should, "at once");
        examiner.tell(result, &lasting, GONE, Level::Must, "within 5 s");
    }

    /// Removes the users that still stand, and tells how that went.
    pub async fn tear_down(self, harness: Harness<'_>) {
        let accounts = stream::iter(self.users)
            .map(|watch| Actor::taking_over(harness, watch, "the load".into()).tear_down(1))
            .buffer_unordered(AT_ONCE)
            .fold(self.settled, async |sum, one| sum + one)
            .await;
        harness.sink.emit(&Event::TornDown(accounts));
    }
}

/// Those of the users that can be read now, each with the exchange that shows it.
async fn still_readable<'g>(
    harness: Harness<'_>,
    gone: Vec<&'g DeletedUser>,
) -> Vec<(&'g DeletedUser, Exchange)> {
    stream::iter(gone)
        .map(|gone| async move {
            let exchange = harness.transport.send(gone.reading.clone()).await;
            let read = exchange.result.as_ref().is_ok_and(Response::is_success);
            read.then_some((gone, exchange))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await
}

/// Makes findings of what was seen after a load.
struct Examiner<'a> {
    harness: Harness<'a>,
    scenario: &'a Scenario,
}

impl Examiner<'_> {
    fn tell(
        &self,
        result: &mut LoadResult,
        seen: &[(&DeletedUser, Exchange)],
        requirement: &str,
        level: Level,
        within: &str,
    ) {
        let requirement = RequirementId::new(requirement);
        if !self.scenario.requirements.contains(&requirement) {
            return;
        }
        let mut by_operation: BTreeMap<usize, Vec<&Exchange>> = BTreeMap::new();
        for (gone, exchange) in seen {
            by_operation
                .entry(gone.operation)
                .or_default()
                .push(exchange);
        }
        for (operation, exchanges) in by_operation {
            let Some(first) = exchanges.first() else {
                continue;
            };
            let subject = "the user after the acknowledged deletion";
            let mismatch = Mismatch::new(subject, format!("gone {within}"), "can still be read");
            let requirements = std::slice::from_ref(&requirement);
            let verdict = Verdict::of_unmet(level);
            let name = self.scenario.operations.get(operation);
            result.weigh(verdict);
            result.findings.push(LoadFinding {
                operation: name.map_or_else(String::new, |one| one.name.clone()),
                count: u64::try_from(exchanges.len()).unwrap_or(u64::MAX),
                finding: Some(mismatch.finding(requirements, level, &self.scenario.place)),
                transfer: None,
                example: Some(ExchangeRecord::new(
                    first,
                    self.harness.base_url,
                    self.harness.redactor,
                )),
                verdict,
            });
        }
    }
}
