//! What expires when, so that what has expired is found without a search.

use std::collections::BTreeSet;
use uuid::Uuid;

use super::Moment;

/// The expiries of one kind of things, each of which belongs to an account.
#[derive(Debug, Default)]
pub(super) struct Deadlines(BTreeSet<(Moment, Uuid, Uuid)>);

impl Deadlines {
    /// Notes that the thing `id` of `account` expires.
    pub(super) fn add(&mut self, expires: Moment, account: Uuid, id: Uuid) {
        self.0.insert((expires, account, id));
    }

    /// Forgets a thing, which must be noted with this very expiry.
    pub(super) fn remove(&mut self, expires: Moment, account: Uuid, id: Uuid) {
        self.0.remove(&(expires, account, id));
    }

    /// The account and the identifier of the thing that expired first, if any has expired.
    pub(super) fn first_expired(&self, now: Moment) -> Option<(Uuid, Uuid)> {
        let (expires, account, id) = self.0.first()?;
        (*expires <= now).then_some((*account, *id))
    }
}
