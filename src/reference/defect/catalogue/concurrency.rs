//! What several users, or calls at the same time, have in common.

use super::{CREATED, answer};
use crate::reference::defect::CallKind::{CreateUser, DeleteUser, GetUser};
use crate::reference::defect::{
    Area, Asked, CallKind, Calls, Change, Crossing, Defect, Fault, Replies, StateFault,
};

/// Who shares a bearer shares the account.
const SHARED_BEARER: &[&str] = &[
    "create.unique",
    "create.verifiable",
    "get.alias",
    // Whoever has the bearer of another deletes that account.
    "create.account",
];

const fn shares(on: CallKind, member: &'static str) -> Fault {
    Fault::Crossing(Crossing::Shares { on, member })
}

const fn refuses(
    on: CallKind,
    during: CallKind,
    about: fn(&Asked) -> Option<String>,
    status: u16,
) -> Fault {
    Fault::Crossing(Crossing::Refuses {
        on,
        during,
        about,
        status,
    })
}

fn the_email(asked: &Asked) -> Option<String> {
    asked.text("email")
}

fn tagged(asked: &Asked) -> bool {
    asked.text("email").is_some_and(|email| email.contains('+'))
}

fn in_capitals(asked: &Asked) -> bool {
    let email = asked.text("email").unwrap_or_default();
    email.bytes().any(|letter| letter.is_ascii_uppercase())
}

/// What all calls have in common.
fn the_api(asked: &Asked) -> Option<String> {
    (!asked.method.is_empty()).then(String::new)
}

/// Whose account it is; nobody's, if there is no bearer.
fn the_bearer(asked: &Asked) -> Option<String> {
    asked.bearer().map(str::to_owned)
}

defects! {
    must Concurrency "sessions-share-session-id", &["create.unique"], "All sessions have one session id." =>
        answer(CREATED, Change::Repeat("sessionID"));
    must Concurrency "third-session-shares-session-id", &["create.unique"], "Every third session has the session id of the earliest that is open." =>
        answer(CREATED.every(3), Change::Repeat("sessionID"));
    must Concurrency "sessions-share-code-id", &["create.unique", "create.verifiable"], "All sessions have one verification code id." =>
        answer(CREATED, Change::Repeat("verificationCodeID"));
    must Concurrency "third-session-shares-code-id", &["create.unique", "create.verifiable"], "Every third session has the verification code id of the earliest that is open." =>
        answer(CREATED.every(3), Change::Repeat("verificationCodeID"));
    must Concurrency "sessions-share-bearer", SHARED_BEARER, "All sessions have one bearer." =>
        answer(CREATED, Change::Repeat("bearer"));
    must Concurrency "third-session-shares-bearer", SHARED_BEARER, "Every third session has the bearer of the earliest that is open." =>
        answer(CREATED.every(3), Change::Repeat("bearer"));
    must Concurrency "third-get-alias-of-another", &["get.alias"], "Every third reading has the alias of the user created last." =>
        Fault::State(StateFault::LatestAlias { every: 3 });
    must Concurrency "crossing-creates-share-session-id", &["create.unique"], "Of two creates at the same time the later is told the session id of the earlier." =>
        shares(CreateUser, "sessionID");
    must Concurrency "crossing-creates-share-code-id", &["create.unique", "create.verifiable", "delete.own"], "Of two creates at the same time the later is told the verification code id of the earlier." =>
        shares(CreateUser, "verificationCodeID");
    must Concurrency "crossing-gets-share-alias", &["get.alias"], "Of two gets at the same time the later is told the alias of the earlier." =>
        shares(GetUser, "alias");
    must Concurrency "crossing-deletes-lose-one", &["delete.gone", "delete.gone-at-once", "delete.dead-credentials"], "Of two deletes at the same time the later is acknowledged and forgotten." =>
        Fault::Crossing(Crossing::LosesDelete);
    should Concurrency "every-other-plus-tag-refused", &["create.email.consistent"], "Every other create whose email has a plus tag is refused." =>
        answer(CREATED.when(tagged).every(2), Change::Refuse(400));
    should Concurrency "every-other-taken-email-in-capitals-granted", &["create.email.consistent", "create.request.fullName.required", "create.request.alias.string", "create.body.bearer", "create.body.sessionID", "create.body.expireAt", "create.body.ip", "create.body.userAgent", "create.body.verificationCodeID"], "Every other create of an email that is taken in another letter case is granted." =>
        answer(Calls::new(&[CreateUser], Replies::Refused).when(in_capitals).every(2), Change::Grant);
    should Concurrency "crossing-creates-of-one-email-409", &["create.race", "error.status-set"], "Of two creates of one email at the same time the later is answered with 409." =>
        refuses(CreateUser, CreateUser, the_email, 409);
    must Concurrency "crossing-creates-of-one-email-500", &["error.no-5xx"], "Of two creates of one email at the same time the later is answered with 500." =>
        refuses(CreateUser, CreateUser, the_email, 500);
    must Concurrency "crossing-creates-409", &["create.account", "create.race", "error.status-set"], "Of two creates at the same time the later is answered with 409." =>
        refuses(CreateUser, CreateUser, the_api, 409);
    must Concurrency "crossing-deletes-500", &["error.no-5xx"], "Of two deletes of one account at the same time the later is answered with 500." =>
        refuses(DeleteUser, DeleteUser, the_bearer, 500);
    must Concurrency "get-during-delete-500", &["error.no-5xx"], "A get while a delete is under way is answered with 500." =>
        refuses(GetUser, DeleteUser, the_api, 500);
}
