//! Key pairs: issued, checked, listed, removed.

use uuid::Uuid;

use super::{
    Acknowledged, CallContext, CallError, CheckedKeyPair, Credentials, Digest, IssuedKeyPair,
    KeyPair, KeyPairList, KeyPairSummary, Letter, Moment, NewKeyPair, Opens, Refusal, Store,
    UsersApi,
};

const SECONDS_A_DAY: u32 = 24 * 60 * 60;
/// Random bytes of an api key: 32 characters as text, as in the public pages' examples.
const API_KEY_BYTES: usize = 24;
/// Random bytes of an api secret: 64 characters as text, as in the public pages' examples.
const API_SECRET_BYTES: usize = 48;

impl<S: Store> UsersApi<S> {
    /// Issues a key pair to the caller. The letter is to be delivered.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn issue_key_pair(
        &self,
        credentials: &Credentials,
        request: NewKeyPair,
        context: CallContext<'_>,
    ) -> Result<(IssuedKeyPair, Letter), CallError> {
        let (_, account) = self.caller(credentials, context.now)?.into_session()?;
        let api_secret = context.token::<API_SECRET_BYTES>();
        let lifetime = request.days.saturating_mul(SECONDS_A_DAY);
        let pair = KeyPair {
            id: context.identifier(),
            account: account.id,
            name: request.name,
            api_key: context.token::<API_KEY_BYTES>(),
            secret: Digest::of(&api_secret),
            verified: false,
            expires: context.now.after_seconds(lifetime),
        };
        let opens = Opens::KeyPair(pair.id);
        let (code, letter) = self.code(account.id, opens, account.email, context);
        let answer = IssuedKeyPair {
            api_secret,
            pair: KeyPairSummary::of(pair.clone()),
            verification_code_id: code.id,
        };
        self.sweep(context.now)?;
        if self.store.add_key_pair(pair, code)? {
            Ok((answer, letter))
        } else {
            Err(Refusal::BadCredentials.into())
        }
    }

    /// The caller's key pair, given by itself.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn check_key_pair(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<CheckedKeyPair, CallError> {
        let (pair, account) = self.caller(credentials, now)?.into_key_pair()?;
        Ok(CheckedKeyPair::of(pair, account))
    }

    /// The caller's key pairs, expired ones too.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn list_key_pairs(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<KeyPairList, CallError> {
        let (_, account) = self.caller(credentials, now)?.into_session()?;
        let pairs = self.store.key_pairs(account.id)?;
        Ok(KeyPairList {
            keys: pairs.into_iter().map(KeyPairSummary::of).collect(),
        })
    }

    /// Removes one of the caller's key pairs.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownKeyPair`] if it is not one of the caller's. Refusals of credentials.
    pub fn remove_key_pair(
        &self,
        credentials: &Credentials,
        id: Uuid,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        let (_, account) = self.caller(credentials, now)?.into_session()?;
        if self.store.remove_key_pair(account.id, id)? {
            Ok(Acknowledged::default())
        } else {
            Err(Refusal::UnknownKeyPair.into())
        }
    }
}
