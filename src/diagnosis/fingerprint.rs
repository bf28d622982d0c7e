//! One exchange, reduced to what can be compared with others.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::answer_mark::AnswerMark;
use crate::model::{Exchange, Redactor, Request, TransferError};

/// Headers that say who asks.
const CREDENTIALS: [&str; 3] = ["authorization", "api-key", "api-secret"];

/// One exchange, reduced to what can be compared with others. Holds no secret, and none of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Which exchange of the run it is, from 1, in the order of the answers.
    pub number: u64,
    /// The method.
    pub method: String,
    /// The route, with `{id}` for what varies; `other` for none of the API's.
    pub route: &'static str,
    /// A digest of the whole request: equal for the same question.
    pub question: u64,
    /// A digest of the credentials; none if none were sent.
    pub credentials: Option<u64>,
    /// Whether it creates a user so plainly that a server which admits users at all admits it. Evidence takes this
    /// back where the address or the alias was asked for before.
    pub is_plain_create: bool,
    /// Digests of the address and the alias that a plain create asks for, in any letter case.
    pub names: Vec<u64>,
    /// A digest of that address without its plus tag; none if it has no tag.
    pub untagged: Option<u64>,
    /// Why it was sent.
    pub purpose: Purpose,
    /// What came, or why nothing did.
    pub came: Result<AnswerMark, TransferError>,
}

/// Why a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To judge the answer, or on the way there.
    Case,
    /// To judge the answer, at the same moment as others of its kind: what is refused then may be refused for them.
    Crowd,
    /// To make or remove what a case needs: nothing is wrong with it.
    Fixture,
    /// To see whether a refused one of those is refused again, with nothing in between.
    Repeat,
}

impl Fingerprint {
    /// The fingerprint of a numbered exchange.
    #[must_use]
    pub fn of(exchange: &Exchange, purpose: Purpose, redactor: &Redactor) -> Self {
        let request = &exchange.request;
        let route = route(&request.path);
        let creates = request.method == "POST" && route == "/user";
        let names = creates.then(|| names_of_plain_create(request)).flatten();
        Self {
            number: exchange.number,
            method: request.method.clone(),
            route,
            question: question(request),
            credentials: credentials(request),
            is_plain_create: names.is_some(),
            untagged: names.as_ref().and_then(|_| untagged(request)),
            names: names.unwrap_or_default(),
            purpose,
            came: match &exchange.result {
                Ok(response) => Ok(AnswerMark::of(response, request, redactor)),
                Err(error) => Err(TransferError {
                    detail: redactor.text(&error.detail),
                    ..error.clone()
                }),
            },
        }
    }

    /// Method and route.
    pub(super) fn kind(&self) -> (&str, &'static str) {
        (&self.method, self.route)
    }

    /// The answer, if one came.
    pub(super) fn answer(&self) -> Option<&AnswerMark> {
        self.came.as_ref().ok()
    }

    /// Whether the API granted what was asked.
    pub(super) fn is_granted(&self) -> bool {
        self.answer().is_some_and(AnswerMark::is_granted)
    }
}

/// The route of a path, `{id}` for what varies; `other` for those that the document does not know.
#[must_use]
pub fn route(path: &str) -> &'static str {
    crate::users_api::route(path).unwrap_or("other")
}

fn question(request: &Request) -> u64 {
    let Request {
        method,
        path,
        headers,
        body,
        manner,
    } = request;
    digest(&(method, path, headers, body, manner))
}

fn credentials(request: &Request) -> Option<u64> {
    let sent = request.headers.iter().filter(|(name, _)| {
        CREDENTIALS
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(name))
    });
    let sent: Vec<_> = sent.collect();
    (!sent.is_empty()).then(|| digest(&sent))
}

pub(super) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The address and the alias of a create that asks for nothing unusual: three short texts of common letters,
/// declared as JSON.
fn names_of_plain_create(request: &Request) -> Option<Vec<u64>> {
    let body = request.body.as_deref().unwrap_or_default();
    let members: BTreeMap<String, String> = serde_json::from_slice(body).ok()?;
    let [alias, email, name] = ["alias", "email", "fullName"].map(|name| members.get(name));
    let (alias, email, name) = (alias?, email?, name?);
    let headers = request.headers.iter();
    let mut types = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let declared = types
        .next()
        .is_some_and(|(_, value)| value == "application/json");
    let is_plain = members.len() == 3
        && declared
        && types.next().is_none()
        && is_plain_email(email)
        && is_made_of(name, 64, " ")
        && name.trim() == name
        && is_made_of(alias, 32, "-_.");
    is_plain.then(|| vec![digest(&email.to_lowercase()), digest(&alias.to_lowercase())])
}

/// The address that a create asks for without its plus tag, if it has one.
fn untagged(request: &Request) -> Option<u64> {
    let body = request.body.as_deref().unwrap_or_default();
    let members: BTreeMap<String, String> = serde_json::from_slice(body).ok()?;
    let (local, domain) = members.get("email")?.split_once('@')?;
    let (name, _tag) = local.split_once('+')?;
    Some(digest(&format!("{name}@{domain}").to_lowercase()))
}

fn is_plain_email(email: &str) -> bool {
    email.split_once('@').is_some_and(|(local, domain)| {
        is_made_of(local, 64, "+-_.") && is_made_of(domain, 64, "-.") && domain.contains('.')
    })
}

fn is_made_of(text: &str, longest: usize, besides: &str) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || besides.contains(letter))
}
