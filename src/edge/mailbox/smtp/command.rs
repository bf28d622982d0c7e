//! The commands of SMTP (RFC 5321, section 4.1) as values. Tolerates what real senders get wrong.

/// A line of a sender, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `HELO`
    Hello,
    /// `EHLO`
    ExtendedHello,
    /// `MAIL FROM:<…>`, with the size it declares.
    Mail { size: Option<u64> },
    /// `RCPT TO:<…>`, without the angle brackets and a source route.
    Recipient(String),
    /// `DATA`
    Data,
    /// `RSET`
    Reset,
    /// `NOOP`
    Noop,
    /// `VRFY`
    Verify,
    /// `HELP`
    Help,
    /// `QUIT`
    Quit,
    /// `STARTTLS`
    StartTls,
    /// `AUTH`: what has to be asked before the login is complete (RFC 4954), in base64.
    Auth(&'static [&'static str]),
    /// Known, but not offered: `BDAT`, `EXPN`, `ETRN`, `TURN`.
    NotOffered,
    /// A command that is known, with arguments that make no sense.
    BadArguments,
    /// Anything else.
    Unknown,
}

/// Understands a line, given without its line end.
pub(super) fn parse(line: &[u8]) -> Command {
    let Ok(line) = std::str::from_utf8(line) else {
        return Command::BadArguments;
    };
    let line = line.trim();
    let (verb, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match verb.to_ascii_uppercase().as_str() {
        "HELO" => Command::Hello,
        "EHLO" => Command::ExtendedHello,
        "MAIL" => mail(arguments).unwrap_or(Command::BadArguments),
        "RCPT" => recipient(arguments).unwrap_or(Command::BadArguments),
        "DATA" => Command::Data,
        "RSET" => Command::Reset,
        "NOOP" => Command::Noop,
        "VRFY" => Command::Verify,
        "HELP" => Command::Help,
        "QUIT" => Command::Quit,
        "STARTTLS" => Command::StartTls,
        "AUTH" => auth(arguments),
        "BDAT" | "EXPN" | "ETRN" | "TURN" => Command::NotOffered,
        _ => Command::Unknown,
    }
}

/// Which questions a mechanism still needs answered. Whatever is answered is taken for a login.
fn auth(arguments: &str) -> Command {
    let (mechanism, initial) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let questions: &[&str] = match mechanism.to_ascii_uppercase().as_str() {
        "" => return Command::BadArguments,
        // "Username:" and "Password:"
        "LOGIN" if initial.is_empty() => &["VXNlcm5hbWU6", "UGFzc3dvcmQ6"],
        "LOGIN" => &["UGFzc3dvcmQ6"],
        _ if initial.is_empty() => &[""],
        _ => &[],
    };
    Command::Auth(questions)
}

fn mail(arguments: &str) -> Option<Command> {
    let (_sender, parameters) = path(after_keyword(arguments, "FROM:")?)?;
    let sizes = parameters.split_whitespace().filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.eq_ignore_ascii_case("SIZE").then_some(value)
    });
    let size = sizes.map(str::parse).next_back().transpose();
    size.ok().map(|size| Command::Mail { size })
}

fn recipient(arguments: &str) -> Option<Command> {
    let (address, _parameters) = path(after_keyword(arguments, "TO:")?)?;
    (!address.is_empty()).then(|| Command::Recipient(address.to_owned()))
}

fn after_keyword<'a>(arguments: &'a str, keyword: &str) -> Option<&'a str> {
    let (head, rest) = arguments.split_at_checked(keyword.len())?;
    head.eq_ignore_ascii_case(keyword)
        .then(|| rest.trim_start())
}

/// The address of a path, and what follows the path. Angle brackets may be missing.
fn path(text: &str) -> Option<(&str, &str)> {
    let Some(inside) = text.strip_prefix('<') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (end > 0).then(|| text.split_at(end));
    };
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((without_route(&inside[..at]), &inside[at + 1..])),
            _ => {}
        }
    }
    None
}

/// `@relay,@other:ann@x.org` is delivered to `ann@x.org` (RFC 5321, appendix C).
fn without_route(address: &str) -> &str {
    let routed = address
        .strip_prefix('@')
        .and_then(|route| route.split_once(':'));
    routed.map_or(address, |(_, address)| address).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_understood_however_they_are_written() {
        for (line, expected) in [
            ("EHLO client.example", Command::ExtendedHello),
            ("helo", Command::Hello),
            ("MAIL FROM:<>", Command::Mail { size: None }),
            (
                "mail from:<a@x.org> SIZE=12 BODY=8BITMIME SMTPUTF8",
                Command::Mail { size: Some(12) },
            ),
            ("MAIL FROM: a@x.org size=7", Command::Mail { size: Some(7) }),
            ("Data", Command::Data),
            ("RSET ", Command::Reset),
            ("NOOP x", Command::Noop),
            ("VRFY ann", Command::Verify),
            ("QUIT", Command::Quit),
            ("STARTTLS", Command::StartTls),
            ("AUTH PLAIN AGEAYg==", Command::Auth(&[])),
            ("auth plain", Command::Auth(&[""])),
            (
                "AUTH LOGIN",
                Command::Auth(&["VXNlcm5hbWU6", "UGFzc3dvcmQ6"]),
            ),
            ("AUTH login dQ==", Command::Auth(&["UGFzc3dvcmQ6"])),
            ("AUTH", Command::BadArguments),
            ("BDAT 3", Command::NotOffered),
            ("MAIL", Command::BadArguments),
            ("MAIL FROM:<a@x.org", Command::BadArguments),
            ("MAIL FROM:<a@x.org> SIZE=x", Command::BadArguments),
            ("MAIL TO:<a@x.org>", Command::BadArguments),
            ("RCPT TO:<>", Command::BadArguments),
            ("RCPT TO:", Command::BadArguments),
            ("GET / HTTP/1.1", Command::Unknown),
            ("", Command::Unknown),
        ] {
            assert_eq!(parse(line.as_bytes()), expected, "{line}");
        }
        assert_eq!(parse(b"RCPT TO:<\xff@x>"), Command::BadArguments);
    }

    #[test]
    fn recipients_are_taken_out_of_their_paths() {
        for (line, expected) in [
            ("RCPT TO:<Ann+t@x.org>", "Ann+t@x.org"),
            ("rcpt to: <ann@x.org> NOTIFY=NEVER", "ann@x.org"),
            ("RCPT TO:ann@x.org", "ann@x.org"),
            ("RCPT TO:<@r.example,@s.example:ann@x.org>", "ann@x.org"),
            (r#"RCPT TO:<"a > b \" c"@x.org>"#, r#""a > b \" c"@x.org"#),
            ("RCPT TO:<jürgen@bücher.example>", "jürgen@bücher.example"),
            ("RCPT TO:<postmaster>", "postmaster"),
        ] {
            assert_eq!(
                parse(line.as_bytes()),
                Command::Recipient(expected.to_owned())
            );
        }
    }
}
