//! The accounts that a run made, learnt by watching its exchanges, so that none is left behind.

use serde_json::Value;

use crate::model::{Exchange, Request, Response};

/// An account that exists because of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// The address given at creation; none if the target accepted a request without one.
    pub(super) email: Option<String>,
    /// Its sessions in the order they were made.
    pub(super) sessions: Vec<Session>,
    /// Codes mailed to it so far.
    pub(super) codes_mailed: usize,
    /// Its API keys.
    pub(super) keys: Vec<String>,
    /// Whether its deletion was acknowledged.
    pub(super) removed: bool,
}

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) bearer: String,
    pub(super) code_id: String,
    /// Which of the account's codes verifies it, from 0.
    pub(super) code_ordinal: usize,
    pub(super) verified: bool,
}

/// Watches the exchanges of a case.
#[derive(Debug, Default)]
pub(super) struct AccountWatch {
    accounts: Vec<Account>,
}

impl AccountWatch {
    /// Learns from an exchange what accounts came to be, became usable, or are gone.
    pub(super) fn observe(&mut self, exchange: &Exchange) {
        let Ok(response) = &exchange.result else {
            return;
        };
        if !(200..300).contains(&response.status) {
            return;
        }
        let request = &exchange.request;
        match (request.method.as_str(), path_only(&request.path)) {
            ("POST", "/user") => self.created(request, response),
            ("POST", "/session") => self.session_opened(request, response),
            ("PUT", "/session/verification") => self.verified(request),
            ("POST", "/keypair") => self.key_made(request, response),
            ("DELETE", "/user") => self.deleted(request),
            _ => {}
        }
    }

    /// The accounts that still stand.
    pub(super) fn standing(&self) -> Vec<Account> {
        let standing = self.accounts.iter().filter(|account| !account.removed);
        standing.cloned().collect()
    }

    /// How many accounts came to be.
    pub(super) const fn made(&self) -> usize {
        self.accounts.len()
    }

    fn created(&mut self, request: &Request, response: &Response) {
        let email = body(request).and_then(|body| text(&body, "email"));
        let mailed_before = self.mailed_to(email.as_deref());
        let mut account = Account {
            email,
            codes_mailed: 1,
            ..Account::default()
        };
        account.sessions.extend(session(response, mailed_before));
        self.accounts.push(account);
    }

    fn session_opened(&mut self, request: &Request, response: &Response) {
        let email = body(request).and_then(|body| text(&body, "email"));
        let ordinal = self.mailed_to(email.as_deref());
        let owner = self
            .accounts
            .iter_mut()
            .rfind(|account| account.email.is_some() && account.email == email);
        if let Some(account) = owner {
            account.codes_mailed += 1;
            account.sessions.extend(session(response, ordinal));
        }
    }

    fn verified(&mut self, request: &Request) {
        let Some(id) = body(request).and_then(|body| text(&body, "verificationCodeID")) else {
            return;
        };
        let sessions = self
            .accounts
            .iter_mut()
            .flat_map(|account| &mut account.sessions);
        for session in sessions.filter(|session| session.code_id == id) {
            session.verified = true;
        }
    }

    fn key_made(&mut self, request: &Request, response: &Response) {
        let key = json(&response.body).and_then(|body| text(&body, "apiKey"));
        let account = bearer_of(request).and_then(|bearer| self.owner_of(&bearer));
        if let (Some(account), Some(key)) = (account, key) {
            account.keys.push(key);
            account.codes_mailed += 1;
        }
    }

    fn deleted(&mut self, request: &Request) {
        let by_bearer = bearer_of(request);
        let by_key = header(request, "api-key");
        let gone = self.accounts.iter_mut().find(|account| {
            let bearer = |session: &Session| Some(&session.bearer) == by_bearer.as_ref();
            account.sessions.iter().any(bearer)
                || account.keys.iter().any(|key| Some(key.as_str()) == by_key)
        });
        if let Some(account) = gone {
            account.removed = true;
        }
    }

    fn owner_of(&mut self, bearer: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| {
            account
                .sessions
                .iter()
                .any(|session| session.bearer == bearer)
        })
    }

    fn mailed_to(&self, email: Option<&str>) -> usize {
        self.accounts
            .iter()
            .filter(|account| account.email.is_some() && account.email.as_deref() == email)
            .map(|account| account.codes_mailed)
            .sum()
    }
}

fn session(response: &Response, code_ordinal: usize) -> Option<Session> {
    let answer = json(&response.body)?;
    Some(Session {
        bearer: text(&answer, "bearer")?,
        code_id: text(&answer, "verificationCodeID")?,
        code_ordinal,
        verified: false,
    })
}

fn path_only(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

fn body(request: &Request) -> Option<Value> {
    json(request.body.as_deref()?)
}

fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

fn text(object: &Value, member: &str) -> Option<String> {
    object.get(member)?.as_str().map(str::to_owned)
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn bearer_of(request: &Request) -> Option<String> {
    let value = header(request, "authorization")?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn exchange(
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
        status: u16,
        answer: &str,
    ) -> Exchange {
        Exchange {
            request: Request {
                method: method.into(),
                path: path.into(),
                headers: headers
                    .iter()
                    .map(|(name, value)| ((*name).into(), (*value).into()))
                    .collect(),
                body: Some(body.into()),
            },
            result: Ok(Response {
                status,
                headers: Vec::new(),
                body: answer.into(),
            }),
            elapsed: Duration::ZERO,
        }
    }

    fn created(email: &str, bearer: &str, code: &str) -> Exchange {
        exchange(
            "POST",
            "/user",
            &[],
            &format!(r#"{{"email":"{email}"}}"#),
            200,
            &format!(r#"{{"bearer":"{bearer}","verificationCodeID":"{code}"}}"#),
        )
    }

    #[test]
    fn a_created_account_stands_until_its_own_deletion_is_acknowledged() {
        let mut watch = AccountWatch::default();
        watch.observe(&created("a@x", "A", "ca"));
        watch.observe(&created("b@x", "B", "cb"));
        watch.observe(&exchange(
            "DELETE",
            "/user",
            &[("Authorization", "Bearer B")],
            "",
            401,
            "",
        ));
        assert_eq!(watch.standing().len(), 2);
        watch.observe(&exchange(
            "DELETE",
            "/user",
            &[("authorization", "bearer B")],
            "",
            202,
            "",
        ));
        let standing = watch.standing();
        assert_eq!(standing.len(), 1);
        assert_eq!(standing[0].email.as_deref(), Some("a@x"));
        assert_eq!(watch.made(), 2);
    }

    #[test]
    fn a_key_pair_removes_its_owner_and_further_sessions_count_their_codes() {
        let mut watch = AccountWatch::default();
        watch.observe(&created("a@x", "A", "ca"));
        watch.observe(&exchange(
            "POST",
            "/session",
            &[],
            r#"{"email":"a@x"}"#,
            200,
            r#"{"bearer":"A2","verificationCodeID":"ca2"}"#,
        ));
        assert_eq!(watch.standing()[0].codes_mailed, 2);
        watch.observe(&exchange(
            "POST",
            "/keypair",
            &[("Authorization", "Bearer A2")],
            "",
            200,
            r#"{"apiKey":"K"}"#,
        ));
        watch.observe(&exchange(
            "PUT",
            "/session/verification",
            &[],
            r#"{"verificationCodeID":"ca2"}"#,
            202,
            "",
        ));
        let account = &watch.standing()[0];
        assert!(!account.sessions[0].verified && account.sessions[1].verified);
        assert_eq!(account.sessions[1].code_ordinal, 1);
        watch.observe(&exchange(
            "DELETE",
            "/user",
            &[("api-key", "K")],
            "",
            202,
            "",
        ));
        assert!(watch.standing().is_empty());
    }

    #[test]
    fn a_refused_create_makes_no_account() {
        let mut watch = AccountWatch::default();
        watch.observe(&exchange(
            "POST",
            "/user",
            &[],
            r#"{"email":"a@x"}"#,
            400,
            "",
        ));
        assert_eq!(watch.made(), 0);
    }
}
