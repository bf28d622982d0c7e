//! The moment at which a load's clock shows 0.

use std::cell::Cell;
use std::rc::Rc;
use tokio::time::Instant;

/// The moment at which a load's clock shows 0. Shared by everything in one thread, since connections
/// are opened before that moment is known.
#[derive(Clone, Debug)]
pub(crate) struct Origin(Rc<Cell<Instant>>);

impl Origin {
    /// A moment, until another is set.
    pub(crate) fn new(at: Instant) -> Self {
        Self(Rc::new(Cell::new(at)))
    }

    pub(crate) fn set(&self, at: Instant) {
        self.0.set(at);
    }

    pub(crate) fn get(&self) -> Instant {
        self.0.get()
    }
}
