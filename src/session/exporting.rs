//! The metrics of a run on their way to a collector.

use std::sync::{Arc, Mutex, PoisonError};

use super::listener::Listener;
use super::living::LiveRun;
use crate::edge::{MetricsSource, OtlpCollector, OtlpSender, OtlpSent};
use crate::record::Event;
use crate::report::{ResourceAttributes, harmless_line, otlp};

/// Sends the metrics of a run while it is under way, and tells in the end what could not be sent.
pub(crate) struct MetricsExport {
    /// Where they go, without what may be secret.
    place: String,
    sender: Mutex<Option<OtlpSender>>,
}

/// A run with what its metrics are marked with.
struct MarkedRun {
    run: LiveRun,
    attributes: ResourceAttributes,
}

impl MetricsSource for MarkedRun {
    fn request(&self, now: u64) -> String {
        otlp(&self.run.view(), &self.attributes, now)
    }
}

impl MetricsExport {
    /// Begins to send the metrics of a run, which must hear of its events itself.
    pub(crate) fn begin(
        run: LiveRun,
        collector: &OtlpCollector,
        attributes: ResourceAttributes,
    ) -> std::io::Result<Self> {
        let source = Arc::new(MarkedRun { run, attributes });
        let mut place = collector.url.clone();
        place.set_query(None);
        Ok(Self {
            sender: Mutex::new(Some(OtlpSender::start(collector, source)?)),
            place: place.to_string(),
        })
    }
}

impl Listener for MetricsExport {
    fn hear(&self, _event: &Event) {}

    fn finish(&self) -> Result<Option<String>, String> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = sender.take().map(OtlpSender::end);
        Ok(sent.and_then(|sent| told(&self.place, &sent)))
    }
}

/// What the reader must know; nothing if all was taken.
fn told(place: &str, sent: &OtlpSent) -> Option<String> {
    let cause = harmless_line(sent.cause.as_ref()?);
    let (lost, all) = (sent.lost, sent.lost + sent.taken);
    let rest = if sent.is_complete {
        "the last one was taken, so that all sums are there"
    } else {
        "its sums are not complete; those of the report are"
    };
    Some(format!(
        "--otlp: {lost} of {all} requests with metrics were not taken by {place}: {cause}; {rest}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_is_told_and_whether_the_sums_are_there() {
        let place = "http://127.0.0.1:4318/v1/metrics";
        let sent = OtlpSent {
            taken: 9,
            is_complete: true,
            ..OtlpSent::default()
        };
        assert_eq!(told(place, &sent), None);
        let lost = OtlpSent {
            lost: 1,
            cause: Some("it answers 500".to_owned()),
            ..sent
        };
        assert_eq!(
            told(place, &lost).unwrap(),
            "--otlp: 1 of 10 requests with metrics were not taken by http://127.0.0.1:4318/v1/metrics: it answers 500; the last one was taken, so that all sums are there"
        );
        let broken = OtlpSent {
            is_complete: false,
            ..lost
        };
        assert!(
            told(place, &broken)
                .unwrap()
                .ends_with("those of the report are")
        );
    }
}
