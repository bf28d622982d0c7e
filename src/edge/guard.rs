//! Keeps load away from hosts that did not ask for it.

use std::net::ToSocketAddrs;
use url::Url;

/// Whether load may be sent to a target: every address of its host is this machine's loopback, or
/// the user has named the host.
///
/// # Errors
///
/// A sentence that says why not and what to do.
pub fn load_allowed(base_url: &str, allowed: &[String]) -> Result<(), String> {
    let url = Url::parse(base_url).map_err(|error| error.to_string())?;
    let host = url.host_str().unwrap_or_default();
    if allowed.iter().any(|name| name.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    let port = url.port_or_known_default().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses = (bare, port)
        .to_socket_addrs()
        .map_err(|error| format!("the host name {host} does not resolve: {error}"))?;
    if addresses.all(|address| address.ip().to_canonical().is_loopback()) {
        return Ok(());
    }
    Err(format!(
        "no load was sent to {host}, because it is not this machine; if it is yours to load, add --allow-load {host}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_named_hosts_are_loaded() {
        for fine in [
            "http://127.0.0.1:1/x",
            "http://localhost/x",
            "https://[::1]:8443",
        ] {
            assert_eq!(load_allowed(fine, &[]), Ok(()), "{fine}");
        }
        let refused = load_allowed("http://192.0.2.1/x", &[]).err();
        assert!(refused.is_some_and(|text| text.contains("--allow-load 192.0.2.1")));
        assert!(load_allowed("http://192.0.2.1/x", &["192.0.2.1".to_owned()]).is_ok());
    }
}
