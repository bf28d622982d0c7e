//! The common start: written once, by whoever sees all workers ready, far enough ahead for all to read it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::claim::Claim;
use super::clock::{ClockReading, MachineClock, read_clock};
use super::heartbeats::{Heartbeats, nanos};
use super::names;
use super::plan::WorkPlan;
use super::store::{SharedStore, StoreError, StoredObject};

/// The start as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StartFile {
    /// By the clock of the store, in nanoseconds since 1970.
    at_ns: u64,
    /// Which attempt at each share takes part, by index.
    attempts: Vec<u32>,
}

/// A start that this worker takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointStart {
    /// By the clock of the store, in nanoseconds since 1970.
    pub at_ns: u64,
    /// By the monotonic clock of this machine, in nanoseconds.
    pub monotonic: u64,
    /// What is known of this machine's clock.
    pub clock: ClockReading,
}

impl JointStart {
    /// When the first iteration was due by the clock of the store, if it was due then by the monotonic one.
    #[must_use]
    pub fn first_due(&self, monotonic: u64) -> u64 {
        let late = monotonic.abs_diff(self.monotonic);
        if monotonic < self.monotonic {
            self.at_ns.saturating_sub(late)
        } else {
            self.at_ns.saturating_add(late)
        }
    }
}

/// Why a worker does not begin.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotStarted {
    /// Another process works on its share.
    #[error(
        "another process took over share {0}, since this one gave no sign of life; nothing was sent"
    )]
    Replaced(usize),
    /// Not all workers came.
    #[error("{0}")]
    Incomplete(String),
    /// The clock of this machine is not known well enough.
    #[error(
        "the clock of this machine is known to {bound_ms} ms only, and the plan allows a start within {limit_ms} ms; use a store that tells its time better, or plan with a larger --skew-limit"
    )]
    Unsynchronised {
        /// What is known.
        bound_ms: u64,
        /// What the plan allows.
        limit_ms: u64,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Says that this worker is ready, and waits until all are.
///
/// # Errors
///
/// Why it does not begin: see [`NotStarted`].
pub async fn join_start(
    (store, clock): (&dyn SharedStore, &dyn MachineClock),
    plan: &WorkPlan,
    own: Claim,
) -> Result<JointStart, NotStarted> {
    known_well((store, clock), plan, own).await?;
    let key = names::key(names::READY, &own.name());
    store.create(&key, b"ready").await?;
    let began = clock.monotonic();
    // Signs of life are looked at once all have come, since they are many.
    let mut watched: Option<Heartbeats> = None;
    loop {
        if let Some(start) = written(store).await? {
            return take_part((store, clock), plan, own, &start).await;
        }
        refuse_if_ended(store, own).await?;
        let objects = store.list(names::READY).await?;
        let mut ready = latest(plan, &objects, |_| true);
        if ready.contains(&None) {
            watched = None;
        } else if let Some(beats) = &mut watched {
            beats.look(store, clock).await?;
            ready = latest(plan, &objects, |name| {
                beats.is_alive(name, plan.start.fresh(), clock)
            });
        } else {
            watched = Some(Heartbeats::watching(store).await?);
            clock.sleep(plan.start.look()).await;
            continue;
        }
        if let Some(attempts) = ready.iter().copied().collect::<Option<Vec<u32>>>() {
            let reading = known_well((store, clock), plan, own).await?;
            let lead = nanos(plan.start.lead());
            let at_ns = reading.of_store(clock.wall()).saturating_add(lead);
            let text = serde_json::json!(StartFile { at_ns, attempts }).to_string();
            // Whoever is first decides; all read what stands there.
            store.create(names::START, text.as_bytes()).await?;
            continue;
        }
        if clock.monotonic().saturating_sub(began) > nanos(plan.start.gather()) {
            return Err(incomplete(plan, &ready));
        }
        clock.sleep(plan.start.look()).await;
    }
}

async fn written(store: &dyn SharedStore) -> Result<Option<StartFile>, StoreError> {
    let Some(bytes) = store.read(names::START).await? else {
        return Ok(None);
    };
    let read = serde_json::from_slice(&bytes);
    read.map(Some).map_err(|error| StoreError {
        store: store.name(),
        cause: format!("{} cannot be read: {error}", names::START),
    })
}

/// Where a worker ended before all were ready, no start can come.
async fn refuse_if_ended(store: &dyn SharedStore, own: Claim) -> Result<(), NotStarted> {
    let shares = store.list(names::SHARES).await?;
    let Some(first) = shares.first() else {
        return Ok(());
    };
    let index = first.name.trim_end_matches(".json").trim_start_matches('0');
    let index = if index.is_empty() { "0" } else { index };
    Err(NotStarted::Incomplete(format!(
        "worker {index} ended before all were ready, so worker {} sent nothing; `assize merge` tells why",
        own.index
    )))
}

/// Of each share the latest attempt that is ready, of those that count.
fn latest(
    plan: &WorkPlan,
    ready: &[StoredObject],
    counts: impl Fn(&str) -> bool,
) -> Vec<Option<u32>> {
    let mut latest = vec![None; plan.workers];
    for object in ready {
        let Some((index, attempt)) = names::attempt_of(&object.name) else {
            continue;
        };
        if let Some(known) = latest.get_mut(index)
            && counts(&object.name)
        {
            *known = (*known).max(Some(attempt));
        }
    }
    latest
}

fn incomplete(plan: &WorkPlan, ready: &[Option<u32>]) -> NotStarted {
    let missing = ready.iter().enumerate().filter(|(_, one)| one.is_none());
    let names: Vec<String> = missing.map(|(index, _)| index.to_string()).collect();
    NotStarted::Incomplete(format!(
        "nothing was sent, because not all {} workers were ready within {:?}: {} missing; start all of them, or plan with a longer --gather",
        plan.workers,
        plan.start.gather(),
        match names.as_slice() {
            [one] => format!("worker {one} is"),
            _ => format!("workers {} are", names.join(", ")),
        }
    ))
}

async fn take_part(
    (store, clock): (&dyn SharedStore, &dyn MachineClock),
    plan: &WorkPlan,
    own: Claim,
    start: &StartFile,
) -> Result<JointStart, NotStarted> {
    if start.attempts.get(own.index) != Some(&own.attempt) {
        return Err(NotStarted::Replaced(own.index));
    }
    let reading = known_well((store, clock), plan, own).await?;
    let (wall, now) = (clock.wall(), clock.monotonic());
    let ahead = start.at_ns.saturating_sub(reading.of_store(wall));
    Ok(JointStart {
        at_ns: start.at_ns,
        monotonic: now.saturating_add(ahead),
        clock: reading,
    })
}

/// What is known of this machine's clock, if that is enough.
async fn known_well(
    (store, clock): (&dyn SharedStore, &dyn MachineClock),
    plan: &WorkPlan,
    own: Claim,
) -> Result<ClockReading, NotStarted> {
    let reading = read_clock(store, clock, own.index).await?;
    let limit = plan.start.skew_limit();
    if reading.bound_ns > nanos(limit) {
        return Err(NotStarted::Unsynchronised {
            bound_ms: Duration::from_nanos(reading.bound_ns)
                .as_millis()
                .try_into()
                .unwrap_or(u64::MAX),
            limit_ms: limit.as_millis().try_into().unwrap_or(u64::MAX),
        });
    }
    Ok(reading)
}
