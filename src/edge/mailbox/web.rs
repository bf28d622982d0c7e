//! Plain, bounded HTTP requests to mailboxes. Follows no redirects and uses no proxy.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::trouble::MailboxTrouble;
use crate::edge::coding::decoded;
use crate::edge::resolver::BoundedResolver;
use crate::edge::tls::Trust;

/// A connection that takes longer to open will not open.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// An answer that takes longer is none. Mailboxes are asked often, so each answer should be quick.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WebAnswer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// Whether the body is all of it.
    pub(super) whole: bool,
}

/// The versions of HTTP that are offered over TLS, the preferred one first.
const VERSIONS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A client for one mailbox that accepts these certificates.
///
/// # Errors
///
/// If the system's trusted certificates cannot be read.
pub(super) fn client(trust: &Trust) -> Result<Client, MailboxTrouble> {
    let tls = trust.client_config(&VERSIONS);
    let tls = tls.map_err(MailboxTrouble::Certificates)?;
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(BoundedResolver::within(CONNECT_LIMIT)))
        .connect_timeout(CONNECT_LIMIT)
        .timeout(ANSWER_LIMIT)
        .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(client?)
}

/// Gets a URL; user and password in it are sent as Basic credentials. Of the answer's body only the
/// first bytes are read, up to a limit.
///
/// # Errors
///
/// If there is no answer, or it breaks off.
pub(super) async fn get(
    client: &Client,
    url: Url,
    most_bytes: usize,
) -> Result<WebAnswer, MailboxTrouble> {
    let mut response = client.get(url).send().await?;
    let codings = response.headers().get_all(CONTENT_ENCODING);
    let codings: Vec<HeaderValue> = codings.into_iter().cloned().collect();
    let mut answer = WebAnswer {
        status: response.status(),
        body: Vec::new(),
        whole: true,
    };
    while let Some(chunk) = response.chunk().await? {
        answer.body.extend_from_slice(&chunk);
        if answer.body.len() > most_bytes {
            answer.body.truncate(most_bytes);
            answer.whole = false;
            return Ok(answer);
        }
    }
    let codings = codings.iter().map(HeaderValue::as_bytes);
    let decoded =
        decoded(codings, &answer.body, most_bytes).map_err(MailboxTrouble::Undecodable)?;
    answer.body = decoded.unwrap_or(answer.body);
    Ok(answer)
}
