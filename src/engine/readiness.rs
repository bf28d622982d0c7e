//! Waits for a target that is starting.

use std::time::Duration;

use super::harness::Harness;
use crate::model::{Exchange, TransferErrorKind};
use crate::record::Event;

/// From one try to the next.
const PAUSE: Duration = Duration::from_millis(500);

impl Harness<'_> {
    /// Waits until something answers that is not a gateway which waits itself, `within` at the most, and
    /// tells how long it took. What the last answer was is for [`Self::reach`] to judge.
    pub async fn wait_until_ready(&self, within: Duration) {
        let began = self.clock.elapsed();
        let mut before: Option<String> = None;
        loop {
            let exchange = self.transport.send(self.preflight()).await;
            let waited = self.clock.elapsed().saturating_sub(began);
            let Some(reason) = not_ready(&exchange) else {
                if let Some(before) = before {
                    let seconds = waited.as_secs_f64();
                    self.tell(format!(
                        "the target answered after {seconds:.1} s of waiting; before that, {before}"
                    ));
                }
                return;
            };
            if before.is_none() {
                self.tell(format!(
                    "waiting up to {} s for the target: {reason}",
                    within.as_secs_f64()
                ));
            }
            if waited >= within {
                self.tell(format!("the target was not ready within --wait: {reason}"));
                return;
            }
            before = Some(reason);
            self.clock
                .sleep(PAUSE.min(within.saturating_sub(waited)))
                .await;
        }
    }

    pub(super) fn tell(&self, text: String) {
        self.sink.emit(&Event::Notice(text));
    }
}

/// Why a target is not ready yet, if it is not.
fn not_ready(exchange: &Exchange) -> Option<String> {
    match &exchange.result {
        Ok(response) if matches!(response.status, 502..=504) => {
            Some(format!("it answered {}", response.status))
        }
        Ok(_) => None,
        Err(error) => match error.kind {
            TransferErrorKind::Connect
            | TransferErrorKind::Resolve
            | TransferErrorKind::Closed
            | TransferErrorKind::Timeout => Some(error.detail.clone()),
            _ => None,
        },
    }
}
