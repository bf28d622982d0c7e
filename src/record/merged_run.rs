//! Several records of one run, made side by side, as the record of one: shares of a load, or shards of a check.

use std::collections::BTreeMap;

use super::answer_count::AnswerCount;
use super::builder::RecordBuilder;
use super::case::CaseResult;
use super::event::{Accounts, Event, Trouble};
use super::generator::GeneratorResult;
use super::load_merge::{MergeError, series};
use super::load_result::LoadResult;
use super::requirement::combine;
use super::run::RunInfo;
use super::second_result::SecondResult;
use super::whole::Record;
use crate::contract::Requirements;
use crate::diagnosis::Diagnosis;
use crate::model::{CaseId, Finding, Outcome, Verdict};

/// The seconds of so many shares are put together at once: memory for less work.
const AT_ONCE: usize = 16;

/// Several records as one, taken in one after the other, always in the same order.
#[derive(Debug)]
pub struct MergedRun {
    run: RunInfo,
    cases: Vec<CaseResult>,
    load: Option<LoadResult>,
    /// Its seconds: those of the shares before, and as they are those of the last few.
    seconds: Vec<SecondResult>,
    /// How many shares these few are.
    waiting: usize,
    /// The generator that lacked most, and whose it is.
    worst: Option<(GeneratorResult, String)>,
    /// Each once, with how many said so.
    notices: Vec<(String, usize)>,
    troubles: Vec<Trouble>,
    diagnoses: Vec<Diagnosis>,
    answers: BTreeMap<(String, u16), AnswerCount>,
    order: Vec<(String, u16)>,
    accounts: Accounts,
    records: usize,
}

impl MergedRun {
    /// No record yet, of a run of which this is known. What the records say of servers, times and interruptions is
    /// added.
    #[must_use]
    pub const fn new(run: RunInfo) -> Self {
        Self {
            run,
            cases: Vec::new(),
            load: None,
            seconds: Vec::new(),
            waiting: 0,
            worst: None,
            notices: Vec::new(),
            troubles: Vec::new(),
            diagnoses: Vec::new(),
            answers: BTreeMap::new(),
            order: Vec::new(),
            accounts: Accounts {
                made: 0,
                removed: 0,
            },
            records: 0,
        }
    }

    /// Adds a record; `who` made it, as a word or two.
    ///
    /// # Errors
    ///
    /// If it is of another load than those before.
    pub fn add(&mut self, record: Record, who: &str) -> Result<(), MergeError> {
        let Record {
            format: _,
            conclusion: _,
            run,
            totals: _,
            requirements: _,
            cases,
            loads,
            readings: _,
            answers,
            notices,
            troubles,
            diagnoses,
            accounts,
        } = record;
        self.records += 1;
        for load in loads {
            self.add_load(load, who)?;
        }
        for case in cases {
            self.add_case(case);
        }
        for notice in notices {
            self.count_notice(notice);
        }
        for Trouble { outcome, text } in troubles {
            let text = format!("{who}: {text}");
            self.troubles.push(Trouble { outcome, text });
        }
        if run.interrupted {
            self.trouble(Trouble {
                outcome: Outcome::Broken,
                text: format!("{who} was interrupted, so its part is cut off"),
            });
        }
        for found in diagnoses {
            self.add_diagnosis(found);
        }
        for count in answers {
            self.count(count);
        }
        self.add_run(run);
        self.accounts = self.accounts + accounts;
        Ok(())
    }

    /// Adds something that keeps all together from a verdict.
    pub fn trouble(&mut self, trouble: Trouble) {
        self.troubles.push(trouble);
    }

    /// Adds what the reader must know of all together.
    pub fn notice(&mut self, text: String) {
        self.notices.insert(0, (text, self.records));
    }

    /// Leaves out what rules that nobody asked for found, where a case has found the same: such a rule adds what no
    /// case has found, and the case may be in another record.
    pub fn leave_told(&mut self, unasked: &[CaseId]) {
        let is_rule = |case: &CaseResult| unasked.contains(&case.id);
        let told: Vec<Finding> = (self.cases.iter().filter(|case| !is_rule(case)))
            .flat_map(CaseResult::findings)
            .cloned()
            .collect();
        let is_told = |finding: &Finding| {
            told.iter().any(|known| {
                let mut requirements = known.requirements.iter();
                known.level >= finding.level
                    && requirements.any(|one| finding.requirements.contains(one))
            })
        };
        for case in self
            .cases
            .iter_mut()
            .filter(|case| unasked.contains(&case.id))
        {
            let steps = std::mem::take(&mut case.steps).into_iter();
            case.steps = steps
                .filter(|step| !step.findings.iter().all(is_told))
                .collect();
        }
        self.cases
            .retain(|case| !unasked.contains(&case.id) || !case.steps.is_empty());
    }

    /// The plan that the run belongs to.
    pub const fn run(&mut self) -> &mut RunInfo {
        &mut self.run
    }

    /// The record of all together. Cases stand in this order.
    #[must_use]
    pub fn finish(mut self, order: &[CaseId], requirements: &Requirements) -> Record {
        let duration_ms = self.run.duration_ms;
        let load = self.settled_load().unwrap_or_else(|error| {
            let text = error.to_string();
            let outcome = Outcome::Broken;
            self.trouble(Trouble { outcome, text });
            None
        });
        let mut builder = RecordBuilder::new(self.run);
        for case in self.cases {
            builder.apply(&Event::CaseFinished(Box::new(case)));
        }
        if let Some(mut load) = load {
            if let Some((worst, who)) = &self.worst {
                load.generator.lower_to(worst, who);
            }
            builder.apply(&Event::LoadFinished(Box::new(load)));
        }
        for (text, count) in self.notices {
            let text = match count {
                _ if count == self.records => text,
                many => format!("{text} (said by {many} of {})", self.records),
            };
            builder.apply(&Event::Notice(text));
        }
        for trouble in self.troubles {
            builder.apply(&Event::Trouble(trouble));
        }
        for found in self.diagnoses {
            builder.apply(&Event::Diagnosed(Box::new(found)));
        }
        builder.apply(&Event::TornDown(self.accounts));
        let mut answers = self.answers;
        let in_order = self.order.iter().filter_map(|key| answers.remove(key));
        builder.count_answers(in_order.collect());
        builder.finish(duration_ms, order, requirements)
    }

    /// A rule for every answer is a case of each record: what came of it in all is what came of it.
    fn add_case(&mut self, case: CaseResult) {
        let known = self.cases.iter_mut().find(|known| known.id == case.id);
        let Some(known) = known else {
            self.cases.push(case);
            return;
        };
        let together = combine(known.verdict, case.verdict);
        if known.verdict != together {
            *known = case;
        } else if known.verdict == case.verdict && known.verdict >= Verdict::Warn {
            known.steps.extend(case.steps);
        }
    }

    /// Makes one second of all that have the same number.
    fn settle_seconds(&mut self) -> Result<(), MergeError> {
        self.seconds = series(self.seconds.iter())?;
        self.waiting = 0;
        Ok(())
    }

    /// The load of all, judged by what was counted in all.
    fn settled_load(&mut self) -> Result<Option<LoadResult>, MergeError> {
        self.settle_seconds()?;
        let Some(mut load) = self.load.take() else {
            return Ok(None);
        };
        load.series = std::mem::take(&mut self.seconds);
        load.judged_anew(self.run.accept_invalid).map(Some)
    }

    fn add_load(&mut self, mut load: LoadResult, who: &str) -> Result<(), MergeError> {
        let known = self.worst.as_ref();
        if known.is_none_or(|(known, _)| known.soundness < load.generator.soundness) {
            self.worst = Some((load.generator.clone(), who.to_owned()));
        }
        self.seconds.append(&mut load.series);
        self.waiting += 1;
        if self.waiting >= AT_ONCE {
            self.settle_seconds()?;
        }
        match &mut self.load {
            None => self.load = Some(load),
            Some(all) => all.add_share(&load)?,
        }
        Ok(())
    }

    fn add_run(&mut self, run: RunInfo) {
        for server in run.servers {
            if !self.run.servers.contains(&server) {
                self.run.servers.push(server);
            }
        }
        self.run.duration_ms = self.run.duration_ms.max(run.duration_ms);
    }

    fn count_notice(&mut self, notice: String) {
        match self.notices.iter_mut().find(|(text, _)| *text == notice) {
            Some((_, count)) => *count += 1,
            None => self.notices.push((notice, 1)),
        }
    }

    fn add_diagnosis(&mut self, found: Diagnosis) {
        let is_known =
            |known: &&mut Diagnosis| known.shape == found.shape && known.fault == found.fault;
        match self.diagnoses.iter_mut().find(is_known) {
            Some(known) => known.suffered.extend(found.suffered),
            None => self.diagnoses.push(found),
        }
    }

    fn count(&mut self, count: AnswerCount) {
        let key = (count.endpoint.clone(), count.status);
        if let Some(known) = self.answers.get_mut(&key) {
            known.tried += count.tried;
            known.seen += count.seen;
        } else {
            self.order.push(key.clone());
            self.answers.insert(key, count);
        }
    }
}
