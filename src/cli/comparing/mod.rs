//! `assize compare`: whether one build is slower than another.

mod command_secrets;
mod compared_target;
mod options;
mod publish;
mod rounds;
mod start;
mod stored;

use super::console::{self, Console};
use super::options::OutputFormat;
use super::publish::{remove_copies, reports_folder};
use super::runtime::stop_or_leave;
use crate::compare::{
    Basis, ComparisonInfo, ComparisonRecord, FEWEST_STARTS, FalseAlarms, MOST_STARTS, compare,
    headline,
};
use crate::edge::{RunClock, RunFolder, RunningBuilds, random_seed};
use crate::engine::{Clock, Stop};
use crate::model::{Outcome, RunId};
use crate::record::Record;
use crate::session::Failure;
pub(super) use compared_target::{ComparedTarget, Ports};
pub(super) use options::CompareArguments;
use options::FailOn;
use rounds::Rounds;
use start::StartMaker;
pub(super) use start::show_output;

pub(super) fn compare_verb(
    arguments: &CompareArguments,
    console: Console,
) -> Result<Outcome, Failure> {
    refuse(arguments)?;
    if !arguments.runs.is_empty() {
        return stored::compare_stored(arguments, console);
    }
    let Some(a) = &arguments.a else {
        let text =
            "name what to compare: --a and --b with a command or a URL each, or two stored runs";
        return Err(Failure::Usage(text.to_owned()));
    };
    let a = ComparedTarget::new("--a", a)?;
    let b = match (&arguments.b, arguments.aa) {
        (Some(b), _) => ComparedTarget::new("--b", b)?,
        (None, Some(_)) => a.clone(),
        (None, None) => {
            let text = "--a needs --b, or --aa NUMBER to compare it with itself";
            return Err(Failure::Usage(text.to_owned()));
        }
    };
    remove_copies(&arguments.report)?;
    let seed = match arguments.suites.seed {
        Some(seed) => seed,
        None => random()?,
    };
    let live = Live {
        arguments,
        targets: [a, b],
        clock: RunClock::start(),
        mark: random()?,
        console,
    };
    match arguments.aa {
        None => live.once(seed),
        Some(number) => live.with_itself(seed, number.get()),
    }
}

/// Refuses what a comparison cannot take into account.
fn refuse(arguments: &CompareArguments) -> Result<(), Failure> {
    let starts = arguments.starts;
    let wrong = if !(FEWEST_STARTS..=MOST_STARTS).contains(&starts) {
        format!(
            "--starts: give {FEWEST_STARTS} to {MOST_STARTS}; fewer tell nothing of the spread between starts"
        )
    } else if arguments.load.find_max {
        "--find-max is no load that two builds can be given alike; leave it out".to_owned()
    } else if arguments.load.abort_on_slo {
        "--abort-on-slo would give the builds loads of different length; leave it out".to_owned()
    } else if arguments.load.pid.is_some() {
        "--pid is of one process; what is started is watched without it".to_owned()
    } else if arguments.report.dry_run {
        "a comparison has no dry run; `assize load --dry-run` shows the requests".to_owned()
    } else if arguments.report.output() == OutputFormat::Ndjson {
        "a comparison has no event stream; give --format json".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::Usage(wrong))
}

fn random() -> Result<u64, Failure> {
    random_seed().map_err(|error| Failure::Machine(format!("no randomness for a seed: {error}")))
}

/// The value of a comparison that begins now, with what the arguments say of it.
fn info(arguments: &CompareArguments, basis: Basis, clock: &RunClock, mark: u64) -> ComparisonInfo {
    ComparisonInfo {
        id: RunId::new(format!("{}-compare-{mark:x}", clock.began_compact())),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        basis,
        tolerance: arguments.tolerance,
        fail_on_cannot_tell: arguments.fail_on == Some(FailOn::CannotTell),
        accept_invalid: arguments.load.accept_invalid,
        seed: None,
        order: Vec::new(),
        looks: 1,
        repeated: 0,
        load: None,
        started: clock.began_rfc3339(),
        duration_ms: 0.0,
        start_s: 0.0,
    }
}

/// A comparison of what is started, or runs.
struct Live<'a> {
    arguments: &'a CompareArguments,
    targets: [ComparedTarget; 2],
    clock: RunClock,
    mark: u64,
    console: Console,
}

impl Live<'_> {
    fn once(&self, seed: u64) -> Result<Outcome, Failure> {
        let info = self.info();
        let reports = reports_folder(&self.arguments.report);
        let partial = RunFolder::partial(&reports, info.id.as_str());
        let running = RunningBuilds::default();
        let last = running.clone();
        let stop = stop_or_leave(move || {
            last.kill();
            RunFolder::remove(&partial);
        })?;
        let folder = RunFolder::begin(&reports, info.id.as_str())?;
        let (record, rounds) = self.compared(info, seed, (&stop, &running))?;
        let report = &self.arguments.report;
        publish::publish(&record, (folder, Some(&rounds)), report, self.console)
    }

    /// Compares A with itself, several times, each with a seed of its own.
    fn with_itself(&self, seed: u64, number: usize) -> Result<Outcome, Failure> {
        let running = RunningBuilds::default();
        let last = running.clone();
        let stop = stop_or_leave(move || last.kill())?;
        let [mut made, mut alarms, mut void] = [0; 3];
        for index in 0..number {
            let seed = seed.wrapping_add(index as u64);
            let (record, _) = self.compared(self.info(), seed, (&stop, &running))?;
            let shown = headline(record.verdict);
            let sentence = &record.conclusion.sentence;
            console::note(&format!(
                "comparison {} of {number}: {shown}  {sentence}\n",
                index + 1
            ));
            match record.conclusion.outcome {
                Outcome::MeasurementInvalid => void += 1,
                Outcome::Conforms | Outcome::ThresholdMissed | Outcome::NothingRan
                    if !record.figures.is_empty() =>
                {
                    made += 1;
                    alarms += usize::from(record.calls_different());
                }
                outcome => return Ok(outcome),
            }
        }
        let alarms = FalseAlarms::new(made, alarms, void);
        console::print(&match self.arguments.report.output() {
            OutputFormat::Text => format!("{}\n", alarms.told()),
            OutputFormat::Json | OutputFormat::Ndjson => {
                serde_json::to_string_pretty(&alarms)
                    .map_err(|error| Failure::Machine(format!("cannot print the rate: {error}")))?
                    + "\n"
            }
        });
        Ok(Outcome::Conforms)
    }

    fn info(&self) -> ComparisonInfo {
        let started = |one: &ComparedTarget| matches!(one, ComparedTarget::Command(_));
        let basis = if self.targets.iter().all(started) {
            Basis::Builds
        } else {
            Basis::Processes
        };
        info(self.arguments, basis, &self.clock, self.mark)
    }

    fn compared(
        &self,
        mut info: ComparisonInfo,
        seed: u64,
        (stop, running): (&Stop, &RunningBuilds),
    ) -> Result<(ComparisonRecord, Rounds), Failure> {
        let starter = StartMaker {
            arguments: self.arguments,
            seed,
            stop,
            running,
            console: self.console,
        };
        let [a, b] = &self.targets;
        let each = self.arguments.starts;
        let mut rounds = Rounds::new(seed);
        info.seed = Some(seed);
        for look in 1..=MOST_STARTS {
            rounds.go_on(&starter, [a, b], look * each)?;
            if look == 1 {
                info.looks = self.looks(rounds.start_s);
            }
            info.order = rounds.order.iter().copied().take(look * each).collect();
            info.duration_ms = self.clock.elapsed().as_secs_f64() * 1e3;
            info.start_s = rounds.start_s;
            info.repeated = rounds.repeated;
            let record = self.seen(info.clone(), &mut rounds);
            if look >= info.looks || !record.is_open() {
                return Ok((record, rounds));
            }
            let sentence = &record.conclusion.sentence;
            console::note(&format!("look {look} of {}: {sentence}\n", info.looks));
        }
        Err(Failure::Machine("a comparison has no end".to_owned()))
    }

    /// How often the figures may be looked at, by how long a start takes, in seconds.
    fn looks(&self, start_s: f64) -> usize {
        let each = self.arguments.starts;
        let Some(limit) = self.arguments.until_clear else {
            return 1;
        };
        let most = MOST_STARTS / each;
        let each_s = (2.0 * start_s * f64::from(u32::try_from(each).unwrap_or(u32::MAX))).max(1e-3);
        let within = |looks: &usize| {
            let number = f64::from(u32::try_from(*looks).unwrap_or(u32::MAX));
            number * each_s <= limit.0.as_secs_f64()
        };
        (1..=most).rev().find(within).unwrap_or(1)
    }

    /// What the rounds have shown so far.
    fn seen(&self, info: ComparisonInfo, rounds: &mut Rounds) -> ComparisonRecord {
        let [a, b] = &self.targets;
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let of_a = a.secrets().masked(&given(&self.arguments.a));
        let of_b = self.arguments.b.as_ref();
        let of_b = of_b.map_or_else(|| of_a.clone(), |text| b.secrets().masked(text));
        if let Some((outcome, sentence)) = rounds.ended.take() {
            let ended = (outcome, b.secrets().masked(&a.secrets().masked(&sentence)));
            return ComparisonRecord::unfinished(info, [of_a, of_b], ended);
        }
        let a: Vec<&Record> = rounds.a.iter().map(|start| &start.record).collect();
        let b: Vec<&Record> = rounds.b.iter().map(|start| &start.record).collect();
        compare(info, [of_a, of_b], (&a, &b))
    }
}
