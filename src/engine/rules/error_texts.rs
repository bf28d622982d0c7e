//! The texts of all errors of a run: one for every status describes none.

use std::collections::{BTreeMap, BTreeSet};

use super::breach::{Breaches, Met};
use super::{Occasion, said};
use crate::model::{Exchange, Level, Mismatch, Response};
use crate::suite::AnswerRule;

/// The fewest statuses that show a text to be the same for all.
const STATUSES: usize = 3;

/// The texts of a run.
#[derive(Debug, Default)]
pub(super) struct ErrorTexts {
    texts: BTreeSet<String>,
    /// The last answer of each status.
    answers: BTreeMap<u16, Exchange>,
}

impl ErrorTexts {
    /// Learns from a refusal; false if it says nothing.
    pub(super) fn learn(&mut self, exchange: &Exchange, response: &Response) -> bool {
        let Some(text) = said(response, "x-error") else {
            return false;
        };
        // More than one settles it.
        if self.texts.len() < 2 {
            self.texts.insert(text);
            self.answers.insert(response.status, exchange.clone());
        }
        true
    }

    pub(super) fn conclude(self, rule: &AnswerRule, breaches: &mut Breaches) {
        if self.texts.len() != 1 || self.answers.len() < STATUSES {
            return;
        }
        let statuses: Vec<String> = self.answers.keys().map(u16::to_string).collect();
        let actual = format!("the same text for {}", statuses.join(", "));
        let expected = "a text that tells one error from another";
        let subject = "header x-error";
        let level = rule.level.min(Level::Should);
        let mismatch = Mismatch::new(subject, expected, actual);
        let found = mismatch.finding(&rule.requirements, level, &rule.place);
        let occasion = Occasion {
            whose: "the whole run",
            unix_now: 0,
        };
        if let Some(exchange) = self.answers.values().next() {
            let numbers: Vec<u64> = self.answers.values().map(|one| one.number).collect();
            let met = Met {
                exchange,
                occasion,
                rests_on: &numbers,
            };
            breaches.add(vec![found], met);
        }
    }
}
