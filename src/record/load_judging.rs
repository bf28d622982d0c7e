//! What the counts of a load mean: its thresholds, and whether its generator kept up. A stored load can be
//! judged again, by other thresholds.

use super::design_effects::DesignEffects;
use super::load_judgement::{Judgement, ThresholdResult};
use super::load_result::{Arrivals, LoadResult};
use super::operation_result::OperationResult;
use super::quantity::{float, whole};
use crate::load::{Counted, CountedOperation, GeneratorFacts, NANOS_PER_SECOND, Tally, seconds};
use crate::model::{Threshold, TransferErrorKind};

/// The highest percentile that is commonly judged.
const P99: f64 = 0.99;

/// What a load is judged by.
#[derive(Clone, Copy, Debug)]
pub struct GivenThresholds<'a> {
    /// All thresholds.
    pub all: &'a [Threshold],
    /// How many of them nobody gave: they stand at the end, and apply unless told otherwise.
    pub usual: usize,
    /// Whether what this machine lacked excuses nothing that was asked for.
    pub accept_invalid: bool,
}

impl LoadResult {
    /// The same counts with the rate, the soundness and the thresholds that follow from them. Whatever was
    /// said of those before is forgotten; the verdict on the answers stays.
    ///
    /// Results of the format `assize-results/1` have no counts of the generator: of them the soundness stays
    /// as it was told, and excuses nothing.
    #[must_use]
    pub fn judged(mut self, by: GivenThresholds<'_>) -> Self {
        self.rate = if self.duration_s > 0.0 {
            float(self.answered) / self.duration_s
        } else {
            0.0
        };
        if self.effort.wall_ns > 0 {
            self.generator_cpu_s = seconds(self.effort.cpu_ns);
        }
        if self.effort.wall_ns > 0 || self.generator.shortages.is_empty() {
            let own_lag = self.effort.own_lag.times();
            let slowest = |share| self.slowest(share);
            self.generator = self.generator.judged(&self.facts(), own_lag, slowest);
        }
        self.thresholds = self.judged_thresholds(by);
        self.widen();
        self
    }

    /// Widens the intervals of all response and service times by what the seconds show of how the times depend on
    /// each other. A series whose times cannot be read, or that has none, shows nothing.
    fn widen(&mut self) {
        let effects = DesignEffects::of(&self.series).unwrap_or_default();
        for operation in &mut self.operations {
            for times in [
                &mut operation.response,
                &mut operation.answers,
                &mut operation.service,
            ] {
                times.widen(effects);
            }
        }
    }

    /// What the load was, and what its generator had.
    fn facts(&self) -> GeneratorFacts {
        let own_lag = self.effort.own_lag.times();
        GeneratorFacts {
            open: self.arrivals != Arrivals::Closed,
            threads: self.effort.threads(),
            seconds: self.effort.seconds,
            saturated: self.effort.saturated_seconds,
            own_lag_p99: own_lag.quantile(P99),
            response_p99: self.slowest(P99),
            exhausted: self.exhausted(),
        }
    }

    /// The response time of the slowest operation at a share, in nanoseconds.
    fn slowest(&self, share: f64) -> u64 {
        let operations = self.operations.iter();
        let times = operations.map(|operation| operation.response.times().quantile(share));
        times.max().unwrap_or_default()
    }

    /// Requests that could not be sent, because this machine had nothing left for a connection.
    pub(super) fn exhausted(&self) -> u64 {
        let operations = self.operations.iter();
        operations
            .filter_map(|operation| operation.errors.get(&TransferErrorKind::Exhausted))
            .sum()
    }

    fn judged_thresholds(&self, by: GivenThresholds<'_>) -> Vec<ThresholdResult> {
        let tallies: Vec<Tally> = self.operations.iter().map(OperationResult::tally).collect();
        let operations = self.operations.iter().zip(&tallies);
        let operations: Vec<CountedOperation<'_>> = operations
            .map(|(operation, tally)| CountedOperation {
                name: &operation.name,
                tally,
                share: operation.share,
            })
            .collect();
        let own_lag = self.effort.own_lag.times();
        let judgement = Judgement {
            counted: &Counted {
                operations: &operations,
                duration: whole(self.duration_s * float(NANOS_PER_SECOND)),
                unstarted: self.unstarted,
                own_lag: own_lag.max(),
            },
            facts: &self.facts(),
            own_lag,
            accept_invalid: by.accept_invalid,
        };
        let given = by.all.len().saturating_sub(by.usual);
        // Where nobody answers, what nobody asked for adds nothing.
        let judged = if self.answered > 0 { usize::MAX } else { given };
        let thresholds = by.all.iter().enumerate().take(judged);
        thresholds
            .map(|(index, threshold)| ThresholdResult::new(threshold, index >= given, &judgement))
            .collect()
    }
}
