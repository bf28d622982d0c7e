//! The moment at which a load's clock shows 0.

use std::cell::Cell;
use std::rc::Rc;
use tokio::time::Instant;

use super::attention::Attention;

/// The moment at which a load's clock shows 0. Shared by everything in one thread, since connections
/// are opened before that moment is known.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    at: Rc<Cell<Instant>>,
    attention: Attention,
}

impl Origin {
    /// A moment, until another is set.
    pub(crate) fn new(at: Instant) -> Self {
        Self {
            at: Rc::new(Cell::new(at)),
            attention: Attention::default(),
        }
    }

    pub(crate) fn set(&self, at: Instant) {
        self.at.set(at);
    }

    pub(crate) fn get(&self) -> Instant {
        self.at.get()
    }

    /// What the thread has to notice as soon as it happens.
    pub(crate) fn attention(&self) -> Attention {
        self.attention.clone()
    }
}
