//! Draws the manner in which each request of a case is sent, so that a run tries many more ways of asking than it
//! has cases.
//!
//! The draw is a function of (draw, case, step, round) alone: not of the order in which cases happen to run.

use std::collections::HashMap;

use super::dress::fits;
use crate::model::{Condition, Manner, Request};
use crate::suite::{Case, Generation};

/// What is drawn of each kind: one of these, each with its share of 32; nothing in what is left.
const KINDS: [&[(Condition, u8)]; 8] = [
    &[
        (Condition::Kept, 12),
        (Condition::Http10, 6),
        (Condition::Closing, 3),
    ],
    &[
        (Condition::Browser, 7),
        (Condition::Curl, 5),
        (Condition::NoUserAgent, 5),
    ],
    &[
        (Condition::AcceptJson, 7),
        (Condition::AcceptHtml, 7),
        (Condition::NoAccept, 5),
    ],
    &[(Condition::Query, 6), (Condition::LongQuery, 3)],
    &[
        (Condition::Chunked, 6),
        (Condition::ChunkExtension, 3),
        (Condition::ExpectContinue, 3),
    ],
    &[
        (Condition::Reversed, 10),
        (Condition::ExtraMember, 3),
        (Condition::Large, 4),
    ],
    &[(Condition::Origin, 5), (Condition::AcceptLanguage, 5)],
    &[
        (Condition::AcceptGzip, 6),
        (Condition::AcceptBrotli, 4),
        (Condition::NoAcceptEncoding, 5),
    ],
];

/// The methods whose requests are sent in other manners than the usual one.
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

/// Headers that are about HTTP itself. A request with one of them is sent as it is.
const OF_HTTP: [&str; 7] = [
    "connection",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
];

/// Draws the manners of the requests of one case.
#[derive(Debug, Default)]
pub(super) struct MannerDraw {
    /// The case, or what else the requests are made for; without it nothing is drawn.
    scope: Option<String>,
    round: u64,
    /// What all requests wear that can; then nothing is drawn.
    worn: Manner,
    /// The conditions of which it draws.
    among: Manner,
    /// Everything that it has drawn.
    drawn_yet: Manner,
    /// How many requests each step has drawn for.
    drawn: HashMap<String, u64>,
}

/// A request whose manner is to be drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawing<'a> {
    /// The step that sends it.
    pub(super) step: &'a str,
    pub(super) request: &'a Request,
    /// Whether a success may be the right answer: then nothing is drawn that a target may refuse.
    pub(super) may_succeed: bool,
    /// The manner that is given already.
    pub(super) given: Manner,
    /// The conditions that can be drawn.
    pub(super) among: Manner,
}

impl MannerDraw {
    /// Draws for a case in one of its rounds.
    pub(super) fn new(scope: &str, round: u64) -> Self {
        Self {
            scope: Some(scope.to_owned()),
            round,
            worn: Manner::default(),
            among: Manner::EVERYTHING,
            drawn_yet: Manner::default(),
            drawn: HashMap::new(),
        }
    }

    /// Draws for a case in one of its rounds, if its suite lets manners be drawn.
    pub(super) fn of(case: &Case, round: u64) -> Self {
        if case.draws_manners || !case.wears.is_plain() {
            Self {
                worn: case.wears,
                ..Self::new(case.id.as_str(), round)
            }
        } else {
            Self::default()
        }
    }

    /// Draws the same, but of these conditions only.
    pub(super) fn among(self, among: Manner) -> Self {
        Self { among, ..self }
    }

    /// Everything that it has drawn.
    pub(super) const fn drawn_yet(&self) -> Manner {
        self.drawn_yet
    }

    /// Whether the first request of a step would be sent under a condition with this draw, if it can be.
    pub(super) fn has_drawn(
        &self,
        step: &str,
        condition: Condition,
        generation: &Generation,
    ) -> bool {
        let scope = self.scope.as_deref().unwrap_or_default();
        if self.worn.has(condition) {
            return true;
        }
        let drawn = generation.drawn(scope, step, self.round, 1);
        let mut kinds = KINDS.iter().zip(drawn);
        kinds.any(|(kind, byte)| pick(kind, byte % 32) == Some(condition))
    }

    /// Draws for what is made of the same case afterwards.
    pub(super) fn afterwards(&self) -> Self {
        Self {
            scope: self.scope.as_ref().map(|scope| format!("{scope}/removal")),
            round: self.round,
            worn: Manner::default(),
            among: self.among,
            drawn_yet: Manner::default(),
            drawn: HashMap::new(),
        }
    }

    /// What all requests wear, as far as this one can.
    fn dressed(&mut self, request: &Request, given: Manner, among: Manner) -> Manner {
        let worn = self.worn.and(among.and(self.among)).conditions();
        let fitting = worn.filter(|one| fits(*one, request));
        let manner = fitting.fold(given, |manner, one| {
            if manner.admits(one) {
                manner.with(one)
            } else {
                manner
            }
        });
        self.drawn_yet = self.drawn_yet.or(manner.except(given));
        manner
    }

    /// The manner of a request.
    pub(super) fn manner(&mut self, drawing: Drawing<'_>, generation: &Generation) -> Manner {
        let Drawing {
            step,
            request,
            may_succeed,
            given,
            among,
        } = drawing;
        let nth = self.drawn.entry(step.to_owned()).or_default();
        *nth += 1;
        let Some(scope) = self.scope.as_ref().filter(|_| !among.is_plain()) else {
            return given;
        };
        if is_about_http(request) {
            return given;
        }
        if !self.worn.is_plain() {
            return self.dressed(request, given, among);
        }
        let drawn = generation.drawn(scope, step, self.round, *nth);
        let mut manner = given;
        for (kind, byte) in KINDS.iter().zip(drawn) {
            let Some(condition) = pick(kind, byte % 32) else {
                continue;
            };
            let is_safe = !may_succeed || is_safe_for_success(condition, request);
            if is_safe
                && self.among.has(condition)
                && among.has(condition)
                && manner.admits(condition)
                && fits(condition, request)
            {
                manner = manner.with(condition);
            }
        }
        // A target that does not know chunks takes them for the next request.
        if manner.has(Condition::Chunked) || manner.has(Condition::ChunkExtension) {
            manner = manner.without(Condition::Kept).or(given);
        }
        self.drawn_yet = self.drawn_yet.or(manner.except(given));
        manner
    }
}

fn pick(kind: &[(Condition, u8)], drawn: u8) -> Option<Condition> {
    let mut end = 0;
    kind.iter().find_map(|(condition, share)| {
        end += share;
        (drawn < end).then_some(*condition)
    })
}

/// Whether no correct target can refuse a sound request for this, or let it show in the answer. An extra member or
/// parameter may be refused; a session without a user agent may have an empty one.
fn is_safe_for_success(condition: Condition, request: &Request) -> bool {
    match condition {
        Condition::NoUserAgent => matches!(request.method.as_str(), "GET" | "DELETE"),
        Condition::Query => request.method == "GET",
        Condition::LongQuery | Condition::ExtraMember => false,
        _ => true,
    }
}

/// Whether a request is about HTTP itself.
fn is_about_http(request: &Request) -> bool {
    let of_http =
        |(name, _): &(String, String)| OF_HTTP.iter().any(|one| name.eq_ignore_ascii_case(one));
    !METHODS.contains(&request.method.as_str())
        || request.path.contains(['?', '#'])
        || request.headers.iter().any(of_http)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn request(method: &str, body: Option<&str>) -> Request {
        Request {
            method: method.to_owned(),
            path: "/tasks".to_owned(),
            headers: Vec::new(),
            body: body.map(|body| body.as_bytes().to_vec()),
            manner: Manner::default(),
        }
    }

    fn draws(draw: u64, request: &Request, may_succeed: bool) -> Vec<Manner> {
        let generation = Generation::new(1, "{tag}@b.test").unwrap().of_draw(draw);
        let mut variation = MannerDraw::new("case", 0);
        let drawing = Drawing {
            step: "step",
            request,
            may_succeed,
            given: Manner::default(),
            among: Manner::EVERYTHING,
        };
        let draws = (0..400).map(|_| variation.manner(drawing, &generation));
        draws.collect()
    }

    #[test]
    fn a_draw_is_the_same_each_time_and_another_one_is_another() {
        let get = request("GET", None);
        assert_eq!(draws(1, &get, true), draws(1, &get, true));
        assert_ne!(draws(1, &get, true), draws(2, &get, true));
    }

    #[test]
    fn nothing_is_drawn_for_a_success_that_a_target_may_refuse() {
        let create = request("POST", Some(r#"{"a":1}"#));
        let seen = |may_succeed| -> BTreeSet<Condition> {
            let draws = draws(1, &create, may_succeed);
            draws.iter().flat_map(|one| one.conditions()).collect()
        };
        let (success, refusal) = (seen(true), seen(false));
        for condition in [
            Condition::ExtraMember,
            Condition::Query,
            Condition::NoUserAgent,
        ] {
            assert!(!success.contains(&condition) && refusal.contains(&condition));
        }
        assert!(success.contains(&Condition::Chunked) && success.contains(&Condition::Http10));
    }

    #[test]
    fn what_is_drawn_can_be_sent() {
        for manner in draws(3, &request("GET", None), false) {
            for one in manner.conditions() {
                assert!(!one.needs_body());
                assert!(!manner.conditions().any(|other| one.excludes(other)));
            }
        }
    }
}
