//! What a store of files must be able to do, and the first thing that is put there: the plan.

use async_trait::async_trait;

use super::names;

/// Why a store could not be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot use the store {store}: {cause}")]
pub struct StoreError {
    /// The store as the user named it.
    pub store: String,
    /// Why not, as a phrase.
    pub cause: String,
}

/// An object of a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredObject {
    /// Its name in its folder.
    pub name: String,
    /// Something that is another after each change of the content.
    pub version: String,
}

/// The clock of a store at the moment of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreTime {
    /// Nanoseconds since 1970, rounded down to what the store tells.
    pub nanos: u64,
    /// How much rounding may have taken away, in nanoseconds.
    pub granularity: u64,
}

/// A place that all workers reach: a shared folder, or a bucket. Keys are of letters, digits, `-`, `.` and one `/`.
#[async_trait]
pub trait SharedStore: Send + Sync {
    /// The store as the user named it.
    fn name(&self) -> String;

    /// Writes an object that is not there yet, whole or not at all; false if it is there. Of several that
    /// try at once, exactly one gets true.
    async fn create(&self, key: &str, content: &[u8]) -> Result<bool, StoreError>;

    /// Writes an object whole, whether it is there or not.
    async fn replace(&self, key: &str, content: &[u8]) -> Result<(), StoreError>;

    /// The content of an object; none if it is not there.
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The objects of a folder, sorted by name; none if there is no such folder.
    async fn list(&self, folder: &str) -> Result<Vec<StoredObject>, StoreError>;

    /// Removes an object; one that is not there is as good as removed.
    async fn remove(&self, key: &str) -> Result<(), StoreError>;

    /// Writes an object, and tells when the store says that it did.
    async fn stamp(&self, key: &str) -> Result<StoreTime, StoreError>;
}

/// Why a plan cannot be worked on in a store.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotAdopted {
    /// Another plan is there.
    #[error("the store {0} is that of another plan; give each plan a store of its own")]
    OtherPlan(String),
    /// Two processes could take one share there.
    #[error(
        "the store {0} writes over an object although it was told not to, so two workers could take one share; use one that creates objects on a condition (of S3: If-None-Match)"
    )]
    Overwrites(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts the plan into a store, or sees that it is the one that is there. `mark` is this process's own.
///
/// # Errors
///
/// If another plan is there, or the store cannot be used, or cannot decide who is first.
pub async fn adopt_plan(store: &dyn SharedStore, text: &str, mark: &str) -> Result<(), NotAdopted> {
    let probe = names::key(names::PROBES, mark);
    store.create(&probe, b"first").await?;
    let is_overwritten = store.create(&probe, b"second").await?;
    store.remove(&probe).await?;
    if is_overwritten {
        return Err(NotAdopted::Overwrites(store.name()));
    }
    if store.create(names::PLAN, text.as_bytes()).await? {
        return Ok(());
    }
    if store.read(names::PLAN).await?.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    Err(NotAdopted::OtherPlan(store.name()))
}
