//! The load of a run, settled from what the user wrote.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::load_options::LoadOptions;
use super::thresholds::thresholds;
use crate::edge::{Watched, is_named};
use crate::engine::load::{LoadSettings, blend};
use crate::load::{Judging, JudgingError, Profile};
use crate::model::StandingHeaders;
use crate::session::{
    Failure, Loading, SearchPlan, Shaping, TargetPlan, USERS, may_be_loaded, scenarios,
};
use crate::suite::{Plan, Scenario, Segment, Template};

/// What is said where there is nothing to make a load with.
pub(super) const NO_SCENARIO: &str =
    "the suites have no scenario, so there is no load to make; add `scenarios` to one of them";
/// Connections unless told otherwise.
const CONNECTIONS: usize = 64;
/// Streams of each connection unless told otherwise: as many requests at a time as over HTTP/1.1, so
/// that the two compare.
const STREAMS: usize = 1;
/// The time before it unless told otherwise.
const WARM_UP: Duration = Duration::from_secs(1);

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
            joint: None,
        })
    }
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
