//! The search for the highest rate that keeps the thresholds: one load after the other.

use std::sync::Arc;
use std::time::Duration;

use super::recorder::Recorder;
use super::shaping::Shaping;
use crate::edge::{LoadError, run_load};
use crate::engine::Stop;
use crate::engine::drive::LoadJob;
use crate::load::{Next, Profile, Rate, Search};
use crate::model::Verdict;
use crate::report::{Event, EventSink, LoadResult, SearchResult, SearchStage};

/// The time of a stage: enough for a thousand answers even at a few hundred a second.
const STAGE: Duration = Duration::from_secs(3);

/// The numbers of the iterations of two stages are so far apart: no stage has as many.
const STAGE_SHIFT: u32 = 32;

/// Takes the stages of a search in place of the run's own sink: their seconds would mix in the log
/// with those of the confirmation.
struct Unheard;

impl EventSink for Unheard {
    fn emit(&self, _event: &Event) {}
}

/// A search under way.
pub(super) struct Searching<'a> {
    pub(super) shaping: &'a Shaping,
    pub(super) recorder: &'a Arc<Recorder>,
    pub(super) stop: &'a Stop,
    pub(super) stages: Vec<SearchStage>,
}

impl Searching<'_> {
    /// Searches from a rate per second on, each stage a load made from `job`. Gives the load of the
    /// last stage, which is the one that confirmed the rate found if there is one.
    pub(super) async fn search(
        mut self,
        first: u64,
        job: impl Fn() -> LoadJob,
    ) -> Result<Option<LoadResult>, LoadError> {
        let mut search = Search::new(first);
        let mut last = None;
        let found = loop {
            let next = search.next();
            let Some((job, confirming)) = self.stage(next, job()) else {
                break match next {
                    Next::Done(found) => found,
                    Next::Try(_) | Next::Confirm(_) => None,
                };
            };
            let result = run_load(job, self.sink(confirming), self.stop.clone()).await?;
            if self.stop.is_set() {
                last = Some(result);
                break None;
            }
            search.record(self.tell(next, &result));
            last = Some(result);
        };
        let found = found.and_then(Rate::per_second).map(Rate::per_second_f64);
        Ok(last.map(|load| LoadResult {
            search: Some(SearchResult {
                found,
                stages: self.stages,
            }),
            ..load
        }))
    }

    fn sink(&self, confirming: bool) -> Arc<dyn EventSink> {
        if confirming {
            self.recorder.clone()
        } else {
            Arc::new(Unheard)
        }
    }

    /// The load of a stage, and whether it is to confirm a rate. None at the end.
    fn stage(&self, next: Next, mut job: LoadJob) -> Option<(LoadJob, bool)> {
        let (rate, confirming) = match next {
            Next::Try(rate) => (rate, false),
            Next::Confirm(rate) => (rate, true),
            Next::Done(_) => return None,
        };
        let settings = &mut job.settings;
        if !confirming {
            settings.duration = STAGE.min(settings.duration);
            settings.abort = true;
        }
        settings.profile = self.profile(rate, settings.duration)?;
        let number = u64::try_from(self.stages.len()).unwrap_or(u64::MAX);
        settings.first_iteration = number << STAGE_SHIFT;
        Some((job, confirming))
    }

    fn profile(&self, rate: u64, duration: Duration) -> Option<Profile> {
        // A whole rate up to the highest is always one, and its due times are exact.
        self.shaping.at(Rate::per_second(rate)?, duration).ok()
    }

    /// Tells of a stage, and gives whether it kept the thresholds. Answers that do not conform are
    /// never kept.
    fn tell(&mut self, next: Next, result: &LoadResult) -> bool {
        let mut stage = SearchStage::new(next, result);
        if result.verdict >= Verdict::Fail {
            stage.missed.push("every answer conforms".to_owned());
            self.recorder
                .emit(&Event::Notice(violation(&stage, result)));
        }
        let kept = stage.missed.is_empty();
        self.recorder.emit(&Event::SearchStage(stage.clone()));
        self.stages.push(stage);
        kept
    }
}

/// What did not conform in a stage, of which only the last is reported in full.
fn violation(stage: &SearchStage, result: &LoadResult) -> String {
    let mut findings = result.findings.iter();
    let grave = findings.find(|found| found.verdict >= Verdict::Fail);
    let example = grave.map_or_else(String::new, |found| {
        let what = found.finding.as_ref().map_or_else(
            || "no answer".to_owned(),
            |finding| {
                format!(
                    "{}, expected {}, actual {}",
                    finding.subject, finding.expected, finding.actual
                )
            },
        );
        format!(
            "; the first, {} times: {}: {what}",
            found.count, found.operation
        )
    });
    format!(
        "at {} iterations a second, in a stage of the search, not every answer conformed{example}",
        stage.rate
    )
}
