//! The options of a run with everything from `assize.toml` filled in, and what they settle.

use std::path::PathBuf;
use std::time::Duration;

use super::config::Config;
use super::console;
use super::dry_run::DryRun;
use super::first_cases::FirstCases;
use super::header::refuse_credentials;
use super::load_options::LoadOptions;
use super::missing_target;
use super::options::{CheckOptions, ReportOptions, SuiteOptions};
use super::rerun::Rerun;
use super::state;
use super::suites::{Planner, planned_by, selection};
use super::trial::RunRequest;
use super::variables::{self, UnknownVariable};
use crate::edge::{NetworkScope, RunClock, random_seed};
use crate::engine::Pace;
use crate::model::{Outcome, RunId};
use crate::record::{EvidencePolicy, RunInfo};
use crate::session::AccountLimits;
use crate::session::Failure;
use crate::session::JointWork;
use crate::session::Loading;
use crate::session::Planned;
use crate::session::TargetPlan;
use crate::suite::{Generation, Plan, RunTag, RunTagError, plan, plan_of_load};

/// Cases at once unless told otherwise.
pub(super) const JOBS: usize = 4;
/// Requests at the same moment, against this machine: a server that serves as many at once as it has threads has
/// seldom more.
pub(super) const BURST: usize = 64;
/// Cases at once against a host in the Internet.
const PUBLIC_JOBS: usize = 2;
/// The addresses of users unless told otherwise. No plus tag, since some servers fold those; a domain
/// that RFC 2606 keeps from ever receiving mail.
pub(super) const EMAIL: &str = "assize-{tag}@assize.example";
/// How long to wait for a mailed code unless told otherwise.
pub(super) const MAIL_LIMIT: Duration = Duration::from_secs(30);

/// The options with everything from `assize.toml` filled in.
pub(super) struct Settings {
    pub(super) verb: &'static str,
    pub(super) target: TargetPlan,
    pub(super) suites: SuiteOptions,
    pub(super) check: Option<CheckOptions>,
    pub(super) load: Option<LoadOptions>,
    pub(super) report: ReportOptions,
    /// Where the ledger of accounts is kept.
    pub(super) state: PathBuf,
    pub(super) seed: u64,
    /// What tells the run from another that began in the same second with the same seed.
    pub(super) mark: u64,
    pub(super) generation: Generation,
    pub(super) mail_limit: Duration,
    /// What the user should know before anything is sent.
    pub(super) warnings: Vec<String>,
    pub(super) account_limits: AccountLimits,
    /// The cases that are run before the others.
    pub(super) first: FirstCases,
    /// Whether others may see the ledger, too.
    pub(super) state_is_shared: bool,
    /// The part of the load that this process makes beside others; none if it makes all.
    pub(super) joint: Option<JointWork>,
}

impl Settings {
    pub(super) fn new(request: &RunRequest<'_>) -> Result<Self, Failure> {
        let config = Config::load(
            request.place.config.as_deref(),
            request.place.target.as_deref(),
        )?;
        Self::of(config, request)
    }

    /// The same with a configuration that is read already.
    pub(super) fn of(mut config: Config, request: &RunRequest<'_>) -> Result<Self, Failure> {
        let target = config.fill_target(request.target)?;
        let mut suites: SuiteOptions = config.fill(request.suites)?;
        let mut check = request.check.map(|check| config.fill(check)).transpose()?;
        let report: ReportOptions = config.fill(request.report)?;
        if let Some(run) = request.rerun {
            let rerun = Rerun::read(run, &report)?;
            config.url = config.url.take().or_else(|| rerun.target());
            rerun.amend(&mut suites, check.as_mut());
        }
        let seed = match suites.seed {
            Some(seed) => seed,
            None => random()?,
        };
        let unknown = variables::unknown(&config.variables);
        missing_target::refuse(&config, &target, &unknown)?;
        let mut plan = TargetPlan::new(config.url.as_deref(), &target)?;
        plan.recipients_return = suites.run_tag.is_some();
        if suites.suites.is_none() {
            refuse_credentials(&plan.gate().headers)?;
        }
        let email = target.email.as_deref().unwrap_or(EMAIL);
        let generation = generation(seed, email, suites.run_tag.as_deref())?;
        let generation = generation.of_draw(draw(&suites)?);
        Ok(Self {
            verb: request.verb,
            mail_limit: target.mail_limit.map_or(MAIL_LIMIT, |span| span.0),
            account_limits: AccountLimits::new(&target, check.as_ref()),
            target: plan,
            suites,
            check,
            load: request.load.map(|load| config.fill(load)).transpose()?,
            state: state::folder(report.state.as_deref(), config.folder()),
            report,
            warnings: unknown
                .iter()
                .map(UnknownVariable::warning)
                .chain(config.warning)
                .collect(),
            seed,
            mark: random()?,
            generation,
            joint: None,
            first: FirstCases::None,
            state_is_shared: false,
        })
    }

    /// The name of the run: sorts by time, and cannot be that of another run.
    pub(super) fn run_id(&self, clock: &RunClock) -> String {
        format!("{}-{}-{:x}", clock.began_compact(), self.verb, self.mark)
    }

    /// The suites, with their cases if there is a check.
    pub(super) fn planned(&self) -> Result<Planned, Failure> {
        let planner: Planner = if self.check.is_some() {
            plan
        } else {
            plan_of_load
        };
        planned_by(planner, self.suites.suites.as_deref())
    }

    pub(super) fn dry_run(&self) -> Result<Outcome, Failure> {
        let mut planned = self.planned()?;
        let mut dry = DryRun::new(&self.target, &self.generation);
        if let Some(loading) = self.loading(&planned.plan)? {
            dry.load(&loading);
        }
        if let Some(check) = &self.check {
            selection(check).apply(&mut planned.plan);
            if let Some(shard) = check.shard {
                planned.plan.cases.retain(|case| shard.has(case));
            }
            planned.plan.cases.iter().for_each(|case| dry.case(case));
        }
        console::print(&dry.into_text());
        Ok(Outcome::Conforms)
    }

    /// The load that is asked for; none beside a check if the suites have no scenario.
    pub(super) fn loading(&self, plan: &Plan) -> Result<Option<Loading>, Failure> {
        let Some(load) = &self.load else {
            return Ok(None);
        };
        if self.check.is_some() && load.scenario.is_empty() && plan.scenarios.is_empty() {
            return Ok(None);
        }
        let is_here = self.target.distance() == NetworkScope::Here;
        let ends_in_bursts = self.check.is_some() && is_here;
        let whole = Loading::new(load, plan, &self.target, (self.seed, ends_in_bursts))?;
        Ok(Some(match &self.joint {
            Some(joint) => whole.share_of(joint),
            None => whole,
        }))
    }

    pub(super) fn jobs(&self) -> usize {
        match &self.check {
            Some(check) if check.isolated => 1,
            _ => self.jobs_in_company(),
        }
    }

    fn jobs_in_company(&self) -> usize {
        let usual = match self.target.distance() {
            NetworkScope::Public => PUBLIC_JOBS,
            NetworkScope::Here | NetworkScope::Private => JOBS,
        };
        let given = self.check.as_ref().and_then(|check| check.jobs);
        given.unwrap_or(usual)
    }

    /// Requests under way at the most. Where nobody else's network is burdened, cases are made ready and
    /// accounts are removed beside those that are judged.
    fn requests_at_once(&self) -> usize {
        let jobs = self.jobs();
        match self.target.distance() {
            NetworkScope::Here | NetworkScope::Private if jobs > 1 => jobs.saturating_mul(2),
            _ => jobs,
        }
    }

    /// Whether more may be done at once where the target takes its time: not if the user says how much, nor
    /// where the target may be anybody's.
    fn may_widen(&self) -> bool {
        let given = self.check.as_ref().and_then(|check| check.jobs);
        given.is_none() && self.jobs() > 1 && self.target.distance() != NetworkScope::Public
    }

    /// Requests at the same moment at the most, where a case tries what comes of that.
    fn burst(&self) -> usize {
        let usual = match self.target.distance() {
            NetworkScope::Here => BURST,
            NetworkScope::Private | NetworkScope::Public => self.jobs_in_company(),
        };
        let given = self.check.as_ref().and_then(|check| check.burst);
        given.unwrap_or(usual)
    }

    /// How the cases are walked; none for a load alone.
    pub(super) fn pace(&self) -> Option<Pace> {
        let check = self.check.as_ref()?;
        Some(Pace {
            jobs: self.jobs(),
            at_once: self.requests_at_once(),
            burst: self.burst(),
            may_widen: self.may_widen(),
            repeat: check.repeat.unwrap_or(1),
            retries: check.retries.unwrap_or(0),
            narrow: true,
            first: 0,
            evidence: self.evidence(),
        })
    }

    /// Of which cases the exchanges are kept.
    pub(super) fn evidence(&self) -> EvidencePolicy {
        let has_archive = self.check.as_ref().is_some_and(|check| check.har.is_some());
        let usual = if has_archive {
            EvidencePolicy::All
        } else {
            EvidencePolicy::default()
        };
        self.report.evidence.unwrap_or(usual)
    }

    pub(super) fn run_info(&self, clock: &RunClock) -> RunInfo {
        let check = self.check.as_ref();
        RunInfo {
            id: RunId::new(self.run_id(clock)),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            verb: self.verb.to_owned(),
            target: self.target.name().to_owned(),
            servers: Vec::new(),
            embedded: self.target.is_embedded(),
            mailbox: self.target.mailbox_name(),
            suites: None,
            plan: self.joint.as_ref().map(JointWork::plan_use),
            shard: check.and_then(|check| check.shard).map(|shard| shard.0),
            selection: check.map_or_else(Vec::new, narrowing),
            seed: self.seed,
            draw: self.generation.draw(),
            tag: self.generation.tag().to_string(),
            jobs: self.jobs(),
            strict: check.is_some_and(|check| check.strict),
            accept_partial: check.is_some_and(|check| check.accept_partial),
            accept_invalid: self.load.as_ref().is_some_and(|load| load.accept_invalid),
            evidence: self.evidence(),
            started: clock.began_rfc3339(),
            duration_ms: 0.0,
            interrupted: false,
        }
    }
}

/// The options that narrow the cases, as they are written on a command line.
fn narrowing(check: &CheckOptions) -> Vec<String> {
    let lists = [
        ("--case", &check.case),
        ("--requirement", &check.requirement),
        ("--suite", &check.suite),
        ("--tag", &check.tag),
    ];
    let given = lists.into_iter().flat_map(|(flag, patterns)| {
        let each = patterns.iter();
        each.map(move |pattern| format!("{flag} {pattern}"))
    });
    given.collect()
}

/// Wider than a seed: a run must not meet the users of any other one.
fn random_tag() -> Result<u64, Failure> {
    Ok(random()? << 32 | random()?)
}

/// What makes the values of a run, which carry its tag.
fn generation(seed: u64, email: &str, tag: Option<&str>) -> Result<Generation, Failure> {
    let tag = match tag {
        Some(tag) => tag
            .parse()
            .map_err(|error: RunTagError| Failure::Usage(format!("--run-tag: {error}")))?,
        None => RunTag::drawn(random_tag()?),
    };
    let generation = Generation::new(seed, email)
        .map_err(|error| Failure::Usage(format!("--email: {error}")))?;
    Ok(generation.of_run(tag))
}

/// Draws beyond are not drawn by chance: a short number is easier to give again.
const DRAWS: u64 = 100_000;

/// What the manners of requests are drawn from. A gate must not flake: where it decides, the draw is the same in
/// each run.
fn draw(suites: &SuiteOptions) -> Result<u64, Failure> {
    let is_fixed = suites.seed.is_some() || console::is_ci();
    match suites.draw {
        Some(draw) => Ok(draw),
        None if is_fixed && !suites.explore => Ok(0),
        None => Ok(random()? % DRAWS),
    }
}

fn random() -> Result<u64, Failure> {
    random_seed().map_err(|error| Failure::Machine(format!("no randomness for a seed: {error}")))
}
