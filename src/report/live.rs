//! A run while it is under way, as far as its events tell: what the live page and the metrics are made of.

use std::collections::{BTreeMap, VecDeque};

use crate::load::Times;
use crate::model::Verdict;
use crate::record::{CaseResult, Event, LoadSecond, RunInfo, SecondResult};

/// Seconds of a load that are kept: ten minutes, so that a load of a day takes no more memory than one of these.
const SECONDS: usize = 600;
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
    pub(super) load: Option<LiveLoad>,
    pub(super) has_ended: bool,
}

/// A load while it is under way. The warm-up is shown and not counted.
#[derive(Clone, Debug)]
pub(super) struct LiveLoad {
    pub(super) scenario: String,
    pub(super) planned_s: f64,
    pub(super) seconds: VecDeque<SecondResult>,
    pub(super) answered: u64,
    pub(super) nonconforming: u64,
    pub(super) failed: u64,
    /// The response times of all answers since the measurement began.
    pub(super) times: Times,
    /// The longest response time of the last second, in microseconds.
    pub(super) max_us: u64,
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
            load: None,
            has_ended: false,
        }
    }

    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Planned { cases } => self.planned = *cases,
            Event::CaseFinished(result) => self.take_case(result),
            Event::LoadStarted {
                scenario,
                planned_s,
            } => self.load = Some(LiveLoad::new(scenario.to_string(), *planned_s)),
            Event::LoadSecond(second) => {
                if let Some(load) = &mut self.load {
                    load.take(second);
                }
            }
            Event::Notice(text) => self.tell(text.clone()),
            Event::Trouble(trouble) => self.tell(trouble.text.clone()),
            Event::Diagnosed(found) => self.tell(found.told()),
            Event::Forecast(_)
            | Event::CaseStarted(_)
            | Event::SearchStage(_)
            | Event::LoadFinished(_)
            | Event::TornDown(_) => {}
        }
    }

    /// Nothing follows.
    pub const fn end(&mut self) {
        self.has_ended = true;
    }

    fn take_case(&mut self, result: &CaseResult) {
        *self.verdicts.entry(result.verdict).or_default() += 1;
        if result.verdict >= Verdict::Warn && self.bad.len() < MOST {
            self.bad.push(result.clone());
        }
    }

    fn tell(&mut self, text: String) {
        if self.told.len() < MOST {
            self.told.push(text);
        }
    }
}

impl LiveLoad {
    fn new(scenario: String, planned_s: f64) -> Self {
        Self {
            scenario,
            planned_s,
            seconds: VecDeque::new(),
            answered: 0,
            nonconforming: 0,
            failed: 0,
            times: Times::default(),
            max_us: 0,
        }
    }

    fn take(&mut self, second: &LoadSecond) {
        let SecondResult {
            answered,
            nonconforming,
            errors,
            ..
        } = second.result;
        let tallies = &second.interval.tallies;
        let longest = tallies.iter().map(|tally| tally.answers.max()).max();
        self.max_us = longest.unwrap_or_default() / 1_000;
        if second.interval.second >= 0 {
            self.answered += answered;
            self.nonconforming += nonconforming;
            self.failed += errors;
            for tally in tallies {
                self.times.add(&tally.answers);
            }
        }
        if self.seconds.len() == SECONDS {
            self.seconds.pop_front();
        }
        self.seconds.push_back(second.result.clone());
    }
}
