//! The store that a user names: a folder that all workers see, or a bucket.

use std::path::Path;
use std::sync::Arc;

use crate::edge::FolderStore;
use crate::session::{Failure, WorkStore};

/// What to say of a store that is none.
#[cfg(feature = "s3")]
const OTHERWISE: &str =
    "is none; give a folder that all workers share, or a bucket of S3 as s3://BUCKET/PREFIX";

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

#[cfg(feature = "s3")]
fn bucket_at(text: &str) -> Result<WorkStore, Failure> {
    let refused = |why: &str| {
        let scheme = text.split("://").next().unwrap_or_default();
        Failure::Usage(format!("the store {scheme}://… {why}"))
    };
    let url: url::Url = text.parse().map_err(|_| refused(OTHERWISE))?;
    // Signatures differ where names must be encoded, and not every store makes them alike.
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-._/".contains(sign);
    let has_keys = !url.username().is_empty() || url.password().is_some();
    match url.scheme() {
        "s3" if has_keys => Err(refused(
            "has keys in it, which every list of processes would show; give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )),
        "s3" if url.host_str().is_none_or(str::is_empty) => Err(refused(OTHERWISE)),
        "s3" if url.query().or(url.fragment()).is_some() || url.port().is_some() => {
            Err(refused(OTHERWISE))
        }
        "s3" if !url.path().chars().all(is_plain) => Err(refused(
            "has signs in its prefix that not all stores understand; take letters, digits, `-`, `.`, `_` and `/`",
        )),
        "s3" => {
            let opened = crate::edge::BucketStore::open(&url);
            let opened = opened.map_err(|error| Failure::Machine(error.to_string()))?;
            Ok(Arc::new(opened))
        }
        _ => Err(refused(OTHERWISE)),
    }
}

#[cfg(not(feature = "s3"))]
fn bucket_at(text: &str) -> Result<WorkStore, Failure> {
    let scheme = text.split("://").next().unwrap_or_default();
    Err(Failure::Usage(format!(
        "the store {scheme}://… is no folder, and this assize was built without its feature `s3`; give a folder that all workers share"
    )))
}
