//! Keeps load away from hosts that did not ask for it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use url::Url;

use super::resolver::{ResolveError, part_for_name, resolve_waiting};

/// How far away a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkScope {
    /// On this machine: every address of its host is loopback.
    Here,
    /// In a network that is not the Internet (RFC 1918, RFC 4193, link-local).
    Private,
    /// Anywhere else, or not known.
    Public,
}

/// How far away the host with these addresses is: the farthest of them decides.
#[must_use]
pub fn distance(addresses: &[SocketAddr]) -> NetworkScope {
    let distances = addresses.iter().map(|address| of_address(address.ip()));
    distances.max().unwrap_or(NetworkScope::Public)
}

fn of_address(address: IpAddr) -> NetworkScope {
    let (loopback, private) = match address.to_canonical() {
        IpAddr::V4(v4) => (v4.is_loopback(), v4.is_private() || v4.is_link_local()),
        IpAddr::V6(v6) => (
            v6.is_loopback(),
            v6.is_unique_local() || v6.is_unicast_link_local(),
        ),
    };
    match (loopback, private) {
        (true, _) => NetworkScope::Here,
        (false, true) => NetworkScope::Private,
        (false, false) => NetworkScope::Public,
    }
}

/// The addresses of the host of a base URL, to which a connection may take `connecting`. The caller is
/// held up until they are known.
///
/// # Errors
///
/// If the name does not resolve, or not in time.
pub fn addresses(base_url: &str, connecting: Duration) -> Result<Vec<SocketAddr>, ResolveError> {
    let url = Url::parse(base_url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let port = url.as_ref().and_then(Url::port_or_known_default);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    resolve_waiting(bare, port.unwrap_or_default(), part_for_name(connecting))
}

/// The port of a base URL.
#[must_use]
pub fn port_of(base_url: &str) -> Option<u16> {
    Url::parse(base_url).ok()?.port_or_known_default()
}

/// Whether the user has named the host of a base URL among those that load may be sent to.
#[must_use]
pub fn is_named(base_url: &str, allowed: &[String]) -> bool {
    let url = Url::parse(base_url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    allowed.iter().any(|name| name.eq_ignore_ascii_case(host))
}

/// Load was refused to a host that is not this machine, and that the user has not named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no load was sent to {0}, because it is not this machine; if it is yours to load, add --allow-load {0}"
)]
pub struct NotLoopback(pub String);

/// Whether load may be sent to a target whose host has these addresses: every one is this machine's
/// loopback, or the user has named the host.
///
/// # Errors
///
/// If it may not.
pub fn load_allowed(
    base_url: &str,
    addresses: &[SocketAddr],
    allowed: &[String],
) -> Result<(), NotLoopback> {
    if is_named(base_url, allowed) {
        return Ok(());
    }
    let Ok(url) = Url::parse(base_url) else {
        return Err(NotLoopback(base_url.to_owned()));
    };
    loopback_only(url.host_str().unwrap_or_default(), addresses)
}

/// Whether all addresses that a host has are this machine's loopback. To be asked again once the
/// addresses are known that connections will be made to: a name may have got others meanwhile.
///
/// # Errors
///
/// If it may not.
pub(super) fn loopback_only(host: &str, addresses: &[SocketAddr]) -> Result<(), NotLoopback> {
    if addresses
        .iter()
        .all(|address| of_address(address.ip()) == NetworkScope::Here)
    {
        return Ok(());
    }
    Err(NotLoopback(host.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The addresses of a host, none if it is not known.
    fn known(url: &str) -> Vec<SocketAddr> {
        addresses(url, Duration::from_mins(1)).unwrap_or_default()
    }

    #[test]
    fn only_loopback_and_named_hosts_are_loaded() {
        for fine in [
            "http://127.0.0.1:1/x",
            "http://localhost/x",
            "https://[::1]:8443",
        ] {
            assert_eq!(load_allowed(fine, &known(fine), &[]), Ok(()), "{fine}");
        }
        let far = "http://192.0.2.1/x";
        let refused = load_allowed(far, &known(far), &[]).err();
        assert!(refused.is_some_and(|why| why.to_string().contains("--allow-load 192.0.2.1")));
        assert!(load_allowed(far, &[], &["192.0.2.1".to_owned()]).is_ok());
    }

    #[test]
    fn the_farthest_address_decides_how_far_a_host_is() {
        for (url, far) in [
            ("http://127.0.0.1/x", NetworkScope::Here),
            ("http://[::ffff:127.0.0.1]/x", NetworkScope::Here),
            ("http://10.1.2.3/x", NetworkScope::Private),
            ("http://169.254.1.1/x", NetworkScope::Private),
            ("http://[fd00::1]/x", NetworkScope::Private),
            ("http://192.0.2.1/x", NetworkScope::Public),
            ("http://0.0.0.0/x", NetworkScope::Public),
            ("http://no-such-host.invalid/x", NetworkScope::Public),
        ] {
            assert_eq!(distance(&known(url)), far, "{url}");
        }
    }

    #[test]
    fn one_address_elsewhere_is_enough_to_refuse() {
        let here = "127.0.0.1:80".parse().unwrap();
        assert!(loopback_only("x", &[here]).is_ok());
        assert!(loopback_only("x", &[here, "192.0.2.1:80".parse().unwrap()]).is_err());
    }
}
