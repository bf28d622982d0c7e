//! The load of a run: what to do, settled before anything is sent, and the doing of it.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::load_options::LoadOptions;
use super::load_round::LoadRound;
use super::searching::{SearchPlan, Searching};
use super::shaping::Shaping;
use super::target::TargetPlan;
use super::thresholds::thresholds;
use crate::edge::tls::TlsClient;
use crate::edge::{LoadError, Watched, is_named, load_allowed};
use crate::engine::load::{LoadSettings, RenewedUsers, ScenarioPart, blend};
use crate::engine::{Harness, prepare_users};
use crate::load::{Judging, JudgingError, Profile};
use crate::model::{Outcome, Redactor, StandingHeaders};
use crate::record::{Event, EventSink, Reason, ReasonKind, Trouble};
use crate::suite::{Operation, Plan, Scenario, Segment, Template};
use crate::users_api::Ledger;
use crate::users_api::Need;

/// The scenarios unless told otherwise: mostly reads, beside them users that come and go, so that what
/// goes wrong with state shows, and what must be refused. Of one iteration in five, a thousand in the
/// usual time, a fault of one in a few hundred shows.
const SCENARIOS: [&str; 3] = ["lookup=3", "lifecycle=1", "errors=1"];
/// What is said where there is nothing to make a load with.
pub(super) const NO_SCENARIO: &str =
    "the suites have no scenario, so there is no load to make; add `scenarios` to one of them";
/// The largest weight of a scenario.
const MOST_WEIGHT: u64 = 1_000;
/// Connections unless told otherwise.
const CONNECTIONS: usize = 64;
/// Streams of each connection unless told otherwise: as many requests at a time as over HTTP/1.1, so
/// that the two compare.
const STREAMS: usize = 1;
/// The time before it unless told otherwise.
const WARM_UP: Duration = Duration::from_secs(1);
/// Users unless told otherwise: enough that answers mixed up between them show.
const USERS: usize = 10;

/// What a load is made with, besides the harness.
pub(super) struct LoadMeans<'a> {
    pub(super) sink: Arc<dyn EventSink>,
    pub(super) redactor: &'a Arc<Redactor>,
    pub(super) ledger: Arc<dyn Ledger>,
    /// Whether the load is all that the run is for.
    pub(super) alone: bool,
}

/// A load that is settled.
#[derive(Clone)]
pub(super) struct Loading {
    scenario: Scenario,
    parts: Vec<ScenarioPart>,
    settings: LoadSettings,
    users: usize,
    /// The search for the highest rate, if that is wanted.
    search: Option<SearchPlan>,
    watched: Option<Watched>,
    tls: TlsClient,
}

impl Loading {
    /// Settles a load. The seed is that of random arrivals. Where nothing is said of arrivals, the load may end in
    /// bursts.
    pub(super) fn new(
        options: &LoadOptions,
        plan: &Plan,
        target: &TargetPlan,
        arrivals: (u64, bool),
    ) -> Result<Self, Failure> {
        may_be_loaded(target, &options.allow_load)?;
        let warm_up = options.warm_up.map_or(WARM_UP, |span| span.0);
        let shaping = Shaping::new(options, warm_up, arrivals)?;
        let scenarios = scenarios(&options.scenario, plan)?;
        let (mut scenario, parts) =
            blend(&scenarios).ok_or_else(|| Failure::Usage(NO_SCENARIO.to_owned()))?;
        complete(&mut scenario, &target.gate().headers);
        let search = search_plan(options, &shaping)?;
        let thresholds = thresholds(options, &scenario, &shaping.profile)?;
        let connections =
            at_least_one("--connections", options.connections.unwrap_or(CONNECTIONS))?;
        let workers = options
            .workers
            .map(|workers| at_least_one("--workers", workers))
            .transpose()?;
        let usual = LoadSettings::new(connections, shaping.profile.clone(), shaping.duration);
        Ok(Self {
            scenario,
            parts,
            settings: LoadSettings {
                warm_up,
                timeout: target.timeout(),
                longest_body: target.answer_limit(),
                connect_timeout: target.connect_timeout(),
                workers,
                protocol: target.gate().protocol,
                streams: at_least_one("--streams", options.streams.unwrap_or(STREAMS))?,
                judging: judging(options)?,
                here_only: !target
                    .url()
                    .is_some_and(|url| is_named(url, &options.allow_load)),
                think: options.think.map_or(Duration::ZERO, |span| span.0),
                queue: options.queue.unwrap_or(usual.queue),
                thresholds: thresholds.all,
                usual_thresholds: thresholds.usual,
                accept_invalid: options.accept_invalid,
                abort: options.abort_on_slo,
                ..usual
            },
            tls: target.gate().tls.clone(),
            users: at_least_one("--users", options.users.unwrap_or(USERS))?.get(),
            search,
            watched: watched(options)?,
        })
    }

    /// How many iterations there will be.
    pub(super) fn how_many(&self) -> String {
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
    pub(super) fn usual(plan: &Plan, settings: LoadSettings) -> Option<Self> {
        let (scenario, parts) = blend(&weighted(&SCENARIOS, plan).ok()?)?;
        Some(Self {
            tls: TlsClient::default(),
            scenario,
            parts,
            settings,
            users: USERS,
            search: None,
            watched: None,
        })
    }

    /// The same for another time.
    pub(super) fn lasting(&self, duration: Duration) -> Self {
        let settings = LoadSettings {
            duration,
            ..self.settings.clone()
        };
        Self {
            settings,
            ..self.clone()
        }
    }

    pub(super) const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many users its iterations may make; none if there is no telling.
    pub(super) fn accounts_made(&self) -> Option<usize> {
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
    pub(super) async fn make(&self, harness: Harness<'_>, means: LoadMeans<'_>) {
        let mut users = match prepare_users(harness, &self.scenario, self.users).await {
            Ok(users) => users,
            Err(reason) => {
                self.not_made(harness.sink, &reason, means.alone);
                return;
            }
        };
        let mut parts = self.parts.clone();
        for part in &mut parts {
            part.users = users.values(&part.variables);
            part.renewed = RenewedUsers::default();
        }
        let kept = parts.clone();
        let round = LoadRound {
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
        let event = match result {
            Ok(Some(result)) => Event::LoadFinished(Box::new(result)),
            Ok(None) => return,
            Err(error) => Event::Trouble(Trouble {
                outcome: outcome_of(&error),
                text: format!("no load was made: {error}"),
            }),
        };
        harness.sink.emit(&event);
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

/// Refuses a load that would reach more than the target, or one that did not ask for it.
fn may_be_loaded(target: &TargetPlan, allow: &[String]) -> Result<(), Failure> {
    if !target.gate().is_direct() {
        return Err(Failure::Usage(
        "--proxy is for a check: a load through a proxy would measure the proxy, too; make it without --proxy, where the target can be reached directly".to_owned(),
    ));
    }
    if let Some(url) = target.url() {
        let addresses = target.addresses()?;
        load_allowed(url, addresses, allow).map_err(Failure::Usage)?;
    }
    Ok(())
}

/// Adds the headers of every request to those of a scenario.
fn complete(scenario: &mut Scenario, standing: &StandingHeaders) {
    let fixed = |value: &str| Template::new(vec![Segment::Text(value.to_owned())]);
    for operation in &mut scenario.operations {
        standing.complete(&mut operation.exchange.request.headers, fixed);
    }
}

fn judging(options: &LoadOptions) -> Result<Judging, Failure> {
    let wrong = |error: JudgingError| Failure::Usage(format!("--judge: {error}"));
    let written = options.judge.as_ref();
    written.map_or(Ok(Judging::All), |text| text.parse().map_err(wrong))
}

/// What is to be watched; that it can be is seen before anything is sent.
fn watched(options: &LoadOptions) -> Result<Option<Watched>, Failure> {
    let watched = match (options.process_group, options.pid, &options.cgroup) {
        (Some(group), ..) => Watched::ProcessGroup(group),
        (None, Some(pid), _) => Watched::Process(pid),
        (None, None, Some(folder)) => Watched::ControlGroup(folder.clone()),
        (None, None, None) => return Ok(None),
    };
    match watched.usage() {
        Ok(_) => Ok(Some(watched)),
        Err(error) => Err(Failure::Usage(format!(
            "cannot watch {}: {error}",
            watched.name()
        ))),
    }
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

/// The search that is asked for, if one is: from the whole rate per second on with which arrivals begin.
fn search_plan(options: &LoadOptions, shaping: &Shaping) -> Result<Option<SearchPlan>, Failure> {
    if !options.find_max {
        return Ok(None);
    }
    if shaping.profile == Profile::Closed {
        return Err(Failure::Usage(
            "--find-max searches the open model; give a number as --rate to begin at".to_owned(),
        ));
    }
    Ok(Some(SearchPlan {
        first: shaping.profile.whole_rate(),
        shaping: shaping.clone(),
    }))
}

fn at_least_one(flag: &str, number: usize) -> Result<NonZeroUsize, Failure> {
    NonZeroUsize::new(number).ok_or_else(|| Failure::Usage(format!("{flag}: give at least 1")))
}

/// The scenarios with their weights, each as in `lookup=8`. If none is written, the usual ones; where the
/// suites do not have those, all that they have take turns.
fn scenarios(written: &[String], plan: &Plan) -> Result<Vec<(Scenario, u64)>, Failure> {
    if !written.is_empty() {
        return weighted(written, plan);
    }
    let all = || plan.scenarios.iter().map(|one| (one.clone(), 1)).collect();
    weighted(&SCENARIOS, plan).or_else(|_| Ok(all()))
}

fn weighted(written: &[impl AsRef<str>], plan: &Plan) -> Result<Vec<(Scenario, u64)>, Failure> {
    let mut all: Vec<(Scenario, u64)> = Vec::new();
    for text in written {
        let (scenario, weight) = weighted_one(text.as_ref(), plan)?;
        if all.iter().any(|(one, _)| one.id == scenario.id) {
            return Err(Failure::Usage(format!(
                "--scenario: {} is given twice; its weight says how often its turn is",
                scenario.id
            )));
        }
        all.push((scenario, weight));
    }
    Ok(all)
}

fn weighted_one(text: &str, plan: &Plan) -> Result<(Scenario, u64), Failure> {
    let (name, weight) = text.split_once('=').unwrap_or((text, "1"));
    let weight: Option<u64> = weight.trim().parse().ok();
    let weight = weight.filter(|weight| (1..=MOST_WEIGHT).contains(weight));
    let weight = weight.ok_or_else(|| {
        Failure::Usage(format!(
            "--scenario: the weight in {text:?} is not a number from 1 to {MOST_WEIGHT}"
        ))
    })?;
    Ok((find(name.trim(), plan)?, weight))
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
