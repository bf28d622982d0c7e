//! The way to the target.

use std::time::Duration;
use url::Url;

use crate::edge::HttpWay;
use crate::edge::tls::{TlsClient, Trust};
use crate::model::{Protocol, StandingHeaders};

/// The way to the target.
#[derive(Default)]
pub(crate) struct TargetGate {
    /// Headers that every request carries.
    pub(crate) headers: StandingHeaders,
    pub(crate) tls: TlsClient,
    /// The mailbox gets a password, so that whoever it is must prove it.
    pub(crate) mailbox_trust: Trust,
    /// The version of HTTP, if the user named one.
    pub(crate) protocol: Option<Protocol>,
    pub(crate) proxy: Option<Url>,
    /// How long to wait until the target answers.
    pub(crate) wait: Option<Duration>,
    pub(crate) secrets: Vec<String>,
}

impl TargetGate {
    /// What no output may show.
    pub(crate) fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// Whether requests go to the target itself.
    pub(crate) const fn is_direct(&self) -> bool {
        self.proxy.is_none()
    }

    /// The way of a check's requests.
    pub(crate) fn http_way(&self) -> HttpWay {
        HttpWay {
            protocol: self.protocol.unwrap_or_default(),
            tls: self.tls.clone(),
            headers: self.headers.clone(),
            proxy: self.proxy.clone(),
        }
    }

    /// Names the headers that are added to requests.
    pub(crate) fn headers_added(&self) -> Option<String> {
        let names: Vec<&str> = self.headers.names().collect();
        (!names.is_empty()).then(|| {
            format!(
                "every request that has none of its own carries: {}",
                names.join(", ")
            )
        })
    }
}
