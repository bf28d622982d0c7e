//! Mailboxes that are asked for one address at a time, again and again, until a code is there.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep, timeout};

use super::delivered_codes::{CodesShown, DeliveredCodes};
use crate::engine::{MailError, MailQuery, Mailbox};

/// The wait after the first question. It grows by half each time.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// The longest wait between two questions: a code is seen at most this late.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// A code that was shown twice is taken for two after this part of the time limit, if no other came: the target
/// may have mailed it again.
const PATIENCE_WITH_COPIES: u32 = 10;

/// A source that is in trouble when the time is up is given this long to answer once more: a code counts as
/// missing only if somebody could ask.
const LAST_ANSWER: Duration = Duration::from_secs(10);

/// What came of asking once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SourceAnswer {
    /// The source knows of codes.
    CodesShown(CodesShown),
    /// The source works and knows of none.
    NotYet,
    /// The source did not work, which may pass.
    Trouble(String),
    /// The source will not work, however often it is asked.
    PermanentError(String),
}

/// Something that can be asked for the codes of an address.
#[async_trait]
pub(super) trait CodeSource: Send + Sync {
    /// Asks once. May be dropped at any time; then nothing stays behind.
    async fn ask(&self, address: &str, ordinal: usize) -> SourceAnswer;

    /// The mailbox as the user named it, without its password.
    fn name(&self) -> &str;
}

/// A mailbox of a source.
#[derive(Debug)]
pub(super) struct AskedMailbox<S> {
    source: S,
    told: DeliveredCodes,
    /// Whether what it shows may be older than this run.
    shows_earlier: bool,
    /// Since when it has only failed, over all waits.
    failing: Mutex<Option<Instant>>,
}

impl<S: CodeSource> AskedMailbox<S> {
    pub(super) fn new(source: S, shows_earlier: bool) -> Self {
        Self {
            source,
            shows_earlier,
            told: DeliveredCodes::default(),
            failing: Mutex::default(),
        }
    }

    /// Notes whether it answered; gives for how long it has only failed.
    fn failing_for(&self, answered: bool) -> Duration {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            *failing = None;
            return Duration::ZERO;
        }
        failing.get_or_insert_with(Instant::now).elapsed()
    }

    fn unusable(&self, cause: String) -> MailError {
        MailError::Unusable {
            mailbox: self.source.name().to_owned(),
            cause,
        }
    }

    /// Asks until there is a code, or there is no sense in going on. Keeps the state of the
    /// questions where it outlives this future, which a time limit may drop.
    async fn ask(
        &self,
        query: MailQuery<'_>,
        state: &mut AskingState,
    ) -> Result<String, MailError> {
        let mut wait = FIRST_WAIT;
        let began = Instant::now();
        loop {
            let attempt = self.source.ask(query.address, query.ordinal).await;
            let failing = self.failing_for(!matches!(attempt, SourceAnswer::Trouble(_)));
            match attempt {
                SourceAnswer::CodesShown(shown) => {
                    state.answered();
                    let repeats = began.elapsed() >= query.limit / PATIENCE_WITH_COPIES;
                    let shown = (&shown, repeats);
                    let code = self.told.pick(query.address, query.ordinal, shown);
                    if let Some(code) = code {
                        return Ok(code);
                    }
                }
                SourceAnswer::NotYet => state.answered(),
                // Others have waited as long already.
                SourceAnswer::Trouble(cause) if failing >= query.limit => {
                    return Err(self.unusable(cause));
                }
                SourceAnswer::Trouble(cause) => state.trouble = Some(cause),
                SourceAnswer::PermanentError(cause) => return Err(self.unusable(cause)),
            }
            if state.is_last && state.trouble.is_none() {
                return Err(MailError::NotArrived {
                    address: query.address.to_owned(),
                    limit: query.limit,
                });
            }
            sleep(wait).await;
            wait = (wait * 3 / 2).min(LONGEST_WAIT);
        }
    }
}

/// How the questions have gone so far.
#[derive(Debug)]
struct AskingState {
    ever_answered: bool,
    trouble: Option<String>,
    /// Whether the time is up, so that any answer ends the wait.
    is_last: bool,
}

impl AskingState {
    fn answered(&mut self) {
        self.ever_answered = true;
        self.trouble = None;
    }
}

#[async_trait]
impl<S: CodeSource> Mailbox for AskedMailbox<S> {
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        if let Some(code) = self.told.again(query.address, query.ordinal) {
            return Ok(code);
        }
        let mut state = AskingState {
            ever_answered: false,
            trouble: None,
            is_last: false,
        };
        if let Ok(result) = timeout(query.limit, self.ask(query, &mut state)).await {
            return result;
        }
        if state.trouble.is_some() {
            state.is_last = true;
            if let Ok(result) = timeout(LAST_ANSWER, self.ask(query, &mut state)).await {
                return result;
            }
        }
        Err(match state.trouble {
            Some(cause) => self.unusable(cause),
            None if !state.ever_answered => self.unusable("it does not answer".to_owned()),
            None => MailError::NotArrived {
                address: query.address.to_owned(),
                limit: query.limit,
            },
        })
    }

    async fn note_earlier(&self, address: &str) {
        if !self.shows_earlier || self.told.knows(address) {
            return;
        }
        // Where it does not answer, whoever waits for the code tells why.
        let shown = match timeout(LAST_ANSWER, self.source.ask(address, 0)).await {
            Ok(SourceAnswer::CodesShown(shown)) => Some(shown),
            _ => None,
        };
        self.told.note_earlier(address, shown.as_ref());
    }

    fn name(&self) -> String {
        self.source.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers from a list; the last answer for ever.
    struct Script(Mutex<Vec<SourceAnswer>>);

    #[async_trait]
    impl CodeSource for Script {
        async fn ask(&self, _address: &str, _ordinal: usize) -> SourceAnswer {
            let mut left = self.0.lock().unwrap();
            if left.len() > 1 {
                left.remove(0)
            } else {
                left[0].clone()
            }
        }

        fn name(&self) -> &'static str {
            "script"
        }
    }

    fn mailbox(script: &[SourceAnswer]) -> AskedMailbox<Script> {
        AskedMailbox::new(Script(Mutex::new(script.to_vec())), true)
    }

    fn query(ordinal: usize) -> MailQuery<'static> {
        MailQuery {
            address: "a@x.org",
            ordinal,
            limit: Duration::from_secs(30),
            for_removal: false,
        }
    }

    fn latest(code: &str) -> SourceAnswer {
        SourceAnswer::CodesShown(CodesShown::Latest(code.to_owned()))
    }

    fn trouble() -> SourceAnswer {
        SourceAnswer::Trouble("it is down".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_is_waited_for_through_trouble() {
        let mailbox = mailbox(&[
            trouble(),
            SourceAnswer::NotYet,
            latest("1"),
            trouble(),
            latest("2"),
        ]);
        assert_eq!(mailbox.code(query(0)).await.unwrap(), "1");
        assert_eq!(mailbox.code(query(1)).await.unwrap(), "2");
        assert_eq!(mailbox.code(query(0)).await.unwrap(), "1");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_there_before_is_not_taken_for_what_comes() {
        let all = |codes: &[&str]| {
            let codes = codes.iter().map(|code| (*code).to_owned());
            SourceAnswer::CodesShown(CodesShown::All(codes.collect()))
        };
        for (before, after) in [
            (latest("1"), latest("2")),
            (all(&["0", "1", "1"]), all(&["0", "1", "1", "2"])),
            (SourceAnswer::NotYet, latest("2")),
            (trouble(), latest("2")),
        ] {
            let mailbox = mailbox(&[before.clone(), before.clone(), before, after]);
            mailbox.note_earlier("a@x.org").await;
            // What this run was told is no earlier mail.
            assert_eq!(mailbox.code(query(0)).await.unwrap(), "2");
            mailbox.note_earlier("a@x.org").await;
            assert_eq!(mailbox.code(query(0)).await.unwrap(), "2");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_shows_a_new_code_ends_at_the_limit() {
        let mailbox = mailbox(&[latest("1")]);
        let begun = Instant::now();
        assert_eq!(mailbox.code(query(0)).await.unwrap(), "1");
        let error = mailbox.code(query(1)).await.unwrap_err();
        assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
        assert_eq!(begun.elapsed(), Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn what_only_fails_ends_at_the_limit_and_what_is_hopeless_at_once() {
        let limit = query(0).limit;
        for (attempt, expected) in [
            (trouble(), limit..limit + LONGEST_WAIT * 2),
            (
                SourceAnswer::PermanentError("it is down".to_owned()),
                Duration::ZERO..FIRST_WAIT,
            ),
        ] {
            let begun = Instant::now();
            let error = mailbox(&[attempt]).code(query(0)).await.unwrap_err();
            let cause = "it is down".to_owned();
            let script = "script".to_owned();
            assert_eq!(
                error,
                MailError::Unusable {
                    mailbox: script,
                    cause
                }
            );
            assert!(expected.contains(&begun.elapsed()), "{:?}", begun.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_at_the_limit_is_told() {
        let mailbox = mailbox(&[SourceAnswer::NotYet, trouble()]);
        let error = mailbox.code(query(0)).await.unwrap_err();
        assert!(matches!(error, MailError::Unusable { .. }), "{error}");
    }
}
