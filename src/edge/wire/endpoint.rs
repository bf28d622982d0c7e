//! Where the target is, from its base URL.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

use crate::edge::resolver::{part_for_name, resolve};
use crate::model::{TransferError, TransferErrorKind};

/// Where the target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Whether TLS is spoken there.
    pub(crate) is_tls: bool,
    /// The host without brackets or a port, as a certificate names it.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The host as requests name it, with the port if it is not the usual one.
    pub(super) authority: String,
    /// The path of the base URL, without a slash at its end.
    pub(super) path: String,
}

/// A text that is no base URL of a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{url:?} is not a base URL: {reason}")]
pub struct EndpointError {
    /// What was given.
    pub url: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let wrong = |reason: &str| EndpointError {
            url: text.to_owned(),
            reason: reason.to_owned(),
        };
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        let is_tls = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(wrong("its scheme is neither http nor https")),
        };
        let bracketed = url.host_str().ok_or_else(|| wrong("it has no host"))?;
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => bracketed.to_owned(),
        };
        let port = url
            .port_or_known_default()
            .ok_or_else(|| wrong("it has no port"))?;
        let authority = match url.port() {
            None => bracketed.to_owned(),
            Some(port) => format!("{bracketed}:{port}"),
        };
        Ok(Self {
            is_tls,
            authority,
            host,
            port,
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// The addresses of the host, to which a connection may take `connecting`.
    pub(crate) async fn resolve(
        &self,
        connecting: Duration,
    ) -> Result<Arc<[SocketAddr]>, TransferError> {
        let limit = part_for_name(connecting);
        let addresses = resolve(&self.host, self.port, limit).await;
        addresses
            .map(Arc::from)
            .map_err(|error| TransferError::new(TransferErrorKind::Resolve, error.to_string()))
    }
}
