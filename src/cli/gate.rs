//! The way to the target, settled from what the user set.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use url::Url;

use super::gate_options::GateOptions;
use super::header::{AUTHORIZATION, USER_AGENT, header, headers};
use crate::edge::tls::{ClientIdentity, TlsClient, Trust};
use crate::model::{Protocol, StandingHeaders};
use crate::session::{Failure, TargetGate};

/// Variables that name a proxy for programs that heed them, for each scheme of a target.
const PROXY_VARIABLES: [(&str, [&str; 4]); 2] = [
    (
        "https:",
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
    ),
    (
        "http:",
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    ),
];

impl TargetGate {
    /// Checks all that the user set.
    pub(super) fn new(options: &GateOptions, is_embedded: bool) -> Result<Self, Failure> {
        let mut secrets = Vec::new();
        let mailbox_trust = match &options.ca {
            Some(path) => Trust::with_authorities(path).map_err(at("--ca"))?,
            None => Trust::default(),
        };
        let trust = if options.insecure {
            Trust::Anybody
        } else {
            mailbox_trust.clone()
        };
        let identity = identity(options)?;
        let headers = standing(options, &mut secrets)?;
        secrets.extend(headers.secrets());
        let proxy = options.proxy.as_deref().map(proxy).transpose()?;
        secrets.extend(proxy.as_ref().and_then(Url::password).map(str::to_owned));
        Ok(Self {
            headers,
            tls: TlsClient { trust, identity },
            mailbox_trust,
            protocol: protocol(is_embedded, options)?,
            proxy,
            wait: options.wait.map(|span| span.0),
            secrets,
        })
    }

    /// What the user should know of the way to a target that is not this machine.
    pub(super) fn proxy_unused(&self, url: &str) -> Option<String> {
        let unset = self.is_direct();
        let of_scheme = PROXY_VARIABLES
            .iter()
            .find(|(scheme, _)| url.starts_with(scheme));
        let (_, names) = of_scheme.filter(|_| unset)?;
        let is_set = |name: &&&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let name = names.iter().find(is_set)?;
        Some(format!(
            "{name} is set and not used: the target is asked directly; --proxy URL uses a proxy"
        ))
    }
}

fn at(flag: &'static str) -> impl Fn(crate::edge::tls::TrustError) -> Failure {
    move |error| Failure::Usage(format!("{flag}: {error}"))
}

fn identity(options: &GateOptions) -> Result<Option<ClientIdentity>, Failure> {
    let Some(certificate) = &options.cert else {
        return match &options.key {
            Some(_) => Err(Failure::Usage(
                "--key is the key of a certificate; give that with --cert".to_owned(),
            )),
            None => Ok(None),
        };
    };
    let key: &Path = options.key.as_ref().unwrap_or(certificate);
    ClientIdentity::read(certificate, key)
        .map(Some)
        .map_err(at("--cert"))
}

/// All headers that are to be sent with every request.
fn standing(options: &GateOptions, secrets: &mut Vec<String>) -> Result<StandingHeaders, Failure> {
    let mut all = headers(&options.header)?;
    let named_twice = |flag: &str, name: &str| {
        Failure::Usage(format!(
            "{flag} and --header both set {name}; give one of them"
        ))
    };
    if let Some(basic) = &options.basic {
        if all.has(AUTHORIZATION) {
            return Err(named_twice("--basic", AUTHORIZATION));
        }
        let Some((_, password)) = basic.split_once(':') else {
            return Err(Failure::Usage(
                "--basic: there is no colon; write USER:PASSWORD".to_owned(),
            ));
        };
        secrets.extend([basic.clone(), password.to_owned()]);
        all.push(AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)));
    }
    if let Some(agent) = &options.user_agent {
        if all.has(USER_AGENT) {
            return Err(named_twice("--user-agent", USER_AGENT));
        }
        let (name, value) = header(&format!("{USER_AGENT}: {agent}"), "--user-agent")?;
        all.push(name, value);
    }
    Ok(all)
}

fn proxy(text: &str) -> Result<Url, Failure> {
    let usage = |reason: &str| {
        Failure::Usage(format!(
            "--proxy: {reason}; write http://HOST:PORT, with USER:PASSWORD@ before the host if it asks for them"
        ))
    };
    let url = Url::parse(text.trim()).map_err(|error| usage(&format!("no URL: {error}")))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some() => Ok(url),
        _ => Err(usage("it is not the URL of an HTTP proxy")),
    }
}

fn protocol(is_embedded: bool, options: &GateOptions) -> Result<Option<Protocol>, Failure> {
    if is_embedded && options.http2 {
        let text = "--http2 is for a target that you name; the embedded server speaks HTTP/1.1";
        return Err(Failure::Usage(text.to_owned()));
    }
    Ok(match options {
        GateOptions { http2: true, .. } => Some(Protocol::Http2),
        GateOptions { http1: true, .. } => Some(Protocol::Http1),
        _ => None,
    })
}
