//! Real `MailDev` servers of both APIs that are in use.

use std::path::Path;

use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::process::Command;

use super::parts::{free_port, program, script, started};
use super::{code, missing, opened};

async fn send(port: u16, recipients: &[&str], code: &str) {
    send_with("", port, recipients, code).await;
}

/// Sends a mail with further header lines.
async fn send_with(head: &str, port: u16, recipients: &[&str], code: &str) {
    let recipients = recipients.iter().map(|address| address.parse().unwrap());
    let from = Some("users@target.example".parse().unwrap());
    let envelope = Envelope::new(from, recipients.collect()).unwrap();
    let raw = format!("{head}Subject: x\r\nTo: shown@x.org\r\n\r\nTu código: {code}\r\n");
    let sender = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port);
    sender
        .build()
        .send_raw(&envelope, raw.as_bytes())
        .await
        .unwrap();
}

async fn check(script: &Path) {
    let Some(node) = program("node") else { return };
    let (smtp, web) = (free_port(), free_port());
    let mut command = Command::new(node);
    command
        .arg(script)
        .args(["--ip", "127.0.0.1", "--web-ip", "127.0.0.1"]);
    command.args(["--smtp", &smtp.to_string(), "--web", &web.to_string()]);
    command.args(["--web-user", "me", "--web-pass", "hush"]);
    let folder = tempfile::tempdir().unwrap();
    command.current_dir(&folder).env("TMPDIR", folder.path());
    let _server = started(&mut command, web).await;

    send(smtp, &["a@x.org"], "999999").await;
    let mailbox = opened(&format!("maildev+http://me:hush@127.0.0.1:{web}")).await;
    send(smtp, &["a@x.org", "b+tag@x.org"], "111111").await;
    send(smtp, &["a@x.org"], "222222").await;
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
    assert_eq!(code(&*mailbox, "b+tag@x.org", 0).await, "111111");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "222222");
    missing(&*mailbox, "b+tag@x.org", 1).await;

    // One that says it is older than all others, behind more of them than a page of the list holds.
    for number in 0..150 {
        send(smtp, &[&format!("u{number}@x.org")], "333333").await;
    }
    assert_eq!(code(&*mailbox, "u149@x.org", 0).await, "333333");
    let late = "Date: Mon, 15 Jan 2024 12:00:00 +0000\r\n";
    send_with(late, smtp, &["late@x.org"], "444444").await;
    assert_eq!(code(&*mailbox, "late@x.org", 0).await, "444444");
}

#[tokio::test]
async fn codes_are_read_from_the_second_version() {
    if let Some(script) = script("maildev-2/bin/maildev") {
        check(&script).await;
    }
}

#[tokio::test]
async fn codes_are_read_from_the_third_version() {
    if let Some(script) = script("maildev-3/dist/bin/maildev.js") {
        check(&script).await;
    }
}
