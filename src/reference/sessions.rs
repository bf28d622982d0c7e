//! Sessions: opened, checked, listed, extended, closed.

use uuid::Uuid;

use super::{
    AccountRecord, Acknowledged, CallContext, CallError, CheckedSession, Code, Credentials, Digest,
    Letter, Moment, NewSession, OpenedSession, Opens, Refusal, SessionList, SessionRecord,
    SessionSummary, Store, UsersApi, Visitor,
};

/// Random bytes of a bearer: 64 characters as text, as in the document's example.
const BEARER_BYTES: usize = 48;

/// A session about to be stored, with all that is said about it.
pub(super) struct Opening {
    pub(super) session: SessionRecord,
    pub(super) code: Code,
    pub(super) answer: OpenedSession,
    pub(super) letter: Letter,
}

impl<S: Store> UsersApi<S> {
    /// Opens a session of an existing account. The letter is to be delivered.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownUser`] if no account has the address.
    pub fn open_session(
        &self,
        request: &NewSession,
        visitor: Visitor,
        context: CallContext<'_>,
    ) -> Result<(OpenedSession, Letter), CallError> {
        let account = self
            .store
            .account_by_email(&request.email)?
            .ok_or(Refusal::UnknownUser)?;
        let opening = self.opening(&account, visitor, context);
        self.sweep(context.now)?;
        if self.store.add_session(opening.session, opening.code)? {
            Ok((opening.answer, opening.letter))
        } else {
            Err(Refusal::UnknownUser.into())
        }
    }

    /// The caller's session.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn check_session(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<CheckedSession, CallError> {
        let (session, account) = self.caller(credentials, now)?.into_session()?;
        Ok(CheckedSession::of(session, account))
    }

    /// The caller's sessions that have not expired.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn list_sessions(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<SessionList, CallError> {
        let (current, account) = self.caller(credentials, now)?.into_session()?;
        let sessions = self.store.sessions(account.id)?;
        Ok(SessionList {
            sessions: sessions
                .into_iter()
                .filter(|session| now < session.expires)
                .map(|session| SessionSummary::of(session, current.id))
                .collect(),
        })
    }

    /// Lets the caller's session last its full time again, from now.
    ///
    /// # Errors
    ///
    /// Refusals of credentials.
    pub fn extend_session(
        &self,
        credentials: &Credentials,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        let (session, account) = self.caller(credentials, now)?.into_session()?;
        let expires = now.after_seconds(self.rules.session_seconds);
        if self.store.extend_session(account.id, session.id, expires)? {
            Ok(Acknowledged::default())
        } else {
            Err(Refusal::BadCredentials.into())
        }
    }

    /// Closes one of the caller's sessions, which may be that of this very call.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownSession`] if it is not one of the caller's. Refusals of credentials.
    pub fn close_session(
        &self,
        credentials: &Credentials,
        id: Uuid,
        now: Moment,
    ) -> Result<Acknowledged, CallError> {
        let (_, account) = self.caller(credentials, now)?.into_session()?;
        if self.store.remove_session(account.id, id)? {
            Ok(Acknowledged::default())
        } else {
            Err(Refusal::UnknownSession.into())
        }
    }

    pub(super) fn opening(
        &self,
        account: &AccountRecord,
        visitor: Visitor,
        context: CallContext<'_>,
    ) -> Opening {
        let bearer = context.token::<BEARER_BYTES>();
        let session = SessionRecord {
            id: context.identifier(),
            account: account.id,
            bearer: Digest::of(&bearer),
            verified: false,
            expires: context.now.after_seconds(self.rules.session_seconds),
            ip: visitor.ip.clone(),
            user_agent: visitor.user_agent.clone(),
        };
        let opens = Opens::Session(session.id);
        let (code, letter) = self.code(account.id, opens, account.email.clone(), context);
        let answer = OpenedSession {
            bearer,
            session_id: session.id,
            expire_at: session.expires,
            ip: visitor.ip,
            user_agent: visitor.user_agent,
            verification_code_id: code.id,
        };
        Opening {
            session,
            code,
            answer,
            letter,
        }
    }
}
