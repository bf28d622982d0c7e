//! What may stand as the base URL of a target.

use url::Url;

use super::http_client::ClientError;

/// Checks a base URL and cuts the slash at its end.
///
/// # Errors
///
/// If it is not an absolute `http` or `https` URL, or has a query or a fragment.
pub fn base_url(text: &str) -> Result<String, ClientError> {
    let wrong = |reason: String| ClientError::BaseUrl {
        url: text.to_owned(),
        reason,
    };
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(wrong("a tab, a line end or the like is in it".to_owned()));
    }
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!("the scheme {} is not HTTP", url.scheme())));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment".to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ClientError::Credentials(
            url.host_str().unwrap_or_default().to_owned(),
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
