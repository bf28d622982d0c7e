//! What a worker delivers: one object, written once, with an end marker last that shows it whole.

use serde::{Deserialize, Serialize};

use super::clock::ClockReading;
use super::names;
use super::store::{SharedStore, StoreError};
use crate::record::{Record, sha256};

/// The version of the format of a delivered share.
pub const SHARE_FORMAT: &str = "assize/share/1";

/// What a worker delivers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveredShare {
    /// The version of this format: `assize/share/1`.
    pub format: String,
    /// The SHA-256 of the plan.
    pub plan: String,
    /// The index of the worker, from 0.
    pub index: usize,
    /// How many have worked on this share before and died before the start.
    pub attempt: u32,
    /// How it began; none if it sent nothing.
    pub began: Option<ShareStart>,
    /// What happened.
    pub record: Record,
}

/// How a worker began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareStart {
    /// The agreed start by the clock of the store, in nanoseconds since 1970.
    pub at_ns: u64,
    /// When its first iteration was really due, by the clock of the store, in nanoseconds since 1970.
    pub first_due_ns: u64,
    /// What it knows of its clock.
    pub clock: ClockReading,
}

/// The last line of what a worker delivers.
#[derive(Serialize, Deserialize)]
struct EndMark {
    /// The SHA-256 of the line before it.
    end: String,
}

/// Why a delivered share is refused, as the end of a sentence that begins with its name.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The end marker is not there, or is that of another content.
    #[error("is not whole: it was cut off, or changed after it was written")]
    NotWhole,
    /// It is none.
    #[error("cannot be read: {0}")]
    NoShare(#[from] serde_json::Error),
    /// It is of another plan.
    #[error("belongs to another plan")]
    OtherPlan,
    /// It is that of another worker.
    #[error("is a copy of share {0}")]
    Copy(usize),
}

impl DeliveredShare {
    /// The text with its end marker.
    fn text(&self) -> Result<String, serde_json::Error> {
        let share = serde_json::to_string(self)?;
        let end = serde_json::to_string(&EndMark {
            end: sha256(share.as_bytes()),
        })?;
        Ok(format!("{share}\n{end}\n"))
    }

    /// Reads what should be the share of this index in this plan.
    pub(super) fn parse(bytes: &[u8], index: usize, plan: &str) -> Result<Self, ShareError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ShareError::NotWhole)?;
        let (share, end) = text.split_once('\n').ok_or(ShareError::NotWhole)?;
        let end: EndMark = serde_json::from_str(end).map_err(|_| ShareError::NotWhole)?;
        if end.end != sha256(share.as_bytes()) {
            return Err(ShareError::NotWhole);
        }
        let share: Self = serde_json::from_str(share)?;
        if share.plan != plan {
            return Err(ShareError::OtherPlan);
        }
        if share.index != index {
            return Err(ShareError::Copy(share.index));
        }
        Ok(share)
    }
}

/// Puts a share into the store.
///
/// # Errors
///
/// If the store cannot be used, or another share is there.
pub async fn deliver(store: &dyn SharedStore, share: &DeliveredShare) -> Result<(), StoreError> {
    let refused = |cause: String| StoreError {
        store: store.name(),
        cause,
    };
    let text = share
        .text()
        .map_err(|error| refused(format!("the share cannot be written: {error}")))?;
    let key = names::key(names::SHARES, &names::of_index(share.index));
    if store.create(&key, text.as_bytes()).await? {
        return Ok(());
    }
    // A write may succeed and its answer be lost.
    if store.read(&key).await?.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    Err(refused(format!("{key} is there already and is not ours")))
}
