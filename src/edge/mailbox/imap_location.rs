//! Where a folder of an IMAP server is, and who reads it.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::fmt;

use super::location::{LocationProblem, MailboxLocation, parse_url, unbracketed};

const IMAP_PORT: u16 = 143;
const IMAPS_PORT: u16 = 993;

/// A folder of an IMAP server, and who reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct ImapLocation {
    /// Whether the connection is encrypted from its first byte.
    pub tls: bool,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// By default 143, and 993 with TLS.
    pub port: u16,
    /// The name to log in with.
    pub user: String,
    /// Its password.
    pub password: String,
    /// By default INBOX.
    pub folder: String,
}

impl ImapLocation {
    /// Reads a URL whose scheme is `kind`.
    pub(super) fn parse(kind: &str, text: &str) -> Result<Self, LocationProblem> {
        let url = parse_url(kind, text)?;
        let missing = |missing| LocationProblem::Missing {
            kind: kind.to_owned(),
            missing,
        };
        let decoded = |text: &str, what| {
            let decoded = percent_decode_str(text).decode_utf8().ok();
            let decoded = decoded.filter(|text| !text.contains(['\r', '\n', '\0']));
            decoded.map(Cow::into_owned).ok_or_else(|| missing(what))
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| missing("a host"))?;
        let user = decoded(url.username(), "a user that is text")?;
        let password = url.password().ok_or_else(|| missing("a password"))?;
        let folder = decoded(url.path().trim_matches('/'), "a folder that is text")?;
        if user.is_empty() {
            return Err(missing("a user"));
        }
        if !folder.is_ascii() {
            return Err(missing("a folder with an ASCII name"));
        }
        let tls = kind == "imaps";
        Ok(Self {
            tls,
            host: unbracketed(host).to_owned(),
            port: url
                .port()
                .unwrap_or(if tls { IMAPS_PORT } else { IMAP_PORT }),
            user,
            password: decoded(password, "a password that is text")?,
            folder: if folder.is_empty() {
                "INBOX".to_owned()
            } else {
                folder
            },
        })
    }
}

impl fmt::Debug for ImapLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        MailboxLocation::Imap(self.clone()).fmt(out)
    }
}
