//! A transport that tells how long the check will take, once the first answers have come.

use async_trait::async_trait;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Pace;
use super::forecast::{Answers, Workload};
use super::widening::Widening;
use crate::engine::client::Client;
use crate::engine::transport::Transport;
use crate::model::{Exchange, Manner, Request};
use crate::record::{Event, EventSink, Forecast};

/// So many answers are waited for, and twice as many before each further look.
const FIRST: usize = 20;
/// What takes less is over before anybody has read the forecast.
const WORTH_TELLING: Duration = Duration::from_secs(10);

/// A transport that tells how long the check will take.
pub(super) struct Timed<'a> {
    inner: &'a dyn Transport,
    sink: &'a dyn EventSink,
    workload: Workload,
    widening: Widening,
    seen: Mutex<AnswersSeen>,
}

struct AnswersSeen {
    pace: Pace,
    answers: Answers,
    told: Option<Duration>,
}

impl<'a> Timed<'a> {
    pub(super) fn new(
        (inner, sink): (&'a dyn Transport, &'a dyn EventSink),
        workload: Workload,
        widening: Widening,
    ) -> Self {
        let seen = AnswersSeen {
            pace: widening.pace(),
            answers: Answers::default(),
            told: None,
        };
        Self {
            inner,
            sink,
            workload,
            widening,
            seen: Mutex::new(seen),
        }
    }

    fn seen(&self) -> MutexGuard<'_, AnswersSeen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The forecast, if there is one to tell now: a new one, or one that is far from the last.
    fn take(&self, exchange: &Exchange) -> Option<Forecast> {
        let mut seen = self.seen();
        let count = seen.answers.take(exchange);
        if !count.is_multiple_of(FIRST) || !(count / FIRST).is_power_of_two() {
            return None;
        }
        let takes = self.workload.takes(&seen.answers, seen.pace);
        let differs = |told: Duration| takes > told * 3 / 2 || takes < told * 2 / 3;
        let tell = match seen.told {
            None => takes >= WORTH_TELLING,
            Some(told) => differs(told),
        };
        tell.then(|| {
            seen.told = Some(takes);
            Forecast {
                answer_s: seen.answers.mean().as_secs_f64(),
                takes_s: takes.as_secs_f64(),
            }
        })
    }
}

#[async_trait]
impl Transport for Timed<'_> {
    async fn send(&self, request: Request) -> Exchange {
        self.taken(self.inner.send(request).await)
    }

    async fn send_as(&self, client: &Client, request: Request) -> Exchange {
        self.taken(self.inner.send_as(client, request).await)
    }

    fn conditions(&self) -> Manner {
        self.inner.conditions()
    }
}

impl Timed<'_> {
    /// The exchange, once it is counted in.
    fn taken(&self, exchange: Exchange) -> Exchange {
        if let Some((pace, mean)) = self.widening.take(&exchange) {
            self.seen().pace = pace;
            self.sink.emit(&Event::Notice(format!(
                "answers take {} ms on average, so {} cases are judged at once from now on; --jobs sets a number that stays",
                mean.as_millis(),
                pace.jobs
            )));
        }
        if let Some(forecast) = self.take(&exchange) {
            self.sink.emit(&Event::Forecast(forecast));
        }
        exchange
    }
}
