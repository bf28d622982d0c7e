//! Where codes can be read: what `--mailbox` says, as a value. Opens nothing.

use percent_encoding::percent_decode_str;
use std::fmt;
use std::str::FromStr;

use url::Url;

use super::imap_location::ImapLocation;
use super::masked;
use super::words;
use crate::model::MASK;

/// The accepted forms, as an error or a help text lists them.
pub const FORMS: &str = "listen:HOST:PORT, imap(s)://USER:PASSWORD@HOST[:PORT]/INBOX, \
    mailpit+http(s)://HOST:PORT, maildev+http(s)://HOST:PORT, \
    http(s)://HOST/PATH-WITH-{email}#/JSON/POINTER, exec:PROGRAM [ARGUMENT…]";

/// What stands for the recipient in the address of an endpoint.
pub(super) const EMAIL_PLACEHOLDER: &str = "{email}";

/// Where the codes that a target mails can be read.
///
/// [`fmt::Display`] and [`fmt::Debug`] show neither passwords nor whatever else may be a secret:
/// the arguments of a program and the query values of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub enum MailboxLocation {
    /// This program receives the mails itself, by SMTP.
    Listen {
        /// The interface to listen at: a name or an address, IPv6 without brackets.
        host: String,
        /// The port; 0 lets the system choose a free one.
        port: u16,
    },
    /// A folder of an IMAP server.
    Imap(ImapLocation),
    /// The REST API of a Mailpit server; the base URL of its pages.
    Mailpit(Url),
    /// The REST API of a `MailDev` server; the base URL of its pages.
    Maildev(Url),
    /// An endpoint that tells codes as JSON.
    Endpoint(EndpointLocation),
    /// A program that prints codes.
    Program(ProgramLocation),
}

/// An endpoint that tells codes as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointLocation {
    /// A URL with `{email}` in it, and without a fragment.
    pub(super) template: String,
    /// A JSON pointer (RFC 6901) to the code; empty for the whole answer.
    pub(super) pointer: String,
}

/// A program that prints codes.
#[derive(Clone, PartialEq, Eq)]
pub struct ProgramLocation {
    /// A path, or a name to be searched in `PATH`.
    pub program: String,
    /// What it is given before the recipient.
    pub arguments: Vec<String>,
}

/// Why a text names no mailbox. Shows the accepted forms and never a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; a mailbox is one of: {FORMS}")]
pub struct LocationError {
    problem: LocationProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LocationProblem {
    #[error("no kind of mailbox is named")]
    NoKind,
    #[error("`{0}` is no kind of mailbox")]
    UnknownKind(String),
    #[error("`listen:` needs a host and a port from 0 to 65535, such as listen:127.0.0.1:2525")]
    Listen,
    #[error("`{kind}` is not followed by a URL: {cause}")]
    Url { kind: String, cause: String },
    #[error("`{kind}` needs {missing} in its URL")]
    Missing { kind: String, missing: &'static str },
    #[error("the URL of an endpoint has no {{email}} in its path or query")]
    NoPlaceholder,
    #[error("the URL of an endpoint has no JSON pointer: #/member, or # for the whole answer")]
    NoPointer,
    #[error("the JSON pointer of an endpoint is neither empty nor does it begin with a slash")]
    BadPointer,
    #[error("`exec:` names no program")]
    NoProgram,
    #[error("`exec:` has a quote that is not closed")]
    OpenQuote,
}

impl FromStr for MailboxLocation {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        parse(text.trim()).map_err(|problem| LocationError { problem })
    }
}

fn parse(text: &str) -> Result<MailboxLocation, LocationProblem> {
    let (kind, rest) = text.split_once(':').ok_or(LocationProblem::NoKind)?;
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "listen" => parse_listen(rest),
        "imap" | "imaps" => ImapLocation::parse(&kind, text).map(MailboxLocation::Imap),
        "mailpit+http" | "mailpit+https" => {
            parse_catcher(&kind, rest).map(MailboxLocation::Mailpit)
        }
        "maildev+http" | "maildev+https" => {
            parse_catcher(&kind, rest).map(MailboxLocation::Maildev)
        }
        "http" | "https" => parse_endpoint(&kind, text),
        "exec" => parse_program(rest),
        _ => Err(LocationProblem::UnknownKind(kind)),
    }
}

fn parse_listen(rest: &str) -> Result<MailboxLocation, LocationProblem> {
    let (host, port) = rest.rsplit_once(':').ok_or(LocationProblem::Listen)?;
    let port = port.parse().map_err(|_| LocationProblem::Listen)?;
    let bare = unbracketed(host);
    // Without brackets, colons would make an IPv6 address of a mistyped port.
    if bare.is_empty() || (bare == host && host.contains(':')) || host.contains('/') {
        return Err(LocationProblem::Listen);
    }
    Ok(MailboxLocation::Listen {
        host: bare.to_owned(),
        port,
    })
}

fn parse_catcher(kind: &str, rest: &str) -> Result<Url, LocationProblem> {
    let scheme = if kind.ends_with('s') { "https" } else { "http" };
    let mut url = parse_url(kind, &format!("{scheme}:{rest}"))?;
    url.set_fragment(None);
    url.set_query(None);
    Ok(url)
}

fn parse_endpoint(kind: &str, text: &str) -> Result<MailboxLocation, LocationProblem> {
    let (template, pointer) = text.split_once('#').ok_or(LocationProblem::NoPointer)?;
    if !template.contains(EMAIL_PLACEHOLDER) {
        return Err(LocationProblem::NoPlaceholder);
    }
    let pointer = percent_decode_str(pointer).decode_utf8();
    let pointer = pointer
        .map_err(|_| LocationProblem::BadPointer)?
        .into_owned();
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(LocationProblem::BadPointer);
    }
    parse_url(kind, &template.replace(EMAIL_PLACEHOLDER, "a%40b"))?;
    Ok(MailboxLocation::Endpoint(EndpointLocation {
        template: template.to_owned(),
        pointer,
    }))
}

fn parse_program(rest: &str) -> Result<MailboxLocation, LocationProblem> {
    let mut words = words::split(rest)
        .ok_or(LocationProblem::OpenQuote)?
        .into_iter();
    let program = words.next().filter(|program| !program.is_empty());
    Ok(MailboxLocation::Program(ProgramLocation {
        program: program.ok_or(LocationProblem::NoProgram)?,
        arguments: words.collect(),
    }))
}

pub(super) fn parse_url(kind: &str, text: &str) -> Result<Url, LocationProblem> {
    let bad = |cause: String| LocationProblem::Url {
        kind: kind.to_owned(),
        cause,
    };
    if !text.contains("://") {
        return Err(bad("it does not begin with //".to_owned()));
    }
    Url::parse(text).map_err(|error| bad(error.to_string()))
}

pub(super) fn unbracketed(host: &str) -> &str {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

impl fmt::Display for MailboxLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { host, port } => write!(out, "listen:{}:{port}", bracketed(host)),
            Self::Imap(imap) => write!(
                out,
                "{}://{}:{MASK}@{}:{}/{}",
                if imap.tls { "imaps" } else { "imap" },
                imap.user,
                bracketed(&imap.host),
                imap.port,
                imap.folder
            ),
            Self::Mailpit(url) => write!(out, "mailpit+{}", masked::url(url.as_str())),
            Self::Maildev(url) => write!(out, "maildev+{}", masked::url(url.as_str())),
            Self::Endpoint(endpoint) => {
                write!(
                    out,
                    "{}#{}",
                    masked::template(&endpoint.template),
                    endpoint.pointer
                )
            }
            Self::Program(program) => {
                let more = if program.arguments.is_empty() {
                    ""
                } else {
                    " …"
                };
                write!(out, "exec:{}{more}", program.program)
            }
        }
    }
}

impl fmt::Debug for MailboxLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MailboxLocation({self})")
    }
}

impl fmt::Debug for EndpointLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        MailboxLocation::Endpoint(self.clone()).fmt(out)
    }
}

impl fmt::Debug for ProgramLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        MailboxLocation::Program(self.clone()).fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let location: MailboxLocation = text.parse().unwrap();
        location.to_string()
    }

    fn refused(text: &str) -> String {
        let error = text.parse::<MailboxLocation>().unwrap_err().to_string();
        assert!(error.contains(FORMS), "{text}: {error}");
        error
    }

    #[test]
    fn every_form_is_read_and_shown_without_its_secrets() {
        for (text, expected) in [
            ("listen:127.0.0.1:2525", "listen:127.0.0.1:2525"),
            ("listen:[::1]:0", "listen:[::1]:0"),
            ("listen:localhost:25", "listen:localhost:25"),
            (
                "imap://ann:pw@mail.example/",
                "imap://ann:•••@mail.example:143/INBOX",
            ),
            (
                "imaps://ann:pw@mail.example",
                "imaps://ann:•••@mail.example:993/INBOX",
            ),
            (
                "IMAPS://a@b.c:pw@[::1]:1993/Tests/In",
                "imaps://a@b.c:•••@[::1]:1993/Tests/In",
            ),
            (
                "mailpit+http://u:hush@h:8025/mail",
                "mailpit+http://u:•••@h:8025/mail",
            ),
            ("maildev+https://h:1080", "maildev+https://h:1080/"),
            ("http://h/last/{email}#/code", "http://h/last/{email}#/code"),
            (
                "https://u:hush@h/x?to={email}&key=hush#/a/0",
                "https://u:•••@h/x?to={email}&key=•••#/a/0",
            ),
            ("exec:./code.sh", "exec:./code.sh"),
            ("exec:psql -c 'select hush'", "exec:psql …"),
        ] {
            assert_eq!(shown(text), expected);
            let debug = format!("{:?}", text.parse::<MailboxLocation>().unwrap());
            assert!(!debug.contains("hush") && !debug.contains("pw"), "{debug}");
        }
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        let location = "imap://ann%40x.org:p%3A%20w@h/Sub%20box".parse().unwrap();
        let MailboxLocation::Imap(imap) = location else {
            panic!("not an IMAP location");
        };
        assert_eq!(imap.user, "ann@x.org");
        assert_eq!(imap.password, "p: w");
        assert_eq!(imap.folder, "Sub box");
    }

    #[test]
    fn a_program_keeps_its_quoted_arguments() {
        let location = "exec:sh -c 'echo 1'".parse().unwrap();
        let MailboxLocation::Program(program) = location else {
            panic!("not a program");
        };
        assert_eq!(program.program, "sh");
        assert_eq!(program.arguments, ["-c", "echo 1"]);
    }

    #[test]
    fn every_mistake_is_named_and_the_forms_are_listed() {
        for (text, expected) in [
            ("", "no kind of mailbox is named"),
            ("inbox", "no kind of mailbox is named"),
            ("pop3://h", "`pop3` is no kind of mailbox"),
            ("listen:2525", "`listen:` needs a host and a port"),
            ("listen:h:99999", "`listen:` needs a host and a port"),
            ("listen::25", "`listen:` needs a host and a port"),
            ("listen:::1:25", "`listen:` needs a host and a port"),
            ("imap://h/INBOX", "`imap` needs a password"),
            ("imap://:pw@h/INBOX", "`imap` needs a user"),
            ("imap:ann", "`imap` is not followed by a URL"),
            ("imap://ann:pw@h/%C3%A4", "a folder with an ASCII name"),
            ("mailpit+http:", "`mailpit+http` is not followed by a URL"),
            ("http://h/codes#/code", "no {email}"),
            ("http://h/{email}", "no JSON pointer"),
            ("http://h/{email}#code", "neither empty nor"),
            ("http://{email}/#/code", "`http` is not followed by a URL"),
            ("exec:", "`exec:` names no program"),
            ("exec:'", "a quote that is not closed"),
        ] {
            let error = refused(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_refusal_does_not_show_the_password() {
        for text in [
            "imap://ann:hush@h:99999/",
            "mailpit+http://u:hush@h:99999",
            "http://u:hush@h:99999/{email}#/c",
            "imap://:hush@h/",
        ] {
            assert!(!refused(text).contains("hush"));
        }
    }
}
