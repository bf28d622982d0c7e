//! Signs of life: who gives none is taken for dead, by whoever watches, on the watcher's own clock.

use std::collections::BTreeMap;
use std::time::Duration;

use super::claim::Claim;
use super::clock::MachineClock;
use super::names;
use super::store::{SharedStore, StoreError};

/// Gives one sign of life, which differs from the one before.
///
/// # Errors
///
/// If the store cannot be used.
pub async fn beat(store: &dyn SharedStore, claim: &Claim, number: u64) -> Result<(), StoreError> {
    let key = names::key(names::BEATS, &claim.name());
    store.replace(&key, number.to_string().as_bytes()).await
}

/// What a watcher saw of all signs of life.
#[derive(Debug)]
pub(super) struct Heartbeats {
    seen: BTreeMap<String, SignOfLife>,
}

/// The last sign of life of one.
#[derive(Debug)]
struct SignOfLife {
    version: String,
    /// When it was first seen, by the watcher's monotonic clock; none for a sign that was there before.
    at: Option<u64>,
}

impl Heartbeats {
    /// Begins to watch: signs that are there already show nothing, since their givers may have died.
    pub(super) async fn watching(store: &dyn SharedStore) -> Result<Self, StoreError> {
        let there = store.list(names::BEATS).await?.into_iter();
        let sign = |version| SignOfLife { version, at: None };
        Ok(Self {
            seen: there
                .map(|object| (object.name, sign(object.version)))
                .collect(),
        })
    }

    /// Looks at all signs: those that are others than before are given now.
    pub(super) async fn look(
        &mut self,
        store: &dyn SharedStore,
        clock: &dyn MachineClock,
    ) -> Result<(), StoreError> {
        let objects = store.list(names::BEATS).await?;
        let now = clock.monotonic();
        for object in objects {
            let known = self.seen.get(&object.name);
            if known.is_some_and(|known| known.version == object.version) {
                continue;
            }
            let sign = SignOfLife {
                version: object.version,
                at: Some(now),
            };
            self.seen.insert(object.name, sign);
        }
        Ok(())
    }

    /// Whether a sign of life was given within the time that silence is death after.
    pub(super) fn is_alive(&self, name: &str, silence: Duration, clock: &dyn MachineClock) -> bool {
        let at = self.seen.get(name).and_then(|sign| sign.at);
        at.is_some_and(|at| clock.monotonic().saturating_sub(at) < nanos(silence))
    }
}

/// A duration in nanoseconds.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
