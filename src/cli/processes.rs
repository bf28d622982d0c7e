//! `assize load --processes`: several workers on this machine, and their one record.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::arguments::LoadArguments;
use super::config::Config;
use super::console::{self, Console};
use super::github::WorkflowJob;
use super::machine_arguments::PlanArguments;
use super::merging::{folder_of, gathered};
use super::options::{OutputFormat, ReportOptions};
use super::planning::settled;
use super::publish;
use super::runtime::stop_on_signals;
use super::span::Span;
use super::state;
use super::store::store_at;
use super::work_plan::{read_plan, suites_of};
use crate::edge::{random_seed, write_whole};
use crate::engine::Stop;
use crate::machines::{PLAN, WorkPlan};
use crate::model::Outcome;
use crate::session::Failure;

/// Below the state of a project: what workers on this machine share while they work.
const FOLDER: &str = "machines";
/// How often it is looked whether a worker has ended.
const LOOK: Duration = Duration::from_millis(20);
/// Workers of one machine read the start at once, and die visibly.
const LEAD: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_millis(200);

/// Makes a load with several processes of this machine.
pub(super) fn load_together(
    arguments: &LoadArguments,
    processes: NonZeroUsize,
    console: Console,
) -> Result<Outcome, Failure> {
    let config = Config::load(
        arguments.place.config.as_deref(),
        arguments.place.target.as_deref(),
    )?;
    let report: ReportOptions = config.fill(&arguments.report)?;
    if report.output() == OutputFormat::Ndjson {
        return Err(Failure::Usage(
            "--format ndjson tells what one process sees as it happens; with --processes take --format json".to_owned(),
        ));
    }
    if report.live.is_some() {
        return Err(Failure::Usage(
            "--live shows what one process makes; with --processes take --otlp, by which each worker sends its metrics".to_owned(),
        ));
    }
    let state = state::folder(report.state.as_deref(), config.folder());
    let plan = planned(arguments, processes)?;
    publish::remove_copies(&report)?;
    if !report.quiet {
        console::note(&format!("{}\n", plan.says));
    }
    let place = SharedPlace::make(&state)?;
    let text = plan
        .text()
        .map_err(|error| Failure::Machine(format!("cannot write the plan: {error}")))?;
    let path = place.0.join(PLAN);
    write_whole(&path, &text)?;
    let stop = stop_on_signals()?;
    let otlp = report.otlp.as_deref();
    wait(start_all(&place.0, plan.workers, (&state, otlp))?, &stop);
    let job = WorkflowJob::begin(report.output());
    let read = read_plan(&path)?;
    let suites = suites_of(&read.plan, None)?;
    let store = store_at(&place.0, false)?;
    let mut all = gathered(&store, &read, 0)?;
    all.merged.run().interrupted = stop.is_set();
    let record = all.finish(&suites);
    let folder = folder_of(&record, &report)?;
    let outcome = publish::publish(&record, folder, &report, console)?;
    if let Some(job) = job {
        job.end(&record);
    }
    Ok(outcome)
}

/// The plan that the arguments of a load stand for.
fn planned(arguments: &LoadArguments, processes: NonZeroUsize) -> Result<WorkPlan, Failure> {
    let (plan, _) = settled(&PlanArguments {
        place: arguments.place.clone(),
        processes,
        output: None,
        engine: None,
        store: None,
        image: None,
        claim: None,
        secret: None,
        lead: Some(Span(LEAD)),
        beat: Some(Span(BEAT)),
        silence: None,
        gather: None,
        skew_limit: None,
        target: arguments.target.clone(),
        suites: arguments.suites.clone(),
        load: arguments.load.clone(),
    })?;
    Ok(plan)
}

/// The folder that the workers share, gone when all is done.
struct SharedPlace(PathBuf);

impl SharedPlace {
    fn make(state: &Path) -> Result<Self, Failure> {
        let mark =
            random_seed().map_err(|error| Failure::Machine(format!("no randomness: {error}")))?;
        let place = state
            .join(FOLDER)
            .join(format!("{}-{mark:x}", std::process::id()));
        let unmade = |error| Failure::Machine(format!("cannot make {}: {error}", place.display()));
        std::fs::create_dir_all(&place).map_err(unmade)?;
        Ok(Self(place))
    }
}

impl Drop for SharedPlace {
    fn drop(&mut self) {
        // What it holds is in the reports; a rest of it does no harm.
        drop(std::fs::remove_dir_all(&self.0));
        if let Some(folder) = self.0.parent() {
            drop(std::fs::remove_dir(folder));
        }
    }
}

/// Starts all workers, or none: those that others wait for in vain are ended.
fn start_all(
    place: &Path,
    workers: usize,
    known: (&Path, Option<&str>),
) -> Result<Vec<Child>, Failure> {
    let mut started = Vec::new();
    for index in 0..workers {
        match start(place, index, known) {
            Ok(worker) => started.push(worker),
            Err(failure) => {
                started.iter().for_each(end_in_order);
                return Err(failure);
            }
        }
    }
    Ok(started)
}

/// Starts a worker, which keeps its ledger where every run of this project does, and sends its metrics where they go.
/// The URL stands in the environment, where others do not see it.
fn start(
    place: &Path,
    index: usize,
    (state, otlp): (&Path, Option<&str>),
) -> Result<Child, Failure> {
    let failed = |error| Failure::Machine(format!("cannot start worker {index}: {error}"));
    let program = std::env::current_exe().map_err(failed)?;
    Command::new(program)
        .arg("work")
        .arg(place.join(PLAN))
        .args(["--quiet", "--index", &index.to_string()])
        .arg("--store")
        .arg(place)
        .arg("--state")
        .arg(state)
        .envs(otlp.map(|url| ("ASSIZE_OTLP", url)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(failed)
}

/// Waits for all workers. Whoever asks this process to stop asks them, too.
fn wait(mut workers: Vec<Child>, stop: &Stop) {
    let mut is_told = false;
    while !workers.is_empty() {
        if stop.is_set() && !is_told {
            is_told = true;
            for worker in &workers {
                end_in_order(worker);
            }
        }
        // What a worker could not do is told by the share that is missing, or by what stands in it.
        workers.retain_mut(|worker| matches!(worker.try_wait(), Ok(None)));
        thread::sleep(LOOK);
    }
}

fn end_in_order(worker: &Child) {
    let id = i32::try_from(worker.id()).ok();
    if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
        // One that has ended already needs no telling.
        let _told = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}
