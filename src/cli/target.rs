//! The target of a run: the one named, or the reference server inside this binary.

use std::net::SocketAddr;
use std::time::Duration;

use super::failure::Failure;
use super::gate::TargetGate;
use super::options::TargetOptions;
use super::variables;
use crate::edge::mailbox::{CodePattern, MailboxLocation, MailboxSettings, open};
use crate::edge::tls::Trust;
use crate::edge::{
    EmbeddedTarget, HttpClient, HttpLimits, NetworkScope, ResolveError, addresses, base_url,
    distance, speaks_http2,
};
use crate::engine::{Mailbox, Transport};
use crate::model::{Protocol, Redactor};
use crate::users_api::{LentAccount, LentKeyPair};

/// How long an exchange may take unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long making a connection may take unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to look whether a target that was not understood speaks another version of HTTP.
const OTHER_VERSION: Duration = Duration::from_secs(2);
/// The largest body of an answer unless told otherwise, in bytes. The API's own answers stay far below.
const BODY_LIMIT: usize = 1024 * 1024;
/// Requests a second to a host in the Internet unless told otherwise: as many as an eager person's
/// browser makes.
const PUBLIC_RATE: u32 = 10;
/// The name of the reference server until its port is known.
const EMBEDDED: &str = "the embedded reference server";

/// What is to be tried, before anything is opened.
pub(super) struct TargetPlan {
    url: Option<String>,
    mailbox: Option<MailboxLocation>,
    pattern: CodePattern,
    limits: HttpLimits,
    gate: TargetGate,
    lent: Option<LentAccount>,
    /// The addresses of the target's host; none of the embedded server, which has no name.
    addresses: Result<Vec<SocketAddr>, ResolveError>,
    distance: NetworkScope,
    secrets: Vec<String>,
}

/// The accounts that the user lends.
fn lent(options: &TargetOptions) -> Result<Option<LentAccount>, Failure> {
    let key_pair = match (&options.api_key, &options.api_secret) {
        (Some(key), Some(secret)) => Some(LentKeyPair {
            key: key.clone(),
            secret: secret.clone(),
        }),
        (None, None) => None,
        _ => {
            let text = "--api-key and --api-secret belong together; give both or neither";
            return Err(Failure::Usage(text.to_owned()));
        }
    };
    let session = options.bearer.clone();
    let lends = session.is_some() || key_pair.is_some();
    if options.delete_account && !lends {
        let text = "--delete-account is about an account that is lent; give --bearer, or --api-key and --api-secret";
        return Err(Failure::Usage(text.to_owned()));
    }
    Ok(lends.then_some(LentAccount {
        session,
        key_pair,
        delete: options.delete_account,
    }))
}

/// Checks the URL of the target. What is wrong is told with where it comes from.
fn target_url(text: &str) -> Result<String, Failure> {
    base_url(text).map_err(|error| {
        let source = variables::target_traced(text);
        Failure::Usage(format!("{error}{source}"))
    })
}

/// How long the first connection may take, as part of an exchange.
fn time_to_connect(options: &TargetOptions) -> Duration {
    let limits = limits(options, NetworkScope::Here);
    limits.connect.min(limits.exchange)
}

fn limits(options: &TargetOptions, distance: NetworkScope) -> HttpLimits {
    let usual_rate = (distance == NetworkScope::Public).then_some(PUBLIC_RATE);
    HttpLimits {
        connect: options
            .connect_timeout
            .map_or(CONNECT_TIMEOUT, |span| span.0),
        exchange: options.timeout.map_or(TIMEOUT, |span| span.0),
        body: options.answer_limit.map_or(BODY_LIMIT, |size| size.0),
        pause: Duration::from_secs(1)
            .checked_div(options.request_rate.or(usual_rate).unwrap_or_default())
            .unwrap_or_default(),
    }
}

impl TargetPlan {
    /// Checks the URL and the mailbox that the user named.
    pub(super) fn new(url: Option<&str>, options: &TargetOptions) -> Result<Self, Failure> {
        let url = url.map(target_url).transpose()?;
        let usage = |text: String| Failure::Usage(text);
        let mailbox = options
            .mailbox
            .as_deref()
            .map(|text| {
                text.trim()
                    .parse::<MailboxLocation>()
                    .map_err(|error| usage(format!("--mailbox: {error}")))
            })
            .transpose()?;
        if url.is_none() && mailbox.is_some() {
            return Err(usage(
                "--mailbox is for a target that you name; the embedded server has its own"
                    .to_owned(),
            ));
        }
        let pattern = options.code_pattern.as_deref();
        let pattern = pattern.map_or_else(|| Ok(CodePattern::default()), CodePattern::custom);
        let pattern = pattern.map_err(|error| usage(format!("--code-pattern: {error}")))?;
        let gate = TargetGate::new(&options.gate, url.is_none())?;
        let addresses = match &url {
            Some(url) => addresses(url, time_to_connect(options)),
            None => Ok(Vec::new()),
        };
        let distance = match &url {
            Some(_) => distance(addresses.as_deref().unwrap_or_default()),
            None => NetworkScope::Here,
        };
        let mut secrets = options.mailbox.as_deref().map_or_else(Vec::new, secrets);
        let lent_secrets = [&options.bearer, &options.api_key, &options.api_secret];
        secrets.extend(lent_secrets.into_iter().flatten().cloned());
        secrets.extend(gate.secrets().iter().cloned());
        Ok(Self {
            lent: lent(options)?,
            secrets,
            url,
            gate,
            mailbox,
            pattern,
            limits: limits(options, distance),
            addresses,
            distance,
        })
    }

    /// The addresses of the target's host when the run began.
    ///
    /// # Errors
    ///
    /// If they are not known, as a target that cannot be reached.
    pub(super) fn addresses(&self) -> Result<&[SocketAddr], Failure> {
        self.addresses.as_deref().map_err(|error| {
            Failure::Machine(format!(
                "cannot reach {}: {error}; check the host name",
                self.name()
            ))
        })
    }

    /// How far away the target is.
    pub(super) const fn distance(&self) -> NetworkScope {
        self.distance
    }

    /// What the user should know before anything is sent.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let plain = self.url().is_some_and(|url| url.starts_with("http:"));
        if plain && self.distance != NetworkScope::Here {
            let text = "the target is not this machine and is asked in plain HTTP: whoever is on the way can read the bearers, keys and codes; use https: if you can";
            warnings.push(text.to_owned());
        }
        warnings.extend(self.gate.headers_added());
        if let Some(url) = self.url().filter(|_| self.distance != NetworkScope::Here) {
            warnings.extend(self.gate.proxy_unused(url));
        }
        if self.distance == NetworkScope::Public && !self.limits.pause.is_zero() {
            let rate = Duration::from_secs(1).div_duration_f64(self.limits.pause);
            warnings.push(format!(
                "the target may be anybody's, so it is asked no more than {rate:.0} times a second; --request-rate and --jobs change that"
            ));
        }
        warnings
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

    /// The way to the target.
    pub(super) const fn gate(&self) -> &TargetGate {
        &self.gate
    }

    /// Whether anybody could answer in place of the target, although its URL asks for a proof.
    pub(super) fn is_unverified(&self) -> bool {
        let is_tls = self
            .url
            .as_ref()
            .is_some_and(|url| url.starts_with("https:"));
        is_tls && self.gate.tls.trust == Trust::Anybody
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

    /// The largest body of an answer, in bytes.
    pub(super) const fn answer_limit(&self) -> usize {
        self.limits.body
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

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        &self.client
    }

    /// What to do about a target that speaks HTTP and was not understood, as far as that is known.
    pub(super) async fn other_version(&self, plan: &TargetPlan) -> Option<&'static str> {
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
    pub(super) fn second_tries(&self) -> Option<String> {
        match self.client.second_tries() {
            0 => None,
            1 => Some("1 connection was refused at first, and made at the second try".to_owned()),
            many => Some(format!(
                "{many} connections were refused at first, and made at the second try"
            )),
        }
    }

    pub(super) fn mailbox(&self) -> Option<&dyn Mailbox> {
        match (&self.mailbox, &self.embedded) {
            (Some(mailbox), _) => Some(&**mailbox),
            (None, Some(embedded)) => Some(embedded.mailbox()),
            (None, None) => None,
        }
    }
}
