//! Our own SMTP server, spoken to byte by byte as odd senders do.

use std::time::Duration;

use assize::edge::mailbox::{SmtpLimits, SmtpMailbox};
use assize::engine::Mailbox;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::code;
use super::smtp::listening;

/// A raw connection.
struct Peer(BufReader<TcpStream>);

impl Peer {
    /// Connects without waiting for the greeting.
    async fn new(mailbox: &SmtpMailbox) -> Self {
        Self(BufReader::new(
            TcpStream::connect(mailbox.address()).await.unwrap(),
        ))
    }

    async fn greeted(mailbox: &SmtpMailbox) -> Self {
        let mut peer = Self::new(mailbox).await;
        assert_eq!(peer.answers(1).await, ["220"]);
        peer
    }

    async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).await.unwrap();
    }

    /// The next line, with its line end; empty at the end.
    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        line
    }

    /// The codes of the next answers; of an answer of several lines the last.
    async fn answers(&mut self, count: usize) -> Vec<String> {
        let mut codes = Vec::new();
        while codes.len() < count {
            let line = self.line().await;
            assert!(line.ends_with("\r\n"), "after {codes:?}: {line:?}");
            if line.as_bytes()[3] == b' ' {
                codes.push(line[..3].to_owned());
            }
        }
        codes
    }

    /// Says goodbye and waits until the connection is closed.
    async fn left(mut self) {
        assert_eq!(self.ask("QUIT").await, "221");
        assert_eq!(self.line().await, "");
    }

    async fn ask(&mut self, line: &str) -> String {
        self.write(format!("{line}\r\n")).await;
        self.answers(1).await.remove(0)
    }
}

#[tokio::test]
async fn a_pipelined_batch_is_answered_in_order() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mut peer = Peer::greeted(&mailbox).await;
    peer.write(
        "EHLO me\r\nMAIL FROM:<s@x.org> BODY=8BITMIME\r\nRCPT TO:<a@x.org>\r\nRCPT TO:<>\r\n\
         RCPT TO:<b@x.org>\r\nDATA\r\n",
    )
    .await;
    assert_eq!(
        peer.answers(6).await,
        ["250", "250", "250", "501", "250", "354"]
    );
    // Data and the next mail may come in one piece too.
    peer.write(
        "\r\nCode: 111111\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.org>\r\nDATA\r\n\r\nCode: 222222\r\n\
         .\r\nQUIT\r\n",
    )
    .await;
    assert_eq!(
        peer.answers(6).await,
        ["250", "250", "250", "354", "250", "221"]
    );
    assert_eq!(peer.line().await, "");
    assert_eq!(code(&mailbox, "a@x.org", 0).await, "111111");
    assert_eq!(code(&mailbox, "a@x.org", 1).await, "222222");
    assert_eq!(code(&mailbox, "b@x.org", 0).await, "111111");
}

#[tokio::test]
async fn a_sender_that_writes_byte_by_byte_or_ends_lines_with_lf_is_understood() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mut peer = Peer::greeted(&mailbox).await;
    let dialogue = "helo\nmail from: s@x.org\nrcpt to: a@x.org\ndata\n\n.Code: 111111\n.\nquit\n";
    for byte in dialogue.bytes() {
        peer.write([byte]).await;
    }
    assert_eq!(
        peer.answers(6).await,
        ["250", "250", "250", "354", "250", "221"]
    );
    assert_eq!(code(&mailbox, "a@x.org", 0).await, "111111");
}

#[tokio::test]
async fn a_lone_dot_between_bare_line_feeds_ends_no_mail_of_a_crlf_sender() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mut peer = Peer::greeted(&mailbox).await;
    peer.write("HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.org>\r\nDATA\r\n")
        .await;
    peer.write("\r\nHello\n.\nMAIL FROM:<evil@x.org>\nCode: 111111\r\n.\r\nNOOP\r\n")
        .await;
    assert_eq!(
        peer.answers(6).await,
        ["250", "250", "250", "354", "250", "250"]
    );
    assert_eq!(code(&mailbox, "a@x.org", 0).await, "111111");
}

#[tokio::test]
async fn only_what_is_served_is_offered_and_the_rest_is_refused_politely() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mut peer = Peer::greeted(&mailbox).await;
    peer.write("EHLO me\r\n").await;
    let mut offered = Vec::new();
    loop {
        let line = peer.line().await;
        offered.push(line[4..].trim_end().to_owned());
        if line.starts_with("250 ") {
            break;
        }
    }
    assert_eq!(
        offered[1..],
        [
            "PIPELINING",
            "8BITMIME",
            "SMTPUTF8",
            "AUTH PLAIN LOGIN",
            "SIZE 10485760"
        ]
    );
    for (line, expected) in [
        ("STARTTLS", "502"),
        ("AUTH PLAIN AGEAYg==", "235"),
        ("BDAT 3 LAST", "502"),
        ("VRFY ann", "252"),
        ("NOOP", "250"),
        ("RSET", "250"),
        ("HELP", "214"),
        ("FROBNICATE", "500"),
        ("DATA", "503"),
        ("RCPT TO:<a@x.org>", "503"),
        ("MAIL FROM:<a@x.org> SIZE=99999999", "552"),
        ("MAIL FROM:<a@x.org>", "250"),
        ("DATA", "554"),
        ("RCPT TO:<\"a b\"@x.org>", "250"),
    ] {
        assert_eq!(peer.ask(line).await, expected, "{line}");
    }
    let overlong = "x".repeat(10_000);
    assert_eq!(peer.ask(&overlong).await, "500");
    assert_eq!(peer.ask("NOOP").await, "250");
}

#[tokio::test]
async fn any_login_is_taken() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mut peer = Peer::greeted(&mailbox).await;
    for (line, expected) in [
        ("AUTH PLAIN AGEAYg==", "503"),
        ("EHLO me", "250"),
        ("AUTH PLAIN", "334"),
        ("AGEAYg==", "235"),
        ("AUTH LOGIN", "334"),
        ("dQ==", "334"),
        ("MAIL FROM:<password@x.org>", "235"),
        ("AUTH LOGIN dQ==", "334"),
        ("*", "501"),
        ("AUTH", "501"),
        ("MAIL FROM:<a@x.org>", "250"),
        ("AUTH PLAIN AGEAYg==", "503"),
        ("RCPT TO:<a@x.org>", "250"),
    ] {
        assert_eq!(peer.ask(line).await, expected, "{line}");
    }
}

#[tokio::test]
async fn what_senders_did_is_noticed() {
    let mailbox = listening(SmtpLimits::default()).await;
    let noticed = || mailbox.noticed().unwrap();
    assert_eq!(noticed(), "nobody connected");

    let mut peer = Peer::greeted(&mailbox).await;
    assert_eq!(noticed(), "1 client connected and never sent a mail");
    assert_eq!(peer.ask("EHLO me").await, "250");
    peer.left().await;
    assert!(noticed().starts_with("1 client connected, 1 left after EHLO"));

    let mut peer = Peer::greeted(&mailbox).await;
    assert_eq!(peer.ask("EHLO me").await, "250");
    assert_eq!(peer.ask("STARTTLS").await, "502");
    peer.left().await;
    assert!(noticed().starts_with("2 clients connected, 1 asked for STARTTLS"));

    let mut peer = Peer::greeted(&mailbox).await;
    peer.write("EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.org>\r\nDATA\r\n\r\n.\r\n")
        .await;
    peer.answers(5).await;
    assert_eq!(
        noticed(),
        "1 mail came too late or for other addresses only, the last for a@x.org"
    );
}

#[tokio::test]
async fn too_big_a_mail_is_refused_and_the_next_is_taken() {
    let limits = SmtpLimits {
        mail_bytes: 70_000,
        ..SmtpLimits::default()
    };
    let mailbox = listening(limits).await;
    let mut peer = Peer::greeted(&mailbox).await;
    let start = "MAIL FROM:<>\r\nRCPT TO:<a@x.org>\r\nDATA\r\n";
    peer.write(format!("EHLO me\r\n{start}")).await;
    assert_eq!(peer.answers(4).await, ["250", "250", "250", "354"]);
    peer.write(format!(
        "\r\nCode: 111111\r\n{}\r\n.\r\n{start}",
        "x".repeat(70_000)
    ))
    .await;
    assert_eq!(peer.answers(4).await, ["552", "250", "250", "354"]);
    peer.write("\r\nCode: 222222\r\n.\r\n").await;
    assert_eq!(peer.answers(1).await, ["250"]);
    assert_eq!(code(&mailbox, "a@x.org", 0).await, "222222");
}

#[tokio::test]
async fn a_flood_a_silent_peer_and_one_that_speaks_http_are_sent_away() {
    let idle = Duration::from_millis(50);
    let limits = SmtpLimits {
        mail_bytes: 1000,
        idle,
        ..SmtpLimits::default()
    };
    let mailbox = listening(limits).await;

    let mut silent = Peer::greeted(&mailbox).await;
    assert_eq!(silent.answers(1).await, ["421"]);
    assert_eq!(silent.line().await, "");

    let mut flood = Peer::greeted(&mailbox).await;
    flood
        .write("HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@x.org>\r\nDATA\r\n")
        .await;
    assert_eq!(flood.answers(4).await, ["250", "250", "250", "354"]);
    flood.write("x".repeat(4001)).await;
    assert_eq!(flood.answers(1).await, ["421"]);

    let mut http = Peer::greeted(&mailbox).await;
    http.write(format!(
        "GET / HTTP/1.1\r\n{}\r\n",
        "Header: x\r\n".repeat(30)
    ))
    .await;
    let answers = http.answers(21).await;
    assert_eq!(answers[..20], ["500"; 20]);
    assert_eq!(answers[20], "421");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let limits = SmtpLimits {
        connections: 1,
        ..SmtpLimits::default()
    };
    let mailbox = listening(limits).await;
    let mut first = Peer::greeted(&mailbox).await;
    let mut second = Peer::new(&mailbox).await;
    // By the time this is answered, a server without the limit would have greeted.
    assert_eq!(first.ask("NOOP").await, "250");
    let greeting = second.0.get_mut().try_read(&mut [0; 3]).unwrap_err();
    assert_eq!(greeting.kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(first.ask("QUIT").await, "221");
    assert_eq!(second.answers(1).await, ["220"]);
}

#[tokio::test]
async fn a_closed_mailbox_leaves_its_port_and_its_senders() {
    let mailbox = listening(SmtpLimits::default()).await;
    let address = mailbox.address();
    let mut peer = Peer::greeted(&mailbox).await;
    drop(mailbox);
    assert_eq!(peer.line().await, "");
    assert!(TcpStream::connect(address).await.is_err());
}
