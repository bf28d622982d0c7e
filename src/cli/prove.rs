//! `assize prove`: do the suites find what is wrong, and nothing else?

use indicatif::ProgressBar;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::arguments::ProveArguments;
use super::console::{self, Console};
use super::runtime::stop_on_signals;
use super::settings::{BURST, JOBS as AT_ONCE};
use super::suites::planned;
use crate::edge::{RunClock, RunFolder, random_seed};
use crate::model::Outcome;
use crate::record::{DefectResult, Proof, ProofVerdict};
use crate::report::{proof_headline, proof_json, proof_markdown, proof_summary};
use crate::session::{self, DefectChoice, DefectSelection, Failure, ProofSettings, bearable};
use crate::suite::Generation;

/// Defects at once unless told otherwise. A run waits most of the time: for what a target may do later, and for mail.
const JOBS: usize = 128;
/// The share of random defects that is to be killed unless told otherwise, in percent.
const AT_LEAST: f64 = 97.0;
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
    let selection = DefectSelection::new(&choice(arguments), (seed, jobs, &stop))?;
    let generation =
        Generation::new(seed, EMAIL).map_err(|error| Failure::Machine(error.to_string()))?;
    let clock = RunClock::start();
    let id = format!("{}-prove-{seed:x}", clock.began_compact());
    let reports = arguments.reports.clone().unwrap_or_else(|| REPORTS.into());
    let folder = RunFolder::begin(&reports, &id)?;
    let progress = ProofProgress::new(console, arguments.quiet, selection.defects.len());
    let settings = ProofSettings {
        id,
        planned: &planned,
        selection,
        seed,
        generation: &generation,
        jobs,
        at_once: AT_ONCE,
        burst: BURST,
        clock: &clock,
        stop: &stop,
    };
    let proof = session::prove(settings, &|result| progress.tell(result));
    progress.finish();
    publish(&proof?, folder, arguments.quiet)
}

fn choice(arguments: &ProveArguments) -> DefectChoice<'_> {
    match arguments.random.map(NonZeroUsize::get) {
        None => DefectChoice::Named(&arguments.defect),
        Some(number) => DefectChoice::Drawn {
            number,
            at_least: arguments.at_least.unwrap_or(AT_LEAST),
        },
    }
}

/// Reads a share in percent, with its sign or without.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let share = number.parse::<f64>().ok();
    share
        .filter(|share| (0.0..=100.0).contains(share))
        .ok_or_else(|| "not a share from 0 to 100 percent, such as 97".to_owned())
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

    fn tell(&self, result: &DefectResult) {
        self.bar.inc(1);
        if result.verdict != ProofVerdict::Killed && !self.quiet {
            let line = format!("{} {}", result.verdict.as_str(), result.name);
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
