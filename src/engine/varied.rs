//! Sends requests in the manners that are drawn for them, and tells what a target refuses of a manner from what it
//! refuses of a request.

use super::actor::Actor;
use super::dress::dress;
use super::manner_draw::{Drawing, MannerDraw};
use crate::diagnosis::Purpose;
use crate::model::{Condition, Exchange, Manner, Request, Response, TransferErrorKind};

/// What a step says of the manner of its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepManner<'a> {
    /// The step that sends it.
    pub(super) step: &'a str,
    /// Whether a success may be the right answer.
    pub(super) may_succeed: bool,
    /// The manner that the step says.
    pub(super) given: Manner,
    /// Whether nothing else is drawn.
    pub(super) is_plain: bool,
}

impl<'a> StepManner<'a> {
    /// A call on which a case rests.
    pub(super) fn fixture(step: &'a str) -> Self {
        Self {
            step,
            may_succeed: true,
            given: Manner::default(),
            is_plain: false,
        }
    }
}

impl Actor<'_> {
    /// Draws the manners of its requests so.
    pub(super) fn vary(mut self, variation: MannerDraw) -> Self {
        self.draw = variation;
        self
    }

    /// Sends a request in the manner that is drawn for it, besides what its step says. A target that refuses the
    /// manner and not the request is asked in another one, and never again in that.
    pub(super) async fn send_varied(
        &mut self,
        request: Request,
        varied: StepManner<'_>,
    ) -> Exchange {
        self.send_varied_for(Purpose::Case, request, varied).await
    }

    pub(super) async fn send_varied_for(
        &mut self,
        purpose: Purpose,
        request: Request,
        varied: StepManner<'_>,
    ) -> Exchange {
        let may_succeed = varied.may_succeed;
        let exchange = self.send_in_some_manner(purpose, request, varied).await;
        self.unless_taken(exchange, may_succeed).await
    }

    async fn send_in_some_manner(
        &mut self,
        purpose: Purpose,
        request: Request,
        varied: StepManner<'_>,
    ) -> Exchange {
        let harness = self.harness;
        let can = harness.transport.conditions();
        let drawing = Drawing {
            step: varied.step,
            request: &request,
            may_succeed: varied.may_succeed,
            given: varied.given.and(can),
            among: if varied.is_plain {
                Manner::default()
            } else {
                can.except(harness.evidence.refused_manner())
            },
        };
        let manner = self.draw.manner(drawing, harness.generation);
        let mut dressed = request.clone();
        dress(&mut dressed, manner, harness.base_url);
        let first = self.send_for(purpose, dressed).await;
        let drawn = first.request.manner.except(varied.given);
        let suspects = suspects(&first, drawn, varied.may_succeed);
        let suspects = suspects.except(harness.evidence.granted_manner());
        if suspects.is_plain() {
            if is_success(&first) {
                harness.evidence.grant_manner(first.request.manner);
            }
            return first;
        }
        let mut changed = request;
        dress(
            &mut changed,
            first.request.manner.except(suspects),
            harness.base_url,
        );
        let second = self.send_for(purpose, changed).await;
        if !speaks_for_manner(&first, &second, varied.may_succeed) {
            return first;
        }
        harness.evidence.refuse_manner(suspects);
        let answer = match &first.result {
            Ok(response) => format!("refused with {}", response.status),
            Err(error) => format!("refused: {}", error.detail),
        };
        self.readings
            .push((format!("a request {suspects}"), answer));
        second
    }
}

/// What of the drawn manner of a request may be why it was answered so: what HTTP/1.1 lets a target refuse, or the document
/// says nothing of.
fn suspects(exchange: &Exchange, drawn: Manner, may_succeed: bool) -> Manner {
    let chunks = [Condition::Chunked, Condition::ChunkExtension];
    let conditions: &[Condition] = match &exchange.result {
        // Chunks that nobody reads are taken for further requests, and answered behind the answer; a long body may be
        // refused by closing the connection. Both also where a step says that it is sent so.
        Err(error) => {
            let unread: &[Condition] = match error.kind {
                TransferErrorKind::Malformed => &chunks,
                TransferErrorKind::Closed | TransferErrorKind::Send => {
                    &[Condition::Large, Condition::Padded]
                }
                _ => &[],
            };
            return exchange
                .request
                .manner
                .and(unread.iter().copied().collect());
        }
        Ok(response) => match response.status {
            411 | 501 => &chunks,
            413 => &[Condition::Large, Condition::Padded],
            414 | 431 => &[Condition::LongQuery],
            417 => &[Condition::ExpectContinue],
            426 | 505 => &[Condition::Http10],
            400 | 415 | 422 if may_succeed => &[
                Condition::Chunked,
                Condition::ChunkExtension,
                Condition::Query,
                Condition::LongQuery,
                Condition::ExtraMember,
                Condition::Large,
                Condition::Padded,
            ],
            _ => &[],
        },
    };
    drawn.and(conditions.iter().copied().collect())
}

/// Whether the answer to the same request in another manner shows that the first one spoke of the manner.
fn speaks_for_manner(first: &Exchange, second: &Exchange, may_succeed: bool) -> bool {
    let status = |exchange: &Exchange| exchange.result.as_ref().ok().map(|one| one.status);
    if may_succeed && status(first).is_some() {
        return is_success(second);
    }
    status(second).is_some_and(|status| status < 500) && status(first) != status(second)
}

fn is_success(exchange: &Exchange) -> bool {
    let answer = exchange.result.as_ref();
    answer.is_ok_and(Response::is_success)
}
