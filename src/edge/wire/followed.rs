//! Requests that go where an earlier answer says.

use std::borrow::Cow;
use url::{Position, Url};

use super::endpoint::Endpoint;
use super::request::unsendable;
use crate::model::TransferError;
use crate::suite::{RequestTemplate, Values};

/// A request that goes where an earlier answer says.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    request: RequestTemplate,
    base_url: String,
}

impl Followed {
    pub(super) fn new(request: &RequestTemplate, endpoint: &Endpoint) -> Option<Self> {
        request.whence.as_ref()?;
        let scheme = if endpoint.is_tls { "https" } else { "http" };
        Some(Self {
            request: request.clone(),
            base_url: format!("{scheme}://{}{}", endpoint.authority, endpoint.path),
        })
    }

    /// The path at the host, with its query.
    pub(super) fn path(&self, values: &Values) -> Result<String, TransferError> {
        let url = self.request.location(&self.base_url, values);
        let url = url.map_err(unsendable)?;
        Ok(url[Position::BeforePath..Position::AfterQuery].to_owned())
    }

    /// The beginning of the request line.
    pub(super) fn begin(&self, values: &Values) -> Result<String, TransferError> {
        Ok(format!("{} {}", self.request.method, self.path(values)?))
    }
}

/// A path that follows the base URL, or a whole URL at the same host, as a path at an endpoint.
pub(super) fn at_host<'a>(path: &'a str, endpoint: &'a Endpoint) -> (String, Cow<'a, Endpoint>) {
    // What begins with a slash is no URL.
    match Url::parse(path) {
        Ok(url) => {
            let root = Endpoint {
                path: String::new(),
                ..endpoint.clone()
            };
            let path = url[Position::BeforePath..Position::AfterQuery].to_owned();
            (path, Cow::Owned(root))
        }
        Err(_) => (path.to_owned(), Cow::Borrowed(endpoint)),
    }
}
