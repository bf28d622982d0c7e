//! `assize prove`: do the suites find what is wrong, and nothing else?
//!
//! The suites run against the reference server as it is, and then against one with each defect that
//! can be planted, or with some that are composed at random: every server on a port of its own, with a mailbox of its own.

use futures_util::future::join_all;
use indicatif::ProgressBar;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use super::arguments::ProveArguments;
use super::console::{self, Console};
use super::proof_load::ProofLoad;
use super::runtime::stop_on_signals;
use super::selecting::selection;
use super::settings::{BURST, JOBS as AT_ONCE};
use super::suites::planned;
use crate::edge::{
    EmbeddedTarget, HttpClient, HttpLimits, RunClock, RunFolder, allow_connections, random_seed,
};
use crate::engine::{
    Clock, EvidenceLog, Harness, Pace, Patience, RuleBook, Stop, conclude_rules, conform,
};
use crate::model::{Outcome, Redactor};
use crate::record::{
    CaseResult, DefectResult, Event, EventSink, EvidencePolicy, Found, Proof, ProofInfo,
    ProofVerdict, prove as judge,
};
use crate::reference::defect::Defect;
use crate::report::{proof_headline, proof_json, proof_markdown, proof_summary};
use crate::session::Failure;
use crate::session::Planned;
use crate::session::on_this_thread;
use crate::suite::Generation;
use crate::users_api::{NullLedger, SessionLog};

/// Defects at once unless told otherwise. A run waits most of the time: for what a target may do later, and for mail.
const JOBS: usize = 128;
/// Descriptors that a defect which is tried takes: both ends of each connection, its server and its mailbox. Where
/// many calls meet it takes more, and others less.
const CONNECTIONS: u64 = 40;
/// Loads at once: more would get in each other's way.
const LOADS: usize = 2;
/// Cases at once, so that what a defect does depends on nothing but the order of the cases.
const IN_ORDER: usize = 1;
/// Cases at once where calls have to meet, or where most cases wait for what never comes.
const IN_COMPANY: usize = 16;
/// How long to wait for a mailed code. Mail inside one process takes milliseconds.
const MAIL_LIMIT: Duration = Duration::from_secs(2);
/// The limits of an exchange inside one process.
const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    exchange: Duration::from_secs(10),
    body: 1024 * 1024,
    pause: Duration::ZERO,
};
/// The addresses of users: a domain that RFC 2606 keeps from ever receiving mail.
const EMAIL: &str = "assize-{tag}@assize.example";
/// Where runs get their folders unless told otherwise.
const REPORTS: &str = "reports";

pub(super) fn prove(arguments: &ProveArguments, console: Console) -> Result<Outcome, Failure> {
    let stop = stop_on_signals()?;
    let planned = planned(arguments.suites.suites.as_deref())?;
    let seed = match arguments.suites.seed {
        Some(seed) => seed,
        None => random_seed()
            .map_err(|error| Failure::Machine(format!("no randomness for a seed: {error}")))?,
    };
    let jobs = bearable(arguments.jobs.unwrap_or(JOBS));
    let selection = selection(arguments, (seed, jobs, &stop))?;
    let defects = selection.defects;
    let generation =
        Generation::new(seed, EMAIL).map_err(|error| Failure::Machine(error.to_string()))?;
    let clock = RunClock::start();
    let id = format!("{}-prove-{seed:x}", clock.began_compact());
    let reports = arguments.reports.clone().unwrap_or_else(|| REPORTS.into());
    let folder = RunFolder::begin(&reports, &id)?;
    let proving = Proving {
        planned: &planned,
        generation: &generation,
        clock: &clock,
        jobs,
        progress: ProofProgress::new(console, arguments.quiet, defects.len()),
    };
    let tried = proving.run(&defects, &stop)?;
    let run = ProofInfo {
        id,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed,
        jobs: proving.jobs,
        complete: arguments.defect.is_empty() && selection.draw.is_none(),
        draw: selection.draw,
        started: clock.began_rfc3339(),
        duration_ms: clock.elapsed().as_secs_f64() * 1e3,
        interrupted: stop.is_set(),
    };
    let proof = judge(run, &found(tried), &planned.plan, &planned.requirements);
    publish(&proof, folder, arguments.quiet)
}

/// As many as this, or as the machine allows: one at least.
fn bearable(jobs: usize) -> usize {
    let wanted = u64::try_from(jobs).unwrap_or(u64::MAX);
    match allow_connections(wanted.saturating_mul(CONNECTIONS)) {
        Ok(()) => jobs.max(1),
        Err(allowed) => usize::try_from(allowed / CONNECTIONS).map_or(jobs, |most| most.max(1)),
    }
}

fn found(tried: Vec<Tried>) -> Found {
    let mut found = Found::default();
    for one in tried {
        match one.defect {
            None => found.honest.extend(one.cases),
            Some(defect) => found.defects.push((defect, one.cases)),
        }
    }
    found
}

/// What the cases found at one server: the honest one, or one with a defect.
struct Tried {
    /// Where the defect stands in the list; the honest server stands before all.
    place: usize,
    defect: Option<&'static Defect>,
    cases: Vec<CaseResult>,
}

/// The servers that are still to be tried.
type Queue = Mutex<VecDeque<(usize, Option<&'static Defect>)>>;

/// A proof under way.
struct Proving<'a> {
    planned: &'a Planned,
    generation: &'a Generation,
    clock: &'a RunClock,
    jobs: usize,
    progress: ProofProgress,
}

impl Proving<'_> {
    /// Tries all, the honest server first.
    fn run(&self, defects: &[&'static Defect], stop: &Stop) -> Result<Vec<Tried>, Failure> {
        let (cases, loads) = queues(defects);
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = threads.min(self.jobs);
        let by_cases = || self.work(&cases, (Way::Cases, self.jobs.div_ceil(threads)), stop);
        let by_load = || self.work(&loads, (Way::Load, 1), stop);
        let tried: Result<Vec<Vec<Tried>>, Failure> = std::thread::scope(|scope| {
            let mut workers: Vec<_> = (0..threads).map(|_| scope.spawn(by_cases)).collect();
            workers.extend((0..LOADS.min(self.jobs)).map(|_| scope.spawn(by_load)));
            workers.into_iter().map(joined).collect()
        });
        self.progress.finish();
        let mut tried: Vec<Tried> = tried?.into_iter().flatten().collect();
        tried.sort_by_key(|one| one.place);
        Ok(tried)
    }

    /// Takes servers from the queue, so many at once, until there is none left.
    fn work(
        &self,
        queue: &Queue,
        (way, jobs): (Way, usize),
        stop: &Stop,
    ) -> Result<Vec<Tried>, Failure> {
        let one = || async {
            let mut tried = Vec::new();
            while let Some((place, defect)) = next(queue) {
                if stop.is_set() {
                    break;
                }
                let cases = match way {
                    Way::Cases => self.try_one(defect, stop).await?,
                    Way::Load => Box::pin(self.try_load(defect, stop)).await?,
                };
                // What was cut off says nothing of the defect.
                if stop.is_set() {
                    break;
                }
                self.progress.tried(defect, &cases);
                tried.push(Tried {
                    place,
                    defect,
                    cases,
                });
            }
            Ok(tried)
        };
        let all = join_all((0..jobs).map(|_| one()));
        let tried: Result<Vec<Vec<Tried>>, Failure> = on_this_thread(all)?.into_iter().collect();
        Ok(tried?.into_iter().flatten().collect())
    }

    /// Nothing is found where the suites have no load to make.
    async fn try_load(
        &self,
        defect: Option<&'static Defect>,
        stop: &Stop,
    ) -> Result<Vec<CaseResult>, Failure> {
        let load = ProofLoad::new(&self.planned.plan, self.generation, self.clock);
        match load {
            Some(load) => {
                let ledger = Arc::new(NullLedger::default());
                Ok(vec![load.try_one(defect, ledger, stop).await?])
            }
            None => Ok(Vec::new()),
        }
    }

    async fn try_one(
        &self,
        defect: Option<&'static Defect>,
        stop: &Stop,
    ) -> Result<Vec<CaseResult>, Failure> {
        let target = EmbeddedTarget::start_with(defect)
            .map_err(|error| Failure::Machine(error.to_string()))?;
        let client = HttpClient::new(target.base_url(), LIMITS)?;
        let patience = Patience::new(&client, self.clock, stop);
        let results = Results::default();
        let harness = Harness {
            transport: &patience,
            clock: self.clock,
            mailbox: Some(target.mailbox()),
            sink: &results,
            generation: self.generation,
            redactor: &Redactor::new(),
            base_url: target.base_url(),
            lent: None,
            ledger: &NullLedger::default(),
            sessions: &SessionLog::new(),
            evidence: &EvidenceLog::watched(),
            rules: &RuleBook::new(&self.planned.plan.rules),
            stop,
            mail_limit: MAIL_LIMIT,
        };
        let jobs = if defect.is_some_and(Defect::needs_company) {
            IN_COMPANY
        } else {
            IN_ORDER
        };
        conform(harness, &self.planned.plan.cases, once(jobs)).await;
        conclude_rules(&harness);
        Ok(results
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }
}

/// The servers that are tried by cases, and those that are tried by a load. In each queue the honest
/// server, if there is any other, then the defects; those that wait first, so that the others use the
/// processor meanwhile.
fn queues(defects: &[&'static Defect]) -> (Queue, Queue) {
    let numbered = defects.iter().enumerate();
    let mut order: Vec<(usize, &'static Defect)> = numbered
        .map(|(index, defect)| (index + 1, *defect))
        .collect();
    order.sort_by_key(|(_, defect)| !defect.needs_company());
    let (loads, cases): (Vec<_>, Vec<_>) = order
        .into_iter()
        .partition(|(_, defect)| defect.only_under_load);
    (with_honest(cases), with_honest(loads))
}

fn with_honest(defects: Vec<(usize, &'static Defect)>) -> Queue {
    let honest = (!defects.is_empty()).then_some((0, None));
    let defects = defects
        .into_iter()
        .map(|(place, defect)| (place, Some(defect)));
    Mutex::new(honest.into_iter().chain(defects).collect())
}

/// How a server is tried.
#[derive(Clone, Copy)]
enum Way {
    /// By all cases.
    Cases,
    /// By a short load.
    Load,
}

fn next(queue: &Queue) -> Option<(usize, Option<&'static Defect>)> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
}

fn joined(
    worker: ScopedJoinHandle<'_, Result<Vec<Tried>, Failure>>,
) -> Result<Vec<Tried>, Failure> {
    // A panic has been printed; there is nothing to add.
    let lost = |_| Failure::Machine("a part of the proof was lost".to_owned());
    worker.join().map_err(lost)?
}

/// Keeps the results of the cases and lets everything else pass.
#[derive(Default)]
struct Results(Mutex<Vec<CaseResult>>);

impl EventSink for Results {
    fn emit(&self, event: &Event) {
        if let Event::CaseFinished(result) = event {
            let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((**result).clone());
        }
    }
}

/// What a user sees meanwhile: a bar on a terminal; elsewhere a line for what is not as it should be.
struct ProofProgress {
    quiet: bool,
    bar: ProgressBar,
}

impl ProofProgress {
    fn new(console: Console, quiet: bool, defects: usize) -> Self {
        let length = u64::try_from(defects).unwrap_or(u64::MAX);
        let bar = if console.live && !quiet {
            ProgressBar::new(length)
        } else {
            ProgressBar::hidden()
        };
        if !quiet && !console.live {
            console::note(&format!("proving with {defects} defects\n"));
        }
        Self { quiet, bar }
    }

    fn tried(&self, defect: Option<&Defect>, cases: &[CaseResult]) {
        let Some(defect) = defect else { return };
        self.bar.inc(1);
        let result = DefectResult::of(defect, cases);
        if result.verdict != ProofVerdict::Killed && !self.quiet {
            let line = format!("{} {}", result.verdict.as_str(), defect.name);
            self.bar.suspend(|| console::note(&format!("{line}\n")));
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn publish(proof: &Proof, folder: RunFolder, quiet: bool) -> Result<Outcome, Failure> {
    let written = write(proof, folder);
    if quiet {
        console::print(&format!("{}\n", proof_headline(proof)));
    } else {
        console::print(&proof_summary(proof));
    }
    let place = written?;
    if !quiet {
        console::print(&format!(
            "the matrix: {}\n",
            place.join("prove.md").display()
        ));
    }
    Ok(proof.conclusion.outcome)
}

fn write(proof: &Proof, folder: RunFolder) -> Result<PathBuf, Failure> {
    let json = proof_json(proof)
        .map_err(|error| Failure::Machine(format!("cannot write the proof as JSON: {error}")))?;
    folder.write("prove.json", &json)?;
    folder.write("prove.md", &proof_markdown(proof))?;
    Ok(folder.finish()?)
}

/// Each case once, and no second chance. Requests at the same moment are as many as in a run that is
/// not told otherwise, also where cases follow one another.
const fn once(jobs: usize) -> Pace {
    Pace {
        evidence: EvidencePolicy::Failing,
        jobs,
        at_once: AT_ONCE,
        burst: BURST,
        may_widen: false,
        repeat: 1,
        retries: 0,
        narrow: false,
    }
}
