//! The sessions that a target opened for a run, so that no two of them can share what must be unique,
//! in whatever cases they were opened.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::suite::SessionMember;

/// All members that are kept.
const MEMBERS: [SessionMember; 3] = [
    SessionMember::Bearer,
    SessionMember::SessionId,
    SessionMember::VerificationCodeId,
];

/// The sessions that a target opened for a run.
#[derive(Debug, Default)]
pub struct SessionLog {
    seen: Mutex<HashMap<(SessionMember, String), usize>>,
}

impl SessionLog {
    /// A log without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the answer that opened a session. Members that it does not have, or that are empty,
    /// are left out: that they are missing is another matter.
    pub(super) fn opened(&self, answer: &[u8]) {
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
            return;
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for member in MEMBERS {
            let text = answer.get(member.as_str()).and_then(Value::as_str);
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                *seen.entry((member, text.to_owned())).or_default() += 1;
            }
        }
    }

    /// How many sessions share a member with another one, and how many there are.
    pub(super) fn shared(&self, member: SessionMember) -> Shared {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = seen
            .iter()
            .filter(|((of, _), _)| *of == member)
            .map(|(_, count)| *count);
        counts.fold(Shared::default(), |sum, count| Shared {
            sessions: sum.sessions + count,
            sharing: sum.sharing + if count > 1 { count } else { 0 },
        })
    }
}

/// How a member is spread over sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shared {
    /// Sessions in all.
    pub(super) sessions: usize,
    /// Those that have it in common with another one.
    pub(super) sharing: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_is_counted_for_each_member_by_itself() {
        let log = SessionLog::new();
        log.opened(br#"{"bearer":"a","sessionID":"1","verificationCodeID":"1"}"#);
        log.opened(br#"{"bearer":"b","sessionID":"1","verificationCodeID":"2"}"#);
        log.opened(b"not json");
        let of = |member| log.shared(member);
        assert_eq!(of(SessionMember::Bearer).sharing, 0);
        assert_eq!(of(SessionMember::SessionId).sharing, 2);
        assert_eq!(of(SessionMember::VerificationCodeId).sharing, 0);
        assert_eq!(of(SessionMember::Bearer).sessions, 2);
    }
}
