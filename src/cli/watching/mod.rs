//! `assize watch`: checks again whenever the target comes back after a rebuild, or a suite changes.

mod arguments;
mod marks;
mod served;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::arguments::CleanArguments;
use super::clean::remove_left;
use super::console::{self, Console};
use super::first_cases::FirstCases;
use super::options::ReportOptions;
use super::progress::Progress;
use super::runtime::stop_or_leave;
use super::settings::Settings;
use super::trial::{RunRequest, learnt, recorded};
use crate::edge::{RunClock, RunningBuilds};
use crate::engine::{Stop, stop_signal};
use crate::model::{CaseId, Outcome, Verdict};
use crate::record::Record;
use crate::report::changed_since;
use crate::session::Failure;
pub(super) use arguments::WatchArguments;
use served::Served;

/// Between two looks at what may change: a look reads the table of all sockets, which is long on a busy machine.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn watch(arguments: &WatchArguments, console: Console) -> Result<Outcome, Failure> {
    let running = RunningBuilds::default();
    let last = running.clone();
    let stop = stop_or_leave(move || last.kill())?;
    let mut served = Served::new(arguments, running)?;
    let mut watch = Watch {
        arguments,
        console,
        stop,
        before: None,
        left: Vec::new(),
    };
    let mut rounds = 0;
    while !watch.stop.is_set() && arguments.rounds.is_none_or(|most| rounds < most.get()) {
        if rounds > 0 && served.changed().is_none() {
            served.wait_for_change(&watch.stop)?;
        }
        if !served.is_ready(&watch.stop)? {
            continue;
        }
        if let Some(record) = watch.round(&served)? {
            watch.tell(record);
            rounds += 1;
        }
    }
    watch.clean(&served)?;
    served.end()?;
    let last = watch.before.filter(|_| !watch.stop.is_set());
    Ok(last.map_or(Outcome::Interrupted, |last| last.conclusion.outcome))
}

/// A watch while it lasts.
struct Watch<'a> {
    arguments: &'a WatchArguments,
    console: Console,
    stop: Stop,
    /// What the round before came to.
    before: Option<Record>,
    /// The runs that could not remove all their accounts, because the target went away.
    left: Vec<String>,
}

impl Watch<'_> {
    /// One round: a check, what failed before first. None if the target or a suite changed meanwhile, since what was
    /// met then says nothing of either.
    fn round(&mut self, served: &Served) -> Result<Option<Record>, Failure> {
        self.clean(served)?;
        let record = self.checked(served)?;
        if record.accounts.made > record.accounts.removed {
            self.left.push(record.run.id.to_string());
        }
        if self.stop.is_set() {
            return Ok(None);
        }
        let changed = served.changed();
        if let Some(change) = changed {
            console::note(&format!("{} meanwhile: again\n", change.told()));
        }
        Ok(changed.is_none().then_some(record))
    }

    /// Makes a check that ends early if something changes.
    fn checked(&self, served: &Served) -> Result<Record, Failure> {
        let report = ReportOptions {
            state: self.arguments.state.clone(),
            ..ReportOptions::default()
        };
        let mut settings = Settings::new(&RunRequest {
            verb: "watch",
            place: &served.place,
            target: &served.target,
            suites: &self.arguments.suites,
            check: Some(&self.arguments.check),
            rerun: None,
            load: None,
            report: &report,
        })?;
        settings.first = match &self.before {
            None => FirstCases::OfEachSuite,
            Some(before) => FirstCases::Named(failed(before)),
        };
        let redactor = learnt(&settings)?;
        let clock = RunClock::start();
        let info = settings.run_info(&clock);
        let progress = Box::new(Progress::new(self.console, &report));
        let (stopper, stop) = stop_signal();
        let has_ended = AtomicBool::new(false);
        Ok(thread::scope(|scope| {
            scope.spawn(|| {
                while !has_ended.load(Ordering::Relaxed) {
                    if self.stop.is_set() || served.changed().is_some() {
                        stopper.stop();
                        return;
                    }
                    thread::sleep(LOOK);
                }
            });
            let record = recorded(&settings, info, vec![progress], (&clock, &stop, &redactor));
            has_ended.store(true, Ordering::Relaxed);
            record
        }))
    }

    /// Removes what a target that went away kept from being removed, once one is there again.
    fn clean(&mut self, served: &Served) -> Result<(), Failure> {
        if self.left.is_empty() || !served.is_there()? {
            return Ok(());
        }
        for run in std::mem::take(&mut self.left) {
            let arguments = CleanArguments {
                run: Some(run),
                config: self.arguments.place.config.clone(),
                list: false,
                forget: false,
                target: served.target.clone(),
                state: self.arguments.state.clone(),
            };
            remove_left(&arguments, &self.stop)?;
        }
        Ok(())
    }

    /// Shows what came of a round, and what changed since the one before.
    fn tell(&mut self, record: Record) {
        let conclusion = &record.conclusion;
        let headline = conclusion.outcome.headline();
        console::print(&format!("{headline}  {}\n", conclusion.sentence));
        if let Some(before) = &self.before {
            console::print(&format!("{}\n", changed_since(before, &record)));
        }
        self.before = Some(record);
    }
}

/// The cases that a run could not pass.
fn failed(record: &Record) -> Vec<CaseId> {
    let cases = record.cases.iter();
    let failed = cases.filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Broken));
    failed.map(|case| case.id.clone()).collect()
}
