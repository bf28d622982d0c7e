//! The one gate: masks every known secret in whatever a target or a mailbox had a hand in, in events before
//! anybody hears of them, and in a whole report for what was learnt after parts of it were written down.

use std::borrow::Cow;

use super::case::{CaseResult, StepResult};
use super::event::{Event, Trouble};
use super::exchange::{BodyRecord, ExchangeRecord};
use super::load_result::{LoadFinding, LoadResult};
use super::secret_mark::SecretMark;
use super::whole::Record;
use crate::model::{Finding, Redactor};

impl Record {
    /// Masks every known secret in every text that a target or a mailbox had a hand in.
    pub fn mask(&mut self, redactor: &Redactor) {
        for case in &mut self.cases {
            mask_case(case, redactor);
        }
        for load in &mut self.loads {
            mask_load(load, redactor);
        }
        for reading in &mut self.readings {
            let answers = std::mem::take(&mut reading.answers).into_iter();
            for (answer, times) in answers {
                *reading.answers.entry(redactor.text(&answer)).or_default() += times;
            }
        }
        let troubles = self.troubles.iter_mut().map(|trouble| &mut trouble.text);
        for text in self.notices.iter_mut().chain(troubles) {
            mask(text, redactor);
        }
        for found in &mut self.diagnoses {
            found.mask(redactor);
        }
        for name in &mut self.run.servers {
            mask(name, redactor);
        }
        mask(&mut self.conclusion.sentence, redactor);
    }
}

impl Event {
    /// The event with every known secret masked.
    #[must_use]
    pub fn masked(&self, redactor: &Redactor) -> Cow<'_, Self> {
        match self {
            Self::CaseFinished(case) => {
                let mut case = case.clone();
                mask_case(&mut case, redactor);
                Cow::Owned(Self::CaseFinished(case))
            }
            Self::LoadFinished(load) => {
                let mut load = load.clone();
                mask_load(&mut load, redactor);
                Cow::Owned(Self::LoadFinished(load))
            }
            Self::Notice(text) => Cow::Owned(Self::Notice(redactor.text(text))),
            Self::Trouble(trouble) => Cow::Owned(Self::Trouble(Trouble {
                text: redactor.text(&trouble.text),
                ..trouble.clone()
            })),
            Self::Diagnosed(found) => {
                let mut found = found.clone();
                found.mask(redactor);
                Cow::Owned(Self::Diagnosed(found))
            }
            // Figures and names of our own.
            Self::Planned { .. }
            | Self::CaseStarted(_)
            | Self::LoadStarted(_)
            | Self::LoadSecond(_)
            | Self::SearchStage(_)
            | Self::Forecast(_)
            | Self::TornDown(_) => Cow::Borrowed(self),
        }
    }

    /// Whether the event has texts of the target in it, which may hold a secret that is not known yet.
    #[must_use]
    pub fn quotes_the_target(&self) -> bool {
        match self {
            Self::CaseFinished(case) => {
                let quotes = |step: &StepResult| {
                    step.exchange.is_some()
                        || !step.findings.is_empty()
                        || !step.observations.is_empty()
                };
                case.reason.is_some() || case.steps.iter().any(quotes)
            }
            Self::LoadFinished(_) | Self::Notice(_) | Self::Trouble(_) | Self::Diagnosed(_) => true,
            Self::Planned { .. }
            | Self::CaseStarted(_)
            | Self::LoadStarted(_)
            | Self::LoadSecond(_)
            | Self::SearchStage(_)
            | Self::Forecast(_)
            | Self::TornDown(_) => false,
        }
    }
}

fn mask_load(load: &mut LoadResult, redactor: &Redactor) {
    for LoadFinding {
        finding, example, ..
    } in &mut load.findings
    {
        if let Some(finding) = finding {
            mask_finding(finding, redactor);
        }
        if let Some(record) = example {
            mask_exchange(record, redactor);
        }
    }
}

fn mask(text: &mut String, redactor: &Redactor) {
    *text = redactor.text(text);
}

fn mask_case(case: &mut CaseResult, redactor: &Redactor) {
    if let Some(reason) = &mut case.reason {
        mask(&mut reason.text, redactor);
    }
    for step in &mut case.steps {
        let StepResult {
            observations,
            findings,
            exchange,
            ..
        } = step;
        for (_, answer) in observations {
            mask(answer, redactor);
        }
        for finding in findings {
            mask_finding(finding, redactor);
        }
        if let Some(record) = exchange {
            mask_exchange(record, redactor);
        }
    }
}

fn mask_finding(finding: &mut Finding, redactor: &Redactor) {
    let path = finding.instance_path.iter_mut();
    for text in [&mut finding.expected, &mut finding.actual]
        .into_iter()
        .chain(path)
    {
        mask(text, redactor);
    }
}

fn mask_exchange(record: &mut ExchangeRecord, redactor: &Redactor) {
    let headers = record.request_headers.iter_mut();
    for (name, value) in headers.chain(&mut record.response_headers) {
        mask(name, redactor);
        mask(value, redactor);
    }
    let bodies = [&mut record.request_body, &mut record.response_body];
    for BodyRecord { text, .. } in bodies.into_iter().flatten() {
        mask(text, redactor);
    }
    for SecretMark { at, .. } in &mut record.secrets {
        mask(at, redactor);
    }
    mask(&mut record.url, redactor);
    mask(&mut record.curl, redactor);
    if let Some(error) = &mut record.error {
        mask(error, redactor);
    }
}
