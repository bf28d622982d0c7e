//! Calls that get in the way of others at the same time.

use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Call;
use super::answer::{BufferedReply, granted, refusal};
use crate::reference::defect::{Asked, CallKind, Crossing};

/// How long a call is held up, so that others come while it is under way.
const HOLD: Duration = Duration::from_millis(40);

/// Where calls meet.
#[derive(Default)]
pub(super) struct Rendezvous {
    under_way: Mutex<Vec<Traveller>>,
    told: Mutex<Value>,
}

/// A call that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Traveller {
    operation: CallKind,
    about: Option<String>,
}

/// Counts a call for as long as it is under way, however it ends.
struct Passage<'a> {
    roads: &'a Rendezvous,
    traveller: Traveller,
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        let mut under_way = self.roads.under_way();
        if let Some(place) = under_way.iter().position(|one| *one == self.traveller) {
            under_way.swap_remove(place);
        }
    }
}

impl Rendezvous {
    /// Lets a call pass, unless another one is under way: then something goes wrong. `is_good` says
    /// whether a delete is one that would succeed.
    pub(super) async fn pass(
        &self,
        crossing: Crossing,
        call: Call,
        next: Next,
        is_good: bool,
    ) -> Response {
        let traveller = traveller(&crossing, &call.asked);
        let before = self.met(&crossing, &traveller);
        self.under_way().push(traveller.clone());
        let passage = Passage {
            roads: self,
            traveller,
        };
        tokio::time::sleep(HOLD).await;
        match crossing {
            Crossing::LosesDelete if before && is_good => {
                granted(CallKind::DeleteUser).into_response()
            }
            Crossing::Shares { member, .. } => {
                let answer = BufferedReply::read(next.run(call.into_request()).await).await;
                self.share(member, before, answer).into_response()
            }
            Crossing::Refuses {
                on, during, status, ..
            } if on == call.asked.operation => {
                // Of two that are alike the earlier passes; others hinder each other either way.
                let hindered = before || on != during && self.met(&crossing, &passage.traveller);
                if hindered {
                    return refusal(status);
                }
                next.run(call.into_request()).await
            }
            Crossing::LosesDelete | Crossing::Refuses { .. } => next.run(call.into_request()).await,
        }
    }

    /// Whether a call is under way that gets in the way of this one.
    fn met(&self, crossing: &Crossing, traveller: &Traveller) -> bool {
        let hinders = |other: &Traveller| match crossing {
            Crossing::Refuses { during, .. } => {
                other.operation == *during
                    && other.about.is_some()
                    && other.about == traveller.about
            }
            Crossing::Shares { .. } | Crossing::LosesDelete => true,
        };
        self.under_way().iter().any(hinders)
    }

    fn share(&self, member: &str, later: bool, mut answer: BufferedReply) -> BufferedReply {
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

    fn under_way(&self) -> MutexGuard<'_, Vec<Traveller>> {
        // A list is whole whatever a panicking holder was doing.
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn traveller(crossing: &Crossing, asked: &Asked) -> Traveller {
    Traveller {
        operation: asked.operation,
        about: match crossing {
            Crossing::Refuses { about, .. } => about(asked),
            Crossing::Shares { .. } | Crossing::LosesDelete => None,
        },
    }
}
