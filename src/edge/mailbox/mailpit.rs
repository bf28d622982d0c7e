//! The REST API of Mailpit: its paths, and its list of mails.

use serde::Deserialize;

use super::catcher::{CatcherPage, CaughtMail, PAGE};

/// The path and query of a page of the list.
pub(super) fn list(skip: usize) -> (Vec<&'static str>, Option<String>) {
    let query = format!("start={skip}&limit={PAGE}");
    (vec!["api", "v1", "messages"], Some(query))
}

/// The path of a mail as it was sent.
pub(super) fn source(id: &str) -> Vec<&str> {
    vec!["api", "v1", "message", id, "raw"]
}

#[derive(Deserialize)]
struct MailpitList {
    #[serde(default)]
    total: usize,
    messages: Vec<MailpitSummary>,
}

/// Recipients of the envelope that no header names are listed as `Bcc`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MailpitSummary {
    #[serde(rename = "ID")]
    id: String,
    to: Option<Vec<MailpitAddress>>,
    cc: Option<Vec<MailpitAddress>>,
    bcc: Option<Vec<MailpitAddress>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MailpitAddress {
    address: String,
}

/// The mails of a page of the list.
pub(super) fn page(body: &[u8]) -> Result<CatcherPage, serde_json::Error> {
    let list: MailpitList = serde_json::from_slice(body)?;
    let entries = list.messages.into_iter().map(|summary| {
        let recipients = [summary.to, summary.cc, summary.bcc];
        let recipients = recipients.into_iter().flatten().flatten();
        CaughtMail {
            id: summary.id,
            recipients: recipients.map(|recipient| recipient.address).collect(),
        }
    });
    Ok(CatcherPage {
        entries: entries.collect(),
        total: list.total,
    })
}
