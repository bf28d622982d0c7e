//! `assize work`: one worker's share of a plan, from its claim to its delivery.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::ConfigPlace;
use super::config::Config;
use super::console::{self, Console};
use super::heart::Heart;
use super::ledger_copy::{LedgerCopy, own_place};
use super::load_options::LoadOptions;
use super::machine_arguments::WorkArguments;
use super::options::{ReportOptions, SuiteOptions, TargetOptions};
use super::planning::refuse_unsuited;
use super::progress::Progress;
use super::runtime::stop_on_signals;
use super::settings::Settings;
use super::store::{is_bucket, store_at};
use super::trial::{RunRequest, learnt, onlookers, recorded};
use super::work_plan::{ReadPlan, read_plan, suites_of};
use crate::edge::{RunClock, SystemClock, random_seed};
use crate::engine::Stop;
use crate::machines::{
    Claim, Claimed, DeliveredShare, NotAdopted, SHARE_FORMAT, StoreError, WorkPlan, adopt_plan,
    claim, deliver,
};
use crate::model::Outcome;
use crate::record::{Record, sha256};
use crate::session::{Failure, JointWork, WorkStore, on_this_thread};
use crate::suite::RunTag;

/// The variables in which engines tell a process its index, the one that tells most first: a task of a Slurm array
/// has a rank, too, which is 0 in all of them.
const INDICES: [&str; 3] = [
    "JOB_COMPLETION_INDEX",
    "SLURM_ARRAY_TASK_ID",
    "SLURM_PROCID",
];

pub(super) fn work(arguments: &WorkArguments, console: Console) -> Result<Outcome, Failure> {
    let read = read_plan(&arguments.plan)?;
    let index = index(arguments, &read.plan)?;
    suites_of(&read.plan, arguments.suites.as_deref())?;
    let place = ledger_place(arguments)?;
    let mut settings = settings(arguments, &read.plan, place.as_deref())?;
    let store = store_at(&arguments.store, true)?;
    let mark = mark()?;
    let own = match claimed(&store, &read, index, &mark)? {
        Claimed::Own(own) => own,
        Claimed::Others(text) => {
            console::note(&format!("{text}; nothing was sent\n"));
            return Ok(Outcome::Conforms);
        }
        Claimed::Lost(text) => return Err(Failure::Machine(text)),
    };
    let joint = JointWork::new(store.clone(), (read.plan.clone(), &read.digest), own);
    let tag = tag(&settings, &read, own, &mark);
    settings.generation = settings.generation.of_run(tag);
    settings.joint = Some(joint.clone());
    let claimed = ClaimedWork {
        read,
        store,
        own,
        joint,
        place,
    };
    claimed.fulfil(arguments, &settings, console)
}

/// A share that this process works on.
struct ClaimedWork {
    read: ReadPlan,
    store: WorkStore,
    own: Claim,
    joint: JointWork,
    /// Where its ledger stands, if the store is no folder.
    place: Option<PathBuf>,
}

impl ClaimedWork {
    /// Begins to give signs of life.
    fn heart(
        &self,
        ledger: Option<Arc<LedgerCopy>>,
        is_withdrawn: impl Fn() -> bool + Send + 'static,
    ) -> Result<Heart, Failure> {
        let rules = self.read.plan.start.clone();
        Heart::begin(self.store.clone(), rules, self.own, ledger, is_withdrawn)
    }

    /// Makes the load of the share, and delivers what came of it.
    fn fulfil(
        self,
        arguments: &WorkArguments,
        settings: &Settings,
        console: Console,
    ) -> Result<Outcome, Failure> {
        let Self {
            read,
            store,
            own,
            joint,
            place,
        } = &self;
        let ledger = place
            .clone()
            .map(|place| Arc::new(LedgerCopy::new(place, store.clone())));
        let stop = stop_on_signals()?;
        // Who is told to stop before the start leaves the share to whoever comes instead.
        let is_withdrawn = {
            let (stop, joint) = (stop.clone(), joint.clone());
            move || stop.is_set() && !joint.has_joined()
        };
        let heart = self.heart(ledger.clone(), is_withdrawn.clone())?;
        let record = record(settings, arguments, (console, &stop))?;
        if let Some(ledger) = ledger {
            on_this_thread(ledger.end())??;
        }
        if joint.is_replaced() {
            console::note("another process took over this share; nothing was sent\n");
            return Ok(Outcome::Conforms);
        }
        if is_withdrawn() {
            console::note(
                "stopped before the start, so nothing was sent; another process can take this share\n",
            );
            return Ok(Outcome::Interrupted);
        }
        let outcome = outcome_of(&record);
        let said = record.conclusion.sentence.clone();
        let share = DeliveredShare {
            format: SHARE_FORMAT.to_owned(),
            plan: read.digest.clone(),
            index: own.index,
            attempt: own.attempt,
            began: joint.began(),
            record,
        };
        on_this_thread(deliver(store.as_ref(), &share))?.map_err(unusable)?;
        drop(heart);
        console::print(&format!(
            "share {} of {} is delivered: {said}\n",
            own.index, read.plan.workers
        ));
        Ok(outcome)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what an error is mapped with"
)]
fn unusable(error: StoreError) -> Failure {
    Failure::Machine(error.to_string())
}

fn unadopted(error: NotAdopted) -> Failure {
    match error {
        NotAdopted::Store(error) => unusable(error),
        NotAdopted::OtherPlan(_) | NotAdopted::Overwrites(_) => Failure::Usage(error.to_string()),
    }
}

/// The share in the store of this plan, if it is to be had.
fn claimed(
    store: &WorkStore,
    read: &ReadPlan,
    index: usize,
    mark: &str,
) -> Result<Claimed, Failure> {
    let adopting = adopt_plan(store.as_ref(), &read.text, mark);
    on_this_thread(adopting)?.map_err(unadopted)?;
    let claiming = claim(
        (store.as_ref(), &SystemClock),
        &read.plan.start,
        index,
        mark,
    );
    on_this_thread(claiming)?.map_err(unusable)
}

/// Where the ledger stands, if the store is no folder and no other place is named.
fn ledger_place(arguments: &WorkArguments) -> Result<Option<PathBuf>, Failure> {
    let is_needed = arguments.state.is_none() && is_bucket(&arguments.store);
    is_needed.then(own_place).transpose()
}

/// The index of this worker, as given or as the engine that started it tells.
fn index(arguments: &WorkArguments, plan: &WorkPlan) -> Result<usize, Failure> {
    let told = || {
        let mut variables = INDICES.iter();
        variables.find_map(|name| Some((*name, std::env::var(name).ok()?)))
    };
    let index = match (arguments.index, told()) {
        (Some(index), _) => index,
        (None, Some((name, text))) => text.trim().parse().map_err(|_| {
            Failure::Usage(format!(
                "the variable {name} is no index: {text:?}; give --index"
            ))
        })?,
        (None, None) => {
            return Err(Failure::Usage(format!(
                "which worker is this? Give --index, or start it where one of {} is set",
                INDICES.join(", ")
            )));
        }
    };
    if index < plan.workers {
        return Ok(index);
    }
    Err(Failure::Usage(format!(
        "the plan has {} workers, numbered from 0, so there is none with index {index}",
        plan.workers
    )))
}

/// The settings that the plan stands for, on this machine.
fn settings(
    arguments: &WorkArguments,
    plan: &WorkPlan,
    ledger: Option<&Path>,
) -> Result<Settings, Failure> {
    let mut config = Config::of_plan(&arguments.plan, plan)?;
    if let Some(suites) = &arguments.suites {
        config.set("suites", &suites.to_string_lossy());
    }
    let shared = arguments.state.is_none();
    let usual = ledger.unwrap_or(&arguments.store);
    let state = arguments.state.as_deref().unwrap_or(usual);
    config.set("state", &state.to_string_lossy());
    let request = RunRequest {
        verb: "load",
        place: &ConfigPlace {
            target: None,
            config: None,
        },
        target: &TargetOptions::default(),
        suites: &SuiteOptions::default(),
        check: None,
        rerun: None,
        load: Some(&LoadOptions::default()),
        report: &ReportOptions::default(),
    };
    let mut settings = Settings::of(config, &request)?;
    settings.state_is_shared = shared;
    refuse_unsuited(&settings, plan)?;
    Ok(settings)
}

/// What nobody else has.
fn mark() -> Result<String, Failure> {
    let random =
        || random_seed().map_err(|error| Failure::Machine(format!("no randomness: {error}")));
    Ok(format!("{:08x}{:08x}", random()?, random()?))
}

/// The tag of this worker's users: by plan, index and attempt, so that no two workers have one; and new in each
/// run of the plan, unless the plan has a tag of its own.
fn tag(settings: &Settings, read: &ReadPlan, own: Claim, mark: &str) -> RunTag {
    let fixed = settings.suites.run_tag.as_deref();
    let (index, attempt) = (own.index, own.attempt);
    let text = format!(
        "{} {index} {attempt} {}",
        read.digest,
        fixed.unwrap_or(mark)
    );
    let digest = sha256(text.as_bytes());
    let digits = digest.get(..16).unwrap_or_default();
    RunTag::drawn(u64::from_str_radix(digits, 16).unwrap_or_default())
}

fn record(
    settings: &Settings,
    arguments: &WorkArguments,
    (console, stop): (Console, &Stop),
) -> Result<Record, Failure> {
    let clock = RunClock::start();
    let shown = ReportOptions {
        quiet: arguments.quiet,
        otlp: arguments.otlp.clone(),
        ..ReportOptions::default()
    };
    let learnt = learnt(settings)?;
    let info = settings.run_info(&clock);
    let (_, mut listeners) = onlookers(&shown, &info, &learnt)?;
    listeners.push(Box::new(Progress::new(console, &shown)));
    Ok(recorded(settings, info, listeners, (&clock, stop, &learnt)))
}

/// What a worker's process ends with. The verdict on the target is that of all shares together; a worker that
/// could not do its part says so at once.
fn outcome_of(record: &Record) -> Outcome {
    match record.conclusion.outcome {
        outcome @ (Outcome::Broken | Outcome::Misused | Outcome::Interrupted) => outcome,
        _ => Outcome::Conforms,
    }
}
