//! What a user can set about the way to the target: flags, and keys of `assize.toml`.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are what --help shows, and Markdown means nothing there"
)]

use clap::Args;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::PathBuf;

use super::options::is_false;
use super::span::Span;

/// What stands between assize and the target, and how to pass it.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Way to the target")]
pub(super) struct GateOptions {
    /// A header that every request to the target carries unless its case sets one of that name; may be
    /// given several times; @FILE reads them from a file, one a line, as the variable has them
    #[arg(
        long,
        env = "ASSIZE_HEADER",
        hide_env_values = true,
        value_name = "NAME: VALUE",
        value_delimiter = '\n'
    )]
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "one_or_more"
    )]
    pub(super) header: Vec<String>,
    /// Basic credentials for what stands in front of the API, sent with requests that have no
    /// Authorization of their own; a bearer takes that place. Better set as a variable than typed
    #[arg(
        long,
        env = "ASSIZE_BASIC",
        hide_env_values = true,
        value_name = "USER:PASSWORD"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) basic: Option<String>,
    /// What requests say of their sender, where their case does not [default: assize/VERSION]
    #[arg(long, env = "ASSIZE_USER_AGENT", value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_agent: Option<String>,
    /// The proxy that a check goes through, http://HOST:PORT; HTTP_PROXY and the like are not used
    /// [default: none]
    #[arg(long, env = "ASSIZE_PROXY", hide_env_values = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) proxy: Option<String>,
    /// How long to wait until the target answers, while it starts: refused connections and 502, 503 and
    /// 504 are asked again [default: 0s]
    #[arg(long, env = "ASSIZE_WAIT", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wait: Option<Span>,
    /// A file of certificates in PEM form that are trusted besides those of this machine, for the target
    /// and for the mailbox: those of authorities, or a server's own
    #[arg(long, env = "ASSIZE_CA", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ca: Option<PathBuf>,
    /// The certificate to show to the target, in PEM form, with those that lead to its authority
    #[arg(long, env = "ASSIZE_CERT", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cert: Option<PathBuf>,
    /// The private key of that certificate, in PEM form [default: in the file of --cert]
    #[arg(long, env = "ASSIZE_KEY", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<PathBuf>,
    /// Speak HTTP/2, on a connection without TLS from its first byte on [default: HTTP/1.1; load over TLS
    /// takes the version that the target prefers]
    #[arg(long, env = "ASSIZE_HTTP2")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) http2: bool,
    /// Speak HTTP/1.1 in load over TLS, too
    #[arg(long, env = "ASSIZE_HTTP1", conflicts_with = "http2")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) http1: bool,
    /// Accept any certificate of the target, so that anybody could answer in its place; the report says
    /// so. That of the mailbox is verified all the same, with --ca if need be
    #[arg(long, env = "ASSIZE_INSECURE")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) insecure: bool,
}

/// A key that takes one text or a list of them, which may have any character in it.
fn one_or_more<'de, D: Deserializer<'de>>(written: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a text or a list of texts")]
    enum Headers {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Headers::deserialize(written)? {
        Headers::One(text) => vec![text],
        Headers::Many(texts) => texts,
    })
}
