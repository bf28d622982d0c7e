//! The exchanges that broke a rule, those that are alike together.

use super::Occasion;
use crate::model::{Exchange, Finding, path_only};
use crate::users_api::route as route_of;

/// So many exchanges of a kind are kept whole, since the first may turn out to be excused.
const KEPT: usize = 8;
/// Kinds of which exchanges are kept whole. What comes after is counted.
const MOST_KINDS: usize = 64;

/// What came of a rule so far.
#[derive(Debug, Default)]
pub(super) struct Breaches {
    /// Answers that the rule speaks of.
    pub(super) seen: usize,
    pub(super) kinds: Vec<BreachKind>,
}

/// Exchanges that broke a rule in the same way.
#[derive(Debug)]
pub(super) struct BreachKind {
    pub(super) route: String,
    pub(super) status: u16,
    /// What the first of them showed.
    pub(super) findings: Vec<Finding>,
    pub(super) instances: Vec<Instance>,
    /// The first of them.
    pub(super) kept: Vec<KeptBreach>,
}

/// One of the exchanges of a kind.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) number: u64,
    /// The exchanges before it without which it shows nothing.
    pub(super) rests_on: Vec<u64>,
}

/// An exchange that broke a rule, whole.
#[derive(Debug)]
pub(super) struct KeptBreach {
    pub(super) exchange: Exchange,
    pub(super) findings: Vec<Finding>,
    /// For what it was made.
    pub(super) whose: String,
}

/// An exchange and its occasion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) occasion: Occasion<'a>,
    pub(super) rests_on: &'a [u64],
}

impl BreachKind {
    /// Whether no further exchange is kept whole.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= KEPT
    }
}

impl Breaches {
    /// Adds an exchange that broke the rule, unless there is no finding.
    pub(super) fn add(&mut self, findings: Vec<Finding>, met: Met<'_>) {
        if findings.is_empty() {
            return;
        }
        let exchange = met.exchange;
        let Ok(response) = &exchange.result else {
            return;
        };
        let route = route(exchange);
        let status = response.status;
        let is_like = |kind: &&mut BreachKind| {
            kind.route == route && kind.status == status && alike(&kind.findings, &findings)
        };
        let full = self.kinds.len() >= MOST_KINDS;
        let kind = match self.kinds.iter_mut().find(is_like) {
            Some(kind) => kind,
            None if full => return,
            None => {
                self.kinds.push(BreachKind {
                    route,
                    status,
                    findings: findings.clone(),
                    instances: Vec::new(),
                    kept: Vec::new(),
                });
                let Some(last) = self.kinds.last_mut() else {
                    return;
                };
                last
            }
        };
        kind.instances.push(Instance {
            number: exchange.number,
            rests_on: met.rests_on.to_vec(),
        });
        if !kind.is_full() {
            kind.kept.push(KeptBreach {
                exchange: exchange.clone(),
                findings,
                whose: met.occasion.whose.to_owned(),
            });
        }
    }
}

/// Whether findings say the same, but for what came.
fn alike(one: &[Finding], other: &[Finding]) -> bool {
    let same = |(one, other): (&Finding, &Finding)| {
        one.subject == other.subject
            && one.place == other.place
            && one.requirements == other.requirements
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// Method and path, with `{id}` for what varies.
pub(super) fn route(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let path = route_of(&request.path).unwrap_or_else(|| path_only(&request.path));
    format!("{} {path}", request.method)
}
