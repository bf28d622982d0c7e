//! A figure over the builds, and where its level changed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::HistoryEntry;
use super::flips::{RequirementHistory, requirement_histories};
use super::runs::{BuildHistory, HistoryError};
use crate::compare::{FigureUnit, JUDGED_QUANTILES, SHORTEST_LEVEL, Tolerance, change_points};
use crate::load::Times;
use crate::record::quantity;

/// A figure that is followed over the builds; its values are microseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// A percentile of the response times of all operations together.
    Percentile {
        /// Its name: `p99`.
        name: String,
        /// The share of all times that it does not exceed, 0 to 1.
        share: f64,
    },
    /// CPU time of the target for each answer.
    Cpu,
}

impl Figure {
    /// What a gate looks at: p50, p99 and CPU time an answer.
    #[must_use]
    pub fn gated() -> Vec<Self> {
        let judged = JUDGED_QUANTILES.map(|(share, name)| Self::Percentile {
            name: name.to_owned(),
            share,
        });
        judged.into_iter().chain([Self::Cpu]).collect()
    }

    /// As reports name it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Percentile { name, .. } => name,
            Self::Cpu => "CPU an answer",
        }
    }

    const fn unit(&self) -> FigureUnit {
        match self {
            Self::Percentile { .. } => FigureUnit::Microseconds,
            Self::Cpu => FigureUnit::CpuMicroseconds,
        }
    }

    /// What a run measured of it; none if it measured nothing, or nothing that tells of the target.
    fn of(&self, entry: &HistoryEntry, times: &Times) -> Option<f64> {
        match self {
            Self::Cpu => entry.cpu_us_per_answer,
            Self::Percentile { name, share } => {
                let is_sound = !entry.unsound.contains(name);
                let us = quantity::float(times.quantile(*share)) / 1e3;
                (is_sound && us > 0.0).then_some(us)
            }
        }
    }
}

/// A figure of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendPoint {
    /// The build that was tried.
    pub build: String,
    /// The id of the run.
    pub run: String,
    /// In microseconds.
    pub us: f64,
}

/// Where a figure came to another level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LevelChange {
    /// The index of the first run of the new level among the points.
    pub index: usize,
    /// The build of that run.
    pub build: String,
    /// The level before, in microseconds: a geometric mean.
    pub before_us: f64,
    /// The new level, in microseconds.
    pub after_us: f64,
}

impl LevelChange {
    /// How much more it is, as a ratio less 1.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.after_us / self.before_us - 1.0
    }
}

/// A slowdown that no later build has undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandingSlowdown {
    /// The first build that was slower.
    pub build: String,
    /// How much slower the newest level is than the one before that build, as a ratio less 1.
    pub ratio: f64,
}

/// A figure over the builds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// The figure.
    pub figure: String,
    /// What its values are.
    pub unit: FigureUnit,
    /// What each run measured, the oldest first; without those that measured nothing of the target.
    pub points: Vec<TrendPoint>,
    /// Where its level changed, in order.
    pub changes: Vec<LevelChange>,
    /// The slowdown that stands, if one does.
    pub standing: Option<StandingSlowdown>,
}

impl Trend {
    fn new(figure: &Figure, runs: &[(&HistoryEntry, Times)], tolerance: Tolerance) -> Self {
        let points = runs.iter().filter_map(|(entry, times)| {
            figure.of(entry, times).map(|us| TrendPoint {
                build: entry.build.clone(),
                run: entry.run.clone(),
                us,
            })
        });
        let points: Vec<TrendPoint> = points.collect();
        let logarithms: Vec<f64> = points.iter().map(|point| point.us.ln()).collect();
        let changes = change_points(&logarithms);
        let changes = changes.into_iter().map(|change| LevelChange {
            index: change.index,
            build: points[change.index].build.clone(),
            before_us: change.before.exp(),
            after_us: change.after.exp(),
        });
        let changes: Vec<LevelChange> = changes.collect();
        Self {
            figure: figure.name().to_owned(),
            unit: figure.unit(),
            standing: standing(&changes, tolerance),
            points,
            changes,
        }
    }

    /// Whether there are too few runs for a change to be found.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.points.len() < Self::FEWEST
    }

    /// Fewer runs have no change of level.
    pub const FEWEST: usize = 2 * SHORTEST_LEVEL;
}

/// The first change for the worse from which the newest level still differs by more than the tolerance.
fn standing(changes: &[LevelChange], tolerance: Tolerance) -> Option<StandingSlowdown> {
    let newest = changes.last()?.after_us;
    let worse = changes.iter().filter(|change| change.ratio() > 0.0);
    let mut stand = worse.map(|change| StandingSlowdown {
        build: change.build.clone(),
        ratio: newest / change.before_us - 1.0,
    });
    stand.find(|one| one.ratio > tolerance.share())
}

/// What the runs of a history show together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trends {
    /// The version of this format: `assize/trends/1`.
    pub format: String,
    /// The machine of the newest run.
    pub machine: Option<String>,
    /// How many runs are of its plan and of its machine.
    pub compared: usize,
    /// How many others the file has.
    pub others: usize,
    /// Each figure over those runs.
    pub trends: Vec<Trend>,
    /// The requirements that some run of the file violated, those that the newest run violates first.
    pub requirements: Vec<RequirementHistory>,
}

impl Trends {
    /// The version of the format.
    pub const FORMAT: &str = "assize/trends/1";

    /// What a history shows of these figures.
    ///
    /// # Errors
    ///
    /// [`HistoryError::Times`] if the times of a run cannot be read.
    pub fn of(
        history: &BuildHistory,
        figures: &[Figure],
        tolerance: Tolerance,
    ) -> Result<Self, HistoryError> {
        let compared = history.comparable();
        let with_times = compared.iter().map(|entry| {
            let times = entry.times().map_err(|cause| HistoryError::Times {
                run: entry.run.clone(),
                cause,
            })?;
            Ok((*entry, times))
        });
        let runs: Vec<(&HistoryEntry, Times)> = with_times.collect::<Result<_, HistoryError>>()?;
        let trends = figures
            .iter()
            .map(|figure| Trend::new(figure, &runs, tolerance));
        Ok(Self {
            format: Self::FORMAT.to_owned(),
            machine: history.entries.last().map(|entry| entry.machine.clone()),
            compared: runs.len(),
            others: history.entries.len() - runs.len(),
            trends: trends.filter(|trend| !trend.points.is_empty()).collect(),
            requirements: requirement_histories(history),
        })
    }

    /// Whether a slowdown stands.
    #[must_use]
    pub fn is_slower(&self) -> bool {
        self.trends.iter().any(|trend| trend.standing.is_some())
    }
}
