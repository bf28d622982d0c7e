//! One load of a run: made, looked back at, and cleaned up after.

use std::sync::Arc;

use super::loading::LoadMeans;
use super::watching::Watching;
use crate::edge::tls::TlsClient;
use crate::edge::{AgreedStart, LoadError, LoadWorld, Watched, run_load_in};
use crate::engine::Harness;
use crate::engine::load::{LoadJob, LoadServices, LoadSettings, ScenarioPart};
use crate::record::{EventSink, LoadResult};
use crate::suite::Scenario;

/// What every load of a run is made with.
pub(crate) struct LoadRound<'a> {
    pub(crate) harness: Harness<'a>,
    pub(crate) means: &'a LoadMeans<'a>,
    pub(crate) scenario: &'a Scenario,
    /// The parts with their users.
    pub(crate) parts: Vec<ScenarioPart>,
    /// What of the target is watched.
    pub(crate) watched: Option<Watched>,
    pub(crate) tls: &'a TlsClient,
    /// When to begin, where several processes begin together.
    pub(crate) start: Option<Arc<AgreedStart>>,
}

impl LoadRound<'_> {
    /// Makes a load, looks back at it, and removes the users that it made. Its seconds go to the sink.
    pub(crate) async fn make(
        &self,
        settings: LoadSettings,
        sink: Arc<dyn EventSink>,
    ) -> Result<LoadResult, LoadError> {
        let harness = self.harness;
        let warm_up_s = settings.warm_up.as_secs_f64();
        let job = LoadJob {
            scenario: self.scenario.clone(),
            parts: self.parts.clone(),
            generation: harness.generation.clone(),
            settings,
            base_url: harness.base_url.to_owned(),
            redactor: self.means.redactor.clone(),
        };
        let watching = Arc::new(Watching::begin(sink, self.watched.clone(), warm_up_s));
        let world = LoadWorld {
            tls: self.tls.clone(),
            sink: watching.clone(),
            stop: harness.stop.clone(),
            mailbox: harness.mailbox.map(|mailbox| (mailbox, harness.mail_limit)),
            books: LoadServices {
                ledger: self.means.ledger.clone(),
                sessions: harness.sessions.clone(),
                mail: None,
            },
            start: self.start.clone(),
        };
        let (mut result, aftermath) = run_load_in(job, world).await?;
        aftermath
            .look_back(harness, self.scenario, &mut result)
            .await;
        aftermath.tear_down(harness).await;
        result.target = watching.result(result.answered);
        Ok(result)
    }
}
