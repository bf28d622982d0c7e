//! What senders did at our mail server, to explain why no mail came.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A recipient is told up to this many characters.
const LONGEST_RECIPIENT: usize = 100;

/// What senders did so far.
#[derive(Debug, Default)]
pub(super) struct Visits {
    tally: Mutex<VisitTally>,
}

#[derive(Debug, Default)]
struct VisitTally {
    connections: u64,
    mails: u64,
    last_recipient: String,
    /// Mails that were too big.
    refused: u64,
    /// Senders that greeted and left.
    greeted: u64,
    /// Senders that asked for TLS and left without it.
    wanted_tls: u64,
}

/// How far a sender had come when its connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VisitEnd {
    /// It had begun a mail at least.
    Mailed,
    /// It had asked for TLS.
    WantedTls,
    /// It had greeted and seen what is offered.
    Greeted,
    /// It had not even greeted.
    Silent,
}

impl Visits {
    pub(super) fn begin(&self) {
        self.tally().connections += 1;
    }

    pub(super) fn end(&self, end: VisitEnd) {
        let mut tally = self.tally();
        match end {
            VisitEnd::Mailed | VisitEnd::Silent => {}
            VisitEnd::WantedTls => tally.wanted_tls += 1,
            VisitEnd::Greeted => tally.greeted += 1,
        }
    }

    pub(super) fn took(&self, recipients: &[String]) {
        let mut tally = self.tally();
        tally.mails += 1;
        if let Some(last) = recipients.last() {
            tally.last_recipient = last.chars().take(LONGEST_RECIPIENT).collect();
        }
    }

    pub(super) fn refused(&self) {
        self.tally().refused += 1;
    }

    /// What explains that no mail came in time to any address that was waited for.
    pub(super) fn noticed(&self) -> String {
        let tally = self.tally();
        let connections = counted(tally.connections, "client");
        if tally.connections == 0 {
            "nobody connected".to_owned()
        } else if tally.mails > 0 {
            format!(
                "{} came too late or for other addresses only, the last for {}",
                counted(tally.mails, "mail"),
                tally.last_recipient
            )
        } else if tally.refused > 0 {
            let mails = counted(tally.refused, "mail");
            format!("{mails} came, but none that was small enough to be taken")
        } else if tally.wanted_tls > 0 {
            format!(
                "{connections} connected, {} asked for STARTTLS, which is not offered, and left; let the server mail without TLS",
                tally.wanted_tls
            )
        } else if tally.greeted > 0 {
            format!(
                "{connections} connected, {} left after EHLO without a mail, perhaps since STARTTLS is not offered; let the server mail without TLS",
                tally.greeted
            )
        } else {
            format!("{connections} connected and never sent a mail")
        }
    }

    fn tally(&self) -> MutexGuard<'_, VisitTally> {
        // Numbers are whole whoever panicked.
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_most_is_told() {
        let visits = Visits::default();
        assert_eq!(visits.noticed(), "nobody connected");
        visits.begin();
        visits.end(VisitEnd::Silent);
        assert_eq!(visits.noticed(), "1 client connected and never sent a mail");
        visits.begin();
        visits.end(VisitEnd::Greeted);
        let noticed = visits.noticed();
        assert!(
            noticed.starts_with("2 clients connected, 1 left after EHLO"),
            "{noticed}"
        );
        visits.end(VisitEnd::WantedTls);
        assert!(visits.noticed().contains("1 asked for STARTTLS"));
        visits.refused();
        assert!(visits.noticed().contains("small enough"));
        visits.took(&["a@x.org".to_owned(), "b@x.org".to_owned()]);
        visits.end(VisitEnd::Mailed);
        assert_eq!(
            visits.noticed(),
            "1 mail came too late or for other addresses only, the last for b@x.org"
        );
    }
}
