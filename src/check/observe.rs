//! Notes what an answer says about a question that the document leaves open.

use super::header;
use super::phrase;
use super::subject::Subject;
use crate::model::Answer;
use crate::suite::{Observation, ObserveFrom};

/// What an answer says to each question; `nothing` where it says nothing.
#[must_use]
pub fn observe<A: Answer>(
    observations: &[Observation],
    subject: &Subject<'_, A>,
) -> Vec<(String, String)> {
    let answer = subject.answer;
    let said = |observation: &Observation| match &observation.from {
        ObserveFrom::Status => Some(answer.status().to_string()),
        ObserveFrom::Header(name) => header::said(answer.header(name)),
        ObserveFrom::Pointer(pointer) => {
            let body = subject.json().ok();
            body.and_then(|body| body.pointer(pointer))
                .map(phrase::node)
        }
    };
    observations
        .iter()
        .map(|one| {
            let what = said(one).unwrap_or_else(|| "nothing".to_owned());
            (one.question.clone(), what)
        })
        .collect()
}
