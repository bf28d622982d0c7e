//! A store that several own, whichever store it is.

use std::sync::Arc;
use uuid::Uuid;

use super::{
    AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Secret, SessionRecord, Store,
    StoreFault,
};

impl<S: Store + ?Sized> Store for Arc<S> {
    fn add_account(
        &self,
        account: AccountRecord,
        session: SessionRecord,
        code: Code,
    ) -> Result<bool, StoreFault> {
        (**self).add_account(account, session, code)
    }

    fn account(&self, id: Uuid) -> Result<Option<AccountRecord>, StoreFault> {
        (**self).account(id)
    }

    fn account_by_email(&self, email: &Email) -> Result<Option<AccountRecord>, StoreFault> {
        (**self).account_by_email(email)
    }

    fn remove_account(&self, id: Uuid) -> Result<bool, StoreFault> {
        (**self).remove_account(id)
    }

    fn count_accounts(&self) -> Result<usize, StoreFault> {
        (**self).count_accounts()
    }

    fn add_session(&self, session: SessionRecord, code: Code) -> Result<bool, StoreFault> {
        (**self).add_session(session, code)
    }

    fn session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault> {
        (**self).session(bearer)
    }

    fn sessions(&self, account: Uuid) -> Result<Vec<SessionRecord>, StoreFault> {
        (**self).sessions(account)
    }

    fn extend_session(&self, account: Uuid, id: Uuid, expires: Moment) -> Result<bool, StoreFault> {
        (**self).extend_session(account, id, expires)
    }

    fn remove_session(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        (**self).remove_session(account, id)
    }

    fn add_key_pair(&self, pair: KeyPair, code: Code) -> Result<bool, StoreFault> {
        (**self).add_key_pair(pair, code)
    }

    fn key_pair(&self, api_key: &Secret) -> Result<Option<(KeyPair, AccountRecord)>, StoreFault> {
        (**self).key_pair(api_key)
    }

    fn key_pairs(&self, account: Uuid) -> Result<Vec<KeyPair>, StoreFault> {
        (**self).key_pairs(account)
    }

    fn remove_key_pair(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault> {
        (**self).remove_key_pair(account, id)
    }

    fn attempt(&self, code: Uuid, judge: &dyn Fn(&Code) -> Attempt) -> Result<Attempt, StoreFault> {
        (**self).attempt(code, judge)
    }

    fn sweep(&self, now: Moment, most: usize) -> Result<usize, StoreFault> {
        (**self).sweep(now, most)
    }
}
