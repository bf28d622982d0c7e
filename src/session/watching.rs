//! Looks at the target's process at each second of a load.

use std::sync::{Arc, Mutex, PoisonError};

use crate::edge::Watched;
use crate::load::Usage;
use crate::record::{Event, EventSink, TargetUse};

/// What was seen of the target.
#[derive(Default)]
struct SeenChange {
    /// Each with its time.
    usages: Vec<(f64, Usage)>,
    /// When it was first looked for in vain.
    gone_at_s: Option<f64>,
}

/// Passes events on, and looks at the target at each second.
pub(crate) struct Watching {
    sink: Arc<dyn EventSink>,
    watched: Option<Watched>,
    seen: Mutex<SeenChange>,
}

impl Watching {
    /// Begins to watch, if there is something to watch, at a load with a warm-up of so many seconds.
    pub(crate) fn begin(
        sink: Arc<dyn EventSink>,
        watched: Option<Watched>,
        warm_up_s: f64,
    ) -> Self {
        let watching = Self {
            sink,
            watched,
            seen: Mutex::default(),
        };
        watching.look(-warm_up_s);
        watching
    }

    fn look(&self, at_s: f64) {
        let Some(watched) = &self.watched else {
            return;
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match watched.usage() {
            Ok(usage) => seen.usages.push((at_s, usage)),
            // The load itself says what that means.
            Err(_) => {
                seen.gone_at_s.get_or_insert(at_s);
            }
        }
    }

    /// What was seen of the target, which gave so many answers.
    pub(crate) fn result(&self, answered: u64) -> Option<TargetUse> {
        let name = self.watched.as_ref()?.name();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        TargetUse::new(name, &seen.usages, answered).map(|used| TargetUse {
            gone_at_s: seen.gone_at_s,
            ..used
        })
    }
}

impl EventSink for Watching {
    fn emit(&self, event: &Event) {
        if let Event::LoadSecond(second) = event {
            self.look(second.result.at_s);
        }
        self.sink.emit(event);
    }
}
