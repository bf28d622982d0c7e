//! The REST API of `MailDev`: its paths, and its list of mails.

use serde::Deserialize;

use super::catcher::{CatcherPage, CaughtMail, PAGE};

/// The path and query of a page of the list, in the order in which mails came: sorted, it would be by what
/// they say of their date.
pub(super) fn list(skip: usize) -> (Vec<&'static str>, Option<String>) {
    let query = format!("skip={skip}&limit={PAGE}");
    (vec!["api", "email"], Some(query))
}

/// The path of the list up to version 2.
pub(super) fn old_list() -> (Vec<&'static str>, Option<String>) {
    (vec!["email"], None)
}

/// The path of a mail as it was sent.
pub(super) fn source(id: &str) -> Vec<&str> {
    vec!["api", "email", id, "source"]
}

/// The path of a mail up to version 2.
pub(super) fn old_source(id: &str) -> Vec<&str> {
    vec!["email", id, "source"]
}

#[derive(Deserialize)]
struct MaildevSummary {
    id: String,
    envelope: Option<Envelope>,
    to: Option<Vec<MaildevAddress>>,
    cc: Option<Vec<MaildevAddress>>,
}

#[derive(Deserialize)]
struct Envelope {
    to: Option<Vec<MaildevAddress>>,
}

#[derive(Deserialize)]
struct MaildevAddress {
    address: String,
}

/// The mails of a page of the list. Mails that were relayed in have no envelope; then the headers
/// name the recipients.
pub(super) fn page(body: &[u8]) -> Result<CatcherPage, serde_json::Error> {
    let list: Vec<MaildevSummary> = serde_json::from_slice(body)?;
    let entries = list.into_iter().map(|summary| {
        let envelope = summary.envelope.and_then(|envelope| envelope.to);
        let recipients: Vec<MaildevAddress> = envelope.unwrap_or_else(|| {
            let named = [summary.to, summary.cc];
            named.into_iter().flatten().flatten().collect()
        });
        CaughtMail {
            id: summary.id,
            recipients: recipients
                .into_iter()
                .map(|recipient| recipient.address)
                .collect(),
        }
    });
    Ok(CatcherPage {
        entries: entries.collect(),
        total: 0,
    })
}
