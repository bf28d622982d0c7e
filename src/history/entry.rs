//! What a history keeps of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::load::{Times, TimesError};
use crate::model::{Outcome, Verdict};
use crate::record::{
    Arrivals, LoadResult, Record, Soundness, StoredTimes, TargetUse, quantity, sha256,
};

/// The version of the lines of a history.
pub const FORMAT: &str = "assize/history/1";

/// What is known of a run besides its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// What was tried: a commit, a version.
    pub label: String,
    /// The machine that made the load.
    pub machine: String,
}

/// What a history keeps of a run: a line of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// The version of this format: `assize/history/1`.
    pub format: String,
    /// The build that was tried: a commit, a version.
    pub build: String,
    /// The id of the run.
    pub run: String,
    /// The beginning of the run, as RFC 3339 in UTC.
    pub started: String,
    /// How the run ended.
    pub outcome: Outcome,
    /// The machine that made the load, as it was named or as it names its processor.
    pub machine: String,
    /// SHA-256 of what was tried and how: suites, scenarios, arrivals, connections, times. Only runs in which it
    /// is the same are compared.
    pub plan: String,
    /// The percentiles that tell of the generator, not of the target: `p99`. All of them where the whole
    /// measurement was invalid.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unsound: BTreeSet<String>,
    /// CPU time of the target for each answer, in microseconds; none if it was not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_us_per_answer: Option<f64>,
    /// The response times of each operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<StoredOperation>,
    /// What came of each requirement that was tried.
    pub requirements: BTreeMap<String, Verdict>,
}

/// The response times of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredOperation {
    /// The scenario and the operation: `lookup: get`.
    pub name: String,
    /// Its response times.
    pub response: StoredTimes,
}

/// What two loads have in common that may be compared.
#[derive(Serialize)]
struct LoadPlan<'a> {
    scenario: &'a str,
    arrivals: &'a Arrivals,
    connections: usize,
    protocol: String,
    streams: usize,
    warm_up_s: f64,
    /// Whole seconds: a load in a closed model ends when its last answer has come.
    duration_s: f64,
    think_s: f64,
}

impl HistoryEntry {
    /// From the record of a run.
    ///
    /// # Errors
    ///
    /// If the plan of the run cannot be written as JSON, which no content makes happen.
    pub fn new(record: &Record, build: Build) -> Result<Self, serde_json::Error> {
        let requirements = record.requirements.iter();
        let tried = requirements.filter(|one| one.verdict != Verdict::Skip);
        Ok(Self {
            format: FORMAT.to_owned(),
            build: build.label,
            run: record.run.id.to_string(),
            started: record.run.started.clone(),
            outcome: record.conclusion.outcome,
            machine: build.machine,
            plan: plan(record)?,
            unsound: record.loads.iter().flat_map(unsound).collect(),
            cpu_us_per_answer: cpu(&record.loads),
            operations: record.loads.iter().flat_map(operations).collect(),
            requirements: tried.map(|one| (one.id.to_string(), one.verdict)).collect(),
        })
    }

    /// The response times of all operations together.
    ///
    /// # Errors
    ///
    /// If a histogram is none.
    pub fn times(&self) -> Result<Times, TimesError> {
        let mut all = Times::default();
        for operation in &self.operations {
            all.add(&operation.response.times()?);
        }
        Ok(all)
    }
}

fn plan(record: &Record) -> Result<String, serde_json::Error> {
    let loads = record.loads.iter().map(|load| LoadPlan {
        scenario: load.scenario.as_str(),
        arrivals: &load.arrivals,
        connections: load.connections,
        protocol: load.protocol.to_string(),
        streams: load.streams,
        warm_up_s: load.warm_up_s,
        duration_s: load.duration_s.round(),
        think_s: load.think_s,
    });
    let suites = record.run.suites.as_ref().map(|suites| &suites.sha256);
    let plan = (suites, loads.collect::<Vec<_>>());
    Ok(sha256(&serde_json::to_vec(&plan)?))
}

fn unsound(load: &LoadResult) -> Vec<String> {
    if load.generator.soundness == Soundness::Invalid && load.generator.unsound.is_empty() {
        return crate::record::Percentile::ALL
            .map(|one| one.name.to_owned())
            .to_vec();
    }
    load.generator.unsound.clone()
}

/// CPU time for each answer of all loads together; none if one of them was not watched to its end.
fn cpu(loads: &[LoadResult]) -> Option<f64> {
    let used = |load: &LoadResult| {
        let watched: &TargetUse = load.target.as_ref()?;
        let whole = watched.gone_at_s.is_none() && watched.cpu_s > 0.0;
        whole.then_some((watched.cpu_s, load.answered))
    };
    let used: Vec<(f64, u64)> = loads.iter().map(used).collect::<Option<_>>()?;
    let cpu_s: f64 = used.iter().map(|(cpu_s, _)| cpu_s).sum();
    let answers: u64 = used.iter().map(|(_, answers)| answers).sum();
    (answers > 0).then(|| cpu_s * 1e6 / quantity::float(answers))
}

fn operations(load: &LoadResult) -> Vec<StoredOperation> {
    let operations = load.operations.iter().map(|operation| StoredOperation {
        name: format!("{}: {}", load.scenario, operation.name),
        response: StoredTimes::from(operation.response.times()),
    });
    operations.collect()
}
