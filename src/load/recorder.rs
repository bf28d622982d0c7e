//! Counts the samples of one worker, second by second.

use super::effort::{Effort, ThreadTime};
use super::sample::Sample;
use super::stage_tally::StageTallies;
use super::tally::Tally;
use super::timeline::Timeline;

/// What happened in one second, or in a part of it at the beginning or the end of a load.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Which second: 0 for the first of the measurement, negative in the warm-up.
    pub second: i64,
    /// When it began, in nanoseconds from the beginning of the load.
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// The operations in the order of the scenario.
    pub tallies: Vec<Tally>,
    /// What the generator had of its machine.
    pub effort: Effort,
}

impl Interval {
    /// An empty interval for this many operations.
    #[must_use]
    pub fn new(operations: usize) -> Self {
        Self {
            second: 0,
            start: 0,
            end: 0,
            tallies: vec![Tally::default(); operations],
            effort: Effort::default(),
        }
    }

    /// Adds everything of another interval of the same second.
    pub fn add(&mut self, other: &Self) {
        for (mine, others) in self.tallies.iter_mut().zip(&other.tallies) {
            mine.add(others);
        }
        self.effort.add(&other.effort);
        self.end = self.end.max(other.end);
    }

    /// Forgets everything and keeps the memory.
    pub fn reset(&mut self) {
        self.tallies.iter_mut().for_each(Tally::reset);
        self.effort.reset();
    }
}

/// Counts the samples of one worker. The second that it counts in is told by the samples' own times,
/// so that no sample is counted in a wrong second because somebody looked at a clock late.
#[derive(Debug)]
pub struct Recorder {
    timeline: Timeline,
    interval: Interval,
    stages: StageTallies,
}

impl Recorder {
    /// A recorder at the beginning of a load, counting into an empty interval and the stages of its
    /// profile.
    #[must_use]
    pub fn new(timeline: Timeline, empty: Interval, stages: StageTallies) -> Self {
        let mut recorder = Self {
            timeline,
            interval: empty,
            stages,
        };
        recorder.open(timeline.second_of(0));
        recorder
    }

    fn open(&mut self, second: i64) {
        self.interval.second = second;
        self.interval.start = self.timeline.start_of(second);
        self.interval.end = self.timeline.end_of(second);
    }

    /// Whether a time lies behind the second that is counted in, so that [`Self::rotate`] must come
    /// before the next sample.
    #[must_use]
    pub const fn is_over(&self, at: u64) -> bool {
        at >= self.interval.end && self.interval.end < self.timeline.end()
    }

    /// Ends the second that is counted in and goes on in the next, with an empty interval. Gives what
    /// was counted.
    pub fn rotate(&mut self, empty: Interval) -> Interval {
        let next = self.interval.second + 1;
        let counted = std::mem::replace(&mut self.interval, empty);
        self.open(next);
        counted
    }

    /// Counts a sample. Of what was due in the warm-up only that is counted which also ended there.
    pub fn record(&mut self, sample: &Sample) {
        if self.interval.second >= 0 && !self.timeline.is_measured(sample.due) {
            return;
        }
        if self.timeline.is_measured(sample.due) {
            self.stages.record(sample);
        }
        if let Some(tally) = self.interval.tallies.get_mut(sample.operation) {
            tally.record(sample);
        }
    }

    /// Counts so many iterations that were due at this time and never started, by the operation that each
    /// begins with. A user has waited for it in vain, at least so long. They count in the second that is
    /// counted in, which must be the last.
    pub fn record_unstarted(&mut self, operation: usize, due: u64, at_least: u64, count: u64) {
        if self.timeline.is_measured(due)
            && let Some(tally) = self.interval.tallies.get_mut(operation)
        {
            tally.unanswered.record_many(at_least, count);
            self.stages.record_unstarted(due, at_least, count);
        }
    }

    /// Counts a request that was still under way when the load was stopped. Whether it would have been
    /// answered nobody knows, so it is no error. True if it was due in the measurement.
    pub fn record_cut_off(&mut self, operation: usize, due: u64, at_least: u64) -> bool {
        let measured = self.timeline.is_measured(due);
        if measured && let Some(tally) = self.interval.tallies.get_mut(operation) {
            tally.unanswered.record(at_least);
            self.stages.record_cut_off(due, at_least);
        }
        measured
    }

    /// Counts how late an iteration began for no fault of the target, in nanoseconds.
    pub fn record_own_lag(&mut self, due: u64, lag: u64) {
        let measured = self.timeline.is_measured(due);
        if measured {
            self.stages.record_begun(due);
        }
        if self.interval.second < 0 || measured {
            self.interval.effort.lag.record(lag);
        }
    }

    /// Adds what the thread had to the second that is counted in, and how many iterations are due and
    /// not yet begun.
    pub fn add_effort(&mut self, thread: ThreadTime, queued: u64) {
        self.interval.effort.add_thread(thread);
        self.interval.effort.queued = queued;
    }

    /// The last, unfinished second, and the stages. A load that was stopped ended at `at`.
    #[must_use]
    pub fn finish(mut self, at: u64) -> (Interval, StageTallies) {
        self.interval.end = self.interval.end.min(at);
        (self.interval, self.stages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Reply;
    use std::time::Duration;

    const MS: u64 = 1_000_000;

    fn sample(due_ms: u64, finished_ms: u64) -> Sample {
        Sample {
            operation: 0,
            due: due_ms * MS,
            started: due_ms * MS,
            finished: finished_ms * MS,
            reply: Reply::Answered {
                status: 200,
                conforming: true,
            },
        }
    }

    /// Records samples in the order of their ends. Gives (second, answers) for every interval.
    fn seconds(timeline: Timeline, samples: &[Sample]) -> Vec<(i64, u64)> {
        let mut recorder = Recorder::new(timeline, Interval::new(1), StageTallies::default());
        let mut intervals = Vec::new();
        for sample in samples {
            while recorder.is_over(sample.finished) {
                intervals.push(recorder.rotate(Interval::new(1)));
            }
            recorder.record(sample);
        }
        intervals.push(recorder.finish(timeline.end()).0);
        intervals
            .iter()
            .map(|interval| (interval.second, interval.tallies[0].answered))
            .collect()
    }

    #[test]
    fn samples_are_counted_in_the_second_of_their_end_and_late_ones_in_the_last() {
        let timeline = Timeline::new(Duration::ZERO, Duration::from_millis(2_500));
        let samples = [
            sample(0, 999),
            sample(990, 1_000),
            sample(2_400, 2_450),
            sample(2_499, 9_000),
        ];
        assert_eq!(seconds(timeline, &samples), [(0, 1), (1, 1), (2, 2)]);
    }

    #[test]
    fn what_was_due_in_the_warm_up_is_not_counted_in_the_measurement() {
        let timeline = Timeline::new(Duration::from_secs(1), Duration::from_secs(1));
        let samples = [sample(10, 20), sample(990, 1_010), sample(1_000, 1_020)];
        assert_eq!(seconds(timeline, &samples), [(-1, 1), (0, 1)]);
    }

    /// A target that stands still for 200 ms from 1.0 s on, one connection, one request every 10 ms,
    /// 2 ms to answer. Worked out by hand: the request due at 1,000 ms ends at 1,202 ms; each that
    /// waits ends 2 ms after the one before it, so that of the n-th (due 10·n ms later) the response
    /// time is 202 − 8·n ms, down to 2 ms at n = 25. None but the first was served slowly.
    #[test]
    fn a_stall_shows_in_the_response_times_of_all_that_had_to_wait() {
        let mut free = 0;
        let mut tally = Tally::default();
        for index in 0..200_u64 {
            let due = index * 10 * MS;
            let started = due.max(free);
            let stalled = (1_000 * MS..1_200 * MS).contains(&started);
            let finished = if stalled {
                1_202 * MS
            } else {
                started + 2 * MS
            };
            free = finished;
            tally.record(&Sample {
                started,
                finished,
                ..sample(index * 10, 0)
            });
        }
        let slow: u64 = (0..25).map(|n| 202 - 8 * n).filter(|ms| *ms > 2).count() as u64;
        assert_eq!(slow, 25);
        assert_eq!(tally.answers.max(), 202 * MS);
        assert_eq!(tally.service.max(), 202 * MS);
        let close = |value: u64, ms: u64| value.abs_diff(ms * MS) <= ms * MS / 1_000;
        // 25 of 200 are slow: the 88th percentile is 2 ms, and of the slow ones the n-th longest
        // stands at rank 201 − n.
        assert!(close(tally.answers.quantile(0.875), 2));
        assert!(close(tally.answers.quantile(0.9), 202 - 8 * 20));
        assert!(close(tally.answers.quantile(0.95), 202 - 8 * 10));
        assert!(close(tally.answers.quantile(0.99), 202 - 8 * 2));
        assert!(close(tally.service.quantile(0.99), 2));
        assert!(close(tally.lag.max(), 192));
    }
}
