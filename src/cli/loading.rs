//! The load of a run: what to do, settled before anything is sent, and the doing of it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::options::LoadOptions;
use super::recorder::Recorder;
use super::searching::Searching;
use super::shaping::Shaping;
use super::target::TargetPlan;
use super::thresholds::thresholds;
use crate::edge::{LoadError, load_allowed, run_load};
use crate::engine::drive::{LoadJob, LoadSettings};
use crate::engine::{Harness, prepare_users};
use crate::load::Profile;
use crate::model::{Outcome, Redactor};
use crate::report::{Event, EventSink, Reason, ReasonKind, Trouble};
use crate::suite::{Plan, Scenario};

/// The scenario unless told otherwise.
const SCENARIO: &str = "lookup";
/// Connections unless told otherwise.
const CONNECTIONS: usize = 64;
/// The time before it unless told otherwise.
const WARM_UP: Duration = Duration::from_secs(1);
/// Users unless told otherwise: enough that answers mixed up between them show.
const USERS: usize = 10;

/// A load that is settled.
pub(super) struct Loading {
    scenario: Scenario,
    settings: LoadSettings,
    users: usize,
    shaping: Shaping,
    /// The rate per second at which a search begins, if there is one.
    search_from: Option<u64>,
}

impl Loading {
    /// Settles a load. The seed is that of random arrivals.
    pub(super) fn new(
        options: &LoadOptions,
        plan: &Plan,
        target: &TargetPlan,
        seed: u64,
    ) -> Result<Self, Failure> {
        if let Some(url) = target.url() {
            load_allowed(url, &options.allow_load).map_err(Failure::Usage)?;
        }
        let warm_up = options.warm_up.map_or(WARM_UP, |span| span.0);
        let shaping = Shaping::new(options, warm_up, seed)?;
        let scenario = find(options.scenario.as_deref().unwrap_or(SCENARIO), plan)?;
        let search_from = options
            .find_max
            .then(|| search_from(&shaping.profile))
            .transpose()?;
        let thresholds = thresholds(options, &scenario, &shaping.profile)?;
        let connections =
            at_least_one("--connections", options.connections.unwrap_or(CONNECTIONS))?;
        let workers = options
            .workers
            .map(|workers| at_least_one("--workers", workers))
            .transpose()?;
        let usual = LoadSettings::new(connections, shaping.profile.clone(), shaping.duration);
        Ok(Self {
            settings: LoadSettings {
                warm_up,
                timeout: target.timeout(),
                connect_timeout: target.connect_timeout(),
                workers,
                think: options.think.map_or(Duration::ZERO, |span| span.0),
                queue: options.queue.unwrap_or(usual.queue),
                thresholds,
                abort: options.abort_on_slo,
                ..usual
            },
            users: at_least_one("--users", options.users.unwrap_or(USERS))?.get(),
            search_from,
            scenario,
            shaping,
        })
    }

    /// Prepares the users, makes the load, and removes the users. `alone` says that the load is all
    /// that the run is for.
    pub(super) async fn make(
        &self,
        harness: Harness<'_>,
        recorder: &Arc<Recorder>,
        redactor: &Arc<Redactor>,
        alone: bool,
    ) {
        let users = match prepare_users(harness, &self.scenario, self.users).await {
            Ok(users) => users,
            Err(reason) => {
                self.not_made(harness.sink, &reason, alone);
                return;
            }
        };
        let job = || LoadJob {
            scenario: self.scenario.clone(),
            users: users.values.clone(),
            generation: harness.generation.clone(),
            settings: self.settings.clone(),
            base_url: harness.base_url.to_owned(),
            redactor: redactor.clone(),
        };
        let result = match self.search_from {
            None => run_load(job(), recorder.clone(), harness.stop.clone())
                .await
                .map(Some),
            Some(first) => {
                let searching = Searching {
                    shaping: &self.shaping,
                    recorder,
                    stop: harness.stop,
                    stages: Vec::new(),
                };
                searching.search(first, job).await
            }
        };
        users.tear_down().await;
        match result {
            Ok(Some(result)) => harness.sink.emit(&Event::LoadFinished(Box::new(result))),
            Ok(None) => {}
            Err(error) => harness.sink.emit(&Event::Trouble(Trouble {
                outcome: outcome_of(&error),
                text: format!("no load was made: {error}"),
            })),
        }
    }

    /// Says why there was no load. Beside a check that is worth a notice, by itself it is the verdict.
    fn not_made(&self, sink: &dyn EventSink, reason: &Reason, alone: bool) {
        let text = format!(
            "no load was made, because the scenario {} could not get its users: {}",
            self.scenario.id, reason.text
        );
        let outcome = match reason.kind {
            ReasonKind::NoMailbox | ReasonKind::NotApplicable if alone => Outcome::NothingRan,
            ReasonKind::NoMailbox
            | ReasonKind::NotApplicable
            | ReasonKind::Flaky
            | ReasonKind::ExpectedFailure
            | ReasonKind::Interrupted => {
                sink.emit(&Event::Notice(text));
                return;
            }
            ReasonKind::Blocked | ReasonKind::Broken => Outcome::Broken,
        };
        sink.emit(&Event::Trouble(Trouble { outcome, text }));
    }
}

const fn outcome_of(error: &LoadError) -> Outcome {
    match error {
        LoadError::Endpoint(_) | LoadError::Unsendable(_) | LoadError::Descriptors { .. } => {
            Outcome::Misused
        }
        LoadError::Unreachable(_) | LoadError::Thread(_) | LoadError::Lost => Outcome::Broken,
    }
}

/// The whole rate per second at which a search begins.
fn search_from(profile: &Profile) -> Result<u64, Failure> {
    match profile {
        Profile::Closed => Err(Failure::Usage(
            "--find-max searches the open model; give a number as --rate to begin at".to_owned(),
        )),
        other => Ok(other.whole_rate()),
    }
}

fn at_least_one(flag: &str, number: usize) -> Result<NonZeroUsize, Failure> {
    NonZeroUsize::new(number).ok_or_else(|| Failure::Usage(format!("{flag}: give at least 1")))
}

fn find(name: &str, plan: &Plan) -> Result<Scenario, Failure> {
    let found = plan.scenarios.iter().find(|one| one.id.as_str() == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<&str> = plan.scenarios.iter().map(|one| one.id.as_str()).collect();
        Failure::Usage(format!(
            "there is no scenario {name:?}; the suites have {}",
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        ))
    })
}
