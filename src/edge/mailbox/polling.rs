//! Mailboxes that hold the mails of everybody: one poller looks for new ones while somebody waits.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::code::CodePattern;
use super::pile::Pile;
use crate::engine::{MailError, MailQuery, Mailbox};

/// Looking for new mails once does not take longer, or something is wrong.
const LOOK_LIMIT: Duration = Duration::from_secs(20);

/// The wait after trouble.
const RECOVERY: Duration = Duration::from_secs(1);

/// A mailbox in trouble for this long is not waited for any more.
const GRACE: Duration = Duration::from_secs(10);

/// Where mails come from.
#[async_trait]
pub(super) trait Feed: Send + 'static {
    /// Puts the mails that came since the last time on the pile, in their order. May be dropped at
    /// any time; even then no mail is put twice.
    ///
    /// # Errors
    ///
    /// Why it could not look, as a sentence fragment. Another look may succeed.
    async fn look(&mut self, pile: &Pile) -> Result<(), String>;

    /// Waits until it is time to look again.
    async fn rest(&mut self);
}

/// A mailbox of a feed. Dropping it ends the poller.
#[derive(Debug)]
pub(super) struct PolledMailbox {
    pile: Arc<Pile>,
    waiting: watch::Sender<usize>,
    health: watch::Receiver<Health>,
    poller: JoinHandle<()>,
    name: String,
}

/// How looking has gone so far.
#[derive(Clone, Debug, Default)]
struct Health {
    successes: u64,
    failures: u64,
    /// Since when it has failed without a success, and why it did the last time.
    trouble: Option<(Instant, String)>,
}

impl PolledMailbox {
    /// A mailbox whose feed was opened before: mails from then on count.
    pub(super) fn new(feed: impl Feed, pattern: CodePattern, name: String) -> Self {
        let pile = Arc::new(Pile::new(pattern));
        let (waiting, waiters) = watch::channel(0);
        let (reports, health) = watch::channel(Health::default());
        let poller = tokio::spawn(poll(feed, Arc::clone(&pile), waiters, reports));
        Self {
            pile,
            waiting,
            health,
            poller,
            name,
        }
    }

    /// Ends when looking has failed for so long that there is no sense in going on.
    async fn hopeless(&self, failures: u64) -> String {
        let mut health = self.health.clone();
        let hopeless = health.wait_for(|health| {
            let lasts = |(since, _): &(Instant, String)| since.elapsed() >= GRACE;
            health.failures > failures && health.trouble.as_ref().is_some_and(lasts)
        });
        match hopeless.await {
            Ok(health) => health
                .trouble
                .as_ref()
                .map_or(String::new(), |(_, cause)| cause.clone()),
            Err(_) => "its poller has ended".to_owned(),
        }
    }

    /// What a mail that did not arrive means: nothing if nobody could look.
    fn judged(&self, missing: MailError, successes: u64) -> MailError {
        let health = self.health.borrow();
        match (&missing, &health.trouble) {
            (MailError::NotArrived { .. }, Some((_, cause))) => self.unusable(cause.clone()),
            (MailError::NotArrived { .. }, None) if health.successes == successes => {
                self.unusable("it could not be looked into in time".to_owned())
            }
            _ => missing,
        }
    }

    fn unusable(&self, cause: String) -> MailError {
        MailError::Unusable {
            mailbox: self.name.clone(),
            cause,
        }
    }
}

impl Drop for PolledMailbox {
    fn drop(&mut self) {
        self.poller.abort();
    }
}

#[async_trait]
impl Mailbox for PolledMailbox {
    async fn code(&self, query: MailQuery<'_>) -> Result<String, MailError> {
        let Health {
            successes,
            failures,
            ..
        } = self.health.borrow().clone();
        let _waiter = Waiter::new(&self.waiting);
        tokio::select! {
            found = self.pile.code(query) => {
                found.map_err(|missing| self.judged(missing, successes))
            }
            cause = self.hopeless(failures) => Err(self.unusable(cause)),
        }
    }
}

/// Somebody who waits.
struct Waiter<'a>(&'a watch::Sender<usize>);

impl<'a> Waiter<'a> {
    fn new(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|count| *count += 1);
        Self(waiting)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Looks for new mails as long as somebody waits and the mailbox is there.
async fn poll(
    mut feed: impl Feed,
    pile: Arc<Pile>,
    mut waiters: watch::Receiver<usize>,
    reports: watch::Sender<Health>,
) {
    while waiters.wait_for(|count| *count > 0).await.is_ok() {
        let looked = timeout(LOOK_LIMIT, feed.look(&pile)).await;
        let looked = looked.unwrap_or_else(|_| Err("it does not answer in time".to_owned()));
        let failed = looked.is_err();
        reports.send_modify(|health| health.add(looked));
        if failed {
            tokio::time::sleep(RECOVERY).await;
        } else {
            feed.rest().await;
        }
    }
}

impl Health {
    fn add(&mut self, looked: Result<(), String>) {
        match looked {
            Ok(()) => {
                self.successes += 1;
                self.trouble = None;
            }
            Err(cause) => {
                self.failures += 1;
                let since = self
                    .trouble
                    .take()
                    .map_or_else(Instant::now, |(since, _)| since);
                self.trouble = Some((since, cause));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::mailbox::mail::Mail;

    /// Tells what each look brings: codes for `a@x.org`, or trouble. The last for ever.
    struct Script(Vec<Result<&'static str, &'static str>>);

    #[async_trait]
    impl Feed for Script {
        async fn look(&mut self, pile: &Pile) -> Result<(), String> {
            let brought = if self.0.len() > 1 {
                self.0.remove(0)
            } else {
                self.0[0]
            };
            let code = brought?;
            if !code.is_empty() {
                let mail = Mail::parse(format!("\r\nCode: {code}").as_bytes());
                pile.put(&["a@x.org".to_owned()], &mail)
                    .map_err(|full| full.to_string())?;
            }
            Ok(())
        }

        async fn rest(&mut self) {
            tokio::time::sleep(RECOVERY).await;
        }
    }

    fn mailbox(script: &[Result<&'static str, &'static str>]) -> PolledMailbox {
        PolledMailbox::new(
            Script(script.to_vec()),
            CodePattern::default(),
            "script".to_owned(),
        )
    }

    fn query(ordinal: usize) -> MailQuery<'static> {
        MailQuery {
            address: "a@x.org",
            ordinal,
            limit: Duration::from_secs(30),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn mails_are_looked_for_through_trouble_and_only_while_somebody_waits() {
        let mailbox = mailbox(&[Ok(""), Err("down"), Ok("111111"), Ok("222222"), Ok("")]);
        assert_eq!(mailbox.code(query(0)).await.unwrap(), "111111");
        tokio::time::sleep(Duration::from_mins(10)).await;
        assert_eq!(mailbox.health.borrow().successes, 2);
        assert_eq!(mailbox.code(query(1)).await.unwrap(), "222222");
        let error = mailbox.code(query(2)).await.unwrap_err();
        assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn lasting_trouble_is_not_waited_for_and_late_trouble_is_told() {
        let begun = Instant::now();
        let error = mailbox(&[Err("down")]).code(query(0)).await.unwrap_err();
        assert_eq!(error.to_string(), "the mailbox script cannot be read: down");
        assert!(
            begun.elapsed() < GRACE + RECOVERY * 2,
            "{:?}",
            begun.elapsed()
        );

        let mailbox = mailbox(&[Ok(""), Err("down")]);
        let limit = GRACE / 2;
        let query = MailQuery { limit, ..query(0) };
        let error = mailbox.code(query).await.unwrap_err();
        assert_eq!(error.to_string(), "the mailbox script cannot be read: down");
    }
}
