//! The search for the highest rate that keeps the thresholds: one load after the other.

use std::sync::Arc;
use std::time::Duration;

use super::load_round::LoadRound;
use super::shaping::Shaping;
use crate::edge::LoadError;
use crate::engine::load::LoadSettings;
use crate::load::{Profile, Rate, Search, SearchStep};
use crate::model::Verdict;
use crate::record::{Event, EventSink, LoadResult, SearchResult, SearchStage};

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

/// A search that is settled.
#[derive(Clone)]
pub(crate) struct SearchPlan {
    /// The rate per second at which it begins.
    pub(crate) first: u64,
    pub(crate) shaping: Shaping,
}

/// A search under way.
pub(crate) struct Searching<'a> {
    plan: &'a SearchPlan,
    settings: &'a LoadSettings,
    round: &'a LoadRound<'a>,
    stages: Vec<SearchStage>,
}

impl<'a> Searching<'a> {
    /// A search whose confirmations have these settings, at another rate.
    pub(crate) const fn new(
        plan: &'a SearchPlan,
        settings: &'a LoadSettings,
        round: &'a LoadRound<'a>,
    ) -> Self {
        Self {
            plan,
            settings,
            round,
            stages: Vec::new(),
        }
    }

    /// Searches. Gives the load of the last stage, which is the one that confirmed the rate found if
    /// there is one.
    pub(crate) async fn search(mut self) -> Result<Option<LoadResult>, LoadError> {
        let stop = self.round.harness.stop;
        let mut search = Search::new(self.plan.first);
        let mut last = None;
        let found = loop {
            let next = search.next();
            let Some((settings, sink)) = self.stage(next) else {
                break match next {
                    SearchStep::Done(found) => found,
                    SearchStep::Try(_) | SearchStep::Confirm(_) => None,
                };
            };
            let result = self.round.make(settings, sink).await?;
            if stop.is_set() {
                last = Some(result);
                break None;
            }
            search.record(self.tell(next, &result));
            last = Some(result);
        };
        let found = found.and_then(Rate::per_second).map(Rate::per_second_f64);
        Ok(last.map(|load| LoadResult {
            search: Some(SearchResult::new(found, self.stages)),
            ..load
        }))
    }

    /// The settings of a stage, and where its seconds go. None at the end.
    fn stage(&self, next: SearchStep) -> Option<(LoadSettings, Arc<dyn EventSink>)> {
        let mut settings = self.settings.clone();
        let (rate, sink) = match next {
            SearchStep::Try(rate) => {
                settings.duration = STAGE.min(settings.duration);
                settings.abort = true;
                let unheard: Arc<dyn EventSink> = Arc::new(Unheard);
                (rate, unheard)
            }
            SearchStep::Confirm(rate) => (rate, self.round.means.sink.clone()),
            SearchStep::Done(_) => return None,
        };
        settings.profile = self.profile(rate, settings.duration)?;
        let number = u64::try_from(self.stages.len()).unwrap_or(u64::MAX);
        settings.first_iteration = number << STAGE_SHIFT;
        Some((settings, sink))
    }

    fn profile(&self, rate: u64, duration: Duration) -> Option<Profile> {
        // A whole rate up to the highest is always one, and its due times are exact.
        self.plan.shaping.at(Rate::per_second(rate)?, duration).ok()
    }

    /// Tells of a stage, and gives whether it kept the thresholds. Answers that do not conform are
    /// never kept.
    fn tell(&mut self, next: SearchStep, result: &LoadResult) -> bool {
        let mut stage = SearchStage::new(next, result);
        if result.verdict >= Verdict::Fail {
            stage.missed.push("every answer conforms".to_owned());
            stage.unsound = false;
            let text = violation(&stage, result);
            self.round.harness.sink.emit(&Event::Notice(text));
        }
        let kept = stage.missed.is_empty();
        let event = Event::SearchStage(stage.clone());
        self.round.harness.sink.emit(&event);
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
