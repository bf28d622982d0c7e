//! The counts and times of each stage of a profile, by when requests were due.

use super::nanos;
use super::profile::Profile;
use super::rate::Rate;
use super::sample::{Reply, Sample};
use super::timeline::Timeline;
use super::times::Times;
use std::time::Duration;

/// What came of the requests that were due within one stage of a profile.
#[derive(Clone, Debug)]
pub struct StageTally {
    /// When it began, in nanoseconds from the beginning of the load.
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// The rate of iterations at its beginning; none for nothing at all.
    pub from: Option<Rate>,
    /// The rate at its end.
    pub to: Option<Rate>,
    /// How far apart the moments are at which several are due together; zero where each is due by itself.
    pub bunched: Duration,
    /// Iterations that were due.
    pub due: u64,
    /// Of those, the ones that never started.
    pub unstarted: u64,
    /// Whole answers.
    pub answered: u64,
    /// Answers that did not conform, and requests without an answer.
    pub errors: u64,
    /// The response times of everything that was due, as in a [`super::Tally`].
    pub response: Times,
}

/// The stages of a profile, each with its counts; none where the rate never changes.
#[derive(Clone, Debug, Default)]
pub struct StageTallies {
    stages: Vec<StageTally>,
    /// The stage of the last request: mostly that of the next.
    current: usize,
}

impl StageTallies {
    /// The stages of the measurement, not of the warm-up. A profile of a single stage has none: the whole
    /// load tells the same.
    #[must_use]
    pub fn new(profile: &Profile, timeline: Timeline) -> Self {
        let mut stages = Vec::new();
        let mut at = 0;
        for stage in profile.stages() {
            let start = at;
            at += nanos(stage.lasts);
            if at > timeline.warm_up() && start < timeline.end() {
                stages.push(StageTally {
                    start: start.max(timeline.warm_up()),
                    end: at.min(timeline.end()),
                    from: stage.from,
                    to: stage.to,
                    bunched: stage.bunched,
                    due: 0,
                    unstarted: 0,
                    answered: 0,
                    errors: 0,
                    response: Times::default(),
                });
            }
        }
        if stages.len() < 2 {
            stages.clear();
        }
        Self { stages, current: 0 }
    }

    /// The stage in which a time lies; later operations of an iteration may be due after the last one.
    fn at(&mut self, due: u64) -> Option<&mut StageTally> {
        let holds = |stage: &StageTally| (stage.start..stage.end).contains(&due);
        if !self.stages.get(self.current).is_some_and(holds) {
            let after = self.stages.partition_point(|stage| stage.start <= due);
            self.current = after.saturating_sub(1);
        }
        self.stages.get_mut(self.current)
    }

    /// Counts a request of the measurement.
    pub fn record(&mut self, sample: &Sample) {
        if let Some(stage) = self.at(sample.due) {
            match sample.reply {
                Reply::Answered { conforming, .. } => {
                    stage.answered += 1;
                    stage.errors += u64::from(!conforming);
                    stage.response.record(sample.response_time());
                }
                // As in a tally: an answer that is not the target's own has no time.
                Reply::Limited { .. } => stage.answered += 1,
                Reply::Failed { at_least, .. } => {
                    stage.errors += 1;
                    stage.response.record(at_least);
                }
            }
        }
    }

    /// Counts an iteration of the measurement that began.
    pub fn record_begun(&mut self, due: u64) {
        if let Some(stage) = self.at(due) {
            stage.due += 1;
        }
    }

    /// Counts so many iterations that never started, each of which took at least so long.
    pub fn record_unstarted(&mut self, due: u64, at_least: u64, count: u64) {
        if let Some(stage) = self.at(due) {
            stage.due += count;
            stage.unstarted += count;
            stage.response.record_many(at_least, count);
        }
    }

    /// Counts a request that was still under way when the load was stopped.
    pub fn record_cut_off(&mut self, due: u64, at_least: u64) {
        if let Some(stage) = self.at(due) {
            stage.response.record(at_least);
        }
    }

    /// Adds what another worker counted.
    pub fn add(&mut self, other: &Self) {
        for (mine, others) in self.stages.iter_mut().zip(&other.stages) {
            mine.due += others.due;
            mine.unstarted += others.unstarted;
            mine.answered += others.answered;
            mine.errors += others.errors;
            mine.response.add(&others.response);
        }
    }

    /// The stages that had begun at a time, in order; the last ends there if it had not ended before.
    #[must_use]
    pub fn until(self, end: u64) -> Vec<StageTally> {
        let mut stages = self.stages;
        stages.retain(|stage| stage.start < end);
        if let Some(last) = stages.last_mut() {
            last.end = last.end.min(end);
        }
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Share, Spacing, Stages};
    use proptest::prelude::*;
    use std::time::Duration;

    const MS: u64 = 1_000_000;

    fn tallies(text: &str, warm_up: Duration) -> (StageTallies, Profile, Timeline) {
        let stages: Stages = text.parse().unwrap();
        let timeline = Timeline::new(warm_up, stages.duration());
        let profile = Profile::shaped(&stages, warm_up, Spacing::Even).unwrap();
        (StageTallies::new(&profile, timeline), profile, timeline)
    }

    #[test]
    fn the_warm_up_is_no_stage_and_a_single_stage_is_the_load() {
        let second = Duration::from_secs(1);
        let (two, ..) = tallies("10 for 2s, hold 3s", second);
        let spans: Vec<_> = two.stages.iter().map(|one| (one.start, one.end)).collect();
        assert_eq!(spans, [(1_000 * MS, 3_000 * MS), (3_000 * MS, 6_000 * MS)]);
        assert!(tallies("10 for 2s", second).0.stages.is_empty());
        let constant = Profile::Constant(Rate::per_second(9).unwrap());
        let timeline = Timeline::new(second, second);
        assert!(StageTallies::new(&constant, timeline).stages.is_empty());
    }

    proptest! {
        /// The oracle: a list of (due, time) for each stage, filled by comparing with its bounds.
        #[test]
        fn each_request_counts_in_the_stage_in_which_it_was_due(
            warm_up_ms in 0_u64..700,
            took in prop::collection::vec((0_u64..4_000, 1_u64..900, 0_u8..4), 1..300),
        ) {
            let (mut tallies, _, timeline) =
                tallies("ramp 10..90 over 700ms, 200 for 300ms, spike 900 for 1ms, hold 1s", Duration::from_millis(warm_up_ms));
            let bounds: Vec<u64> = [0, 700, 1_000, 1_001].iter().map(|ms| warm_up_ms + ms).collect();
            let mut exact: Vec<Vec<u64>> = vec![Vec::new(); 4];
            let mut errors = [0; 4];
            for (due_ms, ms, kind) in took {
                if !timeline.is_measured(due_ms * MS) { continue; }
                let stage = bounds.iter().rposition(|start| *start <= due_ms).unwrap();
                exact[stage].push(ms * MS);
                let (due, at_least) = (due_ms * MS, ms * MS);
                let sample = |reply| Sample { operation: 0, due, started: due, finished: due + at_least, reply };
                match kind {
                    0 => tallies.record(&sample(Reply::Failed { kind: crate::model::TransferErrorKind::Closed, at_least })),
                    1 => tallies.record_unstarted(due, at_least, 1),
                    _ => tallies.record(&sample(Reply::Answered { status: 200, conforming: kind == 2 })),
                }
                errors[stage] += u64::from(kind == 0 || kind == 3);
            }
            for (index, stage) in tallies.until(u64::MAX).iter().enumerate() {
                let times = &mut exact[index];
                times.sort_unstable();
                prop_assert_eq!(stage.response.count(), times.len() as u64);
                prop_assert_eq!(stage.response.max(), times.last().copied().unwrap_or_default());
                prop_assert_eq!(stage.errors, errors[index]);
            }
        }
    }

    #[test]
    fn what_is_due_in_each_stage_is_the_area_below_its_rate() {
        let (mut tallies, profile, timeline) =
            tallies("ramp 100..300 over 1s, 50 for 2s", Duration::from_secs(1));
        let share = Share {
            worker: 0,
            workers: 1,
        };
        let schedule = super::super::Schedule::new(&profile, share, timeline.end()).unwrap();
        for slot in (0..).map_while(|position| schedule.slot(position)) {
            if timeline.is_measured(slot.due) {
                tallies.record_begun(slot.due);
            }
        }
        let due: Vec<u64> = tallies.until(u64::MAX).iter().map(|one| one.due).collect();
        assert_eq!(due, [200, 100]);
    }
}
