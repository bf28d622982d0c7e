//! The sessions that a target opened for a run, so that no two of them can share what must be unique,
//! in whatever cases they were opened. What belonged to a deleted user may be given again.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

use super::lifetimes::Lifetimes;
use super::session_member::SessionMember;

/// All members that are kept.
const MEMBERS: [SessionMember; 3] = [
    SessionMember::Bearer,
    SessionMember::SessionId,
    SessionMember::VerificationCodeId,
];

/// The namespace of the digests (RFC 9562, section 5.5): any fixed UUID does.
const NAMESPACE: Uuid = Uuid::from_u128(0x6173_7369_7a65_4c6f_8d67_7365_7373_6e00);

/// A member of a session. Of a text only its digest is kept: a load opens sessions by the hundred
/// thousand, and their bearers are secrets.
type Told = (SessionMember, Uuid);

/// What was seen of all sessions.
#[derive(Debug, Default)]
struct Seen {
    /// How many sessions of users that live have each member.
    living: HashMap<Told, usize>,
    /// What those sessions were told, by their bearers.
    of_bearer: HashMap<Uuid, Vec<Told>>,
    shared: HashMap<SessionMember, MemberSpread>,
}

/// What sessions had whose user is about to be deleted.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Leaving(Vec<Vec<Told>>);

/// The sessions that a target opened for a run. A clone is the same log.
#[derive(Clone, Debug, Default)]
pub struct SessionLog {
    seen: Arc<Mutex<Seen>>,
    /// Until when the credentials that the run holds can be used.
    pub(crate) lives: Lifetimes,
    /// Whether the run is of another API, in which nothing is a session or an account.
    pub(crate) is_foreign: bool,
}

impl SessionLog {
    /// A log without sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The log of a run of another API, in which nothing is a session or an account.
    #[must_use]
    pub fn foreign() -> Self {
        Self {
            is_foreign: true,
            ..Self::default()
        }
    }

    /// Takes in the answer that opened a session, and gives the members that an earlier session has,
    /// too. Members that it does not have, or that are empty, are left out: that they are missing is
    /// another matter.
    pub(crate) fn opened(&self, answer: &[u8]) -> Vec<SessionMember> {
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
            return Vec::new();
        };
        let told = MEMBERS.into_iter().filter_map(|member| {
            let text = answer.get(member.as_str()).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty())?;
            Some((member, digest(text)))
        });
        let told: Vec<Told> = told.collect();
        let mut seen = self.seen();
        for (member, _) in &told {
            seen.shared.entry(*member).or_default().sessions += 1;
        }
        seen.lives(told)
    }

    /// Says before the request is sent that the user of these bearers is about to be deleted: from then on the
    /// target may give what was theirs to others, whenever its answer comes.
    pub(crate) fn leave(&self, bearers: &[String]) -> Leaving {
        let mut seen = self.seen();
        let left = bearers.iter().filter_map(|bearer| {
            let told = seen.of_bearer.remove(&digest(bearer))?;
            for one in &told {
                if let Some(count) = seen.living.get_mut(one) {
                    *count -= 1;
                    if *count == 0 {
                        seen.living.remove(one);
                    }
                }
            }
            Some(told)
        });
        Leaving(left.collect())
    }

    /// Takes back that they leave: the deletion was refused.
    pub(crate) fn stay(&self, leaving: Leaving) {
        let mut seen = self.seen();
        for told in leaving.0 {
            seen.lives(told);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // A count is whole whatever a panicking holder was doing.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many sessions share a member with another one, and how many there are.
    pub(crate) fn shared(&self, member: SessionMember) -> MemberSpread {
        self.seen().shared.get(&member).copied().unwrap_or_default()
    }
}

impl Seen {
    /// Takes in a session, and gives the members that another one has, too.
    fn lives(&mut self, told: Vec<Told>) -> Vec<SessionMember> {
        let mut sharing = Vec::new();
        for one in &told {
            let (member, count) = (one.0, self.living.entry(*one).or_default());
            *count += 1;
            if *count > 1 {
                // The second makes the first one such, too.
                self.shared.entry(member).or_default().sharing += if *count == 2 { 2 } else { 1 };
                sharing.push(member);
            }
        }
        if let Some((_, bearer)) = told
            .iter()
            .find(|(member, _)| *member == SessionMember::Bearer)
        {
            self.of_bearer.insert(*bearer, told);
        }
        sharing
    }
}

fn digest(text: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, text.as_bytes())
}

/// How a member is spread over sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MemberSpread {
    /// Sessions in all.
    pub(crate) sessions: usize,
    /// Those that have it in common with another one.
    pub(crate) sharing: usize,
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

    const FIRST: &[u8] = br#"{"bearer":"a","sessionID":"1","verificationCodeID":"1"}"#;
    const SECOND: &[u8] = br#"{"bearer":"b","sessionID":"1","verificationCodeID":"2"}"#;

    #[test]
    fn what_a_deleted_user_had_may_be_given_again() {
        let log = SessionLog::new();
        assert!(log.opened(FIRST).is_empty());
        let _ = log.leave(&["a".to_owned(), "unknown".to_owned()]);
        // Before the deletion is answered, and again after another one.
        assert!(log.opened(FIRST).is_empty());
        let _ = log.leave(&["a".to_owned()]);
        assert!(log.opened(SECOND).is_empty());
        let of = log.shared(SessionMember::SessionId);
        assert_eq!((of.sessions, of.sharing), (3, 0));
        // Those of the user who lives now are not free.
        assert_eq!(log.opened(FIRST), [SessionMember::SessionId]);
    }

    #[test]
    fn a_deletion_that_is_refused_frees_nothing() {
        let log = SessionLog::new();
        assert!(log.opened(FIRST).is_empty());
        let leaving = log.leave(&["a".to_owned()]);
        assert!(log.opened(SECOND).is_empty());
        log.stay(leaving);
        assert_eq!(log.shared(SessionMember::SessionId).sharing, 2);
        assert_eq!(log.shared(SessionMember::Bearer).sharing, 0);
    }
}
