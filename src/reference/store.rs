//! Where accounts are kept.

use uuid::Uuid;

use super::{AccountRecord, Attempt, Code, Digest, Email, KeyPair, Moment, Secret, SessionRecord};

/// The store itself failed: nobody's fault but ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreFault(
    /// What went wrong, as a sentence fragment. For the operator, never for a caller.
    pub String,
);

/// A store of accounts and of what belongs to them.
///
/// Every method is one atomic step: it happens whole or not at all, and at one moment among all
/// steps of all callers. Rules are not the store's business, except those that only an atomic step
/// can keep: one account an email address, nothing without its account, one use a code. Methods
/// return at once or within the time of a small transaction; none waits for another caller.
pub trait Store: Send + Sync + 'static {
    /// Adds an account with its first session and that session's code. False, and nothing is
    /// added, if an account has the address already.
    ///
    /// # Errors
    ///
    /// The store itself failed, as for every method here.
    fn add_account(
        &self,
        account: AccountRecord,
        session: SessionRecord,
        code: Code,
    ) -> Result<bool, StoreFault>;

    /// The account with this identifier.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn account(&self, id: Uuid) -> Result<Option<AccountRecord>, StoreFault>;

    /// The account with this address.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn account_by_email(&self, email: &Email) -> Result<Option<AccountRecord>, StoreFault>;

    /// Removes an account and all that belongs to it. False if there is none.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn remove_account(&self, id: Uuid) -> Result<bool, StoreFault>;

    /// How many accounts there are.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn count_accounts(&self) -> Result<usize, StoreFault>;

    /// Adds a session and its code. False, and nothing is added, if its account is gone.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn add_session(&self, session: SessionRecord, code: Code) -> Result<bool, StoreFault>;

    /// The session with this bearer, and its account.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn session(
        &self,
        bearer: &Digest,
    ) -> Result<Option<(SessionRecord, AccountRecord)>, StoreFault>;

    /// The sessions of an account, the oldest first. None if there is no such account.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn sessions(&self, account: Uuid) -> Result<Vec<SessionRecord>, StoreFault>;

    /// Lets a session last until another moment. False if the account has no such session.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn extend_session(&self, account: Uuid, id: Uuid, expires: Moment) -> Result<bool, StoreFault>;

    /// Removes a session and its code. False if the account has no such session.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn remove_session(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault>;

    /// Adds a key pair and its code. False, and nothing is added, if its account is gone.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn add_key_pair(&self, pair: KeyPair, code: Code) -> Result<bool, StoreFault>;

    /// The key pair with this public half, and its account.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn key_pair(&self, api_key: &Secret) -> Result<Option<(KeyPair, AccountRecord)>, StoreFault>;

    /// The key pairs of an account, the oldest first. None if there is no such account.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn key_pairs(&self, account: Uuid) -> Result<Vec<KeyPair>, StoreFault>;

    /// Removes a key pair and its code. False if the account has no such key pair.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn remove_key_pair(&self, account: Uuid, id: Uuid) -> Result<bool, StoreFault>;

    /// Lets `judge` look at a code and does what it says: see [`Attempt`]. Judging and doing are
    /// one step. [`Attempt::Ignored`] if there is no such code.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn attempt(&self, code: Uuid, judge: &dyn Fn(&Code) -> Attempt) -> Result<Attempt, StoreFault>;

    /// Removes sessions with their codes, and codes, that no longer count at `now`: those first that
    /// expired first, at most `most` sessions, and then as many codes. Key pairs stay: their owners
    /// may list them. Tells how many sessions and codes went by their own expiry.
    ///
    /// # Errors
    ///
    /// The store itself failed.
    fn sweep(&self, now: Moment, most: usize) -> Result<usize, StoreFault>;
}
