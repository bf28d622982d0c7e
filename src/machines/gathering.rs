//! From the shares in a store to one record. A function of what is there: neither the order in which shares came
//! nor who gathers them, and when, changes a byte.

use std::collections::BTreeMap;

use super::names;
use super::plan::WorkPlan;
use super::share_file::{DeliveredShare, ShareStart};
use super::store::{SharedStore, StoreError};
use crate::model::{Outcome, RunId};
use crate::record::{MergeError, MergedRun, PlanUse, RunInfo, Trouble};

/// Nanoseconds in a millisecond.
const NANOS_PER_MILLI: f64 = 1e6;
/// So much of the plan's digest tells runs apart in a name.
const DIGITS: usize = 8;
/// So many characters of a time in RFC 3339 tell the second.
const SECONDS: usize = 19;

/// Why shares could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum NotGathered {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A share is of another load.
    #[error("share {index} is no part of the others' load: {cause}")]
    Merge {
        /// The index of the share.
        index: usize,
        /// Why not.
        cause: MergeError,
    },
}

/// All shares together, and what there is to say of them.
#[derive(Debug)]
pub struct GatheredShares {
    /// The shares.
    pub merged: MergedRun,
    /// Why shares are not there, by index.
    missing: BTreeMap<usize, String>,
    /// What has no place in the store.
    strangers: Vec<String>,
    starts: BTreeMap<usize, ShareStart>,
}

/// How many shares are delivered.
///
/// # Errors
///
/// If the store cannot be used.
pub async fn shares_present(store: &dyn SharedStore) -> Result<usize, StoreError> {
    Ok(store.list(names::SHARES).await?.len())
}

/// Reads all shares, one at a time, and puts them together. What is known of the run before is `run`; `digest` is
/// that of the plan.
///
/// # Errors
///
/// If the store cannot be used, or a share is of another load.
pub async fn gather(
    store: &dyn SharedStore,
    (plan, digest): (&WorkPlan, &str),
    run: RunInfo,
) -> Result<GatheredShares, NotGathered> {
    let not_there = |index| (index, "it was not delivered".to_owned());
    let mut all = GatheredShares {
        merged: MergedRun::new(run),
        missing: (0..plan.workers).map(not_there).collect(),
        strangers: Vec::new(),
        starts: BTreeMap::new(),
    };
    let mut started: Option<String> = None;
    for object in store.list(names::SHARES).await? {
        let mut indices = all.missing.keys().copied();
        let Some(index) = indices.find(|index| names::of_index(*index) == object.name) else {
            all.strangers.push(object.name);
            continue;
        };
        let key = names::key(names::SHARES, &object.name);
        let bytes = store.read(&key).await?.unwrap_or_default();
        match DeliveredShare::parse(&bytes, index, digest) {
            Err(refused) => {
                all.missing.insert(index, format!("{key} {refused}"));
            }
            Ok(share) => {
                let began = share.record.run.started.clone();
                started = Some(started.map_or(began.clone(), |first| first.min(began)));
                all.take(share)
                    .map_err(|cause| NotGathered::Merge { index, cause })?;
            }
        }
    }
    if let Some(started) = started {
        all.merged.run().id = RunId::new(name_of(&started, digest));
        all.merged.run().started = started;
    }
    Ok(all)
}

/// The name of the run that began then, by this plan.
fn name_of(started: &str, digest: &str) -> String {
    let second: String = started
        .chars()
        .take(SECONDS)
        .filter(|one| !"-:".contains(*one))
        .collect();
    let digits: String = digest.chars().take(DIGITS).collect();
    format!("{second}Z-load-{digits}")
}

impl GatheredShares {
    fn take(&mut self, share: DeliveredShare) -> Result<(), MergeError> {
        let index = share.index;
        self.merged.add(share.record, &format!("worker {index}"))?;
        self.missing.remove(&index);
        if let Some(began) = share.began {
            self.starts.insert(index, began);
        }
        Ok(())
    }

    /// Says in the record what is to be said of the shares: which are missing, and how far apart they began.
    pub fn judge(&mut self, (plan, digest): (&WorkPlan, &str), allowed_missing: usize) {
        let skew = self.skew();
        let missing: Vec<usize> = self.missing.keys().copied().collect();
        let shares = (0..plan.workers).filter(|index| !missing.contains(index));
        self.merged.run().plan = Some(PlanUse {
            sha256: digest.to_owned(),
            workers: plan.workers,
            shares: shares.collect(),
            missing,
            allowed_missing,
            skew_ms: skew.map(|skew| millis(skew.apart)),
            skew_bound_ms: skew.map(|skew| millis(skew.bound)),
        });
        self.judge_presence(plan, allowed_missing);
        self.judge_skew(plan, skew);
    }

    fn judge_presence(&mut self, plan: &WorkPlan, allowed: usize) {
        let broken = |text| Trouble {
            outcome: Outcome::Broken,
            text,
        };
        if !self.strangers.is_empty() {
            self.merged.trouble(broken(format!(
                "the store holds what is no share of the plan: {}; a share that is there twice is refused, so remove what does not belong there",
                self.strangers.join(", ")
            )));
        }
        let missing = self.missing.len();
        if missing == 0 {
            return;
        }
        let each = self.missing.iter();
        let each: Vec<String> = each
            .map(|(index, why)| format!("worker {index}: {why}"))
            .collect();
        let present = plan.workers - missing;
        let text = format!(
            "only {present} of {} shares of the plan are there ({})",
            plan.workers,
            each.join("; ")
        );
        if missing <= allowed {
            self.merged.notice(format!(
                "INCOMPLETE: {text}; --allow-missing {allowed} lets that pass, so all figures are those of {present} workers"
            ));
        } else {
            self.merged.trouble(broken(format!(
                "{text}; look at what these workers said, and begin anew with a new store"
            )));
        }
    }

    fn judge_skew(&mut self, plan: &WorkPlan, skew: Option<Skew>) {
        let Some(skew) = skew else { return };
        let text = format!(
            "{} workers began within {:.1} ms of each other, known to {:.1} ms",
            self.starts.len(),
            millis(skew.apart),
            millis(skew.bound)
        );
        let limit = plan.start.skew_limit_ms;
        let limit_ns = limit.saturating_mul(1_000_000);
        if skew.apart.saturating_add(skew.bound) <= limit_ns {
            self.merged.notice(text);
            return;
        }
        let text = format!("{text}: more than the {limit} ms that the plan allows");
        if self.merged.run().accept_invalid {
            self.merged.notice(text);
        } else {
            self.merged.trouble(Trouble {
                outcome: Outcome::MeasurementInvalid,
                text: format!(
                    "{text}, so they did not make one load; give their machines time to begin, or plan with a larger --skew-limit"
                ),
            });
        }
    }

    /// How far apart the workers began; none for fewer than two.
    fn skew(&self) -> Option<Skew> {
        let due = || self.starts.values().map(|start| start.first_due_ns);
        let (first, last) = (due().min()?, due().max()?);
        let mut bounds: Vec<u64> = self.starts.values().map(|one| one.clock.bound_ns).collect();
        bounds.sort_unstable();
        let worst = bounds.iter().rev().take(2).sum();
        (self.starts.len() > 1).then_some(Skew {
            apart: last - first,
            bound: worst,
        })
    }
}

/// How far apart workers began, in nanoseconds, and how wrong that may be.
#[derive(Clone, Copy, Debug)]
struct Skew {
    apart: u64,
    bound: u64,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "it is shown to a tenth of a millisecond"
)]
fn millis(nanos: u64) -> f64 {
    nanos as f64 / NANOS_PER_MILLI
}
