//! The store that a user names: a folder that all workers see, or a bucket.

use std::path::Path;
use std::sync::Arc;

use crate::edge::FolderStore;
#[cfg(feature = "buckets")]
use crate::machines::BucketProvider;
use crate::session::{Failure, WorkStore};

/// What to say of a store that is none.
#[cfg(feature = "buckets")]
const OTHERWISE: &str = "is none; give a folder that all workers share, or a bucket as s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX";

/// Whether a store is a bucket, as its name tells.
pub(super) fn is_bucket(place: &Path) -> bool {
    place.to_string_lossy().contains("://")
}

/// The store that a user names. A folder that is to be written is made.
pub(super) fn store_at(place: &Path, is_new: bool) -> Result<WorkStore, Failure> {
    if is_bucket(place) {
        return bucket_at(&place.to_string_lossy());
    }
    if !is_new {
        return Ok(Arc::new(FolderStore::at(place)));
    }
    let opened = FolderStore::open(place).map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(Arc::new(opened))
}

#[cfg(feature = "buckets")]
fn bucket_at(text: &str) -> Result<WorkStore, Failure> {
    let refused = |why: &str| {
        let scheme = text.split("://").next().unwrap_or_default();
        Failure::Usage(format!("the store {scheme}://… {why}"))
    };
    let url: url::Url = text.parse().map_err(|_| refused(OTHERWISE))?;
    let provider = BucketProvider::of(text).ok_or_else(|| refused(OTHERWISE))?;
    // Signatures differ where names must be encoded, and not every store makes them alike.
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-._/".contains(sign);
    if !url.username().is_empty() || url.password().is_some() {
        let keys = provider.keys();
        return Err(refused(&format!(
            "has keys in it, which every list of processes would show; give them as {keys}"
        )));
    }
    let has_more = url.query().or(url.fragment()).is_some() || url.port().is_some();
    if url.host_str().is_none_or(str::is_empty) || has_more {
        return Err(refused(OTHERWISE));
    }
    if !url.path().chars().all(is_plain) {
        return Err(refused(
            "has signs in its prefix that not all stores understand; take letters, digits, `-`, `.`, `_` and `/`",
        ));
    }
    let opened = crate::edge::BucketStore::open(provider, &url);
    let opened = opened.map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(Arc::new(opened))
}

#[cfg(not(feature = "buckets"))]
fn bucket_at(text: &str) -> Result<WorkStore, Failure> {
    let scheme = text.split("://").next().unwrap_or_default();
    Err(Failure::Usage(format!(
        "the store {scheme}://… is no folder, and this assize was built without its feature `buckets`; give a folder that all workers share"
    )))
}
