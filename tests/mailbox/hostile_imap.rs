//! IMAP servers that misbehave: each is told of in a sentence, none is waited for or listened to for ever.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use assize::engine::MailQuery;

use super::{opened, refused, unusable};

/// What a server says to what begins a request, `$` being its tag.
type Answer<'a> = (&'a str, &'a str);

/// What a server says to everybody whose folder is empty. It does not say which number the next mail
/// gets, so that the mails are looked for first.
const USUAL: [Answer<'static>; 5] = [
    ("LOGIN", "$ OK logged in\r\n"),
    ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n$ OK done\r\n"),
    (
        "EXAMINE",
        "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n$ OK [READ-ONLY] done\r\n",
    ),
    ("NOOP", "$ OK done\r\n"),
    ("UID SEARCH ALL", "* SEARCH\r\n$ OK done\r\n"),
];

/// More than is read of one answer.
const FLOOD: usize = 3 * 1024 * 1024;

/// A server that says what it was told to, and hangs up on what it was not told of.
struct Scripted {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Scripted {
    async fn new(greeting: String, answers: &[Answer<'_>]) -> Self {
        Self::in_turn(greeting, &[answers]).await
    }

    /// Says other things on each connection, and on those that follow what it says on the last one.
    async fn in_turn(greeting: String, scripts: &[&[Answer<'_>]]) -> Self {
        let owned = |(request, answer): &Answer<'_>| ((*request).to_owned(), (*answer).to_owned());
        let scripts = scripts.iter().map(|answers| answers.iter().map(owned));
        let scripts: Vec<Vec<_>> = scripts.map(Iterator::collect).collect();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let last = scripts.len() - 1;
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                talk(stream, &greeting, &scripts[last.min(number)]).await;
            }
        });
        Self { address, server }
    }

    /// Says these first of all, and the usual to all else.
    async fn saying(special: &[Answer<'_>]) -> Self {
        let answers = [special, &USUAL].concat();
        Self::new("* OK ready\r\n".to_owned(), &answers).await
    }

    fn location(&self) -> String {
        format!("imap://ann:hush@{}/INBOX", self.address)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One connection. The client may hang up at any time, which ends it.
async fn talk(stream: TcpStream, greeting: &str, answers: &[(String, String)]) {
    let mut stream = BufReader::new(stream);
    if stream.write_all(greeting.as_bytes()).await.is_err() {
        return;
    }
    loop {
        let mut request = String::new();
        let Ok(1..) = stream.read_line(&mut request).await else {
            return;
        };
        let Some((tag, wish)) = request.split_once(' ') else {
            return;
        };
        let Some((_, answer)) = answers.iter().find(|(begin, _)| wish.starts_with(begin)) else {
            return;
        };
        let answer = answer.replace('$', tag);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// What the user is told of a server that greets like this.
async fn told_of_greeting(greeting: &str) -> String {
    let server = Scripted::new(greeting.to_owned(), &[]).await;
    refused(&server.location()).await
}

#[tokio::test]
async fn what_is_wrong_while_the_folder_is_opened_is_said() {
    let flood = format!("* OK {}", "a".repeat(FLOOD));
    let greetings = [
        (flood.as_str(), "more than 2 MiB"),
        (
            "* OK [READ-ONLY]\u{fe0f} ready\r\n",
            "closes the connection",
        ),
        ("* BYE busy\r\n", "closes the connection"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "not IMAP"),
        ("", "in time"),
    ];
    let told = join_all(greetings.map(|(greeting, _)| told_of_greeting(greeting))).await;
    for ((_, expected), told) in greetings.iter().zip(told) {
        assert!(told.contains(expected), "{expected}: {told}");
        assert!(!told.contains("hush"), "{expected}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_before_its_folder_is_known_is_not_waited_for() {
    let server = Scripted::saying(&[("UID SEARCH ALL", "")]).await;
    let told = refused(&server.location()).await;
    assert!(told.contains("in time"), "{told}");
}

/// What somebody who waits for a code is told in the end.
async fn told_of(special: &[Answer<'_>]) -> String {
    let server = Scripted::saying(special).await;
    let mailbox = opened(&server.location()).await;
    unusable(mailbox.as_ref(), "ann@example.com").await
}

#[tokio::test]
async fn what_is_wrong_while_a_code_is_waited_for_is_said() {
    let flood = format!("* OK {}", "a".repeat(FLOOD));
    let one = ("UID SEARCH UID", "* SEARCH 1\r\n$ OK done\r\n");
    let endless = "* 1 FETCH (UID 1 BODY[]<0> {999999999}\r\n";
    let scripts: [(&[Answer<'_>], &str); 5] = [
        (&[("UID SEARCH UID", &flood)], "more than 2 MiB"),
        (&[("NOOP", "nonsense\r\n")], "not IMAP"),
        (&[("NOOP", "$ BAD what\r\n")], "what"),
        (&[one, ("UID FETCH", endless), ("NOOP", "")], "in time"),
        (&[one], "closes the connection"),
    ];
    let told = join_all(scripts.iter().map(|(special, _)| told_of(special))).await;
    for ((_, expected), told) in scripts.iter().zip(told) {
        assert!(told.contains(expected), "{expected}: {told}");
        assert!(!told.contains("hush"), "{expected}");
    }
}

#[tokio::test]
async fn the_highest_number_that_a_mail_can_have_is_no_trouble() {
    let highest = ("UID SEARCH ALL", "* SEARCH 4294967295\r\n$ OK done\r\n");
    let over = ("UID SEARCH UID 4294967295:*", "$ NO over\r\n");
    let told = told_of(&[highest, over]).await;
    assert!(told.contains("over"), "{told}");
}

/// The folder is made anew while a code is waited for, and the mail is the oldest of many in it.
#[tokio::test]
async fn a_mail_is_found_in_a_folder_that_was_made_anew_and_holds_many_newer_ones() {
    let letter = |number: u32| {
        let (to, code) = match number {
            1 => ("ann@example.com".to_owned(), 123_456),
            other => (format!("other{other}@example.com"), 200_000 + other),
        };
        let mail = format!("To: {to}\r\nMessage-ID: <{number}@x>\r\n\r\nCode: {code}\r\n");
        let length = mail.len();
        let answer = format!(
            "* {number} FETCH (UID {number} BODY[]<0> {{{length}}}\r\n{mail})\r\n$ OK done\r\n"
        );
        (format!("UID FETCH {number} "), answer)
    };
    let letters: Vec<_> = (1..=151).map(letter).collect();
    let numbers: Vec<String> = (1..=151).map(|number: u32| number.to_string()).collect();
    let found = format!("* SEARCH {}\r\n$ OK done\r\n", numbers.join(" "));
    let anew = "* 151 EXISTS\r\n* OK [UIDVALIDITY 8] ok\r\n$ OK [READ-ONLY] done\r\n";
    let mut second = vec![("EXAMINE", anew), ("UID SEARCH", found.as_str())];
    second.extend(
        letters
            .iter()
            .map(|(begin, answer)| (begin.as_str(), answer.as_str())),
    );
    second.extend(USUAL);
    let first: Vec<_> = USUAL
        .into_iter()
        .filter(|(begin, _)| *begin != "NOOP")
        .collect();
    let server = Scripted::in_turn("* OK ready\r\n".to_owned(), &[&first, &second]).await;
    let mailbox = opened(&server.location()).await;
    let query = MailQuery {
        address: "ann@example.com",
        ordinal: 0,
        limit: Duration::from_secs(20),
        for_removal: false,
    };
    assert_eq!(mailbox.code(query).await.unwrap(), "123456");
}
