//! Codes that go out by SMTP.

use assize::edge::reference_server::{
    Incident, IncidentListener, MailRoute, ReferenceSettings, SmtpServer,
};
use mail_parser::MessageParser;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::{Site, opened, send};

/// Far longer than a mail takes.
const LIMIT: Duration = Duration::from_secs(30);

/// A mail server that takes every mail and remembers how often it was connected to.
struct Post {
    server: SmtpServer,
    mails: mpsc::UnboundedReceiver<String>,
    connections: Arc<AtomicUsize>,
}

impl Post {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap().to_string().parse().unwrap();
        let (sender, mails) = mpsc::unbounded_channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, sender.clone()));
            }
        });
        Self {
            server,
            mails,
            connections,
        }
    }

    fn settings(&self) -> ReferenceSettings {
        ReferenceSettings {
            mail: MailRoute::Smtp(self.server.clone()),
            ..ReferenceSettings::default()
        }
    }

    /// The recipient of the next mail, and the code that stands in both of its parts.
    async fn next(&mut self) -> (String, String) {
        let mail = timeout(LIMIT, self.mails.recv()).await.unwrap().unwrap();
        let message = MessageParser::new().parse(&mail).unwrap();
        let recipient = message.to().unwrap().first().unwrap().address().unwrap();
        let code = code_line(&message.body_text(0).unwrap());
        assert!(code == code_line(&message.body_html(0).unwrap()));
        (recipient.to_owned(), code)
    }
}

/// The one line of six digits.
fn code_line(text: &str) -> String {
    let mut lines = text
        .lines()
        .filter(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
    let code = lines.next().unwrap().to_owned();
    assert!(lines.next().is_none());
    code
}

async fn converse(stream: TcpStream, mails: mpsc::UnboundedSender<String>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 test\r\n").await.unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        let answer: &[u8] = match line.split(' ').next().unwrap() {
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.unwrap();
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.unwrap() {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push_str("\r\n");
                }
                mails.send(mail).unwrap();
                b"250 taken\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await.unwrap();
                return;
            }
            _ => b"250 fine\r\n",
        };
        writer.write_all(answer).await.unwrap();
    }
}

#[tokio::test]
async fn a_code_arrives_by_mail_and_verifies() {
    let mut post = Post::open().await;
    let site = Site::with(post.settings()).await;
    assert_eq!(site.server.inbox_url(), None);
    let john = site.create("John+tag@doe.net").await;
    let (recipient, code) = post.next().await;
    assert_eq!(recipient, "John+tag@doe.net");
    let body = json!({"verificationCodeID": john.code_id, "code": code});
    assert_eq!(
        send(site.put("/session/verification", &body)).await.status,
        202
    );
    assert_eq!(site.server.base_url().matches("/api/auth/v2").count(), 1);
    let origin = site.server.base_url().replace("/api/auth/v2", "");
    let inbox = send(
        site.client
            .get(format!("{origin}/inbox/John%2Btag%40doe.net")),
    )
    .await;
    assert_eq!(inbox.status, 404);
    site.close().await;
}

#[tokio::test]
async fn codes_to_one_recipient_arrive_in_order_over_few_connections() {
    let mut post = Post::open().await;
    let site = Site::with(post.settings()).await;
    let mut sessions = vec![site.create("john@doe.net").await];
    for round in 0..20 {
        site.create(&format!("jane{round}@doe.net")).await;
        let reply = send(site.post("/session", &json!({"email": "john@doe.net"}))).await;
        sessions.push(opened("john@doe.net", &reply));
    }
    let mut codes = Vec::new();
    while codes.len() < sessions.len() {
        let (recipient, code) = post.next().await;
        if recipient == "john@doe.net" {
            codes.push(code);
        }
    }
    for (session, code) in sessions.iter().zip(codes) {
        let body = json!({"verificationCodeID": session.code_id, "code": code});
        assert_eq!(
            send(site.put("/session/verification", &body)).await.status,
            202
        );
    }
    site.close().await;
    assert!(post.connections.load(Ordering::SeqCst) <= 4);
}

#[tokio::test]
async fn letters_under_way_are_delivered_before_the_server_ends() {
    let mut post = Post::open().await;
    let site = Site::with(post.settings()).await;
    for round in 0..20 {
        site.create(&format!("john{round}@doe.net")).await;
    }
    site.close().await;
    let mut delivered = 0;
    while post.mails.try_recv().is_ok() {
        delivered += 1;
    }
    assert_eq!(delivered, 20);
}

#[tokio::test]
async fn a_code_that_cannot_be_delivered_is_reported_and_the_answer_stands() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap().to_string().parse().unwrap();
    // From now on nobody listens there.
    drop(listener);
    let (sender, mut incidents) = mpsc::unbounded_channel();
    let site = Site::with(ReferenceSettings {
        mail: MailRoute::Smtp(server),
        incidents: IncidentListener::new(move |incident| {
            sender.send(incident.clone()).unwrap();
        }),
        ..ReferenceSettings::default()
    })
    .await;
    site.create("john@doe.net").await;
    let incident = incidents.recv().await.unwrap();
    assert!(
        matches!(&incident, Incident::Undelivered { recipient, .. } if recipient == "john@doe.net"),
        "{incident}"
    );
    site.close().await;
}
