//! Looks at the target's process at each second of a load.

use std::sync::{Arc, Mutex, PoisonError};

use crate::edge::Watched;
use crate::load::Usage;
use crate::record::{Event, EventSink, LoadSecond, TargetUse};

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

    /// What the target uses now, if it is watched and there.
    fn look(&self, at_s: f64) -> Option<Usage> {
        let watched = self.watched.as_ref()?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = watched.usage().ok();
        match usage {
            Some(usage) => seen.usages.push((at_s, usage)),
            // The load itself says what that means.
            None => {
                seen.gone_at_s.get_or_insert(at_s);
            }
        }
        usage
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
        match event {
            Event::LoadSecond(second) if self.watched.is_some() => {
                let target = self.look(second.result.at_s);
                let second = second.clone();
                self.sink
                    .emit(&Event::LoadSecond(LoadSecond { target, ..second }));
            }
            _ => self.sink.emit(event),
        }
    }
}
