//! A server that misbehaves: what stands around the honest routes once a defect is planted.
//!
//! It changes requests before the routes see them and answers before the client does; the routes
//! themselves know nothing of it. Which defects there are is said in [`crate::reference::defect`].

mod answer;
mod call;
mod crossing;
mod load;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::BASE_PATH;
use super::intake::{API_KEY, API_SECRET};
use crate::reference::defect::{Asked, Fault, Holder, Intake, Issued, Operation};
use answer::{Answer, Spoiler};
use call::{BODY_LIMIT, asked};
use crossing::Crossroads;
use load::Trouble;

/// The status of a refusal that the document demands where a delete was done all the same.
const DENIED: u16 = 401;
/// The status of a refusal of what is too large to be passed on.
const TOO_LARGE: u16 = 400;

/// Puts a fault around honest routes. Faults of the store and of letters stand elsewhere.
pub(super) fn plant(honest: Router, fault: Fault) -> Router {
    if matches!(fault, Fault::State(_) | Fault::Letter(_)) {
        return honest;
    }
    // As one service behind a router of its own, so that a changed path finds its route.
    let meddler = Arc::new(Meddler::new(fault));
    Router::new()
        .fallback_service(honest)
        .layer(from_fn_with_state(meddler, meddle))
}

/// A fault with what it has to remember.
struct Meddler {
    fault: Fault,
    issued: Issued,
    spoiler: Spoiler,
    crossroads: Crossroads,
    trouble: Trouble,
    /// How many addresses were invented.
    invented: AtomicU64,
}

impl Meddler {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            issued: Issued::default(),
            spoiler: Spoiler::default(),
            crossroads: Crossroads::default(),
            trouble: Trouble::default(),
            invented: AtomicU64::new(0),
        }
    }

    async fn handle(&self, call: Call, next: Next) -> Response {
        match self.fault {
            Fault::Intake(intake) => next.run(self.take_in(call, intake)).await,
            Fault::Admission { of, denied } => self.admit(call, next, of, denied).await,
            Fault::Refuser(refuser)
                if refuser.on == call.asked.operation && (refuser.when)(&call.asked) =>
            {
                answer::refusal(refuser.status)
            }
            Fault::Answer(fault) => {
                let asked = call.asked.clone();
                let answer = Answer::read(next.run(call.into_request()).await).await;
                self.spoiler.spoil(&fault, &asked, answer).into_response()
            }
            Fault::Crossing(crossing) if crossing.concerns(call.asked.operation) => {
                let is_good = self.issued.is_by_verified(&call.asked);
                self.crossroads.pass(crossing, call, next, is_good).await
            }
            Fault::Load(fault) => self.trouble.meet(fault, call, next).await,
            Fault::Crossing(_) => self.observe(call, next).await.into_response(),
            _ => next.run(call.into_request()).await,
        }
    }

    fn take_in(&self, mut call: Call, intake: Intake) -> Request {
        if call.asked.operation == Operation::CreateUser {
            let number = self.invented.fetch_add(1, Ordering::Relaxed);
            let fresh = format!("invented-{number}@assize.example");
            if let Some(mended) = intake.mend(&call.asked.body, &fresh) {
                call.asked.body = mended;
            }
        }
        call.into_request()
    }

    async fn admit(
        &self,
        mut call: Call,
        next: Next,
        of: for<'a> fn(&'a [Holder], &Asked) -> Option<&'a Holder>,
        denied: bool,
    ) -> Response {
        let bearer = (call.asked.method == "DELETE")
            .then(|| self.issued.bearer_of(&call.asked, of))
            .flatten();
        let admitted = bearer.is_some();
        if let Some(bearer) = bearer {
            call.present(&bearer);
        }
        let answer = self.observe(call, next).await;
        if admitted && denied {
            return answer::refusal(DENIED);
        }
        answer.into_response()
    }

    /// Lets a call pass, and learns from what comes of it.
    async fn observe(&self, call: Call, next: Next) -> Answer {
        let asked = call.asked.clone();
        let answer = Answer::read(next.run(call.into_request()).await).await;
        if answer.is_granted() {
            self.issued.note(&asked, &answer.json());
        }
        answer
    }
}

/// A call under way to the routes.
struct Call {
    parts: Parts,
    asked: Asked,
}

impl Call {
    /// Lets the call be a delete by this bearer.
    fn present(&mut self, bearer: &str) {
        let headers = &mut self.parts.headers;
        headers.remove(API_KEY);
        headers.remove(API_SECRET);
        if let Ok(value) = HeaderValue::from_str(&format!("Bearer {bearer}")) {
            headers.insert(AUTHORIZATION, value);
        }
        if let Ok(uri) = format!("{BASE_PATH}/user").parse() {
            self.parts.uri = uri;
        }
    }

    fn into_request(mut self) -> Request {
        self.parts.headers.remove(CONTENT_LENGTH);
        Request::from_parts(self.parts, Body::from(self.asked.body))
    }
}

async fn meddle(State(meddler): State<Arc<Meddler>>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(BASE_PATH) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return answer::refusal(TOO_LARGE);
    };
    let asked = asked(&parts, body.to_vec());
    meddler.handle(Call { parts, asked }, next).await
}
