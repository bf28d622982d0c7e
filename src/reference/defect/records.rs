//! What a careless server remembers of all calls so far.

use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

use super::admission::{same, session_of_caller};
use super::{Asked, CallKind, Holder, Nearly};
use crate::model::path_only;

/// Somebody who created an account, whether it still stands or not. What is not known is empty.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The number among all who created one, from 1.
    pub number: u64,
    /// The identifier of the account.
    pub id: Uuid,
    /// The address, as it was given.
    pub email: String,
    /// The alias, as it was given.
    pub alias: String,
    /// The name, as it was given.
    pub full_name: String,
    /// When the account was created, in milliseconds since the server began.
    pub born_ms: u64,
    /// When a session of it was first verified.
    pub verified_ms: Option<u64>,
    /// When it was deleted.
    pub dead_ms: Option<u64>,
    /// How many sessions were opened.
    pub sessions: u64,
    /// How many key pairs were issued.
    pub pairs: u64,
    /// How often the account was read.
    pub readings: u64,
    /// Whether an account with the same address was deleted before.
    pub heir: bool,
    /// Whether a call by or for this person was refused.
    pub refused: bool,
}

/// All that a careless server remembers.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// In the order in which they came.
    pub persons: Vec<Person>,
    /// Sessions, in the order in which they were opened.
    pub holders: Vec<Holder>,
    /// Addresses and aliases of creates that were refused.
    pub refused: Vec<(String, String)>,
}

/// A call, and what a careless server knows of its caller or its object, before it is answered.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// The call.
    pub asked: &'a Asked,
    /// Whom it concerns; nobody, if it creates somebody or if nothing is known.
    pub person: Option<Person>,
    /// The number of the session among those of its person, from 1; 0 if there is none.
    pub session: u64,
    /// How many accounts stand.
    pub alive: usize,
    /// How many accounts were ever created.
    pub created: u64,
    /// Whether a create with this address was refused before.
    pub email_refused: bool,
    /// Whether a create with this alias was refused before.
    pub alias_refused: bool,
    /// Whether an account with this address was deleted before.
    pub heir: bool,
}

impl<'a> Scene<'a> {
    /// The scene of a call once it is over: nothing is known any more but the call and its person.
    #[must_use]
    pub const fn later(asked: &'a Asked, person: Option<Person>) -> Self {
        Self {
            asked,
            person,
            session: 0,
            alive: 0,
            created: 0,
            email_refused: false,
            alias_refused: false,
            heir: false,
        }
    }

    /// The number, from 1, of whom the call concerns; of the next one, if it creates somebody.
    #[must_use]
    pub fn number(&self) -> u64 {
        match &self.person {
            Some(person) => person.number,
            None if self.asked.operation == CallKind::CreateUser => self.created + 1,
            None => 0,
        }
    }

    /// The alias of whom the call concerns.
    #[must_use]
    pub fn alias(&self) -> String {
        match &self.person {
            Some(person) => person.alias.clone(),
            None => self.asked.text("alias").unwrap_or_default(),
        }
    }

    /// The address of whom the call concerns.
    #[must_use]
    pub fn email(&self) -> String {
        match &self.person {
            Some(person) => person.email.clone(),
            None => self.asked.text("email").unwrap_or_default(),
        }
    }

    /// Milliseconds since a moment in the life of whom the call concerns.
    #[must_use]
    pub fn since(&self, moment: fn(&Person) -> Option<u64>) -> Option<u64> {
        let then = moment(self.person.as_ref()?)?;
        Some(self.asked.came.at_ms.saturating_sub(then))
    }
}

/// The records, shared by all calls.
#[derive(Debug, Default)]
pub struct Issued {
    records: Mutex<Records>,
}

impl Issued {
    fn records(&self) -> MutexGuard<'_, Records> {
        // A list is whole whatever a panicking holder was doing.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of all.
    pub fn copy(&self) -> Records {
        self.records().clone()
    }

    /// What is known about a call.
    pub fn scene<'a>(&self, asked: &'a Asked) -> Scene<'a> {
        self.records().scene(asked)
    }

    /// Learns from what came of a call. `id` is that of the account with the address in the body, if
    /// there is one.
    pub fn note(&self, asked: &Asked, answer: Option<&Value>, id: Option<Uuid>) {
        let mut records = self.records();
        match answer {
            Some(answer) => records.granted(asked, answer, id),
            None => records.refused(asked),
        }
    }

    /// Whether a call is by the bearer of a session that was verified.
    pub fn is_by_verified(&self, asked: &Asked) -> bool {
        let records = self.records();
        let holder = session_of_caller(&records.holders, asked);
        holder.is_some_and(|holder| !holder.code.is_empty())
    }

    /// The bearer of the one whose call this is taken to be.
    pub fn bearer_of(
        &self,
        asked: &Asked,
        of: for<'a> fn(&'a [Holder], &Asked) -> Option<&'a Holder>,
    ) -> Option<String> {
        of(&self.records().holders, asked).map(|holder| holder.bearer.clone())
    }

    /// The bearer of the one whose credentials are nearly those given.
    pub fn bearer_near(&self, asked: &Asked, nearly: &Nearly) -> Option<String> {
        let records = self.records();
        let holder = nearly.holder(&records.holders, asked)?;
        Some(holder.bearer.clone())
    }
}

impl Records {
    /// The session that a call is by, or is about: by bearer, by key pair, or by its code.
    #[must_use]
    pub fn holder(&self, asked: &Asked) -> Option<&Holder> {
        let code = asked.text("verificationCodeID");
        self.holders.iter().find(|holder| {
            let bearer = asked.bearer();
            let key = asked.key();
            bearer.is_some_and(|bearer| same(&holder.bearer, bearer))
                || bearer.is_none() && key.is_some_and(|key| holder.issued(key))
                || code
                    .as_deref()
                    .is_some_and(|code| same(&holder.code_id, code))
        })
    }

    /// Whom a call concerns: whose account is read, or whose session or address it is.
    #[must_use]
    pub fn person(&self, asked: &Asked) -> Option<&Person> {
        if asked.operation == CallKind::GetUser {
            let id = asked.path.trim_start_matches("/user/");
            let id = Uuid::try_parse(path_only(id)).ok()?;
            return self.persons.iter().find(|person| person.id == id);
        }
        if let Some(holder) = self.holder(asked) {
            return self.numbered(holder.person);
        }
        if asked.operation == CallKind::CreateUser {
            return None;
        }
        self.person_of_email(&asked.text("email")?)
    }

    /// The latest who created an account with this address.
    #[must_use]
    pub fn person_of_email(&self, email: &str) -> Option<&Person> {
        let mut persons = self.persons.iter().rev();
        persons.find(|person| same(&person.email, email))
    }

    /// The person with this number.
    #[must_use]
    pub fn numbered(&self, number: u64) -> Option<&Person> {
        self.persons.iter().find(|person| person.number == number)
    }

    fn scene<'a>(&self, asked: &'a Asked) -> Scene<'a> {
        let person = self.person(asked).cloned();
        let session = match asked.operation {
            CallKind::GetUser => person.as_ref().map_or(0, |person| person.sessions),
            _ => self.holder(asked).map_or(0, |holder| holder.number),
        };
        let (email, alias) = (asked.text("email"), asked.text("alias"));
        let has_email = |known: &str| email.as_deref().is_some_and(|given| same(known, given));
        let mut dead = self.persons.iter().filter(|one| one.dead_ms.is_some());
        Scene {
            asked,
            session,
            alive: self.alive().count(),
            created: self.persons.last().map_or(0, |last| last.number),
            email_refused: self.refused.iter().any(|(known, _)| has_email(known)),
            alias_refused: alias
                .is_some_and(|given| self.refused.iter().any(|(_, known)| same(known, &given))),
            heir: person.as_ref().is_some_and(|person| person.heir)
                || dead.any(|person| has_email(&person.email)),
            person,
        }
    }

    /// Those whose accounts stand.
    pub fn alive(&self) -> impl Iterator<Item = &Person> {
        self.persons.iter().filter(|one| one.dead_ms.is_none())
    }

    fn refused(&mut self, asked: &Asked) {
        if asked.operation == CallKind::CreateUser {
            let member = |name| asked.text(name).unwrap_or_default();
            self.refused.push((member("email"), member("alias")));
        }
        if let Some(number) = self.person(asked).map(|person| person.number) {
            self.change(number, |person| person.refused = true);
        }
    }

    fn change(&mut self, number: u64, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.persons.iter_mut().find(|one| one.number == number) {
            change(person);
        }
    }

    fn granted(&mut self, asked: &Asked, answer: &Value, id: Option<Uuid>) {
        let path = path_only(&asked.path);
        match (asked.method.as_str(), path) {
            ("POST", "/user") => {
                self.born(asked, id.unwrap_or_default());
                let number = self.persons.last().map_or(0, |last| last.number);
                self.opened(number, asked, answer);
            }
            ("POST", "/session") => {
                let number = self.person(asked).map_or(0, |person| person.number);
                self.opened(number, asked, answer);
            }
            ("PUT", "/session/verification") => self.verified(asked),
            ("GET", "/session") => {
                if let Some(holder) = bearing(&mut self.holders, asked) {
                    holder.user_id = text(answer, "userID");
                }
            }
            ("POST", "/keypair") => {
                let mut number = 0;
                if let Some(holder) = bearing(&mut self.holders, asked) {
                    holder.makes(text(answer, "apiKey"), text(answer, "apiSecret"));
                    number = holder.person;
                }
                self.change(number, |person| person.pairs += 1);
            }
            ("DELETE", "/user") => {
                let number = self.person(asked).map_or(0, |person| person.number);
                self.change(number, |person| person.dead_ms = Some(asked.came.at_ms));
            }
            _ if asked.operation == CallKind::GetUser => {
                let number = self.person(asked).map_or(0, |person| person.number);
                self.change(number, |person| person.readings += 1);
            }
            _ => {}
        }
    }

    fn born(&mut self, asked: &Asked, id: Uuid) {
        let email = asked.text("email").unwrap_or_default();
        let mut before = self.persons.iter();
        let heir = before.any(|one| one.dead_ms.is_some() && same(&one.email, &email));
        self.persons.push(Person {
            number: self.persons.last().map_or(0, |last| last.number) + 1,
            id,
            email,
            alias: asked.text("alias").unwrap_or_default(),
            full_name: asked.text("fullName").unwrap_or_default(),
            born_ms: asked.came.at_ms,
            heir,
            ..Person::default()
        });
    }

    fn opened(&mut self, person: u64, asked: &Asked, answer: &Value) {
        self.change(person, |person| person.sessions += 1);
        self.holders.push(Holder {
            email: asked.text("email").unwrap_or_default(),
            alias: asked.text("alias").unwrap_or_default(),
            bearer: text(answer, "bearer"),
            session_id: text(answer, "sessionID"),
            code_id: text(answer, "verificationCodeID"),
            person,
            number: self.numbered(person).map_or(0, |person| person.sessions),
            ..Holder::default()
        });
    }

    fn verified(&mut self, asked: &Asked) {
        let id = asked.text("verificationCodeID").unwrap_or_default();
        let code = asked.text("code").unwrap_or_default();
        let mut holders = self.holders.iter_mut();
        let Some(holder) = holders.find(|holder| same(&holder.code_id, &id)) else {
            return;
        };
        holder.code = code;
        let number = holder.person;
        self.change(number, |person| {
            person.verified_ms.get_or_insert(asked.came.at_ms);
        });
    }
}

impl Holder {
    fn issued(&self, key: &str) -> bool {
        let mut earlier = self.earlier_pairs.iter();
        same(&self.api_key, key) || earlier.any(|(known, _)| same(known, key))
    }

    fn makes(&mut self, key: String, secret: String) {
        if !self.api_key.is_empty() {
            let pair = (self.api_key.clone(), self.api_secret.clone());
            self.earlier_pairs.push(pair);
        }
        self.api_key = key;
        self.api_secret = secret;
    }
}

fn bearing<'a>(holders: &'a mut [Holder], asked: &Asked) -> Option<&'a mut Holder> {
    let bearer = asked.bearer()?;
    holders
        .iter_mut()
        .find(|holder| same(&holder.bearer, bearer))
}

fn text(answer: &Value, member: &str) -> String {
    let text = answer.get(member).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
