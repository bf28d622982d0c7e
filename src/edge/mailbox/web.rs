//! Plain, bounded HTTP requests to mailboxes. Follows no redirects and uses no proxy.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

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
/// If the system's trusted certificates cannot be read; as a sentence fragment.
pub(super) fn client(trust: &Trust) -> Result<Client, String> {
    let tls = trust.client_config(&VERSIONS);
    let tls = tls.map_err(|error| error.to_string())?;
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(BoundedResolver::within(CONNECT_LIMIT)))
        .connect_timeout(CONNECT_LIMIT)
        .timeout(ANSWER_LIMIT)
        .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
        .build();
    client.map_err(|error| innermost(&error))
}

/// Gets a URL; user and password in it are sent as Basic credentials. Of the answer's body only the
/// first bytes are read, up to a limit.
///
/// # Errors
///
/// If there is no answer, or it breaks off; as a sentence fragment.
pub(super) async fn get(client: &Client, url: Url, most_bytes: usize) -> Result<WebAnswer, String> {
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            "it does not answer in time".to_owned()
        } else {
            innermost(&error)
        }
    };
    let mut response = client.get(url).send().await.map_err(failed)?;
    let codings = response.headers().get_all(CONTENT_ENCODING);
    let codings: Vec<HeaderValue> = codings.into_iter().cloned().collect();
    let mut answer = WebAnswer {
        status: response.status(),
        body: Vec::new(),
        whole: true,
    };
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        answer.body.extend_from_slice(&chunk);
        if answer.body.len() > most_bytes {
            answer.body.truncate(most_bytes);
            answer.whole = false;
            return Ok(answer);
        }
    }
    let codings = codings.iter().map(HeaderValue::as_bytes);
    let decoded = decoded(codings, &answer.body, most_bytes).map_err(|error| error.detail)?;
    answer.body = decoded.unwrap_or(answer.body);
    Ok(answer)
}

/// The last cause of an error: the outer ones only repeat the URL, which may hold a secret.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
