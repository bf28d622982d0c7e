//! A run while it is under way, as far as its events tell: what the live page and the metrics are made of.

use std::collections::BTreeMap;

use super::live_load::LiveLoad;
use crate::model::{Finding, RequirementId, Verdict};
use crate::record::{CaseResult, Event, RunInfo};

/// Cases that did not pass, and sentences, that are kept; further ones are counted.
const MOST: usize = 200;

/// A run while it is under way.
#[derive(Clone, Debug)]
pub struct LiveView {
    pub(super) run: RunInfo,
    /// Cases to come and done.
    pub(super) planned: usize,
    pub(super) verdicts: BTreeMap<Verdict, u64>,
    /// Cases that did not pass, the first so many.
    pub(super) bad: Vec<CaseResult>,
    /// What the reader must know besides, the first so many sentences.
    pub(super) told: Vec<String>,
    /// How often each requirement was violated: by cases as they end, by a load once it has ended.
    pub(super) findings: BTreeMap<RequirementId, u64>,
    pub(super) load: Option<LiveLoad>,
    pub(super) has_ended: bool,
}

impl LiveView {
    /// A run of which nothing is known yet but what it is to be.
    #[must_use]
    pub const fn new(run: RunInfo) -> Self {
        Self {
            run,
            planned: 0,
            verdicts: BTreeMap::new(),
            bad: Vec::new(),
            told: Vec::new(),
            findings: BTreeMap::new(),
            load: None,
            has_ended: false,
        }
    }

    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Planned { cases } => self.planned = *cases,
            Event::CaseFinished(result) => self.take_case(result),
            Event::LoadStarted(outline) => self.load = Some(LiveLoad::new(outline.clone())),
            Event::LoadSecond(second) => {
                if let Some(load) = &mut self.load {
                    load.take(second);
                }
            }
            Event::LoadFinished(result) => {
                for kind in &result.findings {
                    self.count(kind.finding.as_ref(), kind.count);
                }
                if let Some(load) = &mut self.load {
                    load.soundness = Some(result.generator.soundness);
                }
            }
            Event::Notice(text) => self.tell(text.clone()),
            Event::Trouble(trouble) => self.tell(trouble.text.clone()),
            Event::Diagnosed(found) => self.tell(found.told()),
            Event::Forecast(_)
            | Event::CaseStarted(_)
            | Event::SearchStage(_)
            | Event::TornDown(_) => {}
        }
    }

    /// Nothing follows.
    pub const fn end(&mut self) {
        self.has_ended = true;
    }

    fn take_case(&mut self, result: &CaseResult) {
        *self.verdicts.entry(result.verdict).or_default() += 1;
        for finding in result.findings() {
            self.count(Some(finding), 1);
        }
        if result.verdict >= Verdict::Warn && self.bad.len() < MOST {
            self.bad.push(result.clone());
        }
    }

    /// Counts a finding under each requirement that it violates.
    fn count(&mut self, finding: Option<&Finding>, count: u64) {
        for id in finding.iter().flat_map(|finding| &finding.requirements) {
            *self.findings.entry(id.clone()).or_default() += count;
        }
    }

    fn tell(&mut self, text: String) {
        if self.told.len() < MOST {
            self.told.push(text);
        }
    }
}
