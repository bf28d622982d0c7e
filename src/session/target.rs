//! The target of a run, before anything is opened: the one named, or the reference server inside this binary.

use std::time::Duration;

use super::failure::Failure;
use super::gate::TargetGate;
use crate::edge::mailbox::{CodePattern, MailboxLocation};
use crate::edge::tls::Trust;
use crate::edge::{HostAddress, HttpLimits, NetworkScope, ResolveError};
use crate::model::Redactor;
use crate::users_api::LentAccount;

/// The name of the reference server until its port is known.
const EMBEDDED: &str = "the embedded reference server";

/// What is to be tried, before anything is opened.
pub(crate) struct TargetPlan {
    pub(crate) url: Option<String>,
    pub(crate) mailbox: Option<MailboxLocation>,
    /// Whether another run may have mailed to the same users, so that mails to them may be older than this one.
    pub(crate) recipients_return: bool,
    pub(crate) pattern: CodePattern,
    pub(crate) limits: HttpLimits,
    pub(crate) gate: TargetGate,
    pub(crate) lent: Option<LentAccount>,
    /// The addresses of the target's host; none of the embedded server, which has no name.
    pub(crate) addresses: Result<Vec<HostAddress>, ResolveError>,
    pub(crate) distance: NetworkScope,
    pub(crate) secrets: Vec<String>,
    /// That a proxy which other programs use is not used, where the target is not this machine.
    pub(crate) proxy_unused: Option<String>,
}

impl TargetPlan {
    /// The reference server inside this binary, asked within these limits.
    #[cfg(test)]
    pub(crate) fn embedded(limits: HttpLimits) -> Self {
        Self {
            url: None,
            mailbox: None,
            recipients_return: false,
            pattern: CodePattern::default(),
            limits,
            gate: TargetGate::default(),
            lent: None,
            addresses: Ok(Vec::new()),
            distance: NetworkScope::Here,
            secrets: Vec::new(),
            proxy_unused: None,
        }
    }

    /// The addresses of the target's host when the run began.
    ///
    /// # Errors
    ///
    /// If they are not known, as a target that cannot be reached.
    pub(crate) fn addresses(&self) -> Result<&[HostAddress], Failure> {
        self.addresses.as_deref().map_err(|error| {
            Failure::Machine(format!(
                "cannot reach {}: {error}; check the host name",
                self.name()
            ))
        })
    }

    /// How far away the target is.
    pub(crate) const fn distance(&self) -> NetworkScope {
        self.distance
    }

    /// What the user should know before anything is sent.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let plain = self.url().is_some_and(|url| url.starts_with("http:"));
        if plain && self.distance != NetworkScope::Here {
            let text = "the target is not this machine and is asked in plain HTTP: whoever is on the way can read the bearers, keys and codes; use https: if you can";
            warnings.push(text.to_owned());
        }
        warnings.extend(self.gate.headers_added());
        warnings.extend(self.proxy_unused.clone());
        if self.distance == NetworkScope::Public && !self.limits.pause.is_zero() {
            let rate = Duration::from_secs(1).div_duration_f64(self.limits.pause);
            warnings.push(format!(
                "the target may be anybody's, so it is asked no more than {rate:.0} times a second; --request-rate and --jobs change that"
            ));
        }
        warnings
    }

    /// The account that is lent to the run.
    pub(crate) const fn lent(&self) -> Option<&LentAccount> {
        self.lent.as_ref()
    }

    /// Teaches what the user gave that no output may show.
    pub(crate) fn teach(&self, redactor: &Redactor) {
        for secret in &self.secrets {
            redactor.learn(secret);
        }
    }

    /// The base URL, if the user named one.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The way to the target.
    pub(crate) const fn gate(&self) -> &TargetGate {
        &self.gate
    }

    /// Whether anybody could answer in place of the target, although its URL asks for a proof.
    pub(crate) fn is_unverified(&self) -> bool {
        let is_tls = self
            .url
            .as_ref()
            .is_some_and(|url| url.starts_with("https:"));
        is_tls && self.gate.tls.trust == Trust::Anybody
    }

    /// The limit of making a connection.
    pub(crate) const fn connect_timeout(&self) -> Duration {
        self.limits.connect
    }

    pub(crate) fn name(&self) -> &str {
        self.url.as_deref().unwrap_or(EMBEDDED)
    }

    pub(crate) const fn is_embedded(&self) -> bool {
        self.url.is_none()
    }

    /// The largest body of an answer, in bytes.
    pub(crate) const fn answer_limit(&self) -> usize {
        self.limits.body
    }

    /// The limit of one exchange.
    pub(crate) const fn timeout(&self) -> Duration {
        self.limits.exchange
    }

    pub(crate) fn mailbox_name(&self) -> Option<String> {
        if self.is_embedded() {
            return Some("its own SMTP listener".to_owned());
        }
        self.mailbox.as_ref().map(ToString::to_string)
    }
}
