//! `assize clean`: removes the accounts that earlier runs could not remove, lists them, or forgets them.

use std::path::{Path, PathBuf};

use super::arguments::CleanArguments;
use super::config::Config;
use super::console;
use super::ledger_copy::LedgerCopy;
use super::runtime::stop_on_signals;
use super::settings::{EMAIL, MAIL_LIMIT};
use super::state;
use super::store::{is_bucket, store_at};
use crate::edge::{LedgerHead, LeftLedger, RunClock, left_ledgers};
use crate::engine::{
    BudgetedMailbox, EvidenceLog, Harness, Mailbox, RuleBook, Stop, clean as remove,
};
use crate::machines::PLAN;
use crate::model::{Outcome, Redactor};
use crate::record::{Accounts, Event, EventSink};
use crate::session::Failure;
use crate::session::on_this_thread;
use crate::session::{OpenTarget, TargetPlan};
use crate::suite::Generation;
use crate::users_api::{OpenAccount, SessionLog};

pub(super) fn clean(arguments: &CleanArguments) -> Result<Outcome, Failure> {
    let named = arguments.run.as_deref();
    if let Some(bucket) = named.map(Path::new).filter(|named| is_bucket(named)) {
        let ledgers = on_this_thread(LedgerCopy::fetched(store_at(bucket, false)?))??;
        let outcome = clean_all(ledgers.state(), None, arguments);
        on_this_thread(ledgers.end())??;
        return outcome;
    }
    // The workers of a plan keep their ledgers in the folder that they share.
    let store = named.filter(|named| Path::new(named).join(PLAN).is_file());
    let state = if let Some(store) = store {
        PathBuf::from(store)
    } else {
        let config = Config::load(arguments.config.as_deref(), None)?;
        state::folder(arguments.state.as_deref(), config.folder())
    };
    clean_all(&state, named.filter(|_| store.is_none()), arguments)
}

/// Cleans what the ledgers below a folder of state know of.
fn clean_all(
    state: &Path,
    run: Option<&str>,
    arguments: &CleanArguments,
) -> Result<Outcome, Failure> {
    let ledgers = left_ledgers(state, run)?;
    if ledgers.is_empty() {
        return nothing_left(run);
    }
    if arguments.list || arguments.forget {
        return told(&ledgers, arguments.forget);
    }
    remove_all(&ledgers, arguments, &stop_on_signals()?)
}

/// Removes the accounts that a run has left, if it has left any.
pub(super) fn remove_left(arguments: &CleanArguments, stop: &Stop) -> Result<Outcome, Failure> {
    let config = Config::load(arguments.config.as_deref(), None)?;
    let state = state::folder(arguments.state.as_deref(), config.folder());
    let ledgers = left_ledgers(&state, arguments.run.as_deref())?;
    remove_all(&ledgers, arguments, stop)
}

fn remove_all(
    ledgers: &[LeftLedger],
    arguments: &CleanArguments,
    stop: &Stop,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Conforms;
    for ledger in ledgers {
        let one = on_this_thread(clean_one(ledger, arguments, stop))??;
        if one != Outcome::Conforms {
            outcome = one;
        }
    }
    Ok(outcome)
}

/// Shows what the ledgers know, and forgets it if that is wanted.
fn told(ledgers: &[LeftLedger], forget: bool) -> Result<Outcome, Failure> {
    for ledger in ledgers {
        if forget {
            ledger.forget()?;
        }
        let LedgerHead { run, target } = &ledger.head;
        let done = if forget { ": forgotten" } else { "" };
        let accounts = ledger.accounts.values().map(account_line);
        let accounts: String = accounts.collect();
        console::print(&format!("{run} at {target}{done}\n{accounts}"));
    }
    Ok(Outcome::Conforms)
}

/// An account, and what its removal takes.
fn account_line(account: &OpenAccount) -> String {
    let takes = match account {
        OpenAccount {
            bearer: Some(_), ..
        } => "a bearer is known",
        OpenAccount { email: Some(_), .. } => "its code must be mailed",
        _ => "no address is known, so no code can be mailed",
    };
    format!("  {} ({takes})\n", account.name())
}

fn nothing_left(run: Option<&str>) -> Result<Outcome, Failure> {
    match run {
        None => {
            console::print("no run has left an account behind\n");
            Ok(Outcome::Conforms)
        }
        Some(run) => Err(Failure::Usage(format!(
            "the run {run} has left no ledger: it removed all its accounts, or never took place"
        ))),
    }
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
    let clock = RunClock::start();
    let mailbox = target
        .mailbox()
        .map(|mailbox| BudgetedMailbox::new(mailbox, &clock));
    let harness = Harness {
        transport: target.transport(),
        clock: &clock,
        mailbox: mailbox.as_ref().map(|mailbox| mailbox as &dyn Mailbox),
        sink: &QuietSink,
        generation: &generation,
        redactor: &Redactor::new(),
        base_url: target.base_url(),
        lent: None,
        ledger: &file,
        sessions: &SessionLog::new(),
        evidence: &EvidenceLog::default(),
        rules: &RuleBook::default(),
        stop,
        mail_limit: options.mail_limit.map_or(MAIL_LIMIT, |span| span.0),
    };
    if let Err(sentence) = harness.reach().await {
        console::note(&format!("error: {sentence}\n"));
        return Ok(Outcome::Broken);
    }
    let accounts = remove(harness, ledger.accounts.clone()).await;
    let left: Vec<OpenAccount> = file.close()?.into_values().collect();
    console::print(&said(ledger, accounts, &left));
    Ok(if left.is_empty() {
        Outcome::Conforms
    } else {
        Outcome::Broken
    })
}

fn said(ledger: &LeftLedger, accounts: Accounts, left: &[OpenAccount]) -> String {
    let Accounts { made, removed } = accounts;
    let run = &ledger.head.run;
    if left.is_empty() {
        return format!("{run}: {removed} accounts removed, none is left\n");
    }
    let advice = "give the --mailbox of that run, so that their codes can be read; `assize clean --forget` forgets those that can never be removed";
    let lines: String = left.iter().map(account_line).collect();
    format!("{run}: {removed} of {made} accounts removed; {advice}\n{lines}")
}

/// Cleaning has a sentence to say, not a report.
struct QuietSink;

impl EventSink for QuietSink {
    fn emit(&self, _: &Event) {}
}
