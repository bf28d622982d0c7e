//! Who works on which share: decided by who creates an object first, and taken over from the dead only.

use serde::{Deserialize, Serialize};

use super::clock::MachineClock;
use super::heartbeats::{Heartbeats, nanos};
use super::names;
use super::plan::StartRules;
use super::store::{SharedStore, StoreError};

/// A share that this process works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The index of the share, from 0.
    pub index: usize,
    /// How many have claimed it before and died, from 0.
    pub attempt: u32,
}

impl Claim {
    /// What is its own is called so.
    pub(super) fn name(&self) -> String {
        names::of_attempt(self.index, self.attempt)
    }
}

/// What came of a wish to work on a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is this process's.
    Own(Claim),
    /// Another process works on it, or has delivered it: there is nothing to do.
    Others(String),
    /// Another process began to send it and died, so it cannot be made any more.
    Lost(String),
}

/// Claims a share. `mark` is this process's own: nobody else has the same.
///
/// # Errors
///
/// If the store cannot be used.
pub async fn claim(
    (store, clock): (&dyn SharedStore, &dyn MachineClock),
    rules: &StartRules,
    index: usize,
    mark: &str,
) -> Result<Claimed, StoreError> {
    loop {
        let share = names::key(names::SHARES, &names::of_index(index));
        if store.read(&share).await?.is_some() {
            return Ok(Claimed::Others(format!(
                "share {index} is delivered already"
            )));
        }
        let next = match latest(store, index).await? {
            None => 0,
            Some(attempt) => {
                let of = Claim { index, attempt };
                if is_alive((store, clock), rules, of).await? {
                    return Ok(Claimed::Others(format!(
                        "another process works on share {index}"
                    )));
                }
                if store.read(&share).await?.is_some() {
                    continue;
                }
                if store.read(names::START).await?.is_some() {
                    return Ok(Claimed::Lost(format!(
                        "the process that worked on share {index} died after the start; what it would have sent is missing, so begin anew with a new store"
                    )));
                }
                attempt + 1
            }
        };
        let own = Claim {
            index,
            attempt: next,
        };
        let key = names::key(names::CLAIMS, &own.name());
        let created = store.create(&key, mark.as_bytes()).await?;
        // A write may succeed and its answer be lost: then the object has our mark.
        if created || store.read(&key).await?.as_deref() == Some(mark.as_bytes()) {
            return Ok(Claimed::Own(own));
        }
    }
}

/// The latest attempt at a share.
async fn latest(store: &dyn SharedStore, index: usize) -> Result<Option<u32>, StoreError> {
    let claims = store.list(names::CLAIMS).await?;
    let attempts = claims
        .iter()
        .filter_map(|claim| names::attempt_of(&claim.name))
        .filter(|(of, _)| *of == index);
    Ok(attempts.map(|(_, attempt)| attempt).max())
}

/// Whether a process gives a sign of life before its silence counts as death.
async fn is_alive(
    (store, clock): (&dyn SharedStore, &dyn MachineClock),
    rules: &StartRules,
    of: Claim,
) -> Result<bool, StoreError> {
    let mut beats = Heartbeats::watching(store).await?;
    let mut silent = 0;
    while silent < nanos(rules.silence()) {
        clock.sleep(rules.look()).await;
        beats.look(store, clock).await?;
        if beats.is_alive(&of.name(), rules.silence(), clock) {
            return Ok(true);
        }
        // While the store cannot be used nobody can give a sign, and a look takes long: that is no silence.
        silent += nanos(rules.look());
    }
    Ok(false)
}
