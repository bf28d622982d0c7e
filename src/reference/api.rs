//! The API over a store.

use super::{Rules, Store, StoreFault};

/// The Users API: every call of it is a method, in the file of the thing it is about.
#[derive(Debug)]
pub struct UsersApi<S> {
    pub(super) store: S,
    pub(super) rules: Rules,
}

impl<S: Store> UsersApi<S> {
    /// The API over a store, under these rules.
    #[must_use]
    pub fn new(store: S, rules: Rules) -> Self {
        Self { store, rules }
    }

    /// How many accounts exist now.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    pub fn count_accounts(&self) -> Result<usize, StoreFault> {
        self.store.count_accounts()
    }
}
