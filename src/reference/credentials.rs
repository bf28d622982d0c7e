//! Who a caller is: credentials, and what they prove.

use super::{
    AccountRecord, CallError, Digest, KeyPair, Moment, Refusal, Secret, SessionRecord, Store,
    UsersApi,
};

/// What a caller gave to prove who they are.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The bearer of a session.
    pub bearer: Option<Secret>,
    /// The public half of a key pair.
    pub api_key: Option<Secret>,
    /// The secret half of a key pair.
    pub api_secret: Option<Secret>,
}

/// A caller whose credentials are right and verified. At least one of the two is there.
pub(super) struct Caller {
    pub(super) account: AccountRecord,
    pub(super) session: Option<SessionRecord>,
    pub(super) pair: Option<KeyPair>,
}

impl Caller {
    pub(super) fn into_session(self) -> Result<(SessionRecord, AccountRecord), Refusal> {
        let session = self.session.ok_or(Refusal::SessionNeeded)?;
        Ok((session, self.account))
    }

    pub(super) fn into_key_pair(self) -> Result<(KeyPair, AccountRecord), Refusal> {
        let pair = self.pair.ok_or(Refusal::KeyPairNeeded)?;
        Ok((pair, self.account))
    }
}

impl<S: Store> UsersApi<S> {
    /// Finds out who calls. All that is given must be right and belong to one account: a wrong
    /// half is never made good by a right one.
    pub(super) fn caller(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<Caller, CallError> {
        let session = match &credentials.bearer {
            Some(bearer) => Some(self.session_of(bearer, now)?),
            None => None,
        };
        let pair = match (&credentials.api_key, &credentials.api_secret) {
            (Some(key), Some(secret)) => Some(self.key_pair_of(key, secret, now)?),
            (None, None) => None,
            _ => return Err(Refusal::BadCredentials.into()),
        };
        let caller = joined(session, pair)?;
        // Only now: credentials that are wrong are told so first, whatever else is unverified.
        if caller.session.as_ref().is_some_and(|it| !it.verified) {
            return Err(Refusal::SessionUnverified.into());
        }
        if caller.pair.as_ref().is_some_and(|it| !it.verified) {
            return Err(Refusal::KeyPairUnverified.into());
        }
        Ok(caller)
    }

    fn session_of(
        &self,
        bearer: &Secret,
        now: Moment,
    ) -> Result<(SessionRecord, AccountRecord), CallError> {
        self.store
            .session(&Digest::of(bearer))?
            .filter(|(session, _)| now < session.expires)
            .ok_or(CallError::Refused(Refusal::BadCredentials))
    }

    fn key_pair_of(
        &self,
        api_key: &Secret,
        secret: &Secret,
        now: Moment,
    ) -> Result<(KeyPair, AccountRecord), CallError> {
        let digest = Digest::of(secret);
        self.store
            .key_pair(api_key)?
            .filter(|(pair, _)| pair.secret.matches(&digest) && now < pair.expires)
            .ok_or(CallError::Refused(Refusal::BadCredentials))
    }
}

fn joined(
    session: Option<(SessionRecord, AccountRecord)>,
    pair: Option<(KeyPair, AccountRecord)>,
) -> Result<Caller, Refusal> {
    match (session, pair) {
        (None, None) => Err(Refusal::NoCredentials),
        (Some((session, account)), None) => Ok(Caller {
            account,
            session: Some(session),
            pair: None,
        }),
        (None, Some((pair, account))) => Ok(Caller {
            account,
            session: None,
            pair: Some(pair),
        }),
        (Some((session, account)), Some((pair, _))) => {
            if session.account != pair.account {
                return Err(Refusal::BadCredentials);
            }
            Ok(Caller {
                account,
                session: Some(session),
                pair: Some(pair),
            })
        }
    }
}
