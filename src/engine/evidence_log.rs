//! Gathers the evidence of a run while it goes on.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::diagnosis::{Diagnosis, Evidence, Fingerprint, Purpose, diagnose, ending, route};
use crate::model::{Answer, Exchange, Manner, Redactor, header_text};
use crate::record::StatusCount;

/// More names of a target are not kept; one that makes up a new one for each answer is not told by them.
const SERVERS_KEPT: usize = 8;
/// A longer name is cut, in characters.
const SERVER_LENGTH: usize = 100;

/// Gathers the evidence of a run while it goes on. By default it only numbers the exchanges.
#[derive(Debug, Default)]
pub struct EvidenceLog {
    is_watched: bool,
    gathered: Mutex<Gathered>,
}

#[derive(Debug, Default)]
struct Gathered {
    last: u64,
    /// What the target calls itself.
    servers: Vec<String>,
    /// The conditions under which the target refuses what it grants under others, and those under which it has
    /// granted something.
    refused: Manner,
    granted: Manner,
    evidence: Evidence,
    /// How many answers there were, and how many a case asked for, by method, route and status.
    answers: BTreeMap<(String, String, u16), StatusCount>,
    /// Why the run asks no further, once that is decided.
    ended: Option<Diagnosis>,
}

impl Gathered {
    fn note_server(&mut self, exchange: &Exchange) {
        let Ok(response) = &exchange.result else {
            return;
        };
        for value in (response, exchange.elapsed).header("server") {
            let name: String = header_text(value).chars().take(SERVER_LENGTH).collect();
            if self.servers.len() < SERVERS_KEPT && !self.servers.contains(&name) {
                self.servers.push(name);
            }
        }
    }
}

impl EvidenceLog {
    /// A log in which shapes are looked for. They are those of the Users API: suites of other APIs ask what
    /// would be misread.
    #[must_use]
    pub fn watched() -> Self {
        Self {
            is_watched: true,
            ..Self::default()
        }
    }

    /// Whether shapes are looked for.
    pub(super) const fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// Numbers an exchange that has just ended, and keeps its fingerprint.
    pub(super) fn note(&self, exchange: &mut Exchange, purpose: Purpose, redactor: &Redactor) {
        let mut gathered = self.gathered();
        gathered.last += 1;
        exchange.number = gathered.last;
        gathered.note_server(exchange);
        if self.is_watched {
            let print = Fingerprint::of(exchange, purpose, redactor);
            if let Ok(response) = &exchange.result {
                let answer = (
                    print.method.clone(),
                    print.route.to_owned(),
                    response.status,
                );
                gathered.answers.entry(answer).or_default().seen += 1;
            }
            gathered.evidence.push(print);
        }
    }

    /// Counts an answer that a case judges, which asks for one of these statuses. Only where shapes are looked for.
    pub(super) fn ask(&self, exchange: &Exchange, statuses: &[u16]) {
        let request = &exchange.request;
        let mut gathered = self.gathered();
        for status in statuses {
            let asked = (
                request.method.clone(),
                route(&request.path).to_owned(),
                *status,
            );
            gathered.answers.entry(asked).or_default().tried += 1;
        }
    }

    /// What the target called itself in `Server` headers so far, each value once: the first eight, cut to 100
    /// characters.
    #[must_use]
    pub fn servers(&self) -> Vec<String> {
        self.gathered().servers.clone()
    }

    /// How many answers there were so far, and how many were asked for, by method, route and status; none where
    /// shapes are not looked for.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<(String, String, u16), StatusCount> {
        self.gathered().answers.clone()
    }

    /// The conditions under which the target refuses requests that it grants under others.
    pub(super) fn refused_manner(&self) -> Manner {
        self.gathered().refused
    }

    /// Those under which it has granted something.
    pub(super) fn granted_manner(&self) -> Manner {
        self.gathered().granted
    }

    /// Learns that the target refuses requests under these conditions.
    pub(super) fn refuse_manner(&self, manner: Manner) {
        let mut gathered = self.gathered();
        gathered.refused = gathered.refused.or(manner);
    }

    /// Learns that it has granted something under these.
    pub(super) fn grant_manner(&self, manner: Manner) {
        let mut gathered = self.gathered();
        gathered.granted = gathered.granted.or(manner);
    }

    /// The shape with which it makes no sense to ask any further, if there is one.
    pub(super) fn ending(&self) -> Option<Diagnosis> {
        let gathered = self.gathered();
        gathered
            .ended
            .clone()
            .or_else(|| ending(&gathered.evidence))
    }

    /// Whether it was decided to ask no further.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.gathered().ended.is_some()
    }

    /// Asks no further.
    pub(super) fn end(&self, why: Diagnosis) {
        self.gathered().ended.get_or_insert(why);
    }

    /// Everything that a look over the whole run finds. What ended it is found again, with all that it explains.
    #[must_use]
    pub fn diagnoses(&self) -> Vec<Diagnosis> {
        let gathered = self.gathered();
        let mut found = diagnose(&gathered.evidence);
        if let Some(ended) = &gathered.ended
            && found.iter().all(|one| one.shape != ended.shape)
        {
            found.insert(0, ended.clone().with_later(&gathered.evidence));
        }
        found
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        // Evidence is whole whatever a panicking holder was doing: it only ever grows.
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
