//! What a check's requests go through on their way to the target.

use url::Url;

use super::tls::TlsClient;
use crate::model::{Protocol, StandingHeaders};

/// What a check's requests go through on their way to the target.
#[derive(Clone, Debug, Default)]
pub struct HttpWay {
    /// The version of HTTP.
    pub protocol: Protocol,
    /// How TLS is spoken.
    pub tls: TlsClient,
    /// Headers that every request carries.
    pub headers: StandingHeaders,
    /// The proxy to go through.
    pub proxy: Option<Url>,
}
