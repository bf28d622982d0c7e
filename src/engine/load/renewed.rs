//! The users of a load whose sessions are renewed while it lasts.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::part::ScenarioPart;
use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::suite::Values;

/// The values of a part's users since they were last renewed. A clone is the same.
#[derive(Clone, Debug, Default)]
pub struct RenewedUsers(Arc<Renewals>);

#[derive(Debug, Default)]
struct Renewals {
    /// How often they were renewed. Workers look at this alone, once for each iteration.
    version: AtomicU64,
    values: Mutex<Vec<Values>>,
    has_lapsed: AtomicBool,
}

impl RenewedUsers {
    /// Lets iterations that begin from now on use these values.
    pub(crate) fn publish(&self, values: Vec<Values>) {
        *self.0.values.lock().unwrap_or_else(PoisonError::into_inner) = values;
        self.0.version.fetch_add(1, Ordering::Release);
    }

    /// Notes whether a session has lapsed that could not be renewed.
    pub(crate) fn set_lapsed(&self, has_lapsed: bool) {
        self.0.has_lapsed.store(has_lapsed, Ordering::Relaxed);
    }

    pub(super) fn has_lapsed(&self) -> bool {
        self.0.has_lapsed.load(Ordering::Relaxed)
    }

    pub(super) fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }
}

/// One worker's copy of a part's users.
pub(super) struct WorkerUsers {
    version: u64,
    values: Vec<Rc<Values>>,
}

impl<C: LoadClock, D: Connector> Worker<'_, C, D> {
    /// The values of the user of a part whose turn it is, and how often they had been renewed.
    pub(super) fn user_values(&self, part: usize, round: u64) -> (Option<Rc<Values>>, u64) {
        let mut users = self.users.borrow_mut();
        let (Some(own), Some(part)) = (users.get_mut(part), self.job.parts.get(part)) else {
            return (None, 0);
        };
        own.refresh(&part.renewed);
        (own.of(round), own.version)
    }
}

impl WorkerUsers {
    pub(super) fn new(part: &ScenarioPart) -> Self {
        Self {
            version: 0,
            values: part.users.iter().cloned().map(Rc::new).collect(),
        }
    }

    /// Takes over what was published since.
    fn refresh(&mut self, renewed: &RenewedUsers) {
        let version = renewed.version();
        if version == self.version {
            return;
        }
        let values = renewed.0.values.lock();
        let values = values.unwrap_or_else(PoisonError::into_inner);
        self.values = values.iter().cloned().map(Rc::new).collect();
        self.version = version;
    }

    /// The values of the user whose turn it is.
    fn of(&self, round: u64) -> Option<Rc<Values>> {
        let users = u64::try_from(self.values.len()).ok()?;
        let user = round.checked_rem(users)?;
        self.values.get(usize::try_from(user).ok()?).cloned()
    }
}
