//! A store that keeps, changes or removes something otherwise than it should.

use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

use super::{CodeFault, Ghost, StateFault};
use crate::reference::{
    AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Secret, SessionRecord, Store,
    StoreFault,
};

/// A store with a fault, over an honest one.
#[derive(Debug)]
pub struct FaultyStore<S> {
    honest: S,
    fault: StateFault,
    strikes: fn() -> bool,
    memory: Mutex<Memory>,
}

/// What an honest store has no need to remember.
#[derive(Debug, Default)]
struct Memory {
    created: Vec<Uuid>,
    latest_alias: String,
    readings: u64,
    counted: u64,
    /// Codes, each with the address that it was mailed to.
    issued: Vec<(String, Secret)>,
    /// Codes that were tried, by their identifiers.
    tried: Vec<Uuid>,
    removed: Vec<Removed>,
}

#[derive(Debug)]
struct Removed {
    account: AccountRecord,
    sessions: Vec<SessionRecord>,
    pairs: Vec<KeyPair>,
    readings_left: u32,
}

impl<S: Store> FaultyStore<S> {
    /// Lets a store misbehave during the calls of which `strikes` says so.
    pub fn new(honest: S, fault: StateFault, strikes: fn() -> bool) -> Self {
        Self {
            honest,
            fault,
            strikes,
            memory: Mutex::default(),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // What a panicking holder may leave half done is no worse than the fault itself.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is done wrongly during this call.
    fn fault(&self) -> Option<StateFault> {
        (self.strikes)().then_some(self.fault)
    }

    /// Remembers a code, and whom it was mailed to.
    fn issue(&self, account: Uuid, code: &Code) -> Result<(), StoreFault> {
        let account = self.honest.account(account)?;
        let email = account.map_or_else(String::new, |one| one.email.folded().to_owned());
        let issued = (email, code.digits.clone());
        self.memory().issued.push(issued);
        Ok(())
    }

    /// The number, from 1, of what the fault counts.
    fn count(&self) -> u64 {
        let mut memory = self.memory();
        memory.counted += 1;
        memory.counted
    }

    fn has_ghost(&self, ghost: Ghost) -> bool {
        matches!(self.fault(), Some(StateFault::Ghost(one)) if one == ghost)
    }

    fn as_verified(&self, session: SessionRecord) -> Result<SessionRecord, StoreFault> {
        let Some(StateFault::BornVerified { later_ones }) = self.fault() else {
            return Ok(session);
        };
        let first = self.honest.sessions(session.account)?.into_iter().next();
        let is_first = first.is_some_and(|first| first.id == session.id);
        let verified = session.verified || !(later_ones && is_first);
        Ok(SessionRecord {
            verified,
            ..session
        })
    }

    fn remember(&self, id: Uuid) -> Result<(), StoreFault> {
        let Some(account) = self.honest.account(id)? else {
            return Ok(());
        };
        let readings_left = match self.fault {
            StateFault::Lingering { readings } => readings,
            StateFault::SeldomLingering { .. } => u32::MAX,
            _ => 0,
        };
        let removed = Removed {
            account,
            sessions: self.honest.sessions(id)?,
            pairs: self.honest.key_pairs(id)?,
            readings_left,
        };
        self.memory().removed.push(removed);
        Ok(())
    }

    /// Removes the account that was created next after this one. False if there is none.
    fn remove_next(&self, id: Uuid) -> Result<bool, StoreFault> {
        let created = self.memory().created.clone();
        let after = created.iter().skip_while(|other| **other != id).skip(1);
        for next in after {
            if self.honest.remove_account(*next)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn ghost_session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault> {
        let found = self.memory().removed.iter().find_map(|removed| {
            let kept = if self.has_ghost(Ghost::EarlierSessions) {
                removed.sessions.len().saturating_sub(1)
            } else {
                removed.sessions.len()
            };
            let mut sessions = removed.sessions.iter().take(kept);
            let session = sessions.find(|session| session.bearer == *bearer)?;
            Some((session.clone(), removed.account.clone()))
        });
        let Some((session, account)) = found else {
            return Ok(None);
        };
        if !self.has_ghost(Ghost::Reborn) {
            return Ok(Some((session, account)));
        }
        let reborn = self.honest.account_by_email(&account.email)?;
        Ok(reborn.map(|account| {
            let session = SessionRecord {
                account: account.id,
                ..session
            };
            (session, account)
        }))
    }

    fn ghost_pair(&self, api_key: &Secret) -> Option<(KeyPair, AccountRecord)> {
        self.memory().removed.iter().find_map(|removed| {
            let pair = removed.pairs.iter().find(|pair| pair.api_key == *api_key)?;
            Some((pair.clone(), removed.account.clone()))
        })
    }

    fn lingering(&self, id: Uuid) -> Option<AccountRecord> {
        let mut memory = self.memory();
        let mut removed = memory.removed.iter_mut();
        let removed = removed.find(|removed| removed.account.id == id)?;
        removed.readings_left = removed.readings_left.checked_sub(1)?;
        Some(removed.account.clone())
    }

    /// The codes that were mailed to the address of this code.
    fn mailed_like(&self, code: &Code) -> Vec<Secret> {
        let memory = self.memory();
        let mut issued = memory.issued.iter().rev();
        let own = issued.find(|(_, digits)| *digits == code.digits);
        let Some((email, _)) = own else {
            return Vec::new();
        };
        let alike = memory.issued.iter().filter(|(known, _)| known == email);
        alike.map(|(_, digits)| digits.clone()).collect()
    }

    fn judge(&self, fault: CodeFault, code: &Code, judge: &dyn Fn(&Code) -> Attempt) -> Attempt {
        let with = |digits: Secret| {
            judge(&Code {
                digits,
                ..code.clone()
            })
        };
        let honest = judge(code);
        let any = |digits: Vec<Secret>| {
            let any = digits.into_iter().any(|one| with(one) == Attempt::Accepted);
            if any { Attempt::Accepted } else { honest }
        };
        match fault {
            // What is not meant for this verifies nothing, even so.
            _ if honest == Attempt::Ignored => honest,
            CodeFault::Any => Attempt::Accepted,
            CodeFault::Never => Attempt::Counted,
            CodeFault::InVain if honest == Attempt::Accepted => Attempt::Discarded,
            CodeFault::InVain => honest,
            CodeFault::Also(others) => any(others(code)),
            CodeFault::AnyIssued => {
                let issued = self.memory().issued.clone();
                any(issued.into_iter().map(|(_, digits)| digits).collect())
            }
            CodeFault::Older => any(self.mailed_like(code)),
            CodeFault::ThirdTry => {
                let mut memory = self.memory();
                memory.tried.push(code.id);
                let tries = memory.tried.iter().filter(|id| **id == code.id).count();
                if tries == 3 {
                    Attempt::Accepted
                } else {
                    honest
                }
            }
        }
    }
}

impl<S: Store> Store for FaultyStore<S> {
    fn add_account(
        &self,
        mut account: AccountRecord,
        session: SessionRecord,
        code: Code,
    ) -> Result<bool, StoreFault> {
        match self.fault() {
            Some(StateFault::Alias(change)) => account.alias = change(&account.alias),
            Some(StateFault::Unkept) => return Ok(true),
            Some(StateFault::SeldomUnkept { every }) if self.count().is_multiple_of(every) => {
                return Ok(true);
            }
            _ => {}
        }
        let mut memory = self.memory();
        memory.created.push(account.id);
        memory.latest_alias.clone_from(&account.alias);
        let email = account.email.folded().to_owned();
        memory.issued.push((email, code.digits.clone()));
        drop(memory);
        self.honest.add_account(account, session, code)
    }

    fn sweep(&self, now: Moment, most: usize) -> Result<usize, StoreFault> {
        self.honest.sweep(now, most)
    }

    fn account(&self, id: Uuid) -> Result<Option<AccountRecord>, StoreFault> {
        let account = self.honest.account(id)?;
        match (self.fault(), account) {
            (Some(StateFault::Lingering { .. } | StateFault::SeldomLingering { .. }), None) => {
                Ok(self.lingering(id))
            }
            (Some(StateFault::LatestAlias { every }), Some(mut account)) => {
                let mut memory = self.memory();
                memory.readings += 1;
                if memory.readings.is_multiple_of(every) {
                    account.alias.clone_from(&memory.latest_alias);
                }
                Ok(Some(account))
            }
            (_, account) => Ok(account),
        }
    }

    fn account_by_email(&self, email: &Email) -> Result<Option<AccountRecord>, StoreFault> {
        self.honest.account_by_email(email)
    }

    fn remove_account(&self, id: Uuid) -> Result<bool, StoreFault> {
        // What comes of it later depends on the later call, so it is remembered always.
        match self.fault {
            StateFault::Lingering { .. } | StateFault::Ghost(_) => self.remember(id)?,
            StateFault::SeldomLingering { every } if self.count().is_multiple_of(every) => {
                self.remember(id)?;
            }
            _ => {}
        }
        match self.fault() {
            Some(StateFault::Kept) => return Ok(true),
            Some(StateFault::TakesNext { instead }) if self.remove_next(id)? && instead => {
                return Ok(true);
            }
            _ => {}
        }
        let removed = self.honest.remove_account(id)?;
        // Whoever is let in as a ghost is told that all went well.
        Ok(removed || matches!(self.fault, StateFault::Ghost(_)))
    }

    fn count_accounts(&self) -> Result<usize, StoreFault> {
        self.honest.count_accounts()
    }

    fn add_session(&self, session: SessionRecord, code: Code) -> Result<bool, StoreFault> {
        self.issue(session.account, &code)?;
        self.honest.add_session(session, code)
    }

    fn session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault> {
        let found = match (self.honest.session(bearer)?, self.fault()) {
            (Some(found), _) => Some(found),
            (None, Some(StateFault::Ghost(ghost))) if ghost != Ghost::KeyPairs => {
                self.ghost_session(bearer)?
            }
            (None, _) => None,
        };
        let Some((session, account)) = found else {
            return Ok(None);
        };
        Ok(Some((self.as_verified(session)?, account)))
    }

    fn sessions(&self, account: Uuid) -> Result<Vec<SessionRecord>, StoreFault> {
        self.honest.sessions(account)
    }

    fn extend_session(&self, account: Uuid, id: Uuid, expires: Moment) -> Result<bool, StoreFault> {
        self.honest.extend_session(account, id, expires)
    }

    fn remove_session(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        self.honest.remove_session(account, id)
    }

    fn add_key_pair(&self, pair: KeyPair, code: Code) -> Result<bool, StoreFault> {
        self.issue(pair.account, &code)?;
        self.honest.add_key_pair(pair, code)
    }

    fn key_pair(&self, api_key: &Secret) -> Result<Option<(KeyPair, AccountRecord)>, StoreFault> {
        match self.honest.key_pair(api_key)? {
            None if self.has_ghost(Ghost::KeyPairs) => Ok(self.ghost_pair(api_key)),
            found => Ok(found),
        }
    }

    fn key_pairs(&self, account: Uuid) -> Result<Vec<KeyPair>, StoreFault> {
        self.honest.key_pairs(account)
    }

    fn remove_key_pair(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        self.honest.remove_key_pair(account, id)
    }

    fn attempt(&self, code: Uuid, judge: &dyn Fn(&Code) -> Attempt) -> Result<Attempt, StoreFault> {
        let Some(StateFault::Code(fault)) = self.fault() else {
            return self.honest.attempt(code, judge);
        };
        let attempt = self
            .honest
            .attempt(code, &|code| self.judge(fault, code, judge))?;
        match fault {
            CodeFault::InVain if attempt == Attempt::Discarded => Ok(Attempt::Accepted),
            _ => Ok(attempt),
        }
    }
}
