//! The sessions that a target opened for a run, so that no two of them can share what must be unique,
//! in whatever cases they were opened.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

use super::lifetimes::Lifetimes;
use crate::suite::SessionMember;

/// All members that are kept.
const MEMBERS: [SessionMember; 3] = [
    SessionMember::Bearer,
    SessionMember::SessionId,
    SessionMember::VerificationCodeId,
];

/// The namespace of the digests (RFC 9562, section 5.5): any fixed UUID does.
const NAMESPACE: Uuid = Uuid::from_u128(0x6173_7369_7a65_4c6f_8d67_7365_7373_6e00);

/// How often each member was told. Of a text only its digest is kept: a load opens sessions by the
/// hundred thousand, and their bearers are secrets.
type Seen = HashMap<(SessionMember, Uuid), usize>;

/// The sessions that a target opened for a run. A clone is the same log.
#[derive(Clone, Debug, Default)]
pub struct SessionLog {
    seen: Arc<Mutex<Seen>>,
    /// Until when the credentials that the run holds can be used.
    pub(super) lives: Lifetimes,
}

impl SessionLog {
    /// A log without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the answer that opened a session, and gives the members that an earlier session has,
    /// too. Members that it does not have, or that are empty, are left out: that they are missing is
    /// another matter.
    pub(super) fn opened(&self, answer: &[u8]) -> Vec<SessionMember> {
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
            return Vec::new();
        };
        let told = MEMBERS.into_iter().filter_map(|member| {
            let text = answer.get(member.as_str()).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty())?;
            Some((member, Uuid::new_v5(&NAMESPACE, text.as_bytes())))
        });
        let told: Vec<(SessionMember, Uuid)> = told.collect();
        let mut seen = self.seen();
        let mut shared = Vec::new();
        for (member, digest) in told {
            let count = seen.entry((member, digest)).or_default();
            *count += 1;
            if *count > 1 {
                shared.push(member);
            }
        }
        shared
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // A count is whole whatever a panicking holder was doing.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many sessions share a member with another one, and how many there are.
    pub(super) fn shared(&self, member: SessionMember) -> Shared {
        let seen = self.seen();
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
        let _: Vec<_> = log.opened(br#"{"bearer":"a","sessionID":"1","verificationCodeID":"1"}"#);
        let shared = log.opened(br#"{"bearer":"b","sessionID":"1","verificationCodeID":"2"}"#);
        assert_eq!(shared, [SessionMember::SessionId]);
        assert!(log.opened(b"not json").is_empty());
        let of = |member| log.shared(member);
        assert_eq!(of(SessionMember::Bearer).sharing, 0);
        assert_eq!(of(SessionMember::SessionId).sharing, 2);
        assert_eq!(of(SessionMember::VerificationCodeId).sharing, 0);
        assert_eq!(of(SessionMember::Bearer).sessions, 2);
    }
}
