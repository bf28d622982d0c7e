//! `assize merge`: what the workers of a plan delivered, as the record of one run.

use std::path::Path;
use std::time::Duration;

use super::arguments::{MergeArguments, MergedReport};
use super::console::Console;
use super::options::ReportOptions;
use super::publish;
use super::work_plan::{ReadPlan, read_plan, store_at, suites_of};
use crate::edge::{RunClock, RunFolder};
use crate::machines::{WorkPlan, gather, shares_present};
use crate::model::{Outcome, RunId};
use crate::record::{EvidencePolicy, Record, RunInfo};
use crate::session::{Failure, Planned, WorkStore, on_this_thread};

/// The plan in a store.
pub(super) const PLAN: &str = "plan.json";
/// How often a store is looked at while shares are waited for.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn merge(arguments: &MergeArguments, console: Console) -> Result<Outcome, Failure> {
    let report = ReportOptions::from(&arguments.report);
    publish::remove_copies(&report)?;
    let read = plan_in(&arguments.store)?;
    let suites = suites_of(&read.plan, arguments.suites.as_deref())?;
    let store = store_at(&arguments.store, false)?;
    if let Some(wait) = arguments.wait {
        on_this_thread(wait_for_shares(&store, &read.plan, wait.0))??;
    }
    let record = merged(&store, &read, &suites, arguments.allow_missing)?;
    let reports = publish::reports_folder(&report);
    // What is made again from the same shares is the same, so it takes the place of what was made before.
    RunFolder::remove(&reports.join(record.run.id.as_str()));
    let folder = RunFolder::begin(&reports, record.run.id.as_str())?;
    publish::publish(&record, folder, &report, console)
}

/// The plan of a store.
fn plan_in(store: &Path) -> Result<ReadPlan, Failure> {
    let path = store.join(PLAN);
    if path.is_file() {
        return read_plan(&path);
    }
    Err(Failure::Usage(format!(
        "{} is no store of a plan: there is no {PLAN} in it; the first worker that begins puts it there",
        store.display()
    )))
}

/// The record of all shares in a store.
pub(super) fn merged(
    store: &WorkStore,
    read: &ReadPlan,
    suites: &Planned,
    allow_missing: usize,
) -> Result<Record, Failure> {
    let of = (read.plan.as_ref(), read.digest.as_str());
    let gathering = gather(store.as_ref(), of, info(read));
    let gathered = on_this_thread(gathering)?;
    let mut gathered = gathered.map_err(|error| Failure::Machine(error.to_string()))?;
    gathered.judge(of, allow_missing);
    let order: Vec<_> = suites.plan.ids().cloned().collect();
    Ok(gathered.merged.finish(&order, &suites.requirements))
}

async fn wait_for_shares(
    store: &WorkStore,
    plan: &WorkPlan,
    wait: Duration,
) -> Result<(), Failure> {
    let began = tokio::time::Instant::now();
    loop {
        let present = shares_present(store.as_ref()).await;
        let present = present.map_err(|error| Failure::Machine(error.to_string()))?;
        if present >= plan.workers || began.elapsed() >= wait {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// What is known of the run from its plan.
fn info(read: &ReadPlan) -> RunInfo {
    let plan = &read.plan;
    let number = |key: &str| plan.options.get(key).and_then(serde_json::Value::as_u64);
    let accepts = plan.options.get("accept-invalid");
    let clock = RunClock::start();
    RunInfo {
        id: RunId::new(format!("{}-load-{}", clock.began_compact(), read.digest)),
        version: plan.version.clone(),
        verb: "load".to_owned(),
        target: plan.target.clone(),
        servers: Vec::new(),
        embedded: false,
        mailbox: None,
        suites: Some(plan.suites.clone()),
        plan: None,
        shard: None,
        selection: Vec::new(),
        seed: number("seed").unwrap_or_default(),
        draw: number("draw").unwrap_or_default(),
        tag: String::new(),
        jobs: 0,
        strict: false,
        accept_partial: false,
        accept_invalid: accepts.and_then(serde_json::Value::as_bool) == Some(true),
        evidence: EvidencePolicy::default(),
        started: clock.began_rfc3339(),
        duration_ms: 0.0,
        interrupted: false,
    }
}

impl From<&MergedReport> for ReportOptions {
    fn from(report: &MergedReport) -> Self {
        let MergedReport {
            reports,
            junit,
            json,
            html,
            quiet,
        } = report.clone();
        Self {
            reports,
            junit,
            json,
            html,
            quiet,
            ..Self::default()
        }
    }
}
