//! Masks in a whole report what was learnt to be a secret after parts of it were written down.

use super::record::{BodyRecord, ExchangeRecord};
use super::report::Report;
use super::result::{CaseResult, StepResult};
use crate::model::{Finding, Redactor};

impl Report {
    /// Masks every known secret in every text that a target or a mailbox had a hand in.
    pub fn mask(&mut self, redactor: &Redactor) {
        for case in &mut self.cases {
            mask_case(case, redactor);
        }
        for found in self.load.iter_mut().flat_map(|load| &mut load.findings) {
            if let Some(finding) = &mut found.finding {
                mask_finding(finding, redactor);
            }
            if let Some(record) = &mut found.example {
                mask_exchange(record, redactor);
            }
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
        mask(&mut self.conclusion.sentence, redactor);
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
    mask(&mut record.url, redactor);
    mask(&mut record.curl, redactor);
    if let Some(error) = &mut record.error {
        mask(error, redactor);
    }
}
