//! The load of a run: what to do, settled before anything is sent, and the doing of it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::options::LoadOptions;
use super::recorder::Recorder;
use super::target::TargetPlan;
use crate::edge::tls::Trust;
use crate::edge::{LoadError, load_allowed, run_load};
use crate::engine::drive::{LoadJob, LoadSettings};
use crate::engine::{Harness, prepare_users};
use crate::load::{Judging, JudgingError, Profile};
use crate::model::{Outcome, Redactor};
use crate::report::{Event, EventSink, Reason, ReasonKind, Trouble};
use crate::suite::{Plan, Scenario};

/// The scenario unless told otherwise.
const SCENARIO: &str = "lookup";
/// The rate unless told otherwise: far below what a sound server can do, so that the figures tell of
/// the server and not of its limit.
const RATE: &str = "500/s";
/// Connections unless told otherwise.
const CONNECTIONS: usize = 64;
/// Streams of each connection unless told otherwise: as many requests at a time as over HTTP/1.1, so
/// that the two compare.
const STREAMS: usize = 1;
/// The time of the measurement unless told otherwise.
const DURATION: Duration = Duration::from_secs(10);
/// The time before it unless told otherwise.
const WARM_UP: Duration = Duration::from_secs(1);
/// Users unless told otherwise: enough that answers mixed up between them show.
const USERS: usize = 10;

/// A load that is settled.
pub(super) struct Loading {
    scenario: Scenario,
    settings: LoadSettings,
    users: usize,
    trust: Trust,
}

impl Loading {
    /// Settles a load.
    pub(super) fn new(
        options: &LoadOptions,
        plan: &Plan,
        target: &TargetPlan,
    ) -> Result<Self, Failure> {
        if let Some(url) = target.url() {
            load_allowed(url, &options.allow_load).map_err(Failure::Usage)?;
        }
        let rate = options.rate.as_deref().unwrap_or(RATE);
        let profile: Profile = rate
            .parse()
            .map_err(|error| Failure::Usage(format!("--rate: {error}")))?;
        let connections =
            at_least_one("--connections", options.connections.unwrap_or(CONNECTIONS))?;
        let duration = options.duration.map_or(DURATION, |span| span.0);
        if duration < Duration::from_secs(1) {
            return Err(Failure::Usage(
                "--duration: a load is measured for at least 1s".to_owned(),
            ));
        }
        let judging = match &options.judge {
            Some(text) => text
                .parse()
                .map_err(|error: JudgingError| Failure::Usage(format!("--judge: {error}")))?,
            None => Judging::All,
        };
        let workers = options
            .workers
            .map(|workers| at_least_one("--workers", workers))
            .transpose()?;
        Ok(Self {
            scenario: find(options.scenario.as_deref().unwrap_or(SCENARIO), plan)?,
            settings: LoadSettings {
                warm_up: options.warm_up.map_or(WARM_UP, |span| span.0),
                timeout: target.timeout(),
                connect_timeout: target.connect_timeout(),
                workers,
                protocol: target.protocol(),
                streams: at_least_one("--streams", options.streams.unwrap_or(STREAMS))?,
                judging,
                ..LoadSettings::new(connections, profile, duration)
            },
            trust: target.trust().clone(),
            users: at_least_one("--users", options.users.unwrap_or(USERS))?.get(),
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
        let job = LoadJob {
            scenario: self.scenario.clone(),
            users: users.values.clone(),
            generation: harness.generation.clone(),
            settings: self.settings,
            base_url: harness.base_url.to_owned(),
            redactor: redactor.clone(),
        };
        let result = run_load(
            job,
            self.trust.clone(),
            recorder.clone(),
            harness.stop.clone(),
        )
        .await;
        users.tear_down().await;
        match result {
            Ok(result) => harness.sink.emit(&Event::LoadFinished(Box::new(result))),
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
