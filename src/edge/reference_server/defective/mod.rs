//! A server that misbehaves: what stands around the honest routes once a defect is planted.
//!
//! It changes requests before the routes see them and answers before the client does; the routes
//! themselves know nothing of it. Which defects there are is said in [`crate::reference::defect`].

mod answer;
mod call;
mod crossing;
mod load;
mod striking;
mod told;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::BASE_PATH;
use super::intake::{API_KEY, API_SECRET};
use crate::reference::defect::{
    Asked, CallKind, Deed, Defect, Fault, Holder, Intake, Issued, Scene, Trigger,
};
use crate::reference::{Email, Store};
use answer::{BufferedReply, Spoiler};
use call::{BODY_LIMIT, asked};
use crossing::Rendezvous;
use load::{LoadTrouble, TroublePlace};
use striking::{Observer, STRIKES};

pub(super) use striking::strikes;

/// The status of a refusal that the document demands where a delete was done all the same.
const DENIED: u16 = 401;
/// The status of a refusal of an invalid request.
const INVALID: u16 = 400;

/// Puts a defect around honest routes over a store. Faults of the store and of letters stand elsewhere;
/// here is decided when they show.
pub(super) fn plant(honest: Router, defect: &Defect, store: Arc<dyn Store>) -> Router {
    let elsewhere = matches!(defect.fault, Fault::State(_) | Fault::Letter(_));
    if elsewhere && defect.condition.is_always() {
        return honest;
    }
    // As one service behind a router of its own, so that a changed path finds its route.
    let meddler = Arc::new(DefectMiddleware::new(defect, store));
    Router::new()
        .fallback_service(honest)
        .layer(from_fn_with_state(meddler, meddle))
}

/// A fault with what it has to remember.
struct DefectMiddleware {
    fault: Fault,
    condition: &'static Trigger,
    store: Arc<dyn Store>,
    issued: Issued,
    observer: Observer,
    spoiler: Spoiler,
    crossroads: Rendezvous,
    trouble: LoadTrouble,
    /// How many addresses were invented.
    invented: AtomicU64,
}

impl DefectMiddleware {
    fn new(defect: &Defect, store: Arc<dyn Store>) -> Self {
        Self {
            fault: defect.fault,
            condition: defect.condition,
            store,
            issued: Issued::default(),
            observer: Observer::new(),
            spoiler: Spoiler::default(),
            crossroads: Rendezvous::default(),
            trouble: LoadTrouble::default(),
            invented: AtomicU64::new(0),
        }
    }

    async fn handle(&self, call: Call, next: Next) -> Response {
        let asked = call.asked.clone();
        let takes = Duration::from_millis(self.condition.takes_ms);
        if asked.operation.is_on_trial() && !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        let scene = self.issued.scene(&asked);
        if !(self.condition.holds)(&scene) {
            let passed = STRIKES.scope(false, self.observe(call, next));
            return passed.await.into_response();
        }
        STRIKES
            .scope(true, self.misbehave(&scene, call, next))
            .await
    }

    async fn misbehave(&self, scene: &Scene<'_>, mut call: Call, next: Next) -> Response {
        match self.fault {
            Fault::Intake(intake) | Fault::DeniedIntake(intake) => {
                let is_taken = self.take_in(&mut call, intake);
                let answer = self.observe(call, next).await;
                if is_taken && matches!(self.fault, Fault::DeniedIntake(_)) {
                    return answer::refusal(INVALID);
                }
                answer.into_response()
            }
            Fault::Admission { of, denied } => self.admit(call, next, of, denied).await,
            Fault::Nearly(nearly) => {
                let bearer = self.issued.bearer_near(&call.asked, &nearly);
                self.let_in(call, next, bearer, false).await
            }
            Fault::Deed(deed) => self.overdo(scene, call, next, deed).await,
            Fault::Refuser(refuser)
                if refuser.on == call.asked.operation && (refuser.when)(&call.asked) =>
            {
                answer::refusal(refuser.status)
            }
            Fault::Answer(fault) => {
                let asked = call.asked.clone();
                let answer = self.observe(call, next).await;
                let spoilt = self.spoiler.spoil(&fault, &asked, &*self.store, answer);
                spoilt.into_response()
            }
            Fault::Crossing(crossing) if crossing.concerns(call.asked.operation) => {
                let is_good = self.issued.is_by_verified(&call.asked);
                self.crossroads.pass(crossing, call, next, is_good).await
            }
            Fault::Load(fault) => self.trouble.meet(fault, call, next).await,
            Fault::Crossing(_) | Fault::Refuser(_) | Fault::State(_) | Fault::Letter(_) => {
                self.observe(call, next).await.into_response()
            }
        }
    }

    /// Does what was asked, and then what was not.
    async fn overdo(&self, scene: &Scene<'_>, call: Call, next: Next, deed: Deed) -> Response {
        let answer = self.observe(call, next).await;
        let calls = deed.calls;
        if calls.include(scene.asked, answer.is_granted(), answer.refused_as()) {
            let (records, store) = (self.issued.copy(), Arc::clone(&self.store));
            if deed.after_ms == 0 {
                // The honest store fails for nobody; a careless server would not look anyway.
                let _ = (deed.does)(&*store, &records, scene);
            } else {
                let (asked, person) = (scene.asked.clone(), scene.person.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(deed.after_ms)).await;
                    let scene = Scene::later(&asked, person);
                    let _ = (deed.does)(&*store, &records, &scene);
                });
            }
        }
        answer.into_response()
    }

    /// Makes the call sound, if it is one of those that are. Whether it is.
    fn take_in(&self, call: &mut Call, intake: Intake) -> bool {
        if call.asked.operation != CallKind::CreateUser {
            return false;
        }
        let number = self.invented.fetch_add(1, Ordering::Relaxed);
        let fresh = format!("invented-{number}@assize.example");
        let mended = intake.mend(&call.asked.body, &fresh);
        let is_taken = mended.is_some();
        call.asked.body = mended.unwrap_or_else(|| std::mem::take(&mut call.asked.body));
        is_taken
    }

    async fn admit(
        &self,
        call: Call,
        next: Next,
        of: for<'a> fn(&'a [Holder], &Asked) -> Option<&'a Holder>,
        denied: bool,
    ) -> Response {
        let bearer = self.issued.bearer_of(&call.asked, of);
        self.let_in(call, next, bearer, denied).await
    }

    /// Lets a delete be one by this bearer, if there is any.
    async fn let_in(
        &self,
        mut call: Call,
        next: Next,
        bearer: Option<String>,
        denied: bool,
    ) -> Response {
        let bearer = bearer.filter(|_| call.asked.method == "DELETE");
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
    async fn observe(&self, call: Call, next: Next) -> BufferedReply {
        let asked = call.asked.clone();
        let answer = BufferedReply::read(next.run(call.into_request()).await).await;
        let granted = answer.is_granted().then(|| answer.json());
        self.issued.note(&asked, granted.as_ref(), self.id(&asked));
        answer
    }

    /// The account with the address in a create.
    fn id(&self, asked: &Asked) -> Option<uuid::Uuid> {
        if asked.operation != CallKind::CreateUser {
            return None;
        }
        let email = Email::parse(&asked.text("email")?)?;
        let account = self.store.account_by_email(&email).ok()??;
        Some(account.id)
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

async fn meddle(
    State(meddler): State<Arc<DefectMiddleware>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with(BASE_PATH) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // From the head on, so that a call whose body does not come is under way, too.
    let _place = TroublePlace::take(&meddler.observer.under_way);
    let came = meddler.observer.circumstances(peer, &parts);
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return answer::refusal(INVALID);
    };
    let asked = asked(&parts, body.to_vec(), came);
    meddler.handle(Call { parts, asked }, next).await
}
