//! The mails that have come in, by recipient, and those who wait for them. Receives nothing itself.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::code::CodePattern;
use super::mail::Mail;
use super::recipient::folded;
use crate::engine::{MailError, MailQuery};

/// How many recipients are remembered; beyond it the mails of the oldest are forgotten. One takes
/// some 300 bytes, so a full pile takes about 60 MB.
const MOST_RECIPIENTS: usize = 200_000;

/// How many mails are kept for one recipient; beyond it none is taken, since forgetting the first
/// would change which code is which.
const MOST_LETTERS: usize = 1_000;

/// A code of a user's own pattern is cut after this many characters.
const LONGEST_CODE: usize = 256;

/// A mail whose text came before is taken for a new one after this part of the time limit, if nothing else
/// came: the target may have mailed the same code again.
const PATIENCE_WITH_COPIES: u32 = 10;

/// Waiters are woken in groups by recipient, so that a mail does not wake everybody.
const BELLS: usize = 64;

/// A recipient has so many mails that no more are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a recipient has {MOST_LETTERS} mails and gets no more")]
pub struct RecipientFull;

/// Mails by recipient. Of each only the code or the subject is kept.
#[derive(Debug)]
pub(super) struct ReceivedMails {
    pattern: CodePattern,
    shelves: Mutex<MailsByRecipient>,
    bells: Vec<Notify>,
}

#[derive(Debug, Default)]
struct MailsByRecipient {
    letters: HashMap<String, Vec<KeptMail>>,
    /// The recipients in the order of their first mail.
    order: VecDeque<String>,
    /// Whether the target was seen to mail the same text again for another code.
    repeats: bool,
    choice: Choice,
}

/// Which number of a mail is its code, as far as the target showed.
#[derive(Debug, Default)]
struct Choice {
    /// Its place among the likeliest.
    place: usize,
    /// Whether the target took one at this place.
    is_known: bool,
}

impl Choice {
    fn of<'a>(&self, codes: &'a [String]) -> Option<&'a String> {
        codes.get(self.place).or_else(|| codes.first())
    }
}

/// What is kept of a mail.
#[derive(Clone, Debug)]
struct KeptMail {
    /// The recipient as the mail spelt it.
    address: String,
    /// The numbers that may be its code, the likeliest first, or the subject of a mail that holds none.
    codes: Result<Vec<String>, String>,
    /// What its sender calls it and its code, hashed; nothing for a mail without a name.
    name: Option<u64>,
    /// All that it says, hashed.
    text: u64,
}

impl ReceivedMails {
    pub(super) fn new(pattern: CodePattern) -> Self {
        Self {
            pattern,
            shelves: Mutex::default(),
            bells: std::iter::repeat_with(Notify::new).take(BELLS).collect(),
        }
    }

    /// Keeps a mail for each of its recipients, one that is named twice once, and wakes who waits.
    ///
    /// # Errors
    ///
    /// If a recipient has too many mails; then it is kept for nobody.
    pub(super) fn put(&self, recipients: &[String], mail: &Mail) -> Result<(), RecipientFull> {
        let cut = |code: String| code.chars().take(LONGEST_CODE).collect();
        let codes: Vec<String> = self.pattern.candidates(mail).into_iter().map(cut).collect();
        let codes = if codes.is_empty() {
            Err(mail.subject.clone())
        } else {
            Ok(codes)
        };
        let letter = KeptMail {
            address: String::new(),
            name: Some(hash(&(&mail.message_id, &codes))).filter(|_| !mail.message_id.is_empty()),
            text: hash(&(&mail.subject, &mail.texts, &mail.sources)),
            codes,
        };
        let mut named: Vec<(String, &String)> = Vec::new();
        for address in recipients {
            if !named.iter().any(|(_, known)| *known == address) {
                named.push((folded(address), address));
            }
        }
        self.shelves().put(&named, &letter)?;
        for (recipient, _) in &named {
            self.bell(recipient).notify_waiters();
        }
        Ok(())
    }

    /// The other numbers of the mail to an address that gave this one, the likeliest first.
    pub(super) fn others(&self, address: &str, code: &str) -> Vec<String> {
        let shelves = self.shelves();
        let codes = shelves.codes_with(address, code).unwrap_or_default();
        codes.iter().filter(|one| *one != code).cloned().collect()
    }

    /// Learns which number of the mail that gave this one the target took, if any: others of its kind hold
    /// theirs at the same place.
    pub(super) fn settle(&self, address: &str, code: &str, taken: Option<&str>) -> Option<usize> {
        let mut shelves = self.shelves();
        let codes = shelves.codes_with(address, code).unwrap_or_default();
        if codes.len() < 2 {
            return None;
        }
        let place = |code: &str| codes.iter().position(|one| one == code);
        match (taken, place(code)) {
            (Some(taken), _) => {
                let place = place(taken)?;
                let known = std::mem::replace(
                    &mut shelves.choice,
                    Choice {
                        place,
                        is_known: true,
                    },
                );
                let is_news = !known.is_known || known.place != place;
                (is_news && place > 0).then_some(place)
            }
            // A target may lock after one wrong number: then the next mail begins with another one.
            (None, Some(tried)) if !shelves.choice.is_known && tried == shelves.choice.place => {
                shelves.choice.place = (tried + 1) % codes.len();
                None
            }
            (None, _) => None,
        }
    }

    /// Waits for a code. A mail that came before, as a copy or a late second delivery, is no new one.
    ///
    /// # Errors
    ///
    /// [`MailError::NotArrived`] or [`MailError::NoCode`] at the time limit.
    pub(super) async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        let recipient = folded(query.address);
        let patience = query.limit / PATIENCE_WITH_COPIES;
        for wait in [patience, query.limit.saturating_sub(patience)] {
            if let Ok(code) = timeout(wait, self.wait(&recipient, query)).await {
                return Ok(code);
            }
            if let Some(code) = self.shelves().repeated(&recipient, query) {
                return Ok(code);
            }
        }
        Err(self.shelves().missing(&recipient, query))
    }

    async fn wait(&self, recipient: &str, query: MailQuery<'_>) -> String {
        loop {
            let mut rung = std::pin::pin!(self.bell(recipient).notified());
            // Before the look, so that a mail that comes right after it is not missed.
            rung.as_mut().enable();
            if let Some(code) = self.shelves().code(recipient, query) {
                return code;
            }
            rung.await;
        }
    }

    fn bell(&self, recipient: &str) -> &Notify {
        let bells = self.bells.len() as u64;
        let at = usize::try_from(hash(&recipient) % bells).unwrap_or(0);
        &self.bells[at]
    }

    fn shelves(&self) -> MutexGuard<'_, MailsByRecipient> {
        // A mail is put on its shelf in one step, so the shelves are whole whoever panicked.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MailsByRecipient {
    fn put(&mut self, named: &[(String, &String)], letter: &KeptMail) -> Result<(), RecipientFull> {
        let full = |recipient: &String| {
            self.letters
                .get(recipient)
                .is_some_and(|letters| letters.len() >= MOST_LETTERS)
        };
        if named.iter().any(|(recipient, _)| full(recipient)) {
            return Err(RecipientFull);
        }
        for (recipient, address) in named {
            if !self.letters.contains_key(recipient) {
                self.order.push_back(recipient.clone());
            }
            self.letters
                .entry(recipient.clone())
                .or_default()
                .push(KeptMail {
                    address: (*address).clone(),
                    ..letter.clone()
                });
        }
        while self.letters.len() > MOST_RECIPIENTS {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.letters.remove(&oldest);
        }
        Ok(())
    }

    /// The mails to an address: to exactly this spelling if there are any, else to any spelling of
    /// the same recipient. Each mail once.
    fn to(&self, recipient: &str, address: &str, repeats: bool) -> Vec<&KeptMail> {
        let letters = self.letters.get(recipient).map_or(&[][..], Vec::as_slice);
        let exact = |letter: &&KeptMail| letter.address == address;
        let is_exact = letters.iter().any(|letter| exact(&letter));
        let (mut names, mut texts) = (HashSet::new(), HashSet::new());
        let mut is_new = |letter: &&KeptMail| {
            let new_name = letter.name.is_none_or(|name| names.insert(name));
            new_name && (texts.insert(letter.text) || repeats)
        };
        let letters = letters.iter().filter(|letter| !is_exact || exact(letter));
        letters.filter(|letter| is_new(letter)).collect()
    }

    fn code(&self, recipient: &str, query: MailQuery<'_>) -> Option<String> {
        let letters = self.to(recipient, query.address, self.repeats).into_iter();
        let mut codes = letters.filter_map(|letter| letter.codes.as_ref().ok());
        self.choice.of(codes.nth(query.ordinal)?).cloned()
    }

    /// What may be the code of the mail to an address that holds this one.
    fn codes_with(&self, address: &str, code: &str) -> Option<Vec<String>> {
        let letters = self.letters.get(&folded(address))?.iter();
        let mut codes = letters.filter_map(|letter| letter.codes.as_ref().ok());
        codes
            .find(|codes| codes.iter().any(|one| one == code))
            .cloned()
    }

    /// The code, if mails with a text that came before count as new ones. They then always do: whoever
    /// repeats one code repeats others.
    fn repeated(&mut self, recipient: &str, query: MailQuery<'_>) -> Option<String> {
        let before = std::mem::replace(&mut self.repeats, true);
        let code = self.code(recipient, query);
        self.repeats = before || code.is_some();
        code
    }

    /// Why there is no code: a mail without one counts if no mail with one came after it.
    fn missing(&self, recipient: &str, query: MailQuery<'_>) -> MailError {
        let letters = self.to(recipient, query.address, self.repeats);
        match letters.last().map(|letter| &letter.codes) {
            Some(Err(subject)) => MailError::NoCode {
                address: query.address.to_owned(),
                subject: subject.clone(),
            },
            _ => MailError::NotArrived {
                address: query.address.to_owned(),
                limit: query.limit,
            },
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
