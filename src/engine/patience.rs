//! Limits on requests: a target, or a limiter before it, that says "too many" is waited for, and asked more
//! slowly from then on.
//!
//! Such an answer speaks of the way to the API and of no requirement, so no case ever judges one.

use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::client::Client;
use super::clock::Clock;
use super::stop::Stop;
use super::throttle::{SendTime, Throttle};
use super::transport::Transport;
use crate::model::{
    Exchange, Manner, Request, Response, TransferError, TransferErrorKind, path_only,
};

/// How long one request is asked again and again where the target does not say how long it will refuse.
const LONGEST_UNTOLD: Duration = Duration::from_secs(20);
/// The same where it does: a window of a minute is waited for once.
const LONGEST_TOLD: Duration = Duration::from_secs(65);
/// The first pause before a refused request is sent again; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// A kind of request that so many were given up of is asked once more only, from then on.
const HOPELESS: u32 = 2;

/// Sends requests through another transport, and has patience with refusals for want of capacity.
pub struct Patience<'a> {
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    stop: &'a Stop,
    state: Mutex<PatienceState>,
}

#[derive(Default)]
struct PatienceState {
    throttle: Throttle,
    /// How many requests of each kind were given up.
    given_up: HashMap<(String, String), u32>,
    /// A request that changes nothing and was let through.
    passed_last: Option<Request>,
}

/// A refusal for want of capacity, and the pause that it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CapacityRefusal {
    status: u16,
    pause: Option<Duration>,
}

/// How one request fared so far.
struct Attempts {
    first_refused: Duration,
    /// Between all requests, before.
    gap_before: Duration,
    count: u32,
    waited: Duration,
    pause: Duration,
}

impl<'a> Patience<'a> {
    /// Patience with what another transport meets. Waits end when the run is to stop.
    #[must_use]
    pub fn new(transport: &'a dyn Transport, clock: &'a dyn Clock, stop: &'a Stop) -> Self {
        Self {
            transport,
            clock,
            stop,
            state: Mutex::default(),
        }
    }

    /// What the reader should know of the limit; nothing if none was met.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        self.state().throttle.told()
    }

    /// Why the run can have no verdict, if nothing was let through any more.
    #[must_use]
    pub fn drowned(&self) -> Option<String> {
        self.state().throttle.drowned()
    }

    fn state(&self) -> MutexGuard<'_, PatienceState> {
        // Each field is whole whatever a panicking holder was doing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait(&self, pause: Duration) {
        if !pause.is_zero() {
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                () = self.stop.wait() => {}
            }
        }
    }

    /// Waits for the turn of a request, and gives when that came.
    async fn turn(&self) -> Duration {
        loop {
            let now = self.clock.elapsed();
            let next = self.state().throttle.next(now);
            match next {
                SendTime::Now => return now,
                SendTime::In(pause) => self.wait(pause).await,
            }
            if self.stop.is_set() {
                return self.clock.elapsed();
            }
        }
    }

    /// How long to wait before a refused request is sent again; none if it is to be given up.
    fn pause(
        &self,
        kind: &(String, String),
        refusal: CapacityRefusal,
        sent: Duration,
        attempts: &mut Attempts,
    ) -> Option<Duration> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if attempts.count == 0 {
            attempts.first_refused = now;
            attempts.gap_before = state.throttle.gap();
        }
        attempts.count += 1;
        let pause = attempts.pause.max(refusal.pause.unwrap_or_default());
        let longest = match refusal.pause {
            Some(_) => LONGEST_TOLD,
            None => LONGEST_UNTOLD,
        };
        let hopeless = state.given_up.get(kind).is_some_and(|one| *one >= HOPELESS);
        let gives_up = now
            .saturating_sub(attempts.first_refused)
            .saturating_add(pause)
            > longest
            || (hopeless && attempts.count > 1)
            || state.throttle.has_drowned()
            || self.stop.is_set();
        if gives_up {
            return None;
        }
        // Where others are let through meanwhile, it is about this request and not about the pace.
        let alone = state.throttle.let_through_since(attempts.first_refused);
        let of_all = if alone { Duration::ZERO } else { pause };
        state.throttle.refused(refusal.status, sent, now, of_all);
        attempts.waited += pause;
        attempts.pause = (attempts.pause * 2).min(LONGEST_PAUSE);
        Some(pause)
    }

    /// Gives a request up. Whether any other would pass shows what passed last.
    async fn give_up(&self, kind: (String, String), refusal: CapacityRefusal, attempts: &Attempts) {
        let others_pass =
            |state: &PatienceState| state.throttle.let_through_since(attempts.first_refused);
        let probe = {
            let state = self.state();
            let known = others_pass(&state) || state.throttle.has_drowned();
            state.passed_last.clone().filter(|_| !known)
        };
        if let Some(probe) = probe {
            let exchange = self.transport.send(probe).await;
            if exchange
                .result
                .is_ok_and(|response| CapacityRefusal::of(&response).is_none())
            {
                self.state().throttle.let_through(self.clock.elapsed());
            }
        }
        let mut state = self.state();
        let others_pass = others_pass(&state);
        state.throttle.gave_up(refusal.status, others_pass);
        if others_pass {
            state.throttle.restore(attempts.gap_before);
        }
        *state.given_up.entry(kind).or_default() += 1;
    }

    fn let_through(&self, request: &Request) {
        let mut state = self.state();
        state.throttle.let_through(self.clock.elapsed());
        if request.method == "GET" && state.passed_last.is_none() {
            state.passed_last = Some(request.clone());
        }
    }
}

#[async_trait]
impl Transport for Patience<'_> {
    async fn send(&self, request: Request) -> Exchange {
        self.send_until_let_through(None, request).await
    }

    async fn send_as(&self, client: &Client, request: Request) -> Exchange {
        self.send_until_let_through(Some(client), request).await
    }

    fn conditions(&self) -> Manner {
        self.transport.conditions()
    }
}

impl Patience<'_> {
    async fn send_until_let_through(&self, client: Option<&Client>, request: Request) -> Exchange {
        let kind = kind(&request);
        let mut attempts = Attempts {
            first_refused: Duration::ZERO,
            gap_before: Duration::ZERO,
            count: 0,
            waited: Duration::ZERO,
            pause: FIRST_PAUSE,
        };
        loop {
            let sent = self.turn().await;
            if self.state().throttle.has_drowned() && request.method != "DELETE" {
                return unsent(request);
            }
            let exchange = match client {
                Some(client) => self.transport.send_as(client, request.clone()).await,
                None => self.transport.send(request.clone()).await,
            };
            let refusal = exchange.result.as_ref().ok().and_then(CapacityRefusal::of);
            let Some(refusal) = refusal else {
                if exchange.result.is_ok() {
                    self.let_through(&exchange.request);
                }
                return exchange;
            };
            let Some(pause) = self.pause(&kind, refusal, sent, &mut attempts) else {
                self.give_up(kind, refusal, &attempts).await;
                return given_up(exchange, refusal, &attempts);
            };
            self.wait(pause).await;
        }
    }
}

/// Requests of one kind are likely to be limited together: its method, and what is asked of.
fn kind(request: &Request) -> (String, String) {
    let path = path_only(&request.path);
    let first = path.split('/').nth(1).unwrap_or_default();
    (request.method.clone(), first.to_owned())
}

/// A request to a target that lets nothing through any more. Accounts are removed all the same, if it recovers.
fn unsent(request: Request) -> Exchange {
    let detail =
        "it was not sent, because the target, or a limiter before it, let nothing through any more";
    Exchange {
        number: 0,
        request,
        result: Err(TransferError::new(TransferErrorKind::Limited, detail)),
        elapsed: Duration::ZERO,
    }
}

fn given_up(exchange: Exchange, refusal: CapacityRefusal, attempts: &Attempts) -> Exchange {
    let times = match attempts.count {
        1 => "once".to_owned(),
        many => format!(
            "{many} times within {:.0} s",
            attempts.waited.as_secs_f64().ceil()
        ),
    };
    let pause = match refusal.pause {
        Some(pause) if attempts.count == 1 => {
            format!(" and asked for a pause of {} s", pause.as_secs())
        }
        _ => String::new(),
    };
    let detail = format!(
        "the target, or a limiter before it, refused the request for want of capacity {times} (status {}){pause}",
        refusal.status
    );
    Exchange {
        result: Err(TransferError::new(TransferErrorKind::Limited, detail)),
        ..exchange
    }
}

impl CapacityRefusal {
    /// 429 always is one; some others are if they say when to come back.
    fn of(response: &Response) -> Option<Self> {
        let pause = response.retry_after();
        let refuses = match response.status {
            429 => true,
            403 | 420 | 503 => pause.is_some(),
            _ => false,
        };
        refuses.then_some(Self {
            status: response.status,
            pause,
        })
    }
}

#[cfg(test)]
mod tests;
