//! What one start measured.

use crate::load::Times;
use crate::record::{LoadResult, ThresholdUnit, quantity};

/// What one start measured. Times are in microseconds.
pub(super) struct StartMeasurement {
    /// The response times of all operations together.
    pub(super) times: Times,
    /// Those of each operation, in the order of the scenario.
    pub(super) operations: Vec<(String, Times)>,
    /// Everything that was due.
    requests: u64,
    /// What of it did not end in an answer that conforms.
    failed: u64,
    /// CPU time for each answer, and the step to which a clock of ticks rounds it, as a share of it.
    pub(super) cpu: Option<(f64, f64)>,
    /// The most memory that the target had, in bytes.
    pub(super) memory: Option<u64>,
    /// The thresholds that the user gave.
    pub(super) thresholds: Vec<GivenThreshold>,
}

/// What a start measured for a threshold.
pub(super) struct GivenThreshold {
    pub(super) text: String,
    pub(super) unit: ThresholdUnit,
    pub(super) figure: Option<f64>,
    pub(super) samples: u64,
    pub(super) kept: bool,
}

/// The tick by which Linux counts the CPU time of a process, in seconds.
const TICK_S: f64 = 0.01;

impl StartMeasurement {
    /// From the load of the start.
    pub(super) fn new(load: &LoadResult) -> Self {
        let mut times = Times::default();
        let mut operations = Vec::with_capacity(load.operations.len());
        for operation in &load.operations {
            let own = operation.response.times();
            times.add(own);
            operations.push((operation.name.clone(), own.clone()));
        }
        let unanswered = load.operations.iter().flat_map(|one| one.errors.values());
        let unanswered = unanswered.sum::<u64>() + load.unstarted;
        let used = load.target.as_ref();
        Self {
            times,
            operations,
            requests: load.answered + unanswered,
            failed: load.answered.saturating_sub(load.conforming) + unanswered,
            cpu: used
                .filter(|used| used.gone_at_s.is_none())
                .and_then(|used| {
                    let each = used.cpu_us_per_answer.filter(|each| *each > 0.0)?;
                    Some((each, TICK_S / used.cpu_s))
                }),
            memory: used.and_then(|used| used.most(|second| second.memory)),
            thresholds: given(load),
        }
    }

    /// The share of what was due that did not end in an answer that conforms.
    pub(super) fn errors(&self) -> f64 {
        quantity::float(self.failed) / quantity::float(self.requests.max(1))
    }
}

fn given(load: &LoadResult) -> Vec<GivenThreshold> {
    let given = load.thresholds.iter().filter(|one| !one.usual);
    let given = given.map(|one| GivenThreshold {
        text: one.threshold.clone(),
        unit: one.unit,
        figure: one.figure,
        samples: one.samples,
        kept: one.kept,
    });
    given.collect()
}

/// A quantile in microseconds.
pub(super) fn quantile_us(times: &Times, share: f64) -> f64 {
    quantity::float(times.quantile(share)) / 1e3
}
