//! Folds the events of a run into its record.

use time::Date;

use super::answer_count::AnswerCount;
use super::case::CaseResult;
use super::event::{Accounts, Event, Trouble};
use super::expected::ExpectedFailures;
use super::load_result::LoadResult;
use super::requirement::requirement_results;
use super::run::RunInfo;
use super::suites_used::SuitesUsed;
use super::whole::{FORMAT, Record, Totals};
use crate::contract::Requirements;
use crate::diagnosis::Diagnosis;
use crate::model::{CaseId, Verdict};

/// Folds the events of a run into its report.
#[derive(Clone, Debug)]
pub struct RecordBuilder {
    run: RunInfo,
    cases: Vec<CaseResult>,
    loads: Vec<LoadResult>,
    notices: Vec<String>,
    troubles: Vec<Trouble>,
    diagnoses: Vec<Diagnosis>,
    answers: Vec<AnswerCount>,
    accounts: Accounts,
    expected: Option<(ExpectedFailures, Date)>,
}

impl RecordBuilder {
    /// A report of a run in which nothing has happened yet.
    #[must_use]
    pub const fn new(run: RunInfo) -> Self {
        Self {
            run,
            cases: Vec::new(),
            loads: Vec::new(),
            notices: Vec::new(),
            troubles: Vec::new(),
            diagnoses: Vec::new(),
            answers: Vec::new(),
            accounts: Accounts {
                made: 0,
                removed: 0,
            },
            expected: None,
        }
    }

    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::CaseFinished(result) => self.cases.push((**result).clone()),
            Event::LoadFinished(result) => self.loads.push((**result).clone()),
            Event::Notice(text) => self.notices.push(text.clone()),
            Event::Trouble(trouble) => self.troubles.push(trouble.clone()),
            Event::Diagnosed(found) => self.diagnoses.push((**found).clone()),
            Event::TornDown(accounts) => self.accounts = self.accounts + *accounts,
            Event::Planned { .. }
            | Event::Forecast(_)
            | Event::CaseStarted(_)
            | Event::LoadStarted(_)
            | Event::LoadSecond(_)
            | Event::SearchStage(_) => {}
        }
    }

    /// Judges failures in the light of a list of those that are expected, as of today.
    pub fn expect(&mut self, expected: ExpectedFailures, today: Date) {
        self.expected = Some((expected, today));
    }

    /// Names the target once it is known better than before.
    pub fn name_target(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.run.target);
    }

    /// Says what the target calls itself.
    pub fn name_servers(&mut self, servers: Vec<String>) {
        self.run.servers = servers;
    }

    /// Says how often each endpoint gave each status.
    pub fn count_answers(&mut self, answers: Vec<AnswerCount>) {
        self.answers = answers;
    }

    /// Names the suites once they are read.
    pub fn name_suites(&mut self, suites: SuitesUsed) {
        self.run.suites = Some(suites);
    }

    /// Whether a case has failed or could not be judged so far.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.cases.iter().any(|case| case.verdict >= Verdict::Fail)
    }

    /// Marks the run as interrupted by the user.
    pub const fn interrupt(&mut self) {
        self.run.interrupted = true;
    }

    /// The report of a run that took this long. Cases stand in the order of `order`, whatever the
    /// order in which they ended.
    #[must_use]
    pub fn finish(
        mut self,
        duration_ms: f64,
        order: &[CaseId],
        requirements: &Requirements,
    ) -> Record {
        self.run.duration_ms = duration_ms;
        let rank = |case: &CaseResult| order.iter().position(|id| *id == case.id);
        self.cases.sort_by_key(rank);
        super::suffering::excuse(&mut self.cases, &mut self.diagnoses);
        if let Some((expected, today)) = &self.expected {
            expected.apply(&mut self.cases, *today);
        }
        super::unanswered::excuse_silence(&mut self.cases);
        let mut totals = Totals::default();
        for case in &self.cases {
            totals.count(case.verdict);
        }
        Record {
            format: FORMAT.to_owned(),
            conclusion: super::conclusion::conclude(&super::conclusion::RunFacts {
                run: &self.run,
                totals,
                cases: &self.cases,
                loads: &self.loads,
                troubles: &self.troubles,
                diagnoses: &self.diagnoses,
                accounts: self.accounts,
            }),
            requirements: requirement_results(&self.cases, &self.loads, requirements),
            readings: super::reading::readings(&self.cases),
            answers: self.answers,
            run: self.run,
            totals,
            cases: self.cases,
            loads: self.loads,
            notices: self.notices,
            troubles: self.troubles,
            diagnoses: self.diagnoses,
            accounts: self.accounts,
        }
    }
}
