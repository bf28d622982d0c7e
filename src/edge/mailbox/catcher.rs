//! The REST APIs of mail catchers: Mailpit and `MailDev`, which lists mails under other names.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};

use super::mail::Mail;
use super::polling::Feed;
use super::received_mails::ReceivedMails;
use super::trouble::MailboxTrouble;
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

/// More pages are not turned at a time.
const MOST_PAGES: usize = 1000;

/// Of so many looks one turns all pages: every five seconds.
const LOOKS_A_SWEEP: u32 = 25;

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
pub(super) struct CaughtMail {
    pub(super) id: String,
    pub(super) recipients: Vec<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CatcherPage {
    pub(super) entries: Vec<CaughtMail>,
    /// How many mails the whole list has; 0 where it does not say.
    pub(super) total: usize,
}

/// How far a list was read to whose end mails are added.
#[derive(Clone, Debug, Default)]
struct Read {
    count: usize,
    last: Option<String>,
}

/// What a look at the list found, and how far it was read then.
struct Unseen {
    entries: Vec<CaughtMail>,
    read: Read,
}

/// The mails of a catcher that came since it was opened.
#[derive(Debug)]
pub(super) struct Catcher {
    client: Client,
    base: Url,
    api: Api,
    seen: HashSet<String>,
    read: Read,
    looks: u32,
}

impl Catcher {
    /// Remembers which mails are there already.
    ///
    /// # Errors
    ///
    /// If the catcher does not answer as the first of these APIs that it has.
    pub(super) async fn open(
        client: Client,
        base: Url,
        apis: &[Api],
    ) -> Result<Self, MailboxTrouble> {
        let mut catcher = Self {
            client,
            base,
            api: Api::Mailpit,
            seen: HashSet::new(),
            read: Read::default(),
            looks: 0,
        };
        let mut result = Err(MailboxTrouble::UnknownApi);
        for api in apis {
            catcher.api = *api;
            result = catcher.unseen().await;
            if result.is_ok() {
                break;
            }
        }
        let Unseen { entries, read } = result?;
        catcher.seen = entries.into_iter().map(|entry| entry.id).collect();
        catcher.read = read;
        Ok(catcher)
    }

    /// The mails that were not seen before, in the order of the list, the oldest first.
    async fn unseen(&mut self) -> Result<Unseen, MailboxTrouble> {
        match self.api {
            Api::Maildev => self.since_the_last().await,
            Api::Mailpit => self.newest_first().await,
            Api::OldMaildev => {
                let list = self.page(0).await?;
                Ok(self.fresh(list.entries))
            }
        }
    }

    /// From the last mail that was seen on, in a list to whose end mails are added. Where that is not at its
    /// place any more, mails were deleted, and the whole list is read.
    async fn since_the_last(&self) -> Result<Unseen, MailboxTrouble> {
        let mut read = self.read.clone();
        let mut fresh = Vec::new();
        let mut at = read.count.saturating_sub(1);
        let mut is_anchored = read.count == 0;
        for _ in 0..MOST_PAGES {
            let entries = self.page(at).await?.entries;
            if !is_anchored {
                is_anchored = true;
                if entries.first().map(|entry| &entry.id) != read.last.as_ref() {
                    at = 0;
                    continue;
                }
            }
            at += entries.len();
            let is_last = entries.len() < PAGE;
            if let Some(entry) = entries.last() {
                read.last = Some(entry.id.clone());
            }
            fresh.extend(entries);
            if is_last {
                break;
            }
        }
        read.count = at;
        Ok(Unseen {
            read,
            ..self.fresh(fresh)
        })
    }

    /// Page by page until as many are found as the list has more than were seen. It may be sorted by what
    /// mails say of their date, so that a late one stands anywhere; and since some may have been deleted, all
    /// pages are turned now and then.
    async fn newest_first(&mut self) -> Result<Unseen, MailboxTrouble> {
        self.looks = self.looks.wrapping_add(1);
        let all = self.looks.is_multiple_of(LOOKS_A_SWEEP);
        let mut fresh = Vec::new();
        let mut at = 0;
        for _ in 0..MOST_PAGES {
            let CatcherPage { entries, total } = self.page(at).await?;
            let is_last = entries.len() < PAGE;
            at += entries.len();
            let unseen = entries
                .into_iter()
                .filter(|entry| !self.seen.contains(&entry.id));
            fresh.extend(unseen);
            let more = total.saturating_sub(self.seen.len());
            if is_last || (!all && fresh.len() >= more) {
                break;
            }
        }
        fresh.reverse();
        Ok(self.fresh(fresh))
    }

    /// Those that were not seen. A mail that came while pages were turned has pushed others onto the next
    /// page, so that they are listed twice.
    fn fresh(&self, entries: Vec<CaughtMail>) -> Unseen {
        let mut known = HashSet::new();
        let fresh = entries.into_iter();
        Unseen {
            entries: fresh
                .filter(|entry| !self.seen.contains(&entry.id) && known.insert(entry.id.clone()))
                .collect(),
            read: self.read.clone(),
        }
    }

    /// A page of the list: of Mailpit the newest mail first, of `MailDev` the oldest.
    async fn page(&self, skip: usize) -> Result<CatcherPage, MailboxTrouble> {
        let (path, query) = match self.api {
            Api::Mailpit => mailpit::list(skip),
            Api::Maildev => maildev::list(skip),
            Api::OldMaildev => maildev::old_list(),
        };
        let mut url = self.url(&path)?;
        url.set_query(query.as_deref());
        let answer = web::get(&self.client, url, MOST_LIST_BYTES).await?;
        if answer.status != StatusCode::OK {
            return Err(MailboxTrouble::NoList {
                status: answer.status,
                path: path.join("/"),
            });
        }
        if !answer.whole {
            return Err(MailboxTrouble::LongList(MOST_LIST_BYTES));
        }
        let page = match self.api {
            Api::Mailpit => mailpit::page(&answer.body),
            Api::Maildev | Api::OldMaildev => maildev::page(&answer.body),
        };
        page.map_err(MailboxTrouble::UnreadableList)
    }

    /// The beginning of a mail as it was sent; none if it was deleted meanwhile.
    async fn mail(&self, id: &str) -> Result<Option<Vec<u8>>, MailboxTrouble> {
        let path = match self.api {
            Api::Mailpit => mailpit::source(id),
            Api::Maildev => maildev::source(id),
            Api::OldMaildev => maildev::old_source(id),
        };
        let answer = web::get(&self.client, self.url(&path)?, MOST_MAIL_BYTES).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(MailboxTrouble::NoMail(status)),
        }
    }

    fn url(&self, path: &[&str]) -> Result<Url, MailboxTrouble> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut segments) => segments.pop_if_empty().extend(path),
            Err(()) => return Err(MailboxTrouble::NoPath),
        };
        Ok(url)
    }
}

#[async_trait]
impl Feed for Catcher {
    async fn look(&mut self, pile: &ReceivedMails) -> Result<(), MailboxTrouble> {
        let Unseen { entries, read } = self.unseen().await?;
        for entry in entries {
            let raw = self.mail(&entry.id).await?;
            self.seen.insert(entry.id);
            if let Some(raw) = raw {
                pile.put(&entry.recipients, &Mail::parse(&raw))?;
            }
        }
        self.read = read;
        Ok(())
    }

    async fn rest(&mut self) {
        tokio::time::sleep(REST).await;
    }
}
