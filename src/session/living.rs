//! A run that others look at while it is under way.

use std::sync::{Arc, Mutex, PoisonError};

use super::listener::Listener;
use crate::edge::LiveSource;
use crate::record::{Event, RunInfo};
use crate::report::{LIVE_SCRIPT, LiveView, OPENMETRICS, live_page, live_part, openmetrics};

/// A run that others look at. Its clones are of the same run.
#[derive(Clone)]
pub(crate) struct LiveRun(Arc<Mutex<LiveView>>);

impl LiveRun {
    /// A run in which nothing has happened yet.
    pub(crate) fn new(info: RunInfo) -> Self {
        Self(Arc::new(Mutex::new(LiveView::new(info))))
    }

    /// The run as it is now. It is rendered from a copy, so that whoever looks on does not hold up the run.
    pub(super) fn view(&self) -> LiveView {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut LiveView)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Listener for LiveRun {
    fn hear(&self, event: &Event) {
        self.change(|view| view.apply(event));
    }

    fn finish(&self) -> Result<Option<String>, String> {
        self.change(LiveView::end);
        Ok(None)
    }
}

impl LiveSource for LiveRun {
    fn page(&self) -> String {
        live_page(&self.view())
    }

    fn script(&self) -> &'static str {
        LIVE_SCRIPT
    }

    fn part(&self) -> String {
        serde_json::Value::from(live_part(&self.view())).to_string()
    }

    fn metrics(&self) -> (&'static str, String) {
        (OPENMETRICS, openmetrics(&self.view()))
    }
}
