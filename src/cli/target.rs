//! The target of a run: the one named, or the reference server inside this binary.

use std::time::Duration;

use super::failure::Failure;
use super::options::TargetOptions;
use crate::edge::mailbox::{CodePattern, MailboxLocation, MailboxSettings, open};
use crate::edge::{EmbeddedTarget, HttpClient, HttpLimits, base_url};
use crate::engine::{LentAccount, Mailbox, Transport};
use crate::model::Redactor;

/// How long an exchange may take unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long making a connection may take unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest body of an answer, in bytes. The API's own answers stay far below.
const BODY_LIMIT: usize = 1024 * 1024;
/// The name of the reference server until its port is known.
const EMBEDDED: &str = "the embedded reference server";

/// What is to be tried, before anything is opened.
pub(super) struct TargetPlan {
    url: Option<String>,
    mailbox: Option<MailboxLocation>,
    pattern: CodePattern,
    limits: HttpLimits,
    lent: Option<LentAccount>,
    secrets: Vec<String>,
}

impl TargetPlan {
    /// Checks the URL and the mailbox that the user named.
    pub(super) fn new(url: Option<&str>, options: &TargetOptions) -> Result<Self, Failure> {
        let url = url.map(base_url).transpose()?;
        let usage = |text: String| Failure::Usage(text);
        let mailbox = options
            .mailbox
            .as_deref()
            .map(|text| {
                text.parse::<MailboxLocation>()
                    .map_err(|error| usage(error.to_string()))
            })
            .transpose()?;
        if url.is_none() && mailbox.is_some() {
            return Err(usage(
                "--mailbox is for a target that you name; the embedded server has its own"
                    .to_owned(),
            ));
        }
        let pattern = match &options.code_pattern {
            Some(pattern) => {
                CodePattern::custom(pattern).map_err(|error| usage(error.to_string()))?
            }
            None => CodePattern::default(),
        };
        let lent = options.bearer.as_ref().map(|bearer| LentAccount {
            bearer: bearer.clone(),
            delete: options.delete_account,
        });
        let mut secrets = options.mailbox.as_deref().map_or_else(Vec::new, secrets);
        secrets.extend(options.bearer.clone());
        Ok(Self {
            lent,
            secrets,
            url,
            mailbox,
            pattern,
            limits: HttpLimits {
                connect: options
                    .connect_timeout
                    .map_or(CONNECT_TIMEOUT, |span| span.0),
                exchange: options.timeout.map_or(TIMEOUT, |span| span.0),
                body: BODY_LIMIT,
            },
        })
    }

    /// The account that is lent to the run.
    pub(super) const fn lent(&self) -> Option<&LentAccount> {
        self.lent.as_ref()
    }

    /// Teaches what the user gave that no output may show.
    pub(super) fn teach(&self, redactor: &Redactor) {
        for secret in &self.secrets {
            redactor.learn(secret);
        }
    }

    /// The base URL, if the user named one.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The limit of making a connection.
    pub(super) const fn connect_timeout(&self) -> Duration {
        self.limits.connect
    }

    pub(super) fn name(&self) -> &str {
        self.url.as_deref().unwrap_or(EMBEDDED)
    }

    pub(super) const fn is_embedded(&self) -> bool {
        self.url.is_none()
    }

    /// The limit of one exchange.
    pub(super) const fn timeout(&self) -> Duration {
        self.limits.exchange
    }

    pub(super) fn mailbox_name(&self) -> Option<String> {
        if self.is_embedded() {
            return Some("its own SMTP listener".to_owned());
        }
        self.mailbox.as_ref().map(ToString::to_string)
    }
}

/// The password of a mailbox's location and the values of its query, as they are written and decoded.
fn secrets(location: &str) -> Vec<String> {
    let Ok(url) = url::Url::parse(location) else {
        return Vec::new();
    };
    let written = location
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .and_then(|(user, _)| user.split_once(':'))
        .map(|(_, password)| password.to_owned());
    let password = url.password().map(|password| {
        let pair = format!("p={}", password.replace('+', "%2B"));
        let mut decoded = url::form_urlencoded::parse(pair.as_bytes());
        decoded
            .next()
            .map_or(String::new(), |(_, value)| value.into_owned())
    });
    let query = url.query_pairs();
    let values = query.map(|(_, value)| value.into_owned());
    // A template of an address is no secret.
    let values = values.filter(|value| !value.contains('{'));
    written.into_iter().chain(password).chain(values).collect()
}

/// A target that can be tried.
pub(super) struct OpenTarget {
    base_url: String,
    client: HttpClient,
    mailbox: Option<Box<dyn Mailbox>>,
    embedded: Option<EmbeddedTarget>,
}

impl OpenTarget {
    /// Starts the reference server if no target was named, and opens the mailbox.
    pub(super) async fn open(plan: &TargetPlan) -> Result<Self, Failure> {
        let machine = |text: String| Failure::Machine(text);
        let (base_url, embedded) = if let Some(url) = &plan.url {
            (url.clone(), None)
        } else {
            let embedded = EmbeddedTarget::start().map_err(|error| machine(error.to_string()))?;
            (embedded.base_url().to_owned(), Some(embedded))
        };
        let settings = MailboxSettings {
            pattern: plan.pattern.clone(),
            ..MailboxSettings::default()
        };
        let mailbox = match &plan.mailbox {
            Some(location) => Some(
                open(location, &settings)
                    .await
                    .map_err(|error| machine(error.to_string()))?,
            ),
            None => None,
        };
        Ok(Self {
            client: HttpClient::new(&base_url, plan.limits)?,
            base_url,
            mailbox,
            embedded,
        })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        &self.client
    }

    pub(super) fn mailbox(&self) -> Option<&dyn Mailbox> {
        match (&self.mailbox, &self.embedded) {
            (Some(mailbox), _) => Some(&**mailbox),
            (None, Some(embedded)) => Some(embedded.mailbox()),
            (None, None) => None,
        }
    }
}
