//! The target of a run: the one named, or the reference server inside this binary.

use std::time::Duration;

use super::options::TargetOptions;
use super::variables;
use crate::edge::mailbox::{CodePattern, MailboxLocation};
use crate::edge::{HttpLimits, NetworkScope, addresses, base_url, distance};
use crate::session::{Failure, TargetGate, TargetPlan};
use crate::users_api::{LentAccount, LentKeyPair};

/// How long an exchange may take unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long making a connection may take unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest body of an answer unless told otherwise, in bytes. The API's own answers stay far below.
const BODY_LIMIT: usize = 1024 * 1024;
/// Requests a second to a host in the Internet unless told otherwise: as many as an eager person's
/// browser makes.
const PUBLIC_RATE: u32 = 10;

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
        let elsewhere = url.as_deref().filter(|_| distance != NetworkScope::Here);
        Ok(Self {
            proxy_unused: elsewhere.and_then(|url| gate.proxy_unused(url)),
            lent: lent(options)?,
            secrets,
            url,
            gate,
            mailbox,
            recipients_return: false,
            pattern,
            limits: limits(options, distance),
            addresses,
            distance,
        })
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
