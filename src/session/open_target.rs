//! A target that is opened: the reference server started, the mailbox logged in to.

use std::time::Duration;

use super::failure::Failure;
use super::target::TargetPlan;
use crate::edge::mailbox::{MailboxSettings, open};
use crate::edge::{EmbeddedTarget, HttpClient, speaks_http2};
use crate::engine::{Mailbox, Transport};
use crate::model::Protocol;

/// How long to look whether a target that was not understood speaks another version of HTTP.
const OTHER_VERSION: Duration = Duration::from_secs(2);

/// A target that can be tried.
pub(crate) struct OpenTarget {
    base_url: String,
    client: HttpClient,
    mailbox: Option<Box<dyn Mailbox>>,
    embedded: Option<EmbeddedTarget>,
}

impl OpenTarget {
    /// Starts the reference server if no target was named, and opens the mailbox.
    pub(crate) async fn open(plan: &TargetPlan) -> Result<Self, Failure> {
        if plan.gate.is_direct() {
            plan.addresses()?;
        }
        let machine = |text: String| Failure::Machine(text);
        let (base_url, embedded) = if let Some(url) = &plan.url {
            (url.clone(), None)
        } else {
            let embedded = EmbeddedTarget::start().map_err(|error| machine(error.to_string()))?;
            (embedded.base_url().to_owned(), Some(embedded))
        };
        let settings = MailboxSettings {
            pattern: plan.pattern.clone(),
            trust: plan.gate.mailbox_trust.clone(),
            recipients_return: plan.recipients_return,
            ..MailboxSettings::default()
        };
        let mailbox = match &plan.mailbox {
            Some(location) => Some(
                open(location, &settings)
                    .await
                    .map_err(|error| machine(format!("cannot {error}")))?,
            ),
            None => None,
        };
        Ok(Self {
            client: HttpClient::through(&plan.gate.http_way(), &base_url, plan.limits)?,
            base_url,
            mailbox,
            embedded,
        })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &self.client
    }

    /// What to do about a target that speaks HTTP and was not understood, as far as that is known.
    pub(crate) async fn other_version(&self, plan: &TargetPlan) -> Option<&'static str> {
        let asked = plan.gate.protocol.unwrap_or_default();
        let may_ask = asked == Protocol::Http1 && plan.gate.is_direct();
        let speaks = may_ask
            && speaks_http2(
                &self.base_url,
                &plan.gate.tls,
                plan.limits.connect.min(OTHER_VERSION),
            )
            .await;
        speaks.then_some("the target speaks HTTP/2 without being asked first; add --http2")
    }

    /// What the user should know of connections that were made at the second try only.
    pub(crate) fn second_tries(&self) -> Option<String> {
        match self.client.second_tries() {
            0 => None,
            1 => Some("1 connection was refused at first, and made at the second try".to_owned()),
            many => Some(format!(
                "{many} connections were refused at first, and made at the second try"
            )),
        }
    }

    pub(crate) fn mailbox(&self) -> Option<&dyn Mailbox> {
        match (&self.mailbox, &self.embedded) {
            (Some(mailbox), _) => Some(&**mailbox),
            (None, Some(embedded)) => Some(embedded.mailbox()),
            (None, None) => None,
        }
    }
}
