//! `assize work`: one worker's share of a plan, from its claim to its delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::arguments::ConfigPlace;
use super::config::Config;
use super::console::{self, Console};
use super::load_options::LoadOptions;
use super::machine_arguments::WorkArguments;
use super::options::{ReportOptions, SuiteOptions, TargetOptions};
use super::progress::Progress;
use super::runtime::stop_on_signals;
use super::settings::Settings;
use super::trial::{RunRequest, learnt, recorded};
use super::work_plan::{ReadPlan, read_plan, store_at, suites_of};
use crate::edge::{RunClock, SystemClock, random_seed};
use crate::machines::{
    Claim, Claimed, DeliveredShare, SHARE_FORMAT, StartRules, StoreError, WorkPlan, adopt_plan,
    beat, claim, deliver,
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
    let mut settings = settings(arguments, &read.plan)?;
    let store = store_at(&arguments.store, true)?;
    let mark = mark()?;
    let adopted = on_this_thread(adopt_plan(store.as_ref(), &read.text))?;
    adopted.map_err(Failure::Usage)?;
    let claiming = claim(
        (store.as_ref(), &SystemClock),
        &read.plan.start,
        index,
        &mark,
    );
    let own = match on_this_thread(claiming)?.map_err(unusable)? {
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
    let heart = Heart::begin(store.clone(), read.plan.start.clone(), own)?;
    let record = record(&settings, arguments, console)?;
    if joint.is_replaced() {
        console::note("another process took over this share; nothing was sent\n");
        return Ok(Outcome::Conforms);
    }
    let outcome = outcome_of(&record);
    let said = record.conclusion.sentence.clone();
    let share = DeliveredShare {
        format: SHARE_FORMAT.to_owned(),
        plan: read.digest,
        index,
        attempt: own.attempt,
        began: joint.began(),
        record,
    };
    on_this_thread(deliver(store.as_ref(), &share))?.map_err(unusable)?;
    heart.end();
    console::print(&format!(
        "share {index} of {} is delivered: {said}\n",
        read.plan.workers
    ));
    Ok(outcome)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what an error is mapped with"
)]
fn unusable(error: StoreError) -> Failure {
    Failure::Machine(error.to_string())
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
fn settings(arguments: &WorkArguments, plan: &WorkPlan) -> Result<Settings, Failure> {
    let mut config = Config::of_plan(&arguments.plan, plan)?;
    if let Some(suites) = &arguments.suites {
        config.set("suites", &suites.to_string_lossy());
    }
    let shared = arguments.state.is_none();
    let state = arguments.state.as_ref().unwrap_or(&arguments.store);
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
    console: Console,
) -> Result<Record, Failure> {
    let (clock, stop) = (RunClock::start(), stop_on_signals()?);
    let shown = ReportOptions {
        quiet: arguments.quiet,
        ..ReportOptions::default()
    };
    let listener = Box::new(Progress::new(console, &shown));
    let learnt = learnt(settings)?;
    let info = settings.run_info(&clock);
    Ok(recorded(
        settings,
        info,
        vec![listener],
        (&clock, &stop, &learnt),
    ))
}

/// What a worker's process ends with. The verdict on the target is that of all shares together; a worker that
/// could not do its part says so at once.
fn outcome_of(record: &Record) -> Outcome {
    match record.conclusion.outcome {
        outcome @ (Outcome::Broken | Outcome::Misused | Outcome::Interrupted) => outcome,
        _ => Outcome::Conforms,
    }
}

/// Gives signs of life, whatever else this process does.
struct Heart {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Heart {
    fn begin(store: WorkStore, rules: StartRules, own: Claim) -> Result<Self, Failure> {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let life = move || {
            let beats = async {
                let mut number = 0_u64;
                while !over.load(Ordering::Relaxed) {
                    // A sign that cannot be given is one that others miss; that is how they hear of it.
                    drop(beat(store.as_ref(), &own, number).await);
                    number += 1;
                    tokio::time::sleep(rules.beat()).await;
                }
            };
            drop(on_this_thread(beats));
        };
        let thread = thread::Builder::new()
            .name("signs of life".to_owned())
            .spawn(life)
            .map_err(|error| Failure::Machine(format!("cannot start a thread: {error}")))?;
        Ok(Self { is_over, thread })
    }

    fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(self.thread);
    }
}
