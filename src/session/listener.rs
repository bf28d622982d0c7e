//! Whoever hears of a run while it is under way.

use crate::record::Event;

/// Hears of a run while it is under way. Must not block for long: engines wait for it.
pub(crate) trait Listener: Send + Sync {
    /// Hears an event, in which every secret is masked that is known by then. The events of a run come in
    /// order, and none beside another.
    fn hear(&self, event: &Event);

    /// Nothing follows. What the reader should know of the listener's work, as a sentence; what kept it from work
    /// that the run is for makes the run broken.
    fn finish(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
}
