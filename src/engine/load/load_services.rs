//! What a load that makes users keeps account with, and where their mailed codes come from.

use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

use crate::engine::MailError;
use crate::users_api::{Ledger, NullLedger, SessionLog};

/// Brings mailed codes to a load. Any number of them may be waited for at once.
pub trait LoadMail: Send + Sync {
    /// Waits for the code with this number, from 0, among those mailed to an address.
    fn code(
        &self,
        address: String,
        ordinal: usize,
    ) -> BoxFuture<'static, Result<String, MailError>>;
}

/// What a load that makes users keeps account with.
#[derive(Clone)]
pub struct LoadServices {
    /// Where accounts are written down before they can exist.
    pub ledger: Arc<dyn Ledger>,
    /// The sessions of the whole run.
    pub sessions: SessionLog,
    /// Where mailed codes come from, if from anywhere.
    pub mail: Option<Arc<dyn LoadMail>>,
}

impl Default for LoadServices {
    /// For a load that makes no users: nothing is written, and no mail comes.
    fn default() -> Self {
        Self {
            ledger: Arc::new(NullLedger::default()),
            sessions: SessionLog::new(),
            mail: None,
        }
    }
}

impl fmt::Debug for LoadServices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LoadServices")
            .finish_non_exhaustive()
    }
}
