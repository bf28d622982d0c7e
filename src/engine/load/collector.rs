//! Gathers the seconds of all workers, tells them, and sums everything up.

use std::sync::Arc;

use super::abort_flag::AbortFlag;
use super::failures::Failures;
use super::job::LoadJob;
use super::pool::Pool;
use super::worker::SharedByWorkers;
use super::worker_result::WorkerResult;
use crate::load::{
    Counted, CountedOperation, Interval, Judging, Mails, Merged, StageTallies, Summary, Tally,
    Timeline, is_lost, seconds,
};
use crate::model::{RequirementId, Verdict};
use crate::record::{
    Arrivals, Event, EventSink, GeneratorEffort, GeneratorResult, GivenThresholds, LoadOutline,
    LoadResult, LoadSecond, LoadVerdict, MailResult, OperationResult, ProcessUse, SecondResult,
    StageResult,
};
use crate::suite::Rule;

/// Gathers the seconds of all workers, tells them, and sums everything up.
pub struct Collector<'a> {
    job: &'a LoadJob,
    pool: &'a Pool,
    sink: &'a dyn EventSink,
    timeline: Timeline,
    operations: Arc<[String]>,
    /// The beginning of the measurement in unix seconds.
    measured_from: f64,
    summary: Summary,
    series: Vec<SecondResult>,
    brake: &'a AbortFlag,
    /// The threshold because of which the load ends early.
    lost: Option<String>,
}

impl<'a> Collector<'a> {
    /// A collector for this many workers, of a load that begins now, which is `began` in nanoseconds
    /// since 1970.
    #[must_use]
    pub fn begin(
        common: SharedByWorkers<'a>,
        sink: &'a dyn EventSink,
        workers: usize,
        began: u64,
    ) -> Self {
        let SharedByWorkers {
            job, pool, brake, ..
        } = common;
        let timeline = job.settings.timeline();
        let operations = 0..job.scenario.operations.len();
        sink.emit(&Event::LoadStarted(Arc::new(LoadOutline {
            scenario: job.scenario.id.clone(),
            planned_s: seconds(timeline.end()),
            is_open: Arrivals::from(&job.settings.profile) != Arrivals::Closed,
            thresholds: job.settings.thresholds.clone(),
            usual_thresholds: job.settings.usual_thresholds,
            shares: operations.map(|index| job.share_of(index)).collect(),
        })));
        Self {
            job,
            pool,
            sink,
            timeline,
            operations: job.operation_names(),
            measured_from: seconds(began.saturating_add(timeline.warm_up())),
            summary: Summary::new(workers, job.scenario.operations.len()),
            series: Vec::new(),
            brake,
            lost: None,
        }
    }

    /// Takes one worker's second.
    pub fn take(&mut self, interval: Interval) {
        let spare = match self.summary.add(interval) {
            Merged::Waiting(spare) => spare,
            Merged::Complete(merged, spare) => {
                let end = merged.end;
                self.tell(merged);
                self.give_up_if_lost(end);
                spare
            }
        };
        if let Some(spare) = spare {
            self.pool.put(spare);
        }
    }

    /// Stops the load if a threshold is lost, and that is wanted.
    fn give_up_if_lost(&mut self, at: u64) {
        let settings = &self.job.settings;
        if !settings.abort || self.lost.is_some() {
            return;
        }
        let counted = self.counted(at);
        let mut thresholds = settings.thresholds.iter();
        let counted = counted.as_counted();
        let lost = thresholds.find(|threshold| is_lost(threshold, &counted));
        self.lost = lost.map(|threshold| threshold.text.clone());
        if self.lost.is_some() {
            self.brake.pull();
        }
    }

    fn tell(&mut self, interval: Interval) {
        let result = SecondResult::new(&self.timeline, &interval);
        self.series.push(result.clone());
        let interval = Arc::new(interval);
        self.sink.emit(&Event::LoadSecond(LoadSecond {
            result,
            operations: Arc::clone(&self.operations),
            measured_from: self.measured_from,
            start_s: self.timeline.measured_seconds(interval.start),
            interval: Arc::clone(&interval),
            target: None,
        }));
        if let Some(free) = Arc::into_inner(interval) {
            self.pool.put(free);
        }
    }

    /// What came of the load, once all workers have ended, and the process used this for it.
    #[must_use]
    pub fn finish(mut self, ends: Vec<WorkerResult>, process: ProcessUse) -> LoadResult {
        for interval in self.summary.incomplete() {
            self.tell(interval);
        }
        let mut kinds = Failures::default();
        let threads = ends.len();
        let mut counts = SecondCounts::new(self.job, self.timeline);
        let mut end = self.timeline.end();
        for shift in ends {
            counts.add(&shift);
            end = end.min(shift.stopped.unwrap_or(u64::MAX));
            kinds.merge(shift.kinds);
        }
        let settings = &self.job.settings;
        let by = GivenThresholds {
            all: &settings.thresholds,
            usual: settings.usual_thresholds,
            accept_invalid: settings.accept_invalid,
        };
        let generator = GeneratorResult::from((threads, process));
        LoadResult {
            generator,
            ..self.result(end, counts, kinds)
        }
        .judged(by)
    }

    /// The figures by which a threshold is given up at a time of the load.
    fn counted(&self, at: u64) -> SecondFigures<'_> {
        let counted = self.operations.iter().zip(self.summary.totals());
        let operations = counted.enumerate().map(|(index, (name, tally))| {
            let share = self.job.share_of(index);
            CountedOperation { name, tally, share }
        });
        SecondFigures {
            operations: operations.collect(),
            duration: at.saturating_sub(self.timeline.warm_up()),
            unstarted: 0,
            own_lag: self.summary.efforts().lag.max(),
        }
    }

    /// The histograms are large, so the results get them as they are.
    fn take_operations(&mut self) -> Vec<OperationResult> {
        let counted = self.operations.iter().zip(self.summary.take_totals());
        let counted = counted.enumerate();
        counted
            .map(|(index, (name, tally))| {
                OperationResult::new(name, self.job.share_of(index), tally)
            })
            .collect()
    }

    /// The counts, of which nothing is judged but the answers.
    fn result(mut self, end: u64, counts: SecondCounts, kinds: Failures) -> LoadResult {
        let totals = self.summary.totals();
        let answered = totals.iter().map(|tally| tally.answered).sum();
        let limited = totals.iter().map(|tally| tally.limited).sum();
        let kinds = match answered {
            0 => kinds.of_nobody_understood(),
            _ => kinds,
        };
        let duration_s = self.timeline.measured_seconds(end).max(0.0);
        let (job, settings) = (self.job, &self.job.settings);
        let requirements = tried(judged_requirements(job), job, totals);
        let conforming = totals.iter().map(|tally| tally.conforming).sum();
        let operations = self.take_operations();
        LoadResult {
            scenario: job.scenario.id.clone(),
            title: job.scenario.title.clone(),
            requirements,
            arrivals: Arrivals::from(&settings.profile),
            connections: settings.connections.get(),
            protocol: settings.protocol.unwrap_or_default(),
            streams: settings.streams_each(),
            warm_up_s: settings.warm_up.as_secs_f64(),
            duration_s,
            answered,
            conforming,
            limited,
            judged: counts.judged,
            resent: 0,
            unstarted: counts.unstarted,
            refused: counts.refused,
            cut_off: counts.cut_off,
            queue: settings.own_queue(),
            think_s: settings.think.as_secs_f64(),
            thresholds: Vec::new(),
            stopped_by: self.lost,
            search: None,
            rate: 0.0,
            operations,
            mails: MailResult::new(&counts.mails),
            verdict: verdict((answered, limited), self.job.limits_errors(), &kinds),
            further_findings: kinds.further(),
            findings: kinds.into_findings(&self.operations),
            series: self.series,
            stages: stages(counts.stages, self.timeline, end),
            generator_cpu_s: seconds(self.summary.efforts().threads.cpu),
            effort: GeneratorEffort::from(self.summary.efforts()),
            generator: GeneratorResult::default(),
            target: None,
        }
    }
}

/// What all workers counted besides their seconds.
struct SecondCounts {
    unstarted: u64,
    refused: u64,
    cut_off: u64,
    stages: StageTallies,
    judged: u64,
    mails: Mails,
}

impl SecondCounts {
    fn new(job: &LoadJob, timeline: Timeline) -> Self {
        Self {
            unstarted: 0,
            refused: 0,
            cut_off: 0,
            stages: StageTallies::new(&job.settings.profile, timeline),
            judged: 0,
            mails: Mails::default(),
        }
    }

    fn add(&mut self, shift: &WorkerResult) {
        self.unstarted += shift.unstarted;
        self.refused += shift.refused;
        self.cut_off += shift.cut_off;
        self.stages.add(&shift.stages);
        self.judged += shift.judged;
        self.mails.add(&shift.mails);
    }
}

/// The requirements that the load proves: where only statuses are judged, not those that need more.
fn judged_requirements(job: &LoadJob) -> Vec<RequirementId> {
    let mut requirements = job.scenario.requirements.clone();
    if job.settings.judging == Judging::Status {
        let operations = job.scenario.operations.iter();
        let all = operations.flat_map(|operation| &operation.exchange.expectations);
        let others: Vec<_> = all
            .filter(|one| !matches!(one.rule, Rule::Status(_)))
            .flat_map(|one| one.requirements.iter())
            .collect();
        requirements.retain(|id| !others.contains(&id));
    }
    requirements
}

/// Those of the requirements that some answer met, in which they could be seen: where none conformed, what
/// else was expected of it may never have been looked at, or the request never sent. If nothing was answered
/// at all, that is said of all of them.
fn tried(
    mut requirements: Vec<RequirementId>,
    job: &LoadJob,
    totals: &[Tally],
) -> Vec<RequirementId> {
    if totals.iter().all(|tally| tally.answered == 0) {
        return requirements;
    }
    let operations = || job.scenario.operations.iter().zip(totals);
    requirements.retain(|id| {
        let mut proving = operations().filter(|(operation, _)| {
            let mut expectations = operation.exchange.expectations.iter();
            expectations.any(|one| one.requirements.contains(id))
        });
        let met = |(_, tally): (_, &Tally)| tally.conforming > 0;
        match proving.next() {
            Some(first) => met(first) || proving.any(met),
            // It is told from what several operations did.
            None => operations().any(met),
        }
    });
    requirements
}

/// The stages up to the end of the load.
fn stages(stages: StageTallies, timeline: Timeline, end: u64) -> Vec<StageResult> {
    let stages = stages.until(end).into_iter();
    stages
        .map(|stage| StageResult::new(timeline, &stage))
        .collect()
}

/// What thresholds are judged by.
struct SecondFigures<'a> {
    operations: Vec<CountedOperation<'a>>,
    duration: u64,
    unstarted: u64,
    own_lag: u64,
}

impl SecondFigures<'_> {
    fn as_counted(&self) -> Counted<'_> {
        Counted {
            operations: &self.operations,
            duration: self.duration,
            unstarted: self.unstarted,
            own_lag: self.own_lag,
        }
    }
}

/// What all findings mean. Without any answer nothing could be judged; nor where a limiter gave most of
/// them, unless a threshold says how many are borne, or all.
fn verdict((answered, limited): (u64, u64), limits_errors: bool, kinds: &Failures) -> Verdict {
    let is_drowned = limited == answered || (limited > answered / 2 && !limits_errors);
    let of_answers = if is_drowned {
        Verdict::Broken
    } else {
        Verdict::Pass
    };
    let mut whole = LoadVerdict::default();
    whole.weigh(kinds.verdict());
    whole.weigh(of_answers);
    whole.get()
}
