//! Our own SMTP server, with mails sent by an ordinary client.

use std::sync::Arc;

use assize::edge::mailbox::{CodePattern, MailboxError, SmtpLimits, SmtpMailbox};
use assize::engine::MailError;
use lettre::address::Envelope;
use lettre::message::{Mailbox as Name, Message, MultiPart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{LONG, code, missing, within};

type Sender = AsyncSmtpTransport<Tokio1Executor>;

pub(crate) async fn listening(limits: SmtpLimits) -> SmtpMailbox {
    let pattern = CodePattern::default();
    SmtpMailbox::bind("127.0.0.1", 0, pattern, limits)
        .await
        .unwrap()
}

fn sender(mailbox: &SmtpMailbox) -> Sender {
    Sender::builder_dangerous("127.0.0.1")
        .port(mailbox.address().port())
        .build()
}

fn envelope(recipients: &[&str]) -> Envelope {
    let recipients = recipients.iter().map(|address| address.parse().unwrap());
    let from = Some("users@target.example".parse().unwrap());
    Envelope::new(from, recipients.collect()).unwrap()
}

async fn send(mailbox: &SmtpMailbox, recipients: &[&str], raw: &str) {
    let envelope = envelope(recipients);
    sender(mailbox)
        .send_raw(&envelope, raw.as_bytes())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_multipart_mail_brings_its_code() {
    let mailbox = listening(SmtpLimits::default()).await;
    let to: Name = "Ann <ann+1@example.org>".parse().unwrap();
    let body = MultiPart::alternative_plain_html(
        "Tu código es 052417.".to_owned(),
        "<p style='color:#112233'>Tu código es <b>052417</b>.</p>".to_owned(),
    );
    let from = "users@target.example".parse().unwrap();
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject("Código")
        .multipart(body)
        .unwrap();
    sender(&mailbox).send(message).await.unwrap();
    assert_eq!(code(&mailbox, "ann+1@example.org", 0).await, "052417");
}

#[tokio::test]
async fn a_sender_that_insists_on_a_login_is_let_in_with_any() {
    let mailbox = listening(SmtpLimits::default()).await;
    for (ordinal, mechanism) in [Mechanism::Plain, Mechanism::Login].into_iter().enumerate() {
        let sender: Sender = Sender::builder_dangerous("127.0.0.1")
            .port(mailbox.address().port())
            .credentials(Credentials::new("me".to_owned(), "any".to_owned()))
            .authentication(vec![mechanism])
            .build();
        let raw = format!("Subject: x\r\n\r\nCode: 12345{ordinal}\r\n");
        let envelope = envelope(&["a@x.org"]);
        sender.send_raw(&envelope, raw.as_bytes()).await.unwrap();
        let expected = format!("12345{ordinal}");
        assert_eq!(code(&mailbox, "a@x.org", ordinal).await, expected);
    }
}

#[tokio::test]
async fn every_recipient_of_the_envelope_gets_the_mail_and_nobody_else() {
    let mailbox = listening(SmtpLimits::default()).await;
    let raw = "To: shown@example.org\r\nSubject: x\r\n\r\nCode: 123456\r\n";
    send(&mailbox, &["a@example.org", "b@example.org"], raw).await;
    assert_eq!(code(&mailbox, "a@example.org", 0).await, "123456");
    assert_eq!(code(&mailbox, "B@Example.org", 0).await, "123456");
    let error = missing(&mailbox, "shown@example.org", 0).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
}

#[tokio::test]
async fn lines_that_begin_with_dots_arrive_as_they_were() {
    let pattern = CodePattern::custom("(?m)^(\\.+x)\r?$").unwrap();
    let limits = SmtpLimits::default();
    let mailbox = SmtpMailbox::bind("127.0.0.1", 0, pattern, limits)
        .await
        .unwrap();
    for (ordinal, line) in ["...x", ".x", "..x"].into_iter().enumerate() {
        let raw = format!("Subject: x\r\n\r\n.\r\n..\r\n{line}\r\n.");
        send(&mailbox, &["a@example.org"], &raw).await;
        assert_eq!(code(&mailbox, "a@example.org", ordinal).await, line);
    }
}

#[tokio::test]
async fn eight_bit_bodies_and_international_addresses_are_taken() {
    let mailbox = listening(SmtpLimits::default()).await;
    let raw = "Content-Type: text/plain; charset=utf-8\r\n\r\nВаш код: 123456 – ¡adiós!\r\n";
    send(&mailbox, &["jürgen@example.org", "ann@bücher.example"], raw).await;
    assert_eq!(code(&mailbox, "jürgen@example.org", 0).await, "123456");
    assert_eq!(
        code(&mailbox, "ann@xn--bcher-kva.example", 0).await,
        "123456"
    );
}

#[tokio::test]
async fn mails_to_one_address_are_counted_and_those_without_a_code_are_named() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mail = |body: &str| format!("Subject: Hello\r\n\r\n{body}\r\n");
    send(&mailbox, &["a@example.org"], &mail("Code: 111111")).await;
    send(&mailbox, &["a@example.org"], &mail("Welcome!")).await;
    let error = missing(&mailbox, "a@example.org", 1).await;
    assert_eq!(
        error.to_string(),
        "a mail to a@example.org (subject: Hello) holds no code"
    );
    send(&mailbox, &["a@example.org"], &mail("Code: 222222")).await;
    assert_eq!(code(&mailbox, "a@example.org", 1).await, "222222");
    assert_eq!(code(&mailbox, "a@example.org", 0).await, "111111");
}

#[tokio::test]
async fn a_second_delivery_is_no_new_mail() {
    let mailbox = listening(SmtpLimits::default()).await;
    let mail = |id: &str, code: &str| {
        format!("Message-ID: <{id}@target.example>\r\nSubject: Hello\r\n\r\nCode: {code}\r\n")
    };
    let first = mail("1", "111111");
    send(&mailbox, &["a@example.org", "b@example.org"], &first).await;
    send(&mailbox, &["a@example.org"], &first).await;
    let error = missing(&mailbox, "a@example.org", 1).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
    send(&mailbox, &["a@example.org"], &mail("2", "222222")).await;
    send(&mailbox, &["a@example.org"], &first).await;
    send(&mailbox, &["a@example.org"], &mail("3", "333333")).await;
    assert_eq!(code(&mailbox, "a@example.org", 1).await, "222222");
    assert_eq!(code(&mailbox, "a@example.org", 2).await, "333333");
    assert_eq!(code(&mailbox, "b@example.org", 0).await, "111111");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_sessions_and_waiters_do_not_mix() {
    let mailbox = Arc::new(listening(SmtpLimits::default()).await);
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let mailbox = Arc::clone(&mailbox);
            tokio::spawn(async move {
                let address = format!("u{number}@example.org");
                let raw = format!("Subject: x\r\n\r\nCode: {}\r\n", 100_000 + number);
                let recipients = [address.as_str()];
                let sent = send(&mailbox, &recipients, &raw);
                let (read, ()) = tokio::join!(within(&*mailbox, &address, 0, LONG), sent);
                assert_eq!(read.unwrap(), (100_000 + number).to_string());
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_taken_port_is_a_typed_error() {
    let first = listening(SmtpLimits::default()).await;
    let port = first.address().port();
    let pattern = CodePattern::default();
    let second = SmtpMailbox::bind("127.0.0.1", port, pattern, SmtpLimits::default()).await;
    let error = second.unwrap_err();
    let MailboxError::Listen { source, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::AddrInUse);
    assert!(
        error.to_string().contains("another program listens there"),
        "{error}"
    );
}
