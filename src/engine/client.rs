//! One client of the target among others: what a server may know it by.

use std::any::Any;
use std::fmt::{self, Formatter};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cookie_jar::CookieJar;

/// A client of the target. A balancer takes each case for one of its own.
#[derive(Default)]
pub struct Client {
    /// Its cookies.
    pub cookies: CookieJar,
    /// Its connection; only the transport knows what it is.
    kept: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Client {
    /// The connection that it keeps, for whoever sends the next request over it.
    pub fn take<C: Any>(&self) -> Option<C> {
        let kept = self.lock().take()?;
        kept.downcast().ok().map(|kept| *kept)
    }

    /// Keeps a connection for the next request, in place of another.
    pub fn keep<C: Any + Send>(&self, connection: C) {
        *self.lock() = Some(Box::new(connection));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<dyn Any + Send>>> {
        // Whole after a panic, too: each change is one assignment.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Client");
        shown
            .field("cookies", &self.cookies)
            .finish_non_exhaustive()
    }
}
