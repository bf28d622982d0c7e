//! Calls that get in the way of others at the same time.

use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Call;
use super::answer::{Answer, granted};
use crate::reference::defect::{Crossing, Operation};

/// How long a call is held up, so that others come while it is under way.
const HOLD: Duration = Duration::from_millis(40);

/// Where calls meet.
#[derive(Default)]
pub(super) struct Crossroads {
    under_way: AtomicUsize,
    told: Mutex<Value>,
}

/// Counts a call for as long as it is under way, however it ends.
struct Passage<'a>(&'a AtomicUsize);

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Crossroads {
    /// Lets a call pass, unless another one is under way: then something goes wrong. `is_good` says
    /// whether a delete is one that would succeed.
    pub(super) async fn pass(
        &self,
        crossing: Crossing,
        call: Call,
        next: Next,
        is_good: bool,
    ) -> Response {
        let later = self.under_way.fetch_add(1, Ordering::SeqCst) > 0;
        let _passage = Passage(&self.under_way);
        tokio::time::sleep(HOLD).await;
        match crossing {
            Crossing::LosesDelete if later && is_good => {
                granted(Operation::DeleteUser).into_response()
            }
            Crossing::LosesDelete => next.run(call.into_request()).await,
            Crossing::Shares { member, .. } => {
                let answer = Answer::read(next.run(call.into_request()).await).await;
                self.share(member, later, answer).into_response()
            }
        }
    }

    fn share(&self, member: &str, later: bool, mut answer: Answer) -> Answer {
        if !answer.is_granted() {
            return answer;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if later && !told.is_null() {
            answer.set_member(member, told.clone());
        } else {
            *told = answer.member(member);
        }
        answer
    }
}
