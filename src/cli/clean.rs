//! `assize clean`: removes the accounts that earlier runs could not remove.

use super::arguments::CleanArguments;
use super::config::Config;
use super::console;
use super::failure::Failure;
use super::publish::REPORTS;
use super::runtime::{on_this_thread, stop_on_signals};
use super::settings::{EMAIL, MAIL_LIMIT};
use super::target::{OpenTarget, TargetPlan};
use crate::edge::{LeftLedger, RunClock, left_ledgers};
use crate::engine::{Harness, SessionLog, Stop, clean as remove};
use crate::model::{Outcome, Redactor};
use crate::report::{Accounts, Event, EventSink};
use crate::suite::Generation;

pub(super) fn clean(arguments: &CleanArguments) -> Result<Outcome, Failure> {
    let reports = arguments.reports.clone().unwrap_or_else(|| REPORTS.into());
    let ledgers = left_ledgers(&reports, arguments.run.as_deref())?;
    if ledgers.is_empty() {
        return nothing_left(arguments);
    }
    let stop = stop_on_signals()?;
    let mut outcome = Outcome::Conforms;
    for ledger in &ledgers {
        let one = if ledger.head.embedded {
            forget(ledger)?
        } else {
            on_this_thread(clean_one(ledger, arguments, &stop))??
        };
        if one != Outcome::Conforms {
            outcome = one;
        }
    }
    Ok(outcome)
}

fn nothing_left(arguments: &CleanArguments) -> Result<Outcome, Failure> {
    match &arguments.run {
        None => {
            console::print("no run has left an account behind\n");
            Ok(Outcome::Conforms)
        }
        Some(run) => Err(Failure::Usage(format!(
            "the run {run} has left no ledger: it removed all its accounts, or never took place"
        ))),
    }
}

/// The accounts of an embedded server ended with it.
fn forget(ledger: &LeftLedger) -> Result<Outcome, Failure> {
    std::fs::remove_file(&ledger.path).map_err(|error| {
        Failure::Machine(format!("cannot remove {}: {error}", ledger.path.display()))
    })?;
    console::print(&format!(
        "{}: its accounts ended with the embedded server\n",
        ledger.head.run
    ));
    Ok(Outcome::Conforms)
}

async fn clean_one(
    ledger: &LeftLedger,
    arguments: &CleanArguments,
    stop: &Stop,
) -> Result<Outcome, Failure> {
    let config = Config::load(arguments.config.as_deref(), Some(&ledger.head.target))?;
    let options = config.fill_target(&arguments.target)?;
    let plan = TargetPlan::new(config.url.as_deref(), &options)?;
    let target = OpenTarget::open(&plan).await?;
    let generation =
        Generation::new(0, EMAIL).map_err(|error| Failure::Machine(error.to_string()))?;
    let file = ledger.reopen()?;
    let harness = Harness {
        transport: target.transport(),
        clock: &RunClock::start(),
        mailbox: target.mailbox(),
        sink: &Silent,
        generation: &generation,
        redactor: &Redactor::new(),
        base_url: target.base_url(),
        lent: None,
        ledger: &file,
        sessions: &SessionLog::new(),
        stop,
        mail_limit: options.mail_limit.map_or(MAIL_LIMIT, |span| span.0),
    };
    if let Err(sentence) = harness.reach().await {
        console::note(&format!("error: {sentence}\n"));
        return Ok(Outcome::Broken);
    }
    let accounts = remove(harness, ledger.accounts.clone()).await;
    let left = file.close()?;
    console::print(&said(ledger, accounts, left.is_some()));
    Ok(if left.is_some() {
        Outcome::Broken
    } else {
        Outcome::Conforms
    })
}

fn said(ledger: &LeftLedger, accounts: Accounts, some_left: bool) -> String {
    let Accounts { made, removed } = accounts;
    let run = &ledger.head.run;
    if some_left {
        let advice = "give the --mailbox of that run, so that their codes can be read";
        return format!("{run}: {removed} of {made} accounts removed; {advice}\n");
    }
    format!("{run}: {removed} accounts removed, none is left\n")
}

/// Cleaning has a sentence to say, not a report.
struct Silent;

impl EventSink for Silent {
    fn emit(&self, _: &Event) {}
}
