//! What goes wrong with one call in a few hundred, or only if many come at once.

use super::{CREATED, DELETED, GET_UNKNOWN, GOT, REFUSED, answer};
use crate::reference::defect::letters;
use crate::reference::defect::load::{creates, deletes_by_bearer, gets, verifies};
use crate::reference::defect::{
    Area, Asked, Calls, Change, Defect, Fault, LetterFault, LoadFault, Seldom, StateFault,
};

/// One in so many: more than a check has of any call, so that only a load meets it.
const EVERY: u64 = 300;

/// Who is not answered, or otherwise than with the user, has not read the user.
const UNREAD: &[&str] = &["get.alias", "create.account"];
/// What a call to any id is about.
const ANY_GET: &[&str] = &[
    "get.alias",
    "create.account",
    "get.unknown",
    "delete.gone-at-once",
];
/// What is left of a user who is not deleted.
const STANDING: &[&str] = &["delete.gone", "delete.gone-at-once"];

const fn seldom(on: fn(&Asked) -> bool) -> Seldom {
    Seldom { on, every: EVERY }
}

const fn now_and_then(calls: Calls, change: Change) -> Fault {
    answer(calls.every(EVERY), change)
}

fn half(body: &[u8]) -> Vec<u8> {
    body.iter().take(body.len() / 2).copied().collect()
}

fn nothing(_: &[u8]) -> Vec<u8> {
    Vec::new()
}

fn html(_: u16) -> String {
    "text/html".to_owned()
}

defects! {
    under_load Load "load-get-500", &["get.alias", "create.account", "error.no-5xx"], "One in 300 gets of a user is answered with 500." =>
        now_and_then(GOT, Change::Refuse(500));
    under_load Load "load-get-404", UNREAD, "One in 300 gets of a user does not find the user." =>
        now_and_then(GOT, Change::Refuse(404));
    under_load Load "load-get-409", UNREAD, "One in 300 gets of a user is answered with 409." =>
        now_and_then(GOT, Change::Refuse(409));
    under_load Load "load-get-201", &["get.status"], "One in 300 gets of a user is answered with 201." =>
        now_and_then(GOT, Change::Status(201));
    under_load Load "load-get-101", UNREAD, "One in 300 gets of a user is answered as if another protocol began." =>
        now_and_then(GOT, Change::Status(101));
    under_load Load "load-get-alias-of-the-latest", &["get.alias"], "One in 300 readings has the alias of the user created last." =>
        Fault::State(StateFault::LatestAlias { every: EVERY });
    under_load Load "load-gets-mixed-up", &["get.alias"], "One in 300 gets of a user has the answer to the get before it." =>
        Fault::Load(LoadFault::MixesUp(seldom(gets)));
    under_load Load "load-get-half-a-body", &["body.json"], "One in 300 gets of a user has half of its JSON." =>
        now_and_then(GOT, Change::Bytes(half));
    under_load Load "load-get-no-body", &["body.json"], "One in 300 gets of a user has no body." =>
        now_and_then(GOT, Change::Bytes(nothing));
    under_load Load "load-get-as-html", &["body.json"], "One in 300 gets of a user is declared as HTML." =>
        now_and_then(GOT, Change::Header("content-type", html));
    under_load Load "load-get-without-alias", &["get.alias"], "One in 300 gets of a user lacks the alias." =>
        now_and_then(GOT, Change::Drop("alias"));
    under_load Load "load-get-unknown-200", &["get.unknown", "delete.gone", "delete.gone-at-once"], "One in 300 gets of nobody finds somebody." =>
        now_and_then(GET_UNKNOWN, Change::Grant);
    under_load Load "load-x-error-missing", &["error.x-error"], "One in 300 refusals lacks x-error." =>
        now_and_then(REFUSED, Change::DropHeader("x-error"));
    under_load Load "load-x-error-id-missing", &["error.x-error-id"], "One in 300 refusals lacks x-error-id." =>
        now_and_then(REFUSED, Change::DropHeader("x-error-id"));
    under_load Load "load-refused-500", &["error.no-5xx", "get.unknown", "delete.no-credentials", "create.request.email.required", "delete.gone-at-once"], "One in 300 refusals is a 500." =>
        now_and_then(REFUSED, Change::Refuse(500));
    under_load Load "load-create-500", &["create.account", "error.no-5xx"], "One in 300 creates makes the user and is answered with 500." =>
        now_and_then(CREATED, Change::Refuse(500));
    under_load Load "load-create-without-bearer", &["create.body.bearer"], "One in 300 creates is told no bearer." =>
        now_and_then(CREATED, Change::Drop("bearer"));
    under_load Load "load-sessions-share-session-id", &["create.unique"], "One in 300 sessions has the session id of the earliest that is open." =>
        now_and_then(CREATED, Change::Repeat("sessionID"));
    under_load Load "load-sessions-share-code-id", &["create.unique", "create.verifiable"], "One in 300 sessions has the verification code id of the earliest that is open." =>
        now_and_then(CREATED, Change::Repeat("verificationCodeID"));
    under_load Load "load-creates-mixed-up", &["create.unique", "create.verifiable"], "One in 300 creates has the answer to the create before it." =>
        Fault::Load(LoadFault::MixesUp(seldom(creates)));
    under_load Load "load-create-forgotten", &["create.account", "create.verifiable"], "One in 300 creates is answered in full, and the user is not kept." =>
        Fault::State(StateFault::SeldomUnkept { every: EVERY });
    under_load Load "load-verification-forgotten", &["create.verifiable"], "One in 300 verifications is acknowledged and not done." =>
        Fault::Load(LoadFault::Forgets(seldom(verifies)));
    under_load Load "load-delete-forgotten", STANDING, "One in 300 deletes is acknowledged and not done." =>
        Fault::Load(LoadFault::Forgets(seldom(deletes_by_bearer)));
    under_load Load "load-delete-stays-readable", STANDING, "One in 300 deleted users can still be read." =>
        Fault::State(StateFault::SeldomLingering { every: EVERY });
    under_load Load "load-delete-500", &["delete.bearer", "error.no-5xx"], "One in 300 deletes is done and answered with 500." =>
        now_and_then(DELETED, Change::Refuse(500));
    under_load Load "load-mail-lost", &["create.code"], "One in 300 codes is not mailed." =>
        Fault::Letter(LetterFault::Seldom { every: EVERY, change: None });
    under_load Load "load-mail-with-another-code", &["create.verifiable"], "One in 300 mails has a code that was not meant." =>
        Fault::Letter(LetterFault::Seldom { every: EVERY, change: Some(letters::with_another_code) });
    under_load Load "load-get-stalls", ANY_GET, "One in 300 gets is never answered." =>
        Fault::Load(LoadFault::Stalls(seldom(gets)));
    under_load Load "load-get-hangs-up", ANY_GET, "One in 300 gets is answered by the end of the connection." =>
        Fault::Load(LoadFault::HangsUp(seldom(gets)));
    under_load Load "load-get-breaks-off", ANY_GET, "One in 300 gets of a user has an answer that breaks off within a chunk." =>
        Fault::Load(LoadFault::CutsOff { seldom: seldom(gets), sized: false });
    under_load Load "load-create-breaks-off", &["create.account"], "One in 300 users is created with an answer shorter than it announces." =>
        Fault::Load(LoadFault::CutsOff { seldom: seldom(creates), sized: true });
    under_load Load "load-gets-overload", &["get.alias", "create.account", "get.unknown", "delete.gone-at-once", "error.no-5xx"], "A get is answered with 503 while more than 12 others are under way." =>
        Fault::Load(LoadFault::Overloads { on: gets, above: 12, takes_ms: 25, status: 503 });
}
