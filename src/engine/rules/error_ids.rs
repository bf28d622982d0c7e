//! The ids of all errors of a run: those of different kinds never share one.
//!
//! An id may be new for each error, or a digest of the error, so that errors of one kind share theirs. Which of
//! the two a target does shows where the same request is refused twice in the same words.

use std::collections::HashMap;

use super::breach::{Breaches, Met, route};
use super::{Occasion, finding, said};
use crate::model::{Exchange, Mismatch, Response, path_only};
use crate::suite::AnswerRule;

/// So many of the answers that share an id are kept whole.
const KEPT: usize = 16;

/// The ids of a run.
#[derive(Debug, Default)]
pub(super) struct ErrorIds {
    /// The first answer of each kind that had an id.
    kinds: HashMap<String, Vec<ErrorKind>>,
    /// The id of each question's first refusal in these words.
    first: HashMap<Refused, String>,
    /// Whether a question that was refused twice in the same words got another id.
    is_of_occurrence: bool,
    shared: Vec<SharedId>,
}

/// A request, and how it was refused: method, path, body, status and words.
type Refused = (String, String, Option<Vec<u8>>, u16, String);

/// Status, endpoint and words, and the exchange that met them first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ErrorKind {
    status: u16,
    route: String,
    words: String,
    number: u64,
}

/// An answer whose id one of another kind had before.
#[derive(Debug)]
struct SharedId {
    exchange: Exchange,
    whose: String,
    unix_now: i64,
    before: ErrorKind,
    /// Whether the statuses differ, and not the endpoints alone.
    differ_in_status: bool,
}

impl ErrorIds {
    /// Learns from a refusal; false if it has no id.
    pub(super) fn learn(
        &mut self,
        exchange: &Exchange,
        response: &Response,
        occasion: Occasion<'_>,
    ) -> bool {
        let Some(id) = said(response, "x-error-id") else {
            return false;
        };
        let request = &exchange.request;
        let words = said(response, "x-error").unwrap_or_default();
        let question = (
            request.method.clone(),
            path_only(&request.path).to_owned(),
            request.body.clone(),
            response.status,
            words.clone(),
        );
        let first = self.first.entry(question).or_insert_with(|| id.clone());
        self.is_of_occurrence |= *first != id;
        let kind = ErrorKind {
            status: response.status,
            route: route(exchange),
            words,
            number: exchange.number,
        };
        let kinds = self.kinds.entry(id).or_default();
        let is_known = |one: &ErrorKind| {
            one.status == kind.status && one.route == kind.route && one.words == kind.words
        };
        if kinds.iter().any(is_known) {
            return true;
        }
        let other_status = kinds.iter().find(|one| one.status != kind.status);
        let before = other_status.or(kinds.first()).cloned();
        if let Some(before) = before
            && self.shared.len() < KEPT
        {
            self.shared.push(SharedId {
                exchange: exchange.clone(),
                whose: occasion.whose.to_owned(),
                unix_now: occasion.unix_now,
                differ_in_status: before.status != kind.status,
                before,
            });
        }
        kinds.push(kind);
        true
    }

    /// Adds the answers that broke the rule. Errors of one status may share a digest, whatever endpoint they come
    /// from and whatever they say; where each has an id of its own otherwise, they may not.
    pub(super) fn conclude(self, rule: &AnswerRule, breaches: &mut Breaches) {
        let of_occurrence = self.is_of_occurrence;
        let counts = |one: &SharedId| one.differ_in_status || of_occurrence;
        for shared in self.shared.into_iter().filter(counts) {
            let ErrorKind {
                status,
                route,
                number,
                ..
            } = &shared.before;
            let actual =
                format!("the one that {route} was refused with by {status} in exchange {number}");
            let expected = "one that no error of another kind has";
            let subject = "header x-error-id";
            let found = finding(rule, Mismatch::new(subject, expected, actual));
            let occasion = Occasion {
                whose: &shared.whose,
                unix_now: shared.unix_now,
            };
            let exchange = &shared.exchange;
            let met = Met {
                exchange,
                occasion,
                rests_on: &[*number],
            };
            breaches.add(vec![found], met);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Manner;
    use crate::model::{CaseId, Level, Place, Request, SuiteId};
    use crate::suite::{RuleCheck, RunCheck};
    use std::time::Duration;

    fn refused(number: u64, (method, path): (&str, &str), status: u16, id: &str) -> Exchange {
        Exchange {
            number,
            request: Request {
                method: method.to_owned(),
                path: path.to_owned(),
                headers: Vec::new(),
                body: None,
                manner: Manner::default(),
            },
            result: Ok(Response {
                status,
                headers: vec![("X-Error-Id".to_owned(), id.as_bytes().to_vec())],
                body: Vec::new(),
            }),
            elapsed: Duration::ZERO,
        }
    }

    /// How many of these answers break the rule.
    fn broken(answers: &[((&str, &str), u16, &str)]) -> usize {
        let mut ids = ErrorIds::default();
        let occasion = Occasion {
            whose: "test",
            unix_now: 0,
        };
        for (number, (request, status, id)) in (1..).zip(answers) {
            let exchange = refused(number, *request, *status, id);
            let response = exchange.result.clone().unwrap();
            assert!(ids.learn(&exchange, &response, occasion));
        }
        let rule = AnswerRule {
            id: CaseId::new("always.kinds"),
            suite: SuiteId::new("always"),
            title: String::new(),
            requirements: Vec::new(),
            level: Level::Must,
            tags: Vec::new(),
            requests: Vec::new(),
            except: Vec::new(),
            having: None,
            check: RuleCheck::Run(RunCheck::ErrorKinds),
            place: Place {
                file: String::new(),
                line: 1,
                column: 1,
            },
            is_selected: true,
        };
        let mut breaches = Breaches::default();
        ids.conclude(&rule, &mut breaches);
        breaches.kinds.iter().map(|kind| kind.instances.len()).sum()
    }

    #[test]
    fn only_errors_of_one_kind_share_an_id() {
        const DELETE: (&str, &str) = ("DELETE", "/tasks");
        const CREATE: (&str, &str) = ("POST", "/tasks");
        const READ: (&str, &str) = ("GET", "/tasks/1");
        // A digest of the error: one for each status, whatever the endpoint.
        let digests = [
            (DELETE, 401, "a"),
            (READ, 401, "a"),
            (DELETE, 401, "a"),
            (READ, 404, "b"),
        ];
        assert_eq!(broken(&digests), 0);
        assert_eq!(broken(&[(DELETE, 401, "a"), (CREATE, 400, "a")]), 1);
        // New for each error, so that two endpoints never share one.
        let occurrences = [(DELETE, 401, "a"), (DELETE, 401, "b"), (READ, 401, "b")];
        assert_eq!(broken(&occurrences), 1);
        assert_eq!(
            broken(&[(DELETE, 401, "a"), (DELETE, 401, "b"), (DELETE, 401, "b")]),
            0
        );
    }
}
