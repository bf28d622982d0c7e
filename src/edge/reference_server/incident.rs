//! What goes wrong on our side, for the operator.

use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Something that went wrong and was not the caller's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incident {
    /// A code did not reach the mail server.
    #[error("deliver a code to {recipient}: {cause}")]
    Undelivered {
        /// Where the code should have gone.
        recipient: String,
        /// What went wrong, as a sentence fragment.
        cause: String,
    },
    /// A request was answered with an internal error.
    #[error("answer a request (x-error-id {error_id}): {cause}")]
    Fault {
        /// What the caller was told as `x-error-id`.
        error_id: Uuid,
        /// What went wrong, as a sentence fragment.
        cause: String,
    },
}

/// Is told of incidents. It may be called from any thread and must return at once.
#[derive(Clone)]
pub struct IncidentListener(Arc<dyn Fn(&Incident) + Send + Sync>);

impl IncidentListener {
    /// A listener that calls a function.
    pub fn new(listener: impl Fn(&Incident) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    pub(super) fn tell(&self, incident: &Incident) {
        (self.0)(incident);
    }
}

impl Default for IncidentListener {
    /// A listener that listens to nothing.
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl fmt::Debug for IncidentListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IncidentListener")
    }
}
