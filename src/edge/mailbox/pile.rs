//! The mails that have come in, by recipient, and those who wait for them. Receives nothing itself.

use std::collections::{HashMap, VecDeque};
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
}

/// What is kept of a mail.
#[derive(Clone, Debug)]
struct Letter {
    /// The recipient as the mail spelt it.
    address: String,
    /// The code, or the subject of a mail that holds none.
    code: Result<String, String>,
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
        let mut named: Vec<(String, &String)> = Vec::new();
        for address in recipients {
            if !named.iter().any(|(_, known)| *known == address) {
                named.push((folded(address), address));
            }
        }
        self.shelves().put(&named, &code)?;
        for (recipient, _) in &named {
            self.bell(recipient).notify_waiters();
        }
        Ok(())
    }

    /// Waits for a code.
    ///
    /// # Errors
    ///
    /// [`MailError::NotArrived`] or [`MailError::NoCode`] at the time limit.
    pub(super) async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        let recipient = folded(query.address);
        let found = timeout(query.limit, self.wait(&recipient, query)).await;
        found.map_err(|_| self.shelves().missing(&recipient, query))
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
        let mut hasher = DefaultHasher::new();
        recipient.hash(&mut hasher);
        let bells = self.bells.len() as u64;
        let at = usize::try_from(hasher.finish() % bells).unwrap_or(0);
        &self.bells[at]
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        // A mail is put on its shelf in one step, so the shelves are whole whoever panicked.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn put(
        &mut self,
        named: &[(String, &String)],
        code: &Result<String, String>,
    ) -> Result<(), Full> {
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
                    code: code.clone(),
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
    /// the same recipient.
    fn to(&self, recipient: &str, address: &str) -> Vec<&Letter> {
        let letters = self.letters.get(recipient).map_or(&[][..], Vec::as_slice);
        let exact = |letter: &&Letter| letter.address == address;
        if letters.iter().any(|letter| exact(&letter)) {
            letters.iter().filter(exact).collect()
        } else {
            letters.iter().collect()
        }
    }

    fn code(&self, recipient: &str, query: MailQuery<'_>) -> Option<String> {
        let letters = self.to(recipient, query.address).into_iter();
        let mut codes = letters.filter_map(|letter| letter.code.as_ref().ok());
        codes.nth(query.ordinal).cloned()
    }

    /// Why there is no code: a mail without one counts if no mail with one came after it.
    fn missing(&self, recipient: &str, query: MailQuery<'_>) -> MailError {
        let letters = self.to(recipient, query.address);
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
