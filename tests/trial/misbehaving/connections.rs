//! What can go wrong with a connection, before and in the middle of an answer.

use super::act::{close, drip, hold, raw, reset, send};
use super::server::right;
use super::{Class, Misbehaviour, Stage, at, broken, fine};

/// The first half of a right answer, in its body.
fn half() -> String {
    let mut text = right("");
    text.truncate(text.len() - 5);
    text
}

pub(super) fn all() -> Vec<Misbehaviour> {
    let mut all = accepting();
    all.extend(answering());
    all.extend(over_tls());
    all
}

fn accepting() -> Vec<Misbehaviour> {
    let accept = |name, act, says| at(Stage::Accept, name, act, Class::Broken, says);
    vec![
        at(Stage::Refuse, "refused", send(""), Class::Broken, "efused"),
        // The reset may come before the connection is known to be made.
        accept("reset on accept", reset(""), "reset").under_load(Class::Unsure, "reset"),
        accept("closed on accept", close(""), "the target"),
        accept("silent on accept", hold(""), "no whole answer within"),
        accept("a mail server", close("220 mail.example ESMTP\r\n"), "HTTP"),
        accept("a shell", hold("SSH-2.0-OpenSSH_9.2\r\n"), "HTTP"),
        accept(
            "HTTP/2 settings",
            hold(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\x60\0\0"),
            "HTTP",
        ),
        accept(
            "a TLS alert in plain",
            close(b"\x15\x03\x01\0\x02\x02\x28"),
            "HTTP",
        ),
        accept("noise", hold(b"\xff\xfe\0\x01\x02\x03\r\n\r\n"), "HTTP"),
        // Whether it is seen in time is a race that only the load, which connects early, always wins.
        at(
            Stage::Accept,
            "an answer before the request",
            hold(right("")),
            Class::Unsure,
            "",
        )
        .under_load(Class::Fail, "before the request was sent"),
    ]
}

fn answering() -> Vec<Misbehaviour> {
    vec![
        broken("reset after the request", reset(""), "reset"),
        broken("closed after the request", close(""), "closed"),
        broken(
            "silent after the request",
            hold(""),
            "no whole answer within",
        ),
        broken("reset in the status line", reset("HTTP/1.1 2"), "reset"),
        broken(
            "reset in the headers",
            reset("HTTP/1.1 200 OK\r\nx-a: b"),
            "reset",
        ),
        broken("reset in the body", reset(half()), "reset"),
        broken(
            "closed in the headers",
            close("HTTP/1.1 200 OK\r\nx-a: b"),
            "closed",
        ),
        broken("closed in the body", close(half()), "closed"),
        broken(
            "silent in the headers",
            hold("HTTP/1.1 200 OK\r\nx-a: b"),
            "no whole answer within",
        ),
        broken("silent in the body", hold(half()), "no whole answer within"),
        broken(
            "a byte at a time",
            drip(right("")),
            "no whole answer within",
        ),
        fine("closed behind the answer", close(right(""))),
        fine(
            "reset of an idle connection",
            send(right("keep-alive: timeout=0\r\n")),
        ),
    ]
}

fn over_tls() -> Vec<Misbehaviour> {
    let tls =
        |name, certificate, says| at(Stage::Tls(certificate), name, send(""), Class::Broken, says);
    let within = |name, act, says| at(Stage::WithinTls, name, act, Class::Broken, says);
    vec![
        tls("expired certificate", "expired", "expired"),
        tls(
            "self-signed certificate",
            "self-signed",
            "signed by nobody who is trusted",
        ),
        tls(
            "certificate of another name",
            "wrong-name",
            "is not for 127.0.0.1",
        ),
        within(
            "an alert in the middle",
            raw(half(), b"\x15\x03\x03\0\x02\x02\x28"),
            "TLS",
        ),
        within(
            "plain text in the middle",
            raw(half(), b"HTTP/1.1 200 OK\r\n\r\n"),
            "TLS",
        ),
        at(
            Stage::WithinTls,
            "no goodbye in the middle",
            raw(half(), b""),
            Class::Fail,
            "closed",
        ),
        at(
            Stage::WithinTls,
            "reset in the middle",
            reset(half()),
            Class::Fail,
            "reset",
        ),
    ]
}
