//! The load of a run: settled before anything is sent, then made.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::joint_work::JointWork;
use super::load_round::LoadRound;
use super::scenarios::usual_scenarios;
use super::searching::{SearchPlan, Searching};
use super::target::TargetPlan;
use crate::edge::tls::TlsClient;
use crate::edge::{AgreedStart, LoadError, Watched, load_allowed};
use crate::engine::load::{LoadSettings, RenewedUsers, ScenarioPart, blend};
use crate::engine::{Harness, PreparedUsers, Stop, prepare_users};
use crate::load::Profile;
use crate::model::{Outcome, Redactor};
use crate::record::{Event, EventSink, LoadResult, Reason, ReasonKind, Trouble};
use crate::suite::{Operation, Plan, Scenario};
use crate::users_api::{Ledger, Need};

/// Users unless told otherwise: enough that answers mixed up between them show.
pub(crate) const USERS: usize = 10;

/// What a load is made with, besides the harness.
pub(crate) struct LoadMeans<'a> {
    pub(crate) sink: Arc<dyn EventSink>,
    pub(crate) redactor: &'a Arc<Redactor>,
    pub(crate) ledger: Arc<dyn Ledger>,
    /// Whether the load is all that the run is for.
    pub(crate) alone: bool,
}

/// A load that is settled.
#[derive(Clone)]
pub(crate) struct Loading {
    pub(crate) scenario: Scenario,
    pub(crate) parts: Vec<ScenarioPart>,
    pub(crate) settings: LoadSettings,
    pub(crate) users: usize,
    /// The search for the highest rate, if that is wanted.
    pub(crate) search: Option<SearchPlan>,
    pub(crate) watched: Option<Watched>,
    pub(crate) tls: TlsClient,
    /// The part of the load that this process makes beside others; none if it makes all.
    pub(crate) joint: Option<JointWork>,
}

impl Loading {
    /// How many iterations there will be.
    pub(crate) fn how_many(&self) -> String {
        let seconds = (self.settings.warm_up + self.settings.duration).as_secs_f64();
        match &self.settings.profile {
            _ if self.search.is_some() => "a search, load after load".to_owned(),
            Profile::Closed => format!("as many iterations as are answered in {seconds} s"),
            profile @ Profile::Constant(_) => format!("{profile} iterations for {seconds} s"),
            profile @ Profile::Shaped { .. } => {
                format!(
                    "iterations as {profile:?} says, for {seconds} s",
                    profile = profile.to_string()
                )
            }
        }
    }

    /// The load that is made when no scenario is named, with settings of one's own. None if the suites
    /// do not have its scenarios.
    pub(crate) fn usual(plan: &Plan, settings: LoadSettings) -> Option<Self> {
        let (scenario, parts) = blend(&usual_scenarios(plan)?)?;
        Some(Self {
            tls: TlsClient::default(),
            scenario,
            parts,
            settings,
            users: USERS,
            search: None,
            watched: None,
            joint: None,
        })
    }

    /// The same for another time.
    pub(crate) fn lasting(&self, duration: Duration) -> Self {
        let settings = LoadSettings {
            duration,
            ..self.settings.clone()
        };
        Self {
            settings,
            ..self.clone()
        }
    }

    /// The part of it that is this process's: its share of the arrivals, connections and users.
    pub(crate) fn share_of(mut self, joint: &JointWork) -> Self {
        let share = joint.share();
        let part = |of: usize| share.part_of(of).max(1);
        let connections = NonZeroUsize::new(part(self.settings.connections.get()));
        self.settings.connections = connections.unwrap_or(NonZeroUsize::MIN);
        self.settings.workers = joint.threads();
        self.settings.share = share;
        self.users = part(self.users);
        self.joint = Some(joint.clone());
        self
    }

    pub(crate) const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many users its iterations may make; none if there is no telling.
    pub(crate) fn accounts_made(&self) -> Option<usize> {
        if self.scenario.needs.contains(&Need::Mailbox) {
            // Without one it is not made, and with one its users are removed.
            return Some(0);
        }
        let creating = |part: &&ScenarioPart| {
            let operations = self.scenario.operations.get(part.operations.clone());
            operations.is_some_and(|all| all.iter().any(Operation::may_make_account))
        };
        let weight: u64 = self
            .parts
            .iter()
            .filter(creating)
            .map(|part| part.weight)
            .sum();
        if weight == 0 {
            return Some(0);
        }
        if self.search.is_some() {
            return None;
        }
        let all: u64 = self.parts.iter().map(|part| part.weight).sum();
        let cycles = self.settings.iterations()?.div_ceil(all.max(1));
        usize::try_from(cycles.saturating_mul(weight)).ok()
    }

    /// Prepares the users, makes the load, looks back at it, and removes all users.
    pub(crate) async fn make(&self, harness: Harness<'_>, means: LoadMeans<'_>) {
        let mut users = match prepare_users(harness, &self.scenario, self.users).await {
            Ok(users) => users,
            Err(reason) => {
                self.not_made(harness.sink, &reason, means.alone);
                return;
            }
        };
        let parts = self.parts_with(&users);
        let kept = parts.clone();
        let start = match self.agreed_start(harness.stop).await {
            Ok(start) => start,
            Err(text) => {
                users.tear_down().await;
                harness.sink.emit(&Event::broken(text));
                return;
            }
        };
        let round = LoadRound {
            start,
            harness,
            means: &means,
            scenario: &self.scenario,
            parts,
            watched: self.watched.clone(),
            tls: &self.tls,
        };
        let load = async {
            match &self.search {
                None => {
                    let made = round.make(self.settings.clone(), means.sink.clone()).await;
                    made.map(Some)
                }
                Some(plan) => Searching::new(plan, &self.settings, &round).search().await,
            }
        };
        let result = tokio::select! {
            result = load => result,
            never = users.keep(&kept) => match never {},
        };
        users.tear_down().await;
        if let Some(event) = ended(result) {
            harness.sink.emit(&event);
        }
    }

    fn parts_with(&self, users: &PreparedUsers<'_>) -> Vec<ScenarioPart> {
        let mut parts = self.parts.clone();
        for part in &mut parts {
            part.users = users.values(&part.variables);
            part.renewed = RenewedUsers::default();
        }
        parts
    }

    /// When to begin, where others begin at the same time.
    async fn agreed_start(&self, stop: &Stop) -> Result<Option<Arc<AgreedStart>>, String> {
        match &self.joint {
            Some(joint) => joint.join(stop).await.map(Some),
            None => Ok(None),
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
            ReasonKind::Blocked | ReasonKind::Taken | ReasonKind::Broken | ReasonKind::Ended => {
                Outcome::Broken
            }
        };
        sink.emit(&Event::Trouble(Trouble { outcome, text }));
    }
}

fn ended(result: Result<Option<LoadResult>, LoadError>) -> Option<Event> {
    match result {
        Ok(result) => result.map(|result| Event::LoadFinished(Box::new(result))),
        Err(error) => Some(Event::Trouble(Trouble {
            outcome: outcome_of(&error),
            text: format!("no load was made: {error}"),
        })),
    }
}

/// Refuses a load that would reach more than the target, or one that did not ask for it.
pub(crate) fn may_be_loaded(target: &TargetPlan, allow: &[String]) -> Result<(), Failure> {
    if !target.gate().is_direct() {
        return Err(Failure::Usage(
        "--proxy is for a check: a load through a proxy would measure the proxy, too; make it without --proxy, where the target can be reached directly".to_owned(),
    ));
    }
    if let Some(url) = target.url() {
        let addresses = target.addresses()?;
        load_allowed(url, addresses, allow)
            .map_err(|refused| Failure::Usage(refused.to_string()))?;
    }
    Ok(())
}

const fn outcome_of(error: &LoadError) -> Outcome {
    match error {
        LoadError::Endpoint(_)
        | LoadError::Unsendable(_)
        | LoadError::NotAllowed(_)
        | LoadError::Descriptors { .. } => Outcome::Misused,
        LoadError::Unreachable(_) | LoadError::Thread(_) | LoadError::Lost => Outcome::Broken,
    }
}
