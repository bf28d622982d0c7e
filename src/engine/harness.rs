//! What engines work with: the target, the mailbox, time, and the ears of the reports.

use std::time::Duration;

use super::actor::Actor;
use super::clock::Clock;
use super::evidence_log::EvidenceLog;
use super::mailbox::{MailError, MailQuery, Mailbox};
use super::preflight::SCOPE;
use super::rules::RuleBook;
use super::stop::Stop;
use super::transport::Transport;
use crate::diagnosis::{Diagnosis, Purpose};
use crate::model::{Redactor, Request, TransferError, TransferErrorKind};
use crate::record::{Event, EventSink, ReasonKind};
use crate::suite::{Generation, Generator};
use crate::users_api::{FixtureCall, Ledger, LentAccount, SessionLog};

/// How long to wait, once the run is to stop, for the code of an account that is only to be removed.
const LAST_MAIL_LIMIT: Duration = Duration::from_secs(10);

/// What engines work with.
#[derive(Clone, Copy)]
pub struct Harness<'a> {
    /// The way to the target.
    pub transport: &'a dyn Transport,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Where the target's mails can be read, if anywhere.
    pub mailbox: Option<&'a dyn Mailbox>,
    /// Takes what happens.
    pub sink: &'a dyn EventSink,
    /// Makes values from the seed.
    pub generation: &'a Generation,
    /// Knows the secrets.
    pub redactor: &'a Redactor,
    /// The target's base URL, without a slash at its end.
    pub base_url: &'a str,
    /// An account that the user lends for the run.
    pub lent: Option<&'a LentAccount>,
    /// Keeps account of the accounts.
    pub ledger: &'a dyn Ledger,
    /// The sessions that were opened so far.
    pub sessions: &'a SessionLog,
    /// What the exchanges so far have in common.
    pub evidence: &'a EvidenceLog,
    /// The rules that hold for every answer.
    pub rules: &'a RuleBook,
    /// The wish to stop early.
    pub stop: &'a Stop,
    /// How long to wait for a mailed code.
    pub mail_limit: Duration,
}

/// Nothing that speaks HTTP was reached.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot reach {base_url}: {error}{advice}")]
pub struct Unreached {
    base_url: String,
    #[source]
    error: TransferError,
    /// What to do, after a semicolon; nothing where the error says it.
    advice: &'static str,
}

/// Whether what was not understood was HTTP all the same, and so for cases to judge.
#[must_use]
pub const fn is_http(kind: TransferErrorKind) -> bool {
    matches!(
        kind,
        TransferErrorKind::Undecodable | TransferErrorKind::TooLarge
    )
}

/// What to do about a target that was not reached, after a semicolon; nothing where the error says it.
#[must_use]
pub const fn advice(kind: TransferErrorKind) -> &'static str {
    match kind {
        TransferErrorKind::Resolve => "; check the host name",
        TransferErrorKind::Connect => "; check the URL, and that the server is running",
        TransferErrorKind::Tls => "",
        TransferErrorKind::Limited => {
            "; raise the limit for this client, or try --request-rate 1 once it has recovered"
        }
        TransferErrorKind::Timeout => "; check that the server is answering, or raise --timeout",
        _ => {
            "; check that the URL is that of an HTTP server, and that it speaks HTTP/2 if you asked for that; a port that speaks TLS needs https:"
        }
    }
}

/// Why a case ends before all its steps are done, without being the target's fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Halt {
    pub(super) kind: ReasonKind,
    pub(super) text: String,
}

impl Halt {
    pub(super) fn blocked(text: impl Into<String>) -> Self {
        Self {
            kind: ReasonKind::Blocked,
            text: text.into(),
        }
    }

    /// The same for a case that a fault of the target holds up, which is told beside it.
    pub(super) fn into_blocked(self) -> Self {
        Self {
            kind: ReasonKind::Blocked,
            text: format!("{}; the case could not go on", self.text),
        }
    }

    pub(super) fn not_applicable(text: impl Into<String>) -> Self {
        Self {
            kind: ReasonKind::NotApplicable,
            text: text.into(),
        }
    }

    /// A credential lapsed before the case was done with it.
    pub(super) fn lapsed(step: &str) -> Self {
        Self::not_applicable(format!(
            "{step}: the credential that it used had lapsed by then, as the target's expireAt says"
        ))
    }

    pub(super) fn taken(text: impl Into<String>) -> Self {
        Self {
            kind: ReasonKind::Taken,
            text: text.into(),
        }
    }

    pub(super) fn broken(text: impl Into<String>) -> Self {
        Self {
            kind: ReasonKind::Broken,
            text: text.into(),
        }
    }

    /// The run asks no further, and a case that did not begin is not tried.
    pub(super) fn ended(why: &Diagnosis) -> Self {
        Self {
            kind: ReasonKind::Ended,
            text: why.told(),
        }
    }

    pub(super) fn interrupted() -> Self {
        Self {
            kind: ReasonKind::Interrupted,
            text: "the run was interrupted".to_owned(),
        }
    }

    pub(super) fn no_mailbox() -> Self {
        Self {
            kind: ReasonKind::NoMailbox,
            text: "needs mailed codes, and no --mailbox was given".to_owned(),
        }
    }
}

impl Harness<'_> {
    /// Makes sure that something speaks HTTP at the target, whatever it says.
    ///
    /// # Errors
    ///
    /// Why not, and what to do.
    pub async fn reach(&self) -> Result<(), Unreached> {
        let mut exchange = self.transport.send(self.preflight()).await;
        self.evidence
            .note(&mut exchange, Purpose::Case, self.redactor);
        let Err(error) = exchange.result else {
            return Ok(());
        };
        if is_http(error.kind) {
            return Ok(());
        }
        Err(Unreached {
            base_url: self.base_url.to_owned(),
            advice: advice(error.kind),
            error,
        })
    }

    /// A request that changes nothing at any target.
    pub(super) fn preflight(&self) -> Request {
        let id = self.generation.value(Generator::Uuid, SCOPE, "uuid", 0);
        FixtureCall::reach(&id).request
    }

    /// Removes what an actor made, and reports how that went.
    pub(super) async fn tear_down_of(&self, actor: Actor<'_>) {
        let accounts = actor.tear_down(1).await;
        if accounts.made > 0 {
            self.sink.emit(&Event::TornDown(accounts));
        }
    }

    /// The code that verifies an account's session so that it can be removed. Waits shortly also after the
    /// wish to stop.
    pub(super) async fn mailed_code_for_removal(
        &self,
        address: &str,
        ordinal: usize,
    ) -> Option<String> {
        let query = MailQuery {
            address,
            ordinal,
            limit: self.mail_limit,
            for_removal: true,
        };
        let last = async {
            self.stop.wait().await;
            self.clock.sleep(LAST_MAIL_LIMIT).await;
        };
        let code = tokio::select! {
            biased;
            code = self.mailbox?.code(query) => code.ok()?,
            () = last => return None,
        };
        self.redactor.learn(&code);
        Some(code)
    }

    /// Waits for a mailed code.
    pub(super) async fn mailed_code(
        &self,
        address: &str,
        ordinal: usize,
    ) -> Result<String, MailFailure> {
        let Some(mailbox) = self.mailbox else {
            return Err(MailFailure::NoMailbox);
        };
        let query = MailQuery {
            address,
            ordinal,
            limit: self.mail_limit,
            for_removal: false,
        };
        tokio::select! {
            code = mailbox.code(query) => {
                let code = code.map_err(MailFailure::Mail)?;
                self.redactor.learn(&code);
                Ok(code)
            }
            () = self.stop.wait() => Err(MailFailure::Interrupted),
        }
    }
}

/// Why no code was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MailFailure {
    /// There is no mailbox.
    NoMailbox,
    /// The user interrupted the run.
    Interrupted,
    /// The mailbox brought none.
    Mail(MailError),
}

impl From<MailFailure> for Halt {
    /// The reason in a place where the mail is only a means.
    fn from(failure: MailFailure) -> Self {
        match failure {
            MailFailure::NoMailbox => Self::no_mailbox(),
            MailFailure::Interrupted => Self::interrupted(),
            MailFailure::Mail(error @ MailError::Unusable { .. }) => {
                Self::broken(error.to_string())
            }
            MailFailure::Mail(error) => Self::blocked(error.to_string()),
        }
    }
}
