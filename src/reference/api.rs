//! The API over a store.

use super::{Moment, Rules, Store, StoreFault};

/// How many expired sessions, and how many expired codes, go with each addition. An addition brings
/// one of each at most, so what has expired cannot pile up, and no caller waits long for the tidying.
const SWEPT_AT_ONCE: usize = 4;

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
    /// Clears away some of what has expired. To be called before anything is added.
    pub(super) fn sweep(&self, now: Moment) -> Result<(), StoreFault> {
        self.store.sweep(now, SWEPT_AT_ONCE)?;
        Ok(())
    }
}
