//! The ledgers of workers in a store that is no folder: which accounts of theirs may have to be removed.

use super::names;
use super::store::{SharedStore, StoreError};

/// A ledger: its file's name, and its text.
type KeptLedger = (String, Vec<u8>);

/// Makes the ledgers `before` in the store those of `now`: only what differs is written, what is gone is removed.
///
/// # Errors
///
/// If the store cannot be used.
pub async fn keep_ledgers(
    store: &dyn SharedStore,
    before: &[KeptLedger],
    now: &[KeptLedger],
) -> Result<(), StoreError> {
    for ledger in now.iter().filter(|ledger| !before.contains(ledger)) {
        let (name, text) = ledger;
        store
            .replace(&names::key(names::LEDGERS, name), text)
            .await?;
    }
    let is_there = |name: &str| now.iter().any(|(other, _)| other == name);
    for (name, _) in before.iter().filter(|(name, _)| !is_there(name)) {
        store.remove(&names::key(names::LEDGERS, name)).await?;
    }
    Ok(())
}

/// All ledgers in a store.
///
/// # Errors
///
/// If the store cannot be used.
pub async fn kept_ledgers(store: &dyn SharedStore) -> Result<Vec<KeptLedger>, StoreError> {
    let mut all = Vec::new();
    for object in store.list(names::LEDGERS).await? {
        let key = names::key(names::LEDGERS, &object.name);
        if let Some(text) = store.read(&key).await? {
            all.push((object.name, text));
        }
    }
    Ok(all)
}
