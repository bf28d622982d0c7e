//! The REST APIs of mail catchers: Mailpit and `MailDev`, which lists mails under other names.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};

use super::mail::Mail;
use super::pile::Pile;
use super::polling::Feed;
use super::web;
use super::{maildev, mailpit};

/// How often a catcher is asked for new mails while somebody waits.
const REST: Duration = Duration::from_millis(200);

/// A list of mails is not longer. The second version of `MailDev` lists all its mails in full.
const MOST_LIST_BYTES: usize = 64 * 1024 * 1024;

/// What is read of a mail: a code stands near its beginning.
const MOST_MAIL_BYTES: usize = 1024 * 1024;

/// Mails a page.
pub(super) const PAGE: usize = 100;

/// More pages are not turned: what lies deeper is old.
const MOST_PAGES: usize = 1000;

/// The API of a catcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// Mailpit, any version with `/api/v1`.
    Mailpit,
    /// `MailDev` from version 3 on.
    Maildev,
    /// `MailDev` up to version 2, whose list has no pages.
    OldMaildev,
}

/// A mail in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) recipients: Vec<String>,
}

/// The mails of a catcher that came since it was opened.
#[derive(Debug)]
pub(super) struct Catcher {
    client: Client,
    base: Url,
    api: Api,
    seen: HashSet<String>,
}

impl Catcher {
    /// Remembers which mails are there already.
    ///
    /// # Errors
    ///
    /// If the catcher does not answer as the first of these APIs that it has; as a fragment.
    pub(super) async fn open(client: Client, base: Url, apis: &[Api]) -> Result<Self, String> {
        let mut catcher = Self {
            client,
            base,
            api: Api::Mailpit,
            seen: HashSet::new(),
        };
        let mut result = Err("it has no known API".to_owned());
        for api in apis {
            catcher.api = *api;
            result = catcher.unseen().await;
            if result.is_ok() {
                break;
            }
        }
        let old = result?.into_iter().map(|entry| entry.id);
        catcher.seen = old.collect();
        Ok(catcher)
    }

    /// The mails that were not seen before, the oldest first. Pages are turned until one holds a
    /// mail that was seen.
    async fn unseen(&self) -> Result<Vec<Entry>, String> {
        let mut unseen: Vec<Entry> = Vec::new();
        for page in 0..MOST_PAGES {
            let entries = self.page(page).await?;
            let last = entries.len() < PAGE || self.api == Api::OldMaildev;
            let fresh: Vec<Entry> = entries
                .iter()
                .filter(|entry| !self.seen.contains(&entry.id))
                .cloned()
                .collect();
            let met_old = fresh.len() < entries.len();
            unseen.extend(fresh);
            if last || met_old {
                break;
            }
        }
        unseen.reverse();
        // A mail that came while pages were turned has pushed others onto the next page.
        let mut known = HashSet::new();
        unseen.retain(|entry| known.insert(entry.id.clone()));
        Ok(unseen)
    }

    /// A page of the list, the newest mail first.
    async fn page(&self, page: usize) -> Result<Vec<Entry>, String> {
        let (path, query) = match self.api {
            Api::Mailpit => mailpit::list(page),
            Api::Maildev => maildev::list(page),
            Api::OldMaildev => maildev::old_list(),
        };
        let mut url = self.url(&path)?;
        url.set_query(query.as_deref());
        let answer = web::get(&self.client, url, MOST_LIST_BYTES).await?;
        if answer.status != StatusCode::OK {
            return Err(format!(
                "it answers {} to /{}",
                answer.status,
                path.join("/")
            ));
        }
        if !answer.whole {
            return Err(format!(
                "its list of mails is longer than {MOST_LIST_BYTES} bytes"
            ));
        }
        let entries = match self.api {
            Api::Mailpit => mailpit::entries(&answer.body),
            Api::Maildev => maildev::entries(&answer.body),
            Api::OldMaildev => maildev::entries(&answer.body).map(|mut entries| {
                entries.reverse();
                entries
            }),
        };
        entries.map_err(|cause| format!("its list of mails cannot be read: {cause}"))
    }

    /// The beginning of a mail as it was sent; none if it was deleted meanwhile.
    async fn mail(&self, id: &str) -> Result<Option<Vec<u8>>, String> {
        let path = match self.api {
            Api::Mailpit => mailpit::source(id),
            Api::Maildev => maildev::source(id),
            Api::OldMaildev => maildev::old_source(id),
        };
        let answer = web::get(&self.client, self.url(&path)?, MOST_MAIL_BYTES).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(format!("it answers {status} to a request for a mail")),
        }
    }

    fn url(&self, path: &[&str]) -> Result<Url, String> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.pop_if_empty().extend(path),
            Err(()) => return Err("its URL has no path".to_owned()),
        };
        Ok(url)
    }
}

#[async_trait]
impl Feed for Catcher {
    async fn look(&mut self, pile: &Pile) -> Result<(), String> {
        for entry in self.unseen().await? {
            let raw = self.mail(&entry.id).await?;
            self.seen.insert(entry.id);
            if let Some(raw) = raw {
                let put = pile.put(&entry.recipients, &Mail::parse(&raw));
                put.map_err(|full| full.to_string())?;
            }
        }
        Ok(())
    }

    async fn rest(&mut self) {
        tokio::time::sleep(REST).await;
    }
}
