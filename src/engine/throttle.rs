//! The pace that a limiter allows, learnt from what it refuses. Decides in values; waits for nothing.

use std::collections::BTreeMap;
use std::time::Duration;

/// Fewer requests that were let through say nothing of the pace.
const ENOUGH: u32 = 5;
/// The first distance between requests where nothing is known of the pace.
const FIRST_GAP: Duration = Duration::from_millis(100);
/// The longest distance between requests.
const LONGEST_GAP: Duration = Duration::from_secs(10);

/// When a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendTime {
    Now,
    /// It is to ask again after this time.
    In(Duration),
}

/// The pace that a limiter allows. Times are those of the run.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    /// Between the beginnings of two requests, at least. 0 until something is refused.
    gap: Duration,
    /// Before this, no request may begin.
    next: Duration,
    /// When the pace was last changed. What was sent before says nothing of it.
    slowed: Duration,
    /// Let through since then.
    passed: u32,
    last_passed: Option<Duration>,
    refused: BTreeMap<u16, u64>,
    drowned: bool,
}

impl Throttle {
    /// Whether a request may be sent now; if so, it has its turn.
    pub(super) fn next(&mut self, now: Duration) -> SendTime {
        if now < self.next && !self.drowned {
            return SendTime::In(self.next.saturating_sub(now));
        }
        self.next = now + self.gap;
        SendTime::Now
    }

    /// A request was answered as any other.
    pub(super) fn let_through(&mut self, now: Duration) {
        self.last_passed = Some(now);
        self.passed = self.passed.saturating_add(1);
        self.drowned = false;
    }

    /// Whether any request was let through since then.
    pub(super) fn let_through_since(&self, then: Duration) -> bool {
        self.last_passed.is_some_and(|last| last > then)
    }

    /// A request that was sent at this time was refused. All wait for the pause, and go slower from then on.
    pub(super) fn refused(&mut self, status: u16, sent: Duration, now: Duration, pause: Duration) {
        *self.refused.entry(status).or_default() += 1;
        if pause.is_zero() {
            return;
        }
        // Where nothing passed at this pace, a slower one teaches nothing: the pause is what counts.
        if self.gap.is_zero() || (sent >= self.slowed && self.passed > 0) {
            let took = (now + pause).saturating_sub(self.slowed);
            let observed = took.checked_div(self.passed).unwrap_or_default();
            let slower = self.gap + self.gap / 2;
            self.gap = match self.passed {
                ENOUGH.. => observed.max(slower),
                _ => slower.max(FIRST_GAP),
            }
            .min(LONGEST_GAP);
            self.slowed = now + pause;
            self.passed = 0;
        }
        self.next = self.next.max(now + pause);
    }

    /// A request was given up, while others were let through or not.
    pub(super) fn gave_up(&mut self, status: u16, others_pass: bool) {
        *self.refused.entry(status).or_default() += 1;
        self.drowned |= !others_pass;
    }

    /// The distance between requests.
    pub(super) const fn gap(&self) -> Duration {
        self.gap
    }

    /// Goes back to an earlier distance: what was refused since then was not for the pace.
    pub(super) fn restore(&mut self, gap: Duration) {
        self.gap = self.gap.min(gap);
        self.next = Duration::ZERO;
    }

    pub(super) const fn has_drowned(&self) -> bool {
        self.drowned
    }

    /// The requests a second that were seen to be let through, if that is one at least.
    fn rate(&self) -> Option<u32> {
        let rate = Duration::from_secs(1)
            .as_nanos()
            .checked_div(self.gap.as_nanos())?;
        u32::try_from(rate).ok().filter(|rate| *rate > 0)
    }

    fn refusals(&self) -> String {
        let all: u64 = self.refused.values().sum();
        let statuses: Vec<String> = self.refused.keys().map(u16::to_string).collect();
        let noun = if all == 1 { "request" } else { "requests" };
        format!(
            "the target, or a limiter before it, refused {all} {noun} ({})",
            statuses.join(", ")
        )
    }

    /// What the reader should know; nothing if nothing was refused.
    pub(super) fn told(&self) -> Option<String> {
        if self.refused.is_empty() || self.drowned {
            return None;
        }
        let refusals = self.refusals();
        Some(match self.rate() {
            Some(rate) => format!(
                "{refusals}; assize slowed down to {rate} a second; --request-rate {rate} avoids that"
            ),
            None if self.gap.is_zero() => refusals,
            None => format!(
                "{refusals}; assize slowed down to one every {:.1} s; raise the limit for this client if you can",
                self.gap.as_secs_f64()
            ),
        })
    }

    /// Why the run can have no verdict, if nothing was let through any more. Where nothing ever was, whoever
    /// asked first says so.
    pub(super) fn drowned(&self) -> Option<String> {
        (self.drowned && self.last_passed.is_some()).then(|| {
            let rate = self.rate().unwrap_or(1).min(10);
            format!(
                "{} and let no more through; raise the limit for this client, or try --request-rate {rate} once it has recovered",
                self.refusals()
            )
        })
    }
}
