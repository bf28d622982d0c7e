//! What was told of the sessions that are open, so that it can be told again.

use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::answer::BufferedReply;
use crate::reference::{Digest, Secret, Store};

/// A member of the answers that opened sessions, the earliest first, each with the bearer of its session.
#[derive(Default)]
pub(super) struct ToldMembers(Mutex<VecDeque<(Digest, Value)>>);

impl ToldMembers {
    /// Lets the member be that of the earliest session that is still open, if the answer is one to spoil:
    /// what belonged to a deleted user may be given again, and would be no defect.
    pub(super) fn repeat(
        &self,
        member: &str,
        strikes: bool,
        store: &dyn Store,
        answer: &mut BufferedReply,
    ) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bearer = answer.member("bearer");
        let bearer = Digest::of(&Secret::new(bearer.as_str().unwrap_or_default()));
        let is_open = |(bearer, _): &(Digest, Value)| matches!(store.session(bearer), Ok(Some(_)));
        while told.front().is_some_and(|front| !is_open(front)) {
            told.pop_front();
        }
        if let Some((_, first)) = told.front().filter(|_| strikes) {
            answer.set_member(member, first.clone());
        }
        told.push_back((bearer, answer.member(member)));
    }
}
