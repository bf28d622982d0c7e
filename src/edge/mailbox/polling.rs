//! Mailboxes that hold the mails of everybody: one poller looks for new ones while somebody waits.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::code::CodePattern;
use super::received_mails::ReceivedMails;
use super::trouble::MailboxTrouble;
use crate::engine::{MailError, MailQuery, Mailbox};

/// Looking for new mails once does not take longer, or something is wrong.
const LOOK_LIMIT: Duration = Duration::from_secs(20);

/// The wait after trouble.
const RECOVERY: Duration = Duration::from_secs(1);

/// A mailbox that is in trouble when the time is up is given this long for one more look: a mail counts as
/// missing only if somebody could look.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Where mails come from.
#[async_trait]
pub(super) trait Feed: Send + 'static {
    /// Puts the mails that came since the last time on the pile, in their order. May be dropped at
    /// any time; even then no mail is put twice.
    ///
    /// # Errors
    ///
    /// Why it could not look. Another look may succeed.
    async fn look(&mut self, pile: &ReceivedMails) -> Result<(), MailboxTrouble>;

    /// Waits until it is time to look again.
    async fn rest(&mut self);
}

/// A mailbox of a feed. Dropping it ends the poller.
#[derive(Debug)]
pub(super) struct PolledMailbox {
    pile: Arc<ReceivedMails>,
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
    trouble: Option<(Instant, Arc<MailboxTrouble>)>,
}

impl PolledMailbox {
    /// A mailbox whose feed was opened before: mails from then on count.
    pub(super) fn new(feed: impl Feed, pattern: CodePattern, name: String) -> Self {
        let pile = Arc::new(ReceivedMails::new(pattern));
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

    /// Ends when looking has failed for as long as a mail may take: then there is no sense in going on.
    async fn hopeless(&self, failures: u64, limit: Duration) -> String {
        let mut health = self.health.clone();
        let hopeless = health.wait_for(|health| {
            let lasts = |(since, _): &(Instant, Arc<MailboxTrouble>)| since.elapsed() >= limit;
            health.failures > failures && health.trouble.as_ref().is_some_and(lasts)
        });
        match hopeless.await {
            Ok(health) => health
                .trouble
                .as_ref()
                .map_or(String::new(), |(_, cause)| cause.to_string()),
            Err(_) => "its poller has ended".to_owned(),
        }
    }

    /// What a mail that did not arrive means: nothing if nobody could look.
    async fn judged(
        &self,
        missing: MailError,
        query: MailQuery<'_>,
        successes: u64,
    ) -> Result<String, MailError> {
        let health = self.health.borrow().clone();
        let works = health.trouble.is_none() && health.successes > successes;
        if works || !matches!(missing, MailError::NotArrived { .. }) {
            return Err(missing);
        }
        let mut later = self.health.clone();
        let another = later.wait_for(|later| later.successes > health.successes);
        let looked = tokio::select! {
            looked = timeout(LAST_LOOK, another) => matches!(looked, Ok(Ok(_))),
            _ = self.hopeless(health.failures, query.limit) => false,
        };
        if looked {
            let limit = Duration::ZERO;
            let found = self.pile.code(MailQuery { limit, ..query }).await;
            return found.map_err(|late| match late {
                MailError::NotArrived { .. } => missing,
                other => other,
            });
        }
        let cause = match &self.health.borrow().trouble {
            Some((_, cause)) => cause.to_string(),
            None => "it could not be looked into in time".to_owned(),
        };
        Err(self.unusable(cause))
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
        let found = tokio::select! {
            found = self.pile.code(query) => found,
            cause = self.hopeless(failures, query.limit) => return Err(self.unusable(cause)),
        };
        match found {
            Ok(code) => Ok(code),
            Err(missing) => self.judged(missing, query, successes).await,
        }
    }

    fn others(&self, address: &str, code: &str) -> Vec<String> {
        self.pile.others(address, code)
    }

    fn settle(&self, address: &str, code: &str, taken: Option<&str>) -> Option<usize> {
        self.pile.settle(address, code, taken)
    }

    fn name(&self) -> String {
        self.name.clone()
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
    pile: Arc<ReceivedMails>,
    mut waiters: watch::Receiver<usize>,
    reports: watch::Sender<Health>,
) {
    while waiters.wait_for(|count| *count > 0).await.is_ok() {
        let looked = timeout(LOOK_LIMIT, feed.look(&pile)).await;
        let looked = looked.unwrap_or_else(|_| Err(MailboxTrouble::Late));
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
    fn add(&mut self, looked: Result<(), MailboxTrouble>) {
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
                self.trouble = Some((since, Arc::new(cause)));
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
        async fn look(&mut self, pile: &ReceivedMails) -> Result<(), MailboxTrouble> {
            let brought = if self.0.len() > 1 {
                self.0.remove(0)
            } else {
                self.0[0]
            };
            let code = brought.map_err(|said| MailboxTrouble::Said(said.to_owned()))?;
            if !code.is_empty() {
                let mail = Mail::parse(format!("\r\nCode: {code}").as_bytes());
                pile.put(&["a@x.org".to_owned()], &mail)?;
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
            for_removal: false,
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
    async fn trouble_is_waited_for_as_long_as_a_mail_may_take_and_then_no_more() {
        let begun = Instant::now();
        let mailbox = mailbox(&[Err("down")]);
        for _ in 0..5 {
            let error = mailbox.code(query(0)).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                "the mailbox script cannot be read: it answers: down"
            );
        }
        let all = query(0).limit + LAST_LOOK + RECOVERY * 10;
        assert!(begun.elapsed() < all, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_at_the_limit_is_waited_out_before_a_mail_counts_as_missing() {
        let limit = RECOVERY * 3 / 2;
        for (last, expected) in [
            (Ok(""), "no mail to a@x.org within 1.5 s"),
            (
                Err("down"),
                "the mailbox script cannot be read: it answers: down",
            ),
        ] {
            let mailbox = mailbox(&[Ok(""), Err("down"), Err("down"), last]);
            let query = MailQuery { limit, ..query(0) };
            let error = mailbox.code(query).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let mailbox = mailbox(&[Ok(""), Err("down"), Err("down"), Ok("111111")]);
        let query = MailQuery { limit, ..query(0) };
        assert_eq!(mailbox.code(query).await.unwrap(), "111111");
    }
}
