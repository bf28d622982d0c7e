//! What goes wrong now and then, or if much is asked at once.

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::super::connections::HangUp;
use super::Call;
use super::answer::{BufferedReply, granted, refusal};
use crate::reference::defect::{LoadFault, Seldom};

/// How long a call is left without an answer: longer than anybody waits.
const FOR_EVER: Duration = Duration::from_mins(10);
/// Bytes that are announced and do not come.
const WANTING: usize = 16;

/// Goes wrong now and then, and counts for that.
#[derive(Default)]
pub(super) struct LoadTrouble {
    counted: AtomicU64,
    under_way: AtomicUsize,
    before: Mutex<Option<Vec<u8>>>,
}

impl LoadTrouble {
    pub(super) async fn meet(&self, fault: LoadFault, call: Call, next: Next) -> Response {
        if !fault.concerns(&call.asked) {
            return next.run(call.into_request()).await;
        }
        match fault {
            LoadFault::Overloads {
                above,
                takes_ms,
                status,
                ..
            } => {
                let takes = Duration::from_millis(takes_ms);
                self.crowd(above, takes, status, call, next).await
            }
            LoadFault::Stalls(seldom) if self.strikes(seldom) => {
                tokio::time::sleep(FOR_EVER).await;
                next.run(call.into_request()).await
            }
            LoadFault::HangsUp(seldom) if self.strikes(seldom) => {
                let mut response = Response::new(Body::empty());
                response.extensions_mut().insert(HangUp);
                response
            }
            LoadFault::Forgets(seldom) if self.strikes(seldom) => {
                granted(call.asked.operation).into_response()
            }
            LoadFault::CutsOff { seldom, sized } => {
                let answer = BufferedReply::read(next.run(call.into_request()).await).await;
                if answer.is_granted() && self.strikes(seldom) {
                    return cut_off(answer, sized);
                }
                answer.into_response()
            }
            LoadFault::MixesUp(seldom) => {
                let answer = BufferedReply::read(next.run(call.into_request()).await).await;
                self.mix_up(seldom, answer).into_response()
            }
            LoadFault::Stalls(_) | LoadFault::HangsUp(_) | LoadFault::Forgets(_) => {
                next.run(call.into_request()).await
            }
        }
    }

    fn strikes(&self, seldom: Seldom) -> bool {
        seldom.strikes(self.counted.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Of granted calls only: a refusal is nobody's.
    fn mix_up(&self, seldom: Seldom, mut answer: BufferedReply) -> BufferedReply {
        if !answer.is_granted() {
            return answer;
        }
        let strikes = self.strikes(seldom);
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let own = answer.body().to_vec();
        if let Some(other) = before.replace(own).filter(|_| strikes) {
            answer.set_body(other);
        }
        answer
    }

    async fn crowd(
        &self,
        above: usize,
        takes: Duration,
        status: u16,
        call: Call,
        next: Next,
    ) -> Response {
        let _place = TroublePlace::take(&self.under_way);
        if self.under_way.load(Ordering::Relaxed) > above {
            return refusal(status);
        }
        tokio::time::sleep(takes).await;
        next.run(call.into_request()).await
    }
}

/// A call under way, however it ends.
pub(super) struct TroublePlace<'a>(&'a AtomicUsize);

impl<'a> TroublePlace<'a> {
    pub(super) fn take(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for TroublePlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn cut_off(answer: BufferedReply, sized: bool) -> Response {
    let length = answer.body().len();
    let half: Vec<u8> = answer.body().iter().take(length / 2).copied().collect();
    let (mut parts, _) = answer.into_response().into_parts();
    if sized {
        let announced = HeaderValue::from(length + WANTING);
        parts.headers.insert(CONTENT_LENGTH, announced);
    }
    let broken = io::Error::from(io::ErrorKind::BrokenPipe);
    let pieces = [Ok(Bytes::from(half)), Err(broken)];
    Response::from_parts(parts, Body::from_stream(stream::iter(pieces)))
}
