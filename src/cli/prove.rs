//! `assize prove`: do the suites find what is wrong, and nothing else?
//!
//! The suites run against the reference server as it is, and then against one with each defect that
//! can be planted: every server on a port of its own, with a mailbox of its own.

use futures_util::StreamExt;
use futures_util::stream;
use indicatif::ProgressBar;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::arguments::ProveArguments;
use super::console::{self, Console};
use super::failure::Failure;
use super::suites::{Planned, planned};
use crate::edge::{
    EmbeddedTarget, HttpClient, HttpLimits, RunClock, RunFolder, random_seed, watch_signals,
};
use crate::engine::{
    AccountNumber, Clock, Harness, Ledger, LedgerLine, SessionLog, Stop, conform, stop_signal,
};
use crate::model::{Outcome, Redactor};
use crate::reference::defect::{self, Defect};
use crate::report::{
    CaseResult, DefectResult, Event, EventSink, Proof, ProofInfo, ProofVerdict, proof_headline,
    proof_json, proof_markdown, proof_summary, prove as judge,
};
use crate::suite::{Generation, Wildcard};

/// Defects at once unless told otherwise. Most runs wait for the processor, some for their mail.
const JOBS: usize = 6;
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
};
/// The addresses of users: a domain that RFC 2606 keeps from ever receiving mail.
const EMAIL: &str = "assize-{tag}@assize.example";
/// Where runs get their folders unless told otherwise.
const REPORTS: &str = "reports";

pub(super) fn prove(arguments: &ProveArguments, console: Console) -> Result<Outcome, Failure> {
    let defects = selected(&arguments.defect)?;
    let planned = planned(arguments.suites.suites.as_deref())?;
    let seed = match arguments.suites.seed {
        Some(seed) => seed,
        None => random_seed()
            .map_err(|error| Failure::Machine(format!("no randomness for a seed: {error}")))?,
    };
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
        jobs: arguments.jobs.unwrap_or(JOBS).max(1),
        progress: Progress::new(console, arguments.quiet, defects.len()),
    };
    let (found, interrupted) = proving.run(&defects)?;
    let run = ProofInfo {
        id,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed,
        jobs: proving.jobs,
        complete: arguments.defect.is_empty(),
        started: clock.began_rfc3339(),
        duration_ms: clock.elapsed().as_secs_f64() * 1e3,
        interrupted,
    };
    let proof = judge(
        run,
        &found.honest,
        &found.defects,
        &planned.plan,
        &planned.requirements,
    );
    publish(&proof, folder, arguments.quiet)
}

/// The defects whose names are as one of the patterns says; all, if there is no pattern.
fn selected(patterns: &[String]) -> Result<Vec<&'static Defect>, Failure> {
    let wildcards: Vec<Wildcard> = patterns.iter().map(Wildcard::new).collect();
    let selected: Vec<&'static Defect> = defect::all()
        .filter(|defect| {
            wildcards.is_empty() || wildcards.iter().any(|one| one.matches(defect.name))
        })
        .collect();
    match (selected.is_empty(), patterns.first()) {
        (true, Some(pattern)) => Err(unknown(pattern)),
        _ => Ok(selected),
    }
}

/// Says that there is no such defect, and which one may be meant.
pub(super) fn unknown(name: &str) -> Failure {
    let close = defect::all()
        .max_by(|one, other| {
            let to = |defect: &Defect| strsim::jaro_winkler(defect.name, name);
            to(one).total_cmp(&to(other))
        })
        .map_or_else(String::new, |defect| {
            format!("; did you mean `{}`?", defect.name)
        });
    Failure::Usage(format!(
        "there is no defect `{name}`{close} `assize serve --defects` lists them"
    ))
}

/// What the cases found.
struct Found {
    honest: Vec<CaseResult>,
    defects: Vec<(&'static Defect, Vec<CaseResult>)>,
}

/// A proof under way.
struct Proving<'a> {
    planned: &'a Planned,
    generation: &'a Generation,
    clock: &'a RunClock,
    jobs: usize,
    progress: Progress,
}

impl Proving<'_> {
    /// Tries all, and says whether the user interrupted it.
    fn run(&self, defects: &[&'static Defect]) -> Result<(Found, bool), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Machine(format!("cannot start the runtime: {error}")))?;
        runtime.block_on(async {
            let (stopper, stop) = stop_signal();
            watch_signals(stopper)
                .map_err(|error| Failure::Machine(format!("cannot watch for signals: {error}")))?;
            let found = self.try_all(defects, &stop).await?;
            Ok((found, stop.is_set()))
        })
    }

    async fn try_all(&self, defects: &[&'static Defect], stop: &Stop) -> Result<Found, Failure> {
        let honest = self.try_one(None, stop).await?;
        // Those that wait come first, so that the others use the processor meanwhile.
        let mut order: Vec<(usize, &'static Defect)> =
            defects.iter().copied().enumerate().collect();
        order.sort_by_key(|(_, defect)| !defect.needs_company());
        let mut tried: Vec<(usize, &'static Defect, Result<Vec<CaseResult>, Failure>)> =
            stream::iter(order)
                .map(async |(place, defect)| {
                    let found = self.try_one(Some(defect), stop).await;
                    self.progress.tried(defect, &found);
                    (place, defect, found)
                })
                .buffer_unordered(self.jobs)
                .collect()
                .await;
        self.progress.finish();
        tried.sort_by_key(|(place, ..)| *place);
        let mut found = Found {
            honest,
            defects: Vec::new(),
        };
        for (_, defect, cases) in tried {
            let cases = cases?;
            // What was interrupted before its first case says nothing.
            if !stop.is_set() || !cases.is_empty() {
                found.defects.push((defect, cases));
            }
        }
        Ok(found)
    }

    async fn try_one(
        &self,
        defect: Option<&'static Defect>,
        stop: &Stop,
    ) -> Result<Vec<CaseResult>, Failure> {
        if stop.is_set() {
            return Ok(Vec::new());
        }
        let target = EmbeddedTarget::start_with(defect)
            .map_err(|error| Failure::Machine(error.to_string()))?;
        let client = HttpClient::new(target.base_url(), LIMITS)?;
        let results = Results::default();
        let harness = Harness {
            transport: &client,
            clock: self.clock,
            mailbox: Some(target.mailbox()),
            sink: &results,
            generation: self.generation,
            redactor: &Redactor::new(),
            base_url: target.base_url(),
            ledger: &Forgotten::default(),
            sessions: &SessionLog::new(),
            stop,
            mail_limit: MAIL_LIMIT,
        };
        let jobs = if defect.is_some_and(Defect::needs_company) {
            IN_COMPANY
        } else {
            IN_ORDER
        };
        conform(harness, &self.planned.plan.cases, jobs).await;
        Ok(results
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }
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

/// A ledger that nobody reads: the accounts end with their server.
#[derive(Default)]
struct Forgotten(AtomicU64);

impl Ledger for Forgotten {
    fn next_number(&self) -> AccountNumber {
        AccountNumber(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn write(&self, _: &LedgerLine) {}
}

/// What a user sees meanwhile: a bar on a terminal; elsewhere a line for what is not as it should be.
struct Progress {
    quiet: bool,
    bar: ProgressBar,
}

impl Progress {
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

    fn tried(&self, defect: &Defect, found: &Result<Vec<CaseResult>, Failure>) {
        self.bar.inc(1);
        let Ok(cases) = found else { return };
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
