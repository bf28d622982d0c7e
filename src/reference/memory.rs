//! A store that lasts as long as the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use super::deadlines::Deadlines;
use super::{
    AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Opens, Secret, SessionRecord,
    Store, StoreFault,
};

/// Keeps everything in memory. One lock guards all of it and is held for some hundred nanoseconds
/// a step, never across a wait.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> Result<MutexGuard<'_, Tables>, StoreFault> {
        self.tables
            .lock()
            .map_err(|_| StoreFault("a step ended half done".to_owned()))
    }
}

/// Each account owns what belongs to it; the indexes lead to the account. Sessions, key pairs and
/// codes of one account are few, so they are searched in order.
#[derive(Debug, Default)]
struct Tables {
    holdings: HashMap<Uuid, Holding>,
    by_email: HashMap<String, Uuid>,
    by_bearer: HashMap<Digest, Uuid>,
    by_api_key: HashMap<Secret, Uuid>,
    by_code: HashMap<Uuid, Uuid>,
    session_deadlines: Deadlines,
    code_deadlines: Deadlines,
}

#[derive(Debug)]
struct Holding {
    account: AccountRecord,
    sessions: Vec<SessionRecord>,
    pairs: Vec<KeyPair>,
    codes: Vec<Code>,
}

impl Holding {
    fn of(account: AccountRecord) -> Self {
        Self {
            account,
            sessions: Vec::new(),
            pairs: Vec::new(),
            codes: Vec::new(),
        }
    }

    fn verify(&mut self, opens: Opens) {
        match opens {
            Opens::Session(id) => {
                for session in self.sessions.iter_mut().filter(|session| session.id == id) {
                    session.verified = true;
                }
            }
            Opens::KeyPair(id) => {
                for pair in self.pairs.iter_mut().filter(|pair| pair.id == id) {
                    pair.verified = true;
                }
            }
        }
    }
}

impl Tables {
    fn insert_session(&mut self, session: SessionRecord, code: Code) -> bool {
        let Some(holding) = self.holdings.get_mut(&session.account) else {
            return false;
        };
        self.by_bearer.insert(session.bearer, session.account);
        self.session_deadlines
            .add(session.expires, session.account, session.id);
        holding.sessions.push(session);
        self.insert_code(code)
    }

    fn insert_key_pair(&mut self, pair: KeyPair, code: Code) -> bool {
        let Some(holding) = self.holdings.get_mut(&pair.account) else {
            return false;
        };
        self.by_api_key.insert(pair.api_key.clone(), pair.account);
        holding.pairs.push(pair);
        self.insert_code(code)
    }

    fn insert_code(&mut self, code: Code) -> bool {
        let Some(holding) = self.holdings.get_mut(&code.account) else {
            return false;
        };
        self.by_code.insert(code.id, code.account);
        self.code_deadlines.add(code.expires, code.account, code.id);
        holding.codes.push(code);
        true
    }

    fn remove_account(&mut self, id: Uuid) -> bool {
        let Some(holding) = self.holdings.remove(&id) else {
            return false;
        };
        self.by_email.remove(holding.account.email.folded());
        for session in &holding.sessions {
            self.by_bearer.remove(&session.bearer);
            self.session_deadlines
                .remove(session.expires, id, session.id);
        }
        for pair in &holding.pairs {
            self.by_api_key.remove(&pair.api_key);
        }
        for code in &holding.codes {
            self.by_code.remove(&code.id);
            self.code_deadlines.remove(code.expires, id, code.id);
        }
        true
    }

    fn remove_session(&mut self, account: Uuid, id: Uuid) -> bool {
        let Some(holding) = self.holdings.get_mut(&account) else {
            return false;
        };
        let Some(index) = holding.sessions.iter().position(|session| session.id == id) else {
            return false;
        };
        let session = holding.sessions.remove(index);
        self.by_bearer.remove(&session.bearer);
        self.session_deadlines.remove(session.expires, account, id);
        self.remove_codes(account, |code| code.opens == Opens::Session(id));
        true
    }

    fn remove_key_pair(&mut self, account: Uuid, id: Uuid) -> bool {
        let Some(holding) = self.holdings.get_mut(&account) else {
            return false;
        };
        let Some(index) = holding.pairs.iter().position(|pair| pair.id == id) else {
            return false;
        };
        let pair = holding.pairs.remove(index);
        self.by_api_key.remove(&pair.api_key);
        self.remove_codes(account, |code| code.opens == Opens::KeyPair(id));
        true
    }

    fn remove_codes(&mut self, account: Uuid, which: impl Fn(&Code) -> bool) {
        let Some(holding) = self.holdings.get_mut(&account) else {
            return;
        };
        for code in holding.codes.extract_if(.., |code| which(code)) {
            self.by_code.remove(&code.id);
            self.code_deadlines.remove(code.expires, account, code.id);
        }
    }

    fn extend_session(&mut self, account: Uuid, id: Uuid, expires: Moment) -> bool {
        let session = self.holdings.get_mut(&account).and_then(|holding| {
            let mut sessions = holding.sessions.iter_mut();
            sessions.find(|session| session.id == id)
        });
        let Some(session) = session else {
            return false;
        };
        self.session_deadlines.remove(session.expires, account, id);
        self.session_deadlines.add(expires, account, id);
        session.expires = expires;
        true
    }

    fn sweep(&mut self, now: Moment, most: usize) -> usize {
        let mut swept = 0;
        for _ in 0..most {
            let Some((account, id)) = self.session_deadlines.first_expired(now) else {
                break;
            };
            self.remove_session(account, id);
            swept += 1;
        }
        for _ in 0..most {
            let Some((account, id)) = self.code_deadlines.first_expired(now) else {
                break;
            };
            self.remove_codes(account, |code| code.id == id);
            swept += 1;
        }
        swept
    }

    fn attempt(&mut self, id: Uuid, judge: &dyn Fn(&Code) -> Attempt) -> Option<Attempt> {
        let holding = self.holdings.get_mut(self.by_code.get(&id)?)?;
        let index = holding.codes.iter().position(|code| code.id == id)?;
        let code = &mut holding.codes[index];
        let attempt = judge(code);
        match attempt {
            Attempt::Ignored => {}
            Attempt::Counted => code.attempts_left = code.attempts_left.saturating_sub(1),
            Attempt::Discarded | Attempt::Accepted => {
                let code = holding.codes.remove(index);
                self.by_code.remove(&id);
                self.code_deadlines.remove(code.expires, code.account, id);
                if attempt == Attempt::Accepted {
                    holding.verify(code.opens);
                }
            }
        }
        Some(attempt)
    }
}

impl Store for MemoryStore {
    fn add_account(
        &self,
        account: AccountRecord,
        session: SessionRecord,
        code: Code,
    ) -> Result<bool, StoreFault> {
        let mut tables = self.tables()?;
        if tables.by_email.contains_key(account.email.folded()) {
            return Ok(false);
        }
        tables
            .by_email
            .insert(account.email.folded().to_owned(), account.id);
        tables.holdings.insert(account.id, Holding::of(account));
        Ok(tables.insert_session(session, code))
    }

    fn account(&self, id: Uuid) -> Result<Option<AccountRecord>, StoreFault> {
        let tables = self.tables()?;
        Ok(tables
            .holdings
            .get(&id)
            .map(|holding| holding.account.clone()))
    }

    fn account_by_email(&self, email: &Email) -> Result<Option<AccountRecord>, StoreFault> {
        let tables = self.tables()?;
        let id = tables.by_email.get(email.folded());
        Ok(id
            .and_then(|id| tables.holdings.get(id))
            .map(|holding| holding.account.clone()))
    }

    fn remove_account(&self, id: Uuid) -> Result<bool, StoreFault> {
        Ok(self.tables()?.remove_account(id))
    }

    fn count_accounts(&self) -> Result<usize, StoreFault> {
        Ok(self.tables()?.holdings.len())
    }

    fn add_session(&self, session: SessionRecord, code: Code) -> Result<bool, StoreFault> {
        Ok(self.tables()?.insert_session(session, code))
    }

    fn session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault> {
        let tables = self.tables()?;
        let account = tables.by_bearer.get(bearer);
        Ok(account
            .and_then(|account| tables.holdings.get(account))
            .and_then(|holding| {
                let mut sessions = holding.sessions.iter();
                let session = sessions.find(|session| session.bearer == *bearer)?;
                Some((session.clone(), holding.account.clone()))
            }))
    }

    fn sessions(&self, account: Uuid) -> Result<Vec<SessionRecord>, StoreFault> {
        let tables = self.tables()?;
        Ok(tables
            .holdings
            .get(&account)
            .map(|holding| holding.sessions.clone())
            .unwrap_or_default())
    }

    fn extend_session(&self, account: Uuid, id: Uuid, expires: Moment) -> Result<bool, StoreFault> {
        Ok(self.tables()?.extend_session(account, id, expires))
    }

    fn remove_session(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        Ok(self.tables()?.remove_session(account, id))
    }

    fn add_key_pair(&self, pair: KeyPair, code: Code) -> Result<bool, StoreFault> {
        Ok(self.tables()?.insert_key_pair(pair, code))
    }

    fn key_pair(&self, api_key: &Secret) -> Result<Option<(KeyPair, AccountRecord)>, StoreFault> {
        let tables = self.tables()?;
        let account = tables.by_api_key.get(api_key);
        Ok(account
            .and_then(|account| tables.holdings.get(account))
            .and_then(|holding| {
                let pair = holding.pairs.iter().find(|pair| pair.api_key == *api_key)?;
                Some((pair.clone(), holding.account.clone()))
            }))
    }

    fn key_pairs(&self, account: Uuid) -> Result<Vec<KeyPair>, StoreFault> {
        let tables = self.tables()?;
        Ok(tables
            .holdings
            .get(&account)
            .map(|holding| holding.pairs.clone())
            .unwrap_or_default())
    }

    fn remove_key_pair(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        Ok(self.tables()?.remove_key_pair(account, id))
    }

    fn attempt(&self, code: Uuid, judge: &dyn Fn(&Code) -> Attempt) -> Result<Attempt, StoreFault> {
        Ok(self
            .tables()?
            .attempt(code, judge)
            .unwrap_or(Attempt::Ignored))
    }
    fn sweep(&self, now: Moment, most: usize) -> Result<usize, StoreFault> {
        Ok(self.tables()?.sweep(now, most))
    }
}
