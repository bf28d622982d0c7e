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
pub(super) struct Full;

/// Mails by recipient. Of each only the code or the subject is kept.
#[derive(Debug)]
pub(super) struct Pile {
    pattern: CodePattern,
    shelves: Mutex<Shelves>,
    bells: Vec<Notify>,
}

#[derive(Debug, Default)]
struct Shelves {
    letters: HashMap<String, Vec<Letter>>,
    /// The recipients in the order of their first mail.
    order: VecDeque<String>,
    /// Whether the target was seen to mail the same text again for another code.
    repeats: bool,
}

/// What is kept of a mail.
#[derive(Clone, Debug)]
struct Letter {
    /// The recipient as the mail spelt it.
    address: String,
    /// The code, or the subject of a mail that holds none.
    code: Result<String, String>,
    /// What its sender calls it and its code, hashed; nothing for a mail without a name.
    name: Option<u64>,
    /// All that it says, hashed.
    text: u64,
}

impl Pile {
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
    pub(super) fn put(&self, recipients: &[String], mail: &Mail) -> Result<(), Full> {
        let code = self.pattern.find(mail);
        let code = code.map(|code| code.chars().take(LONGEST_CODE).collect());
        let code = code.ok_or_else(|| mail.subject.clone());
        let letter = Letter {
            address: String::new(),
            name: Some(hash(&(&mail.message_id, &code))).filter(|_| !mail.message_id.is_empty()),
            text: hash(&(&mail.subject, &mail.texts, &mail.sources)),
            code,
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

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        // A mail is put on its shelf in one step, so the shelves are whole whoever panicked.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn put(&mut self, named: &[(String, &String)], letter: &Letter) -> Result<(), Full> {
        let full = |recipient: &String| {
            self.letters
                .get(recipient)
                .is_some_and(|letters| letters.len() >= MOST_LETTERS)
        };
        if named.iter().any(|(recipient, _)| full(recipient)) {
            return Err(Full);
        }
        for (recipient, address) in named {
            if !self.letters.contains_key(recipient) {
                self.order.push_back(recipient.clone());
            }
            self.letters
                .entry(recipient.clone())
                .or_default()
                .push(Letter {
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
    fn to(&self, recipient: &str, address: &str, repeats: bool) -> Vec<&Letter> {
        let letters = self.letters.get(recipient).map_or(&[][..], Vec::as_slice);
        let exact = |letter: &&Letter| letter.address == address;
        let is_exact = letters.iter().any(|letter| exact(&letter));
        let (mut names, mut texts) = (HashSet::new(), HashSet::new());
        let mut is_new = |letter: &&Letter| {
            let new_name = letter.name.is_none_or(|name| names.insert(name));
            new_name && (texts.insert(letter.text) || repeats)
        };
        let letters = letters.iter().filter(|letter| !is_exact || exact(letter));
        letters.filter(|letter| is_new(letter)).collect()
    }

    fn code(&self, recipient: &str, query: MailQuery<'_>) -> Option<String> {
        let letters = self.to(recipient, query.address, self.repeats).into_iter();
        let mut codes = letters.filter_map(|letter| letter.code.as_ref().ok());
        codes.nth(query.ordinal).cloned()
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
        match letters.last().map(|letter| &letter.code) {
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
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;

    const LONG: Duration = Duration::from_mins(10);

    fn mail(body: &str) -> Mail {
        Mail::parse(format!("Subject: Hello\r\n\r\n{body}\r\n").as_bytes())
    }

    fn query(address: &str, ordinal: usize) -> MailQuery<'_> {
        MailQuery {
            address,
            ordinal,
            limit: Duration::ZERO,
            for_removal: false,
        }
    }

    fn put(pile: &Pile, address: &str, body: &str) {
        pile.put(&[address.to_owned()], &mail(body)).unwrap();
    }

    #[tokio::test]
    async fn codes_are_counted_by_recipient() {
        let pile = Pile::new(CodePattern::default());
        put(&pile, "a@x.org", "Code: 111111");
        put(&pile, "b@x.org", "Code: 222222");
        put(&pile, "a@x.org", "Code: 333333");
        assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
        assert_eq!(pile.code(query("a@x.org", 1)).await.unwrap(), "333333");
        assert_eq!(pile.code(query("b@x.org", 0)).await.unwrap(), "222222");
        let missing = pile.code(query("b@x.org", 1)).await.unwrap_err();
        assert!(matches!(missing, MailError::NotArrived { .. }), "{missing}");
    }

    #[tokio::test]
    async fn an_exact_spelling_comes_before_a_like_one() {
        let pile = Pile::new(CodePattern::default());
        put(&pile, "Ann@x.org", "Code: 111111");
        assert_eq!(pile.code(query("ann@x.org", 0)).await.unwrap(), "111111");
        put(&pile, "ann@x.org", "Code: 222222");
        assert_eq!(pile.code(query("ann@x.org", 0)).await.unwrap(), "222222");
        assert_eq!(pile.code(query("Ann@x.org", 0)).await.unwrap(), "111111");
    }

    fn put_named(pile: &Pile, name: &str, body: &str) {
        let raw = format!("Message-ID: <{name}@x.org>\r\nSubject: Hello\r\n\r\n{body}\r\n");
        let mail = Mail::parse(raw.as_bytes());
        pile.put(&["a@x.org".to_owned()], &mail).unwrap();
    }

    fn within(query: MailQuery<'_>, limit: Duration) -> MailQuery<'_> {
        MailQuery { limit, ..query }
    }

    #[tokio::test(start_paused = true)]
    async fn a_copy_is_no_new_mail_however_late_it_comes() {
        let pile = Pile::new(CodePattern::default());
        put_named(&pile, "one", "Code: 111111");
        put_named(
            &pile,
            "one",
            "Code: 111111\r\n-- \r\nsent again by the list",
        );
        let missing = pile.code(within(query("a@x.org", 1), LONG)).await;
        assert!(matches!(missing, Err(MailError::NotArrived { .. })));
        put_named(&pile, "two", "Code: 222222");
        put_named(&pile, "one", "Code: 111111");
        assert_eq!(pile.code(query("a@x.org", 1)).await.unwrap(), "222222");
        assert!(pile.code(query("a@x.org", 2)).await.is_err());
        put_named(&pile, "one", "Code: 333333");
        assert_eq!(pile.code(query("a@x.org", 2)).await.unwrap(), "333333");
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_text_under_another_name_is_new_only_if_nothing_else_comes() {
        let pile = Arc::new(Pile::new(CodePattern::default()));
        put_named(&pile, "one", "Code: 111111");
        put_named(&pile, "again", "Code: 111111");
        let waiter = tokio::spawn({
            let pile = Arc::clone(&pile);
            async move { pile.code(within(query("a@x.org", 1), LONG)).await }
        });
        tokio::time::sleep(LONG / (2 * PATIENCE_WITH_COPIES)).await;
        put_named(&pile, "two", "Code: 222222");
        assert_eq!(waiter.await.unwrap().unwrap(), "222222");

        put_named(&pile, "third", "Code: 222222");
        let began = tokio::time::Instant::now();
        let third = pile.code(within(query("a@x.org", 3), LONG)).await;
        assert_eq!(third.unwrap(), "222222");
        assert_eq!(began.elapsed(), LONG / PATIENCE_WITH_COPIES);
        put_named(&pile, "fourth", "Code: 222222");
        let fourth = pile.code(within(query("a@x.org", 4), LONG)).await;
        assert_eq!(fourth.unwrap(), "222222");
        assert_eq!(began.elapsed(), LONG / PATIENCE_WITH_COPIES, "known by now");
    }

    #[tokio::test]
    async fn a_mail_without_a_code_is_named_only_if_no_code_came_later() {
        let pile = Pile::new(CodePattern::default());
        put(&pile, "a@x.org", "Welcome!");
        let missing = pile.code(query("a@x.org", 0)).await.unwrap_err();
        let subject = "Hello".to_owned();
        let address = "a@x.org".to_owned();
        assert_eq!(missing, MailError::NoCode { address, subject });
        put(&pile, "a@x.org", "Code: 111111");
        assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
        let missing = pile.code(query("a@x.org", 1)).await.unwrap_err();
        assert!(matches!(missing, MailError::NotArrived { .. }), "{missing}");
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let pile = Arc::new(Pile::new(CodePattern::default()));
        let waiters: Vec<_> = (0..100)
            .map(|number| {
                let pile = Arc::clone(&pile);
                tokio::spawn(async move {
                    let address = format!("u{number}@x.org");
                    let limit = LONG;
                    pile.code(MailQuery {
                        address: &address,
                        ordinal: 0,
                        limit,
                        for_removal: false,
                    })
                    .await
                })
            })
            .collect();
        tokio::task::yield_now().await;
        for number in 0..100 {
            put(
                &pile,
                &format!("u{number}@x.org"),
                &format!("Code: {}", 100_000 + number),
            );
        }
        for (number, waiter) in waiters.into_iter().enumerate() {
            assert_eq!(
                waiter.await.unwrap().unwrap(),
                (100_000 + number).to_string()
            );
        }
    }

    #[tokio::test]
    async fn a_recipient_gets_a_bounded_number_of_mails() {
        let pile = Pile::new(CodePattern::default());
        for _ in 0..MOST_LETTERS {
            put(&pile, "a@x.org", "Code: 111111");
        }
        let both = ["b@x.org".to_owned(), "a@x.org".to_owned()];
        assert_eq!(pile.put(&both, &mail("Code: 222222")), Err(Full));
        assert!(pile.code(query("b@x.org", 0)).await.is_err());
    }
}
