//! Which method and path is which call.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::middleware::map_response_with_state;
use axum::routing::{delete, get, post, put};
use std::net::SocketAddr;
use std::sync::Arc;
use uuid::Uuid;

use super::intake::{credentials, email_in_query, members, visitor};
use super::problem::{ProblemReply, finish};
use super::reply::ServerReply;
use super::world::now;
use super::{BASE_PATH, Server};
use crate::contract::OPENAPI;
use crate::reference::{
    Email, NewAccount, NewKeyPair, NewSession, Refusal, Verification, identifier,
};

/// The test endpoint that tells codes. It stands outside the API.
pub(super) const INBOX_PATH: &str = "/inbox/{email}";

type SharedState = State<Arc<Server>>;
type Peer = ConnectInfo<SocketAddr>;
type PathSegment = Result<Path<String>, PathRejection>;
type CallResult = Result<ServerReply, ProblemReply>;

pub(super) fn router(server: Arc<Server>) -> Router {
    // Whole paths rather than a nested router, which would rewrite the URI of every request.
    let at = |path: &str| format!("{BASE_PATH}{path}");
    Router::new()
        .route(&at("/user"), post(create_user).delete(delete_user))
        .route(&at("/user/{id}"), get(get_user))
        .route(&at("/user/by-email"), get(get_user_by_email))
        .route(&at("/session"), post(open_session).get(check_session))
        .route(&at("/session/verification"), put(verify_session))
        .route(&at("/session/extend"), put(extend_session))
        .route(&at("/session/{id}"), delete(close_session))
        .route(&at("/sessions"), get(list_sessions))
        .route(&at("/keypair"), post(issue_key_pair).get(check_key_pair))
        .route(&at("/keypair/verification"), put(verify_key_pair))
        .route(&at("/keypair/{id}"), delete(remove_key_pair))
        .route(&at("/keypairs"), get(list_key_pairs))
        .route(&at("/openapi.json"), get(describe))
        .route(INBOX_PATH, get(read_inbox))
        .method_not_allowed_fallback(async || ProblemReply::WrongMethod)
        .fallback(async || ProblemReply::NoSuchRoute)
        .layer(map_response_with_state(Arc::clone(&server), finish))
        .with_state(server)
}

fn segment(segment: PathSegment) -> Result<String, ProblemReply> {
    let Path(text) = segment.map_err(|_| ProblemReply::UnreadablePath)?;
    Ok(text)
}

fn id(text: PathSegment) -> Result<Uuid, ProblemReply> {
    Ok(identifier("id", &segment(text)?)?)
}

async fn create_user(
    State(server): SharedState,
    ConnectInfo(peer): Peer,
    request: Request,
) -> CallResult {
    let visitor = visitor(peer, request.headers());
    let account = NewAccount::from_members(&members(request, &server.limits).await?)?;
    let slot = server.mail.slot().await?;
    let (opened, letter) = server
        .api
        .create_account(account, visitor, server.world.context())?;
    server.post(slot, letter);
    ServerReply::found(&opened)
}

async fn get_user(State(server): SharedState, text: PathSegment) -> CallResult {
    ServerReply::found(&server.api.user(id(text)?)?)
}

async fn get_user_by_email(State(server): SharedState, request: Request) -> CallResult {
    let email = email_in_query(request.uri())?;
    let credentials = credentials(request.headers())?;
    ServerReply::found(&server.api.user_by_email(&credentials, &email, now())?)
}

async fn delete_user(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::acknowledged(server.api.delete_account(&credentials, now())?)
}

async fn open_session(
    State(server): SharedState,
    ConnectInfo(peer): Peer,
    request: Request,
) -> CallResult {
    let visitor = visitor(peer, request.headers());
    let session = NewSession::from_members(&members(request, &server.limits).await?)?;
    let slot = server.mail.slot().await?;
    let (opened, letter) = server
        .api
        .open_session(&session, visitor, server.world.context())?;
    server.post(slot, letter);
    ServerReply::found(&opened)
}

async fn check_session(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::found(&server.api.check_session(&credentials, now())?)
}

async fn list_sessions(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::found(&server.api.list_sessions(&credentials, now())?)
}

async fn extend_session(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::acknowledged(server.api.extend_session(&credentials, now())?)
}

async fn close_session(
    State(server): SharedState,
    text: PathSegment,
    request: Request,
) -> CallResult {
    let id = id(text)?;
    let credentials = credentials(request.headers())?;
    ServerReply::acknowledged(server.api.close_session(&credentials, id, now())?)
}

async fn verify_session(State(server): SharedState, request: Request) -> CallResult {
    let verification = Verification::from_members(&members(request, &server.limits).await?)?;
    ServerReply::acknowledged(server.api.verify_session(&verification, now())?)
}

async fn issue_key_pair(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    let pair = NewKeyPair::from_members(&members(request, &server.limits).await?)?;
    let slot = server.mail.slot().await?;
    let (issued, letter) = server
        .api
        .issue_key_pair(&credentials, pair, server.world.context())?;
    server.post(slot, letter);
    ServerReply::found(&issued)
}

async fn check_key_pair(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::found(&server.api.check_key_pair(&credentials, now())?)
}

async fn list_key_pairs(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    ServerReply::found(&server.api.list_key_pairs(&credentials, now())?)
}

async fn remove_key_pair(
    State(server): SharedState,
    text: PathSegment,
    request: Request,
) -> CallResult {
    let id = id(text)?;
    let credentials = credentials(request.headers())?;
    ServerReply::acknowledged(server.api.remove_key_pair(&credentials, id, now())?)
}

async fn verify_key_pair(State(server): SharedState, request: Request) -> CallResult {
    let credentials = credentials(request.headers())?;
    let verification = Verification::from_members(&members(request, &server.limits).await?)?;
    ServerReply::acknowledged(
        server
            .api
            .verify_key_pair(&credentials, &verification, now())?,
    )
}

async fn describe() -> ServerReply {
    ServerReply::written(OPENAPI)
}

async fn read_inbox(State(server): SharedState, text: PathSegment) -> CallResult {
    let inbox = server.mail.inbox().ok_or(ProblemReply::NoSuchRoute)?;
    let email = Email::parse(&segment(text)?).ok_or(Refusal::NotAnAddress)?;
    ServerReply::found(&inbox.codes(&email).ok_or(ProblemReply::NoCodes)?)
}
