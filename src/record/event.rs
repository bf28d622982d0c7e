//! What the engines tell while they work. Reports are folds over these.

use std::sync::Arc;

use super::case::CaseResult;
use super::load_judgement::SearchStage;
use super::load_result::LoadResult;
use super::second_result::SecondResult;
use crate::diagnosis::Diagnosis;
use crate::load::{Interval, Usage};
use crate::model::{CaseId, Outcome, ScenarioId, Threshold};

/// A fact about a run.
#[derive(Clone, Debug)]
pub enum Event {
    /// How many cases are to come.
    Planned {
        /// The number of cases.
        cases: usize,
    },
    /// How long the check will take, as far as can be told.
    Forecast(Forecast),
    /// A case begins.
    CaseStarted(CaseId),
    /// A case has ended.
    CaseFinished(Box<CaseResult>),
    /// A load begins: its users are ready.
    LoadStarted(Arc<LoadOutline>),
    /// A second of the load has passed.
    LoadSecond(LoadSecond),
    /// A stage of a search for the highest rate has ended.
    SearchStage(SearchStage),
    /// A load has ended.
    LoadFinished(Box<LoadResult>),
    /// Something that the reader must know, though it changes no verdict.
    Notice(String),
    /// Something that keeps the run from a verdict of its own.
    Trouble(Trouble),
    /// A look over the whole run has found something.
    Diagnosed(Box<Diagnosis>),
    /// The accounts that the run made have been removed as far as possible.
    TornDown(Accounts),
}

/// What is known of a load before its first second.
#[derive(Clone, Debug)]
pub struct LoadOutline {
    /// The scenario.
    pub scenario: ScenarioId,
    /// Warm-up and measurement together, in seconds.
    pub planned_s: f64,
    /// Whether arrivals follow a schedule.
    pub is_open: bool,
    /// The thresholds.
    pub thresholds: Vec<Threshold>,
    /// How many of them nobody gave: they stand at the end.
    pub usual_thresholds: usize,
    /// Of how many iterations each operation is, as a share of all (0 to 1), in the order of the scenario.
    pub shares: Vec<f64>,
}

/// A second of a load: its figures, and the histograms behind them.
#[derive(Clone, Debug)]
pub struct LoadSecond {
    /// The figures.
    pub result: SecondResult,
    /// The names of the operations.
    pub operations: Arc<[String]>,
    /// The counts and histograms of the operations, in the same order. To keep them costs up to 135
    /// KiB each; dropped, their memory serves a later second.
    pub interval: Arc<Interval>,
    /// The beginning of the measurement in unix seconds.
    pub measured_from: f64,
    /// The beginning of this second, in seconds from the beginning of the measurement; negative in
    /// the warm-up.
    pub start_s: f64,
    /// What the target uses at the end of the second; none if it is not watched.
    pub target: Option<Usage>,
}

/// Something that keeps the run from a verdict of its own.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct Trouble {
    /// What it makes of the run.
    pub outcome: Outcome,
    /// What happened and what to do, as a sentence.
    pub text: String,
}

/// How long a check will take, as far as its first answers tell.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Forecast {
    /// How long the target took for an answer so far, in seconds, on average.
    pub answer_s: f64,
    /// How long the whole check will take, in seconds. Waits for mail come on top.
    pub takes_s: f64,
}

/// What became of the accounts that a run made.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
pub struct Accounts {
    /// Accounts that exist because of this run.
    pub made: usize,
    /// Of those, removed again.
    pub removed: usize,
}

impl std::ops::Add for Accounts {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            made: self.made + more.made,
            removed: self.removed + more.removed,
        }
    }
}

impl Event {
    /// The run has no verdict of its own, for this reason, which is no fault of the target.
    #[must_use]
    pub const fn broken(text: String) -> Self {
        let outcome = Outcome::Broken;
        Self::Trouble(Trouble { outcome, text })
    }
}

/// Takes events as they happen. Must not block for long: engines wait for it.
pub trait EventSink: Send + Sync {
    /// Takes one event.
    fn emit(&self, event: &Event);
}
