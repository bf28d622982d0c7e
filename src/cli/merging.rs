//! `assize merge`: what the workers of a plan delivered, as the record of one run.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::console::Console;
use super::github::WorkflowJob;
use super::machine_arguments::{MergeArguments, MergedReport};
use super::options::{CheckOptions, ReportOptions};
use super::publish;
use super::results::finished;
use super::store::{is_bucket, store_at};
use super::suites::{planned, selection};
use super::work_plan::{ReadPlan, plan_in, suites_of};
use crate::edge::{RunClock, RunFolder};
use crate::machines::{GatheredShares, PLAN, WorkPlan, gather, join_shards, shares_present};
use crate::model::{Outcome, RunId};
use crate::record::{EvidencePolicy, Record, RunInfo};
use crate::session::{Failure, Planned, WorkStore, on_this_thread};
use crate::suite::Selection;

/// How often a store is looked at while shares are waited for.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn merge(arguments: &MergeArguments, console: Console) -> Result<Outcome, Failure> {
    let report = ReportOptions::from(&arguments.report);
    publish::remove_copies(&report)?;
    let job = WorkflowJob::begin(report.output());
    let record = match arguments.parts.as_slice() {
        [one] if !is_result(one, &report) => of_store(one, arguments)?,
        shards => of_shards(shards, arguments)?,
    };
    let folder = folder_of(&record, &report)?;
    let outcome = publish::publish(&record, folder, &report, console)?;
    if let Some(job) = job {
        job.end(&record);
    }
    Ok(outcome)
}

/// Whether a single part is the result of a run, and no store.
fn is_result(part: &Path, report: &ReportOptions) -> bool {
    let reports = publish::reports_folder(report);
    let in_folder = |folder: &Path| folder.join(publish::RESULTS).is_file();
    !is_bucket(part) && (part.is_file() || in_folder(part) || in_folder(&reports.join(part)))
}

/// The record of all shares of a plan.
fn of_store(store: &Path, arguments: &MergeArguments) -> Result<Record, Failure> {
    let wait = arguments.wait.map_or(Duration::ZERO, |wait| wait.0);
    let until = Instant::now() + wait;
    let store = store_at(store, false)?;
    let read = on_this_thread(wait_for_plan(&store, until))??;
    let suites = suites_of(&read.plan, arguments.suites.as_deref())?;
    on_this_thread(wait_for_shares(&store, &read.plan, until))??;
    let all = gathered(&store, &read, arguments.allow_missing)?;
    Ok(all.finish(&suites))
}

/// The record of all shards of a check.
fn of_shards(shards: &[PathBuf], arguments: &MergeArguments) -> Result<Record, Failure> {
    let reports = arguments.report.reports.as_deref();
    let read = |shard: &PathBuf| finished(Some(&shard.to_string_lossy()), reports);
    let records = shards.iter().map(|shard| Ok(read(shard)?.report));
    let records: Vec<Record> = records.collect::<Result<_, Failure>>()?;
    let used = records.iter().find_map(|record| record.run.suites.clone());
    let mut merged = join_shards(records, arguments.allow_missing)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let used = used.ok_or_else(|| {
        Failure::Usage("no shard says which suites it used, so none of them began".to_owned())
    })?;
    let folder = used.folder.as_ref().map(PathBuf::from);
    let folder = arguments.suites.clone().or(folder);
    let suites = planned(folder.as_deref())?;
    if suites.used.sha256 != used.sha256 {
        return Err(Failure::Usage(
            "the suites here are not those of the shards; give theirs with --suites, and use the same version of assize".to_owned(),
        ));
    }
    let Planned {
        mut plan,
        requirements,
        ..
    } = suites;
    let order: Vec<_> = plan.ids().cloned().collect();
    selection_of(&merged.run().selection).apply(&mut plan);
    let unasked = plan.rules.iter().filter(|rule| !rule.is_selected);
    let unasked: Vec<_> = unasked.map(|rule| rule.id.clone()).collect();
    merged.leave_told(&unasked);
    Ok(merged.finish(&order, &requirements))
}

/// The selection of cases that a record tells, as it was written on a command line.
fn selection_of(written: &[String]) -> Selection {
    let mut check = CheckOptions::default();
    for (flag, pattern) in written.iter().filter_map(|text| text.split_once(' ')) {
        let patterns = match flag {
            "--case" => &mut check.case,
            "--requirement" => &mut check.requirement,
            "--suite" => &mut check.suite,
            "--tag" => &mut check.tag,
            _ => continue,
        };
        patterns.push(pattern.to_owned());
    }
    selection(&check)
}

/// Begins the folder of what was put together. What is made again from the same parts is the same, so it takes
/// the place of what was made before.
pub(super) fn folder_of(record: &Record, report: &ReportOptions) -> Result<RunFolder, Failure> {
    let reports = publish::reports_folder(report);
    RunFolder::remove(&reports.join(record.run.id.as_str()));
    Ok(RunFolder::begin(&reports, record.run.id.as_str())?)
}

/// The plan of a store. The first worker brings it, and may have to be waited for, too.
async fn wait_for_plan(store: &WorkStore, until: Instant) -> Result<ReadPlan, Failure> {
    loop {
        if let Some(plan) = plan_in(store).await? {
            return Ok(plan);
        }
        if Instant::now() >= until {
            return Err(Failure::Usage(format!(
                "{} is no store of a plan: there is no {PLAN} in it; the first worker that begins puts it there",
                store.name()
            )));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// All shares in a store.
pub(super) fn gathered(
    store: &WorkStore,
    read: &ReadPlan,
    allow_missing: usize,
) -> Result<GatheredShares, Failure> {
    let of = (read.plan.as_ref(), read.digest.as_str());
    let gathering = gather(store.as_ref(), of, info(read));
    let mut all =
        on_this_thread(gathering)?.map_err(|error| Failure::Machine(error.to_string()))?;
    all.judge(of, allow_missing);
    Ok(all)
}

impl GatheredShares {
    /// The record of all.
    pub(super) fn finish(self, suites: &Planned) -> Record {
        let order: Vec<_> = suites.plan.ids().cloned().collect();
        self.merged.finish(&order, &suites.requirements)
    }
}

async fn wait_for_shares(
    store: &WorkStore,
    plan: &WorkPlan,
    until: Instant,
) -> Result<(), Failure> {
    loop {
        let present = shares_present(store.as_ref()).await;
        let present = present.map_err(|error| Failure::Machine(error.to_string()))?;
        if present >= plan.workers || Instant::now() >= until {
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
        id: RunId::new(format!("{}-load", clock.began_compact())),
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
