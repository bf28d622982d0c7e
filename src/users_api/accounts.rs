//! The accounts that a run made, learnt by watching its exchanges, so that none is left behind.

use std::collections::HashMap;

use super::account::{Account, Session};
use super::api_call::ApiCall;
use super::facts::{bearer_of, beginning_of_body, body, email_of, header, json, text};
use super::ledger::{AccountNumber, Ledger, LedgerLine, OpenAccount};
use crate::model::{Exchange, Request, Response, TransferErrorKind};

/// Watches the exchanges of a case.
#[derive(Debug, Default)]
pub(crate) struct AccountWatch {
    accounts: Vec<Account>,
    /// Accounts, by their places, of which the target deleted one: it was shown credentials of them all.
    one_of: Vec<usize>,
}

impl AccountWatch {
    /// Takes over an account that an earlier run left behind.
    pub(crate) fn adopt(&mut self, number: AccountNumber, left: OpenAccount) {
        let session = left.bearer.map(|bearer| Session {
            bearer,
            code_id: String::new(),
            code_ordinal: 0,
            verified: true,
            expire_at: None,
            in_ledger: true,
        });
        self.accounts.push(Account {
            email: left.email,
            sessions: session.into_iter().collect(),
            uncertain: true,
            number: Some(number),
            ..Account::default()
        });
    }

    /// Learns from an exchange what accounts came to be, became usable, or are gone. `number` is
    /// what [`announce`] gave for its request.
    pub(crate) fn observe(
        &mut self,
        exchange: &Exchange,
        number: Option<AccountNumber>,
        ledger: &dyn Ledger,
    ) {
        let request = &exchange.request;
        self.note_meddling(request);
        match &exchange.result {
            Ok(response) if response.is_success() => {
                if let (Some(number), None) = (number, email_of(request)) {
                    ledger.write(&LedgerLine::Acknowledged { number });
                }
                self.granted(request, response, number);
            }
            Ok(_) => strike(number, ledger),
            Err(error) if error.kind == TransferErrorKind::Limited => strike(number, ledger),
            Err(_) => self.in_doubt(request, number),
        }
        self.write_changes(ledger);
    }

    /// Notes requests after which it is open what became of sessions: several credentials at once, of which a
    /// target may take any, and the end of a session.
    fn note_meddling(&mut self, request: &Request) {
        if request.method != "DELETE" {
            return;
        }
        let values = request.headers.iter().filter(|(name, _)| {
            let credentials = ["authorization", "api-key"];
            credentials.iter().any(|one| one.eq_ignore_ascii_case(name))
        });
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        if values.len() < 2 && ApiCall::of(request) == Some(ApiCall::DeleteUser) {
            return;
        }
        for account in &mut self.accounts {
            let bearers = account.sessions.iter().map(|session| &session.bearer);
            let mut credentials = bearers.chain(&account.keys);
            account.is_meddled_with |= credentials.any(|one| {
                let bears = |value: &&str| value.contains(one.as_str());
                values.iter().any(bears)
            });
        }
    }

    /// Whether there is one account here, and no other that may be the same.
    pub(crate) fn has_one_account(&self) -> bool {
        self.accounts.len() == 1
    }

    /// Strikes an account off that turned out not to exist.
    pub(crate) fn never_existed(&mut self, email: &str, ledger: &dyn Ledger) {
        for account in &mut self.accounts {
            if account.uncertain && account.email.as_deref() == Some(email) {
                account.removed = true;
            }
        }
        self.write_changes(ledger);
    }

    /// Tells the ledger what it does not know yet.
    fn write_changes(&mut self, ledger: &dyn Ledger) {
        for account in &mut self.accounts {
            let Some(number) = account.number else {
                continue;
            };
            if account.removed {
                strike(account.number.take(), ledger);
                continue;
            }
            for session in &mut account.sessions {
                if session.verified && !session.in_ledger {
                    session.in_ledger = true;
                    let bearer = session.bearer.clone();
                    ledger.write(&LedgerLine::Verified { number, bearer });
                }
            }
        }
    }

    /// No answer came to a request that may have made an account.
    fn in_doubt(&mut self, request: &Request, number: Option<AccountNumber>) {
        if number.is_some() {
            self.accounts.push(Account {
                email: email_of(request),
                uncertain: true,
                // If it exists, its first code was mailed.
                codes_mailed: 1,
                number,
                ..Account::default()
            });
        }
        // What no answer came to may have been done.
        let doubted = match ApiCall::of(request) {
            Some(ApiCall::DeleteUser) => self.accounts_that_sent(request),
            Some(ApiCall::VerifySession) => {
                let id = body(request).and_then(|body| text(&body, "verificationCodeID"));
                let verifies = |session: &Session| Some(&session.code_id) == id.as_ref();
                let is_it = |account: &Account| account.sessions.iter().any(verifies);
                self.accounts.iter().position(is_it).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for place in doubted {
            self.accounts[place].uncertain = true;
        }
    }

    fn granted(&mut self, request: &Request, response: &Response, number: Option<AccountNumber>) {
        match ApiCall::of(request) {
            Some(ApiCall::CreateUser) => self.created(request, response, number),
            Some(ApiCall::OpenSession) => self.session_opened(request, response),
            Some(ApiCall::VerifySession) => self.verified(request),
            Some(ApiCall::MakeKeyPair) => self.key_made(request, response),
            Some(ApiCall::DeleteUser) => self.deleted(request),
            Some(ApiCall::ReadSession) => self.identified(request, response),
            Some(ApiCall::ReadUser(_) | ApiCall::VerifyKeyPair) | None => {}
        }
    }

    /// The accounts that still stand.
    pub(crate) fn standing(&self) -> Vec<Account> {
        let standing = self.accounts.iter().filter(|account| !account.removed);
        standing.cloned().collect()
    }

    /// The accounts of each address by themselves: which of its mails belongs to which account is told by
    /// all of them together.
    pub(crate) fn by_address(self) -> Vec<Self> {
        let mut places = HashMap::new();
        let mut groups: Vec<Self> = Vec::new();
        for account in self.accounts {
            let address = account.email.as_deref().map(str::to_lowercase);
            let place = *places.entry(address).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.accounts.push(account),
                None => groups.push(Self {
                    accounts: vec![account],
                    one_of: Vec::new(),
                }),
            }
        }
        groups
    }

    /// How many accounts came to be.
    pub(crate) fn made(&self) -> usize {
        let certain = |account: &&Account| !(account.uncertain && account.removed);
        self.accounts.iter().filter(certain).count()
    }

    fn created(&mut self, request: &Request, response: &Response, number: Option<AccountNumber>) {
        let email = email_of(request);
        let mailed_before = self.mailed_to(email.as_deref());
        let mut account = Account {
            email,
            alias: body(request).and_then(|body| text(&body, "alias")),
            number,
            codes_mailed: 1,
            ..Account::default()
        };
        account
            .sessions
            .extend(Session::opened(response, mailed_before));
        self.accounts.push(account);
    }

    fn session_opened(&mut self, request: &Request, response: &Response) {
        let email = email_of(request);
        let ordinal = self.mailed_to(email.as_deref());
        let owner = self
            .accounts
            .iter_mut()
            .find(|account| !account.removed && account.email.is_some() && account.email == email);
        if let Some(account) = owner {
            account.uncertain = false;
            account.codes_mailed += 1;
            account.sessions.extend(Session::opened(response, ordinal));
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

    /// The bearers of the account that a request is about to delete.
    pub(crate) fn leaving(&self, request: &Request) -> Vec<String> {
        if ApiCall::of(request) != Some(ApiCall::DeleteUser) {
            return Vec::new();
        }
        let leaving = self.accounts_that_sent(request).into_iter();
        let sessions = leaving.flat_map(|place| &self.accounts[place].sessions);
        sessions.map(|session| session.bearer.clone()).collect()
    }

    fn deleted(&mut self, request: &Request) {
        let places = self.accounts_that_sent(request);
        if let [place] = places.as_slice() {
            self.accounts[*place].gone();
            self.one_of.retain(|other| other != place);
        } else {
            for place in &places {
                self.accounts[*place].uncertain = true;
            }
            self.one_of = places;
        }
    }

    /// An account stands of which another credential may have been meant to be deleted: then the other was.
    fn stands(&mut self, place: usize) {
        if self.one_of.contains(&place) {
            for other in std::mem::take(&mut self.one_of) {
                if other == place {
                    self.accounts[other].uncertain = false;
                } else {
                    self.accounts[other].gone();
                }
            }
        }
    }

    /// The places of the accounts whose credentials a request bears.
    fn accounts_that_sent(&self, request: &Request) -> Vec<usize> {
        let places = self.accounts.iter().enumerate();
        let places = places.filter(|(_, account)| !account.removed && has_sent(account, request));
        places.map(|(place, _)| place).collect()
    }

    fn identified(&mut self, request: &Request, response: &Response) {
        let Some(place) = self.accounts_that_sent(request).first().copied() else {
            return;
        };
        self.accounts[place].id = json(&response.body).and_then(|body| text(&body, "userID"));
        self.stands(place);
    }

    /// The address to which the code was mailed that a request brings.
    pub(crate) fn address_of(&self, request: &Request) -> Option<String> {
        let id = body(request).and_then(|body| text(&body, "verificationCodeID"));
        let bearer = bearer_of(request);
        let is_its = |session: &Session| {
            Some(&session.code_id) == id.as_ref() || Some(&session.bearer) == bearer.as_ref()
        };
        let mut standing = self.accounts.iter().filter(|account| !account.removed);
        let account = standing.find(|account| account.sessions.iter().any(is_its))?;
        account.email.clone()
    }

    /// A session of an account that stands.
    pub(crate) fn session(&self, is_it: impl Fn(&Session) -> bool) -> Option<Session> {
        let standing = self.accounts.iter().filter(|account| !account.removed);
        let mut sessions = standing.flat_map(|account| &account.sessions);
        sessions.find(|session| is_it(session)).cloned()
    }

    /// Whether the deletion of the account of this id was acknowledged, and an answer tells its alias: a
    /// target may say something of every id, whether anybody has it or not.
    pub(crate) fn still_shows(&self, id: &str, answer: &Response) -> bool {
        let mut gone = self.accounts.iter().filter(|account| account.removed);
        gone.any(|account| account.id.as_deref() == Some(id) && account.is_shown_by(answer))
    }

    fn owner_of(&mut self, bearer: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| {
            account
                .sessions
                .iter()
                .any(|session| session.bearer == bearer)
        })
    }

    /// How many codes were mailed to this address, in whatever letter case: a mailbox makes no
    /// difference between them.
    pub(crate) fn mailed_to(&self, email: Option<&str>) -> usize {
        let Some(email) = email.map(str::to_lowercase) else {
            return 0;
        };
        let same = |other: &String| other.to_lowercase() == email;
        self.accounts
            .iter()
            .filter(|account| account.email.as_ref().is_some_and(same))
            .map(|account| account.codes_mailed)
            .sum()
    }
}

/// Whether a request bears credentials of an account.
fn has_sent(account: &Account, request: &Request) -> bool {
    let (by_bearer, by_key) = (bearer_of(request), header(request, "api-key"));
    let bearer = |session: &Session| Some(&session.bearer) == by_bearer.as_ref();
    let key = |key: &String| Some(key.as_str()) == by_key;
    account.sessions.iter().any(bearer) || account.keys.iter().any(key)
}

/// Writes down, before a request is sent, that it may make an account.
pub(crate) fn announce(request: &Request, ledger: &dyn Ledger) -> Option<AccountNumber> {
    if ApiCall::of(request) != Some(ApiCall::CreateUser) {
        return None;
    }
    let number = ledger.next_number();
    let email = email_of(request);
    let sent = email.is_none().then(|| beginning_of_body(request));
    ledger.write(&LedgerLine::Intended {
        number,
        email,
        sent: sent.flatten(),
    });
    Some(number)
}

fn strike(number: Option<AccountNumber>, ledger: &dyn Ledger) {
    if let Some(number) = number {
        ledger.write(&LedgerLine::Struck { number });
    }
}

#[cfg(test)]
mod tests;
